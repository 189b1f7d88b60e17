"""Confusion tables are coloured by the share of each label's pictures."""

from __future__ import annotations

import re

from hybrid_logo.evaluation.report.confusion import RIGHT, WRONG, confusion_table


def test_cells_hold_counts_shares_and_colors() -> None:
    told = confusion_table("of <all>", [[3, 1, 0, 0], [0, 1200, 0, 0], [0, 0, 0, 0], [5, 0, 0, 5]])
    assert "<caption>of &lt;all&gt;</caption>" in told
    cells = re.findall(r'<td style="background: rgb\(([\d ]+) / (\d+)%\)">([\d,]+) <span[^>]*>(\d+%)', told)
    assert len(cells) == 16
    assert cells[0] == (RIGHT, "45", "3", "75%")
    assert cells[1] == (WRONG, "15", "1", "25%")
    assert cells[5] == (RIGHT, "60", "1,200", "100%")
    assert cells[10] == (RIGHT, "0", "0", "0%")
    assert cells[12] == (WRONG, "30", "5", "50%")
