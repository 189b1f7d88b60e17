"""What the ablation's result file holds, and the table that is made of it."""

from __future__ import annotations

from typing import Any

import pytest

from hybrid_logo.training.ablation import summary
from hybrid_logo.training.ablation_table import FIGURES, TABLE, content


def rows() -> list[dict[str, Any]]:
    """Two variants with three and two seeds, the seeds in turn."""
    made = []
    for seed, name, value in ((1, "b", 0.5), (1, "a", 0.25), (2, "b", 0.75), (2, "a", 0.35), (3, "b", 0.7)):
        made.append({"key": f"{name}{seed}", "variant": name, "seed": seed} | dict.fromkeys(FIGURES, value))
    return made


def test_the_summary_keeps_the_order_and_tells_the_spread() -> None:
    first, second = summary(rows(), ["clean_strict"])
    assert (first["variant"], first["seeds"], second["variant"], second["seeds"]) == ("b", 3, "a", 2)
    assert first["clean_strict"] == pytest.approx({"mean": 0.65, "lowest": 0.5, "highest": 0.75})
    assert second["clean_strict"] == pytest.approx({"mean": 0.3, "lowest": 0.25, "highest": 0.35})
    assert first.keys() == {"variant", "seeds", "clean_strict"}


def test_the_table_tells_mean_and_spread() -> None:
    about = {"pictures": 60_000, "seeds": [1, 2, 3], "side_px": 96, "logos": 432}
    assert TABLE.render(content(rows(), about)).splitlines() == [
        "Percent; mean of 3 seeds, lowest and highest in brackets. 60,000 pictures a run, 96 px, FP32, "
        "432 logos of `calibrate`.",
        "",
        "| variant | clean, strict | clean, accepted | degraded, strict | degraded, accepted |",
        "| ---|---:|---:|---:|---: |",
        "| b |" + " 65.0 (50.0-75.0) |" * 4,
        "| a |" + " 30.0 (25.0-35.0) |" * 4,
    ]
