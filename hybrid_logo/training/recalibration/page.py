"""What a calibration changed, as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from hybrid_logo.evaluation.html.charts import line_chart
from hybrid_logo.evaluation.html.markup import document, figure, paragraph, table
from hybrid_logo.router import Router
from hybrid_logo.training.recalibration.checking import Figures
from hybrid_logo.training.recalibration.comparison import compared
from hybrid_logo.training.recalibration.recalibrate import Recalibrated

__all__ = ["html_page"]


def html_page(made: Recalibrated, before: Router, sentences: Sequence[str]) -> str:
    """The whole file.

    Args:
        made: the calibration.
        before: router of the release of before.
        sentences: what was done, in words.
    """
    checked, router = made.checked, made.plan.fitted.router
    chart = line_chart(
        {"before": _reliability(checked.before), "after": _reliability(checked.after)},
        x_label="confidence",
        y_label="share of right answers",
        y_format="{:.0%}",
        diagonal=True,
        marks=True,
    )
    caption = (
        "Confidence against the strict label on the pictures kept for checking, in bins of equal size. On "
        "the dotted line, confidence is what it says."
    )
    warnings = [f"<p><strong>Warning:</strong> {escape(told)}</p>" for told in made.plan.warnings]
    return document(
        "hybrid-logo calibrate",
        [
            *map(paragraph, sentences),
            *warnings,
            *(table(each.head, each.rows, each.title) for each in compared(before, router, checked)),
            figure(chart, caption),
        ],
    )


def _reliability(figures: Figures) -> list[tuple[float, float]]:
    return [(part.confidence, part.accuracy) for part in figures.reliability]
