"""The curves of one network as charts: loss, accuracy, types, gap, learning rate, speed."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hybrid_logo.evaluation.html.charts import line_chart
from hybrid_logo.training.report.record import Learning
from hybrid_logo.training.report.summary import gap_of
from hybrid_logo.types import LABELS

__all__ = ["curves"]

LOSSES = {
    "loss": "training, all parts",
    "held_out_loss": "held-out, against labels",
    "label_loss": "training, against labels",
    "distillation_loss": "against teachers",
    "facts_loss": "of facts",
}
STRICT = {"train_strict": "training", "clean_strict": "clean", "degraded_strict": "degraded"}
ACCEPTED = {"clean_accepted": "clean", "degraded_accepted": "degraded"}
TYPES = {f"strict_{label}": label.value for label in LABELS}
TOPS = (1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0)
BOTTOMS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.84, 0.88, 0.92)
"""Where the axis of a share may begin: quarters of the rest are whole percents."""
MOST_MARKS = 12
"""Lines of more points are drawn without dots."""

Series = Mapping[str, list[tuple[float, float]]]


def curves(learning: Learning) -> str:
    """A row of figures; what was not measured has none."""
    gaps = [(line["epoch"], gap) for line in learning.lines if (gap := gap_of(line)) is not None]
    losses = _series(learning, LOSSES)
    figures = [
        _figure(learning, "loss", losses, (0.0, _top(losses)), "{:.3g}"),
        _shares(learning, "strict accuracy", STRICT),
        _shares(learning, "accepted accuracy", ACCEPTED),
        _shares(learning, "strict accuracy of held-out types", TYPES),
        _figure(
            learning,
            "training less held-out accuracy",
            {"gap": gaps} if gaps else {},
            _around(gaps),
            "{:.1%}",
        ),
        _amounts(learning, "learning rate", "learning_rate", "{:.2g}"),
        _amounts(learning, "pictures a second", "pictures_per_second", "{:,.0f}"),
    ]
    return f'<div class="charts">{"".join(figures)}</div>'


def _series(learning: Learning, names: Mapping[str, str]) -> Series:
    found = {
        title: [(line["epoch"], line[name]) for line in learning.lines if name in line]
        for name, title in names.items()
    }
    return {title: points for title, points in found.items() if points}


def _shares(learning: Learning, title: str, names: Mapping[str, str]) -> str:
    """The later half of a run decides the range: where lines lie close together."""
    series = _series(learning, names)
    later = [y for points in series.values() for _, y in points[len(points) // 2 :]]
    bottom = max((share for share in BOTTOMS if share <= min(later, default=0.0)), default=0.0)
    return _figure(learning, title, series, (bottom, 1.0), "{:.0%}")


def _amounts(learning: Learning, title: str, name: str, written: str) -> str:
    series = _series(learning, {name: title})
    return _figure(learning, title, series, (0.0, _top(series)), written)


def _top(series: Series) -> float:
    """The highest value, rounded up so that its quarters are short numbers."""
    highest = max((y for points in series.values() for _, y in points), default=0.0)
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return power * next((step for step in TOPS if step * power >= highest), 10.0)


def _around(points: list[tuple[float, float]]) -> tuple[float, float]:
    """A range with 0 in its middle, at least five points to each side."""
    widest = max([0.05, *(abs(y) for _, y in points)])
    return -widest, widest


def _figure(
    learning: Learning, title: str, series: Series, y_range: tuple[float, float], written: str
) -> str:
    if not series:
        return ""
    last = max(learning.epochs or 0, int(learning.lines[-1]["epoch"]))
    chart = line_chart(
        series,
        x_label="epoch",
        y_label=title,
        x_range=(0.0, float(4 * math.ceil(last / 4))),
        y_range=y_range,
        x_format="{:.0f}",
        y_format=written,
        marks=max(len(points) for points in series.values()) <= MOST_MARKS,
    )
    return f"<figure>{chart}</figure>"
