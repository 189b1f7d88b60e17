"""The figures of docs/VECTORIZE.md: what was aimed at, what was measured, and whether it was met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hybrid_logo.evaluation.results.written import counted
from hybrid_logo.vectorize.quality.candidates import POTRACE, SNAP
from hybrid_logo.vectorize.quality.choices import ORACLE, OURS
from hybrid_logo.vectorize.quality.conditions import JPEG_QUALITIES
from hybrid_logo.vectorize.quality.figures import MARGIN, SMALL
from hybrid_logo.vectorize.quality.suite_report import SHOWN

__all__ = ["svg_lines"]

Result = Mapping[str, Any]
Row = list[str]

AGAINST_DEFAULT = {
    "simple": {"color_error": 0.40, "bytes": 0.70},
    "text": {"color_error": 0.50, "bytes": 0.65},
    "gradient": {"low_pass_color_error": 0.30, "bytes": 1.20},
    "complex": {"color_error": 0.65, "bytes": 0.70},
}
"""Type -> figure -> largest median ratio to VTracer's default that is aimed at."""
NOT_WORSE, CLASSIFYING = 0.99, 0.05
FEW_LOGOS = 10
"""Of a type; intervals from fewer say little."""
TRIPLE = ("color_error", "low_pass_color_error", "bytes")
UNKNOWN = "not measured"

READING = (
    "Median changes over the pictures, with 95% intervals from drawing logos as wholes; less is better. "
    "Edges: mean distance of each edge to the nearest of the original, where a lost counter or corner shows. "
    "Not worse: the interval takes pictures as independent; a conversion that failed counts as worse. A "
    "target is judged by the median or the share, and said where the interval reaches across it; what shall "
    "be clearly below, by the whole interval."
)
MULTIPLES = (
    "Multiples of what VTracer's default gives, as medians: colour error, the same after a low-pass, bytes; "
    "below 1 is better. The intervals stand in the HTML report (`--report`), with pictures of the worst "
    "misses. A part of the bytes is the length of coordinates; VTracer with two decimals shows how much."
)
WRONG = "Wrong types: colour error and bytes, as multiples of what the strategy of the logo's own type gives."


def svg_lines(result: Result) -> list[str]:
    """Markdown of one result of ``hybrid-logo benchmark --suite svg``.

    Args:
        result: a result file as loaded, with the key ``svg``.

    Returns:
        lines, to be joined by line breaks; empty ones part tables and paragraphs.

    Raises:
        KeyError: the result holds no figures of the suite.
    """
    found = result["svg"]
    types = found["types"]
    parts = [
        _table(["against VTracer's default", "aimed at", "measured (95%)", ""], _default(found)),
        _table([f"against one strategy for all: {SNAP}", "aimed at", "measured (95%)", ""], _one(found)),
        _table(["over all pictures", "aimed at", "measured (95%)", ""], _overall(found)),
        [READING],
        _table(["method", *types, "not worse", "median ms"], _methods(found)),
        _table([f"{OURS}, at each size", *types], _sizes(found)),
        [MULTIPLES + ("" if found["potrace"] else f" {POTRACE} is not there: it was not installed.")],
        _table(["a logo that is", *(f"as {label}" for label in _labels(found))], _wrong(found)),
        [WRONG],
        [_source(result)],
    ]
    return [line for part in parts for line in (*part, "")][:-1]


def _default(found: Result) -> Iterator[Row]:
    for label, targets in AGAINST_DEFAULT.items():
        for figure, most in targets.items():
            value = found["methods"][OURS].get(label, {}).get(figure)
            yield _judged(f"{label}: {SHOWN[figure]}", value, most)
    for size in SMALL:
        value = found["sizes"].get(size, {}).get("text", {}).get("edge_distance_px")
        yield _judged(f"text at {size}: {SHOWN['edge_distance_px']}", value, 1.0)


def _one(found: Result) -> Iterator[Row]:
    for label in AGAINST_DEFAULT:
        value = found["against_snap"].get(label, {}).get("color_error")
        yield _judged(f"{label}: {SHOWN['color_error']}", value, 1.0)
    figure = "low_pass_color_error"
    value = found["against_snap"].get("gradient", {}).get(figure)
    yield _judged(f"gradient: {SHOWN[figure]}", value, 1.0, clearly=True)
    value = found["against_snap_small"].get("text", {}).get("color_error")
    yield _judged(f"text at {' and '.join(SMALL)}: {SHOWN['color_error']}", value, 1.0, clearly=True)


def _judged(told: str, value: Mapping[str, float] | None, most: float, *, clearly: bool = False) -> Row:
    """One target; ``clearly`` asks that the whole interval lies below it."""
    wanted = "clearly below 0%" if clearly else f"at most {_change(most)}"
    if value is None:
        return [told, wanted, "-", UNKNOWN]
    low, middle, high = value["low"], value["ratio"], value["high"]
    met = high < most if clearly else middle <= most
    measured = f"{_change(middle, 1)} ({_change(low, 1)} to {_change(high, 1)})"
    return [told, wanted, measured, _verdict(met, low <= most < high)]


def _overall(found: Result) -> Iterator[Row]:
    kept, share = found["not_worse"][OURS], found["time"]["classify_share"]
    told = f"colour error at most {MARGIN:g} above the default's"
    verdict = UNKNOWN
    if kept["n"]:
        verdict = _verdict(kept["share"] >= NOT_WORSE, kept["low"] < NOT_WORSE <= kept["high"])
    yield [told, f"at least {NOT_WORSE:.0%}", counted(kept), verdict]
    told = "classifying, of the time of classifying and converting decoded pictures"
    if share is None:
        yield [told, f"below {CLASSIFYING:.0%}", "-", UNKNOWN]
    else:
        yield [told, f"below {CLASSIFYING:.0%}", f"{share:.1%}", _verdict(share < CLASSIFYING)]


def _verdict(met: bool, across: bool = False) -> str:
    return ("met" if met else "**missed**") + (", the interval reaches across" if across else "")


def _change(ratio: float, digits: int = 0) -> str:
    """A ratio as a change in percent."""
    percent = round(100 * (ratio - 1), digits)
    return f"{percent:+.{digits}f}%" if percent else "0%"


def _methods(found: Result) -> Iterator[Row]:
    times = found["time"]["median_ms"]
    for name, figures in found["methods"].items():
        if any(figures[label]["pictures"] for label in found["types"]):
            kept = found["not_worse"][name]["share"]
            # What no method can know costs no time that could be told.
            milliseconds = f"{times[name]:.0f}" if name in times and name != ORACLE else "-"
            cells = (_multiples(figures[label], TRIPLE) for label in found["types"])
            yield [name, *cells, "-" if kept is None else f"{kept:.1%}", milliseconds]


def _sizes(found: Result) -> Iterator[Row]:
    for size, figures in found["sizes"].items():
        yield [size, *(_multiples(figures[label], TRIPLE) for label in found["types"])]


def _wrong(found: Result) -> Iterator[Row]:
    for label, figures in found["wrong_types"].items():
        yield [label, *(_multiples(cell, ("color_error", "bytes")) for cell in figures.values())]


def _labels(found: Result) -> list[str]:
    return list(next(iter(found["wrong_types"].values()), {}))


def _multiples(figures: Mapping[str, Any], names: Iterable[str]) -> str:
    return ", ".join(f"{figures[name]['ratio']:.2f}" if name in figures else "-" for name in names)


def _source(result: Result) -> str:
    found, where = result["svg"], result["environment"]
    counts = ", ".join(f"{number} {label}" for label, number in found["logos"].items() if number)
    sizes = ", ".join(found["sizes"])
    few = [label for label, number in found["logos"].items() if 0 < number < FEW_LOGOS]
    failed = sum(found["failed"].values())
    told = [
        f"{sum(found['logos'].values())} logos of different brands ({counts}), from "
        f"{result['dataset']['name']}, drawn by seed {found['seed']}, at {sizes}: "
        f"{found['pictures']:,} pictures.",
        f"JPEG of a quality of {JPEG_QUALITIES[0]}-{JPEG_QUALITIES[1]}; it counts in the share that is not "
        "worse and in times, and has a row of its own among the sizes.",
        f"Of {', '.join(few)} so few that their intervals say little." if few else "",
        f"{found['not_drawn']} pictures could not be drawn." if found["not_drawn"] else "",
        f"Conversions that failed, of all methods together: {failed}." if failed else "",
        f"The predicted type was the label for {found['predicted_right']:.1%}.",
        f"Model {result['model']}, measured {where['date']} on {where['processor']}.",
        f"Labels: {result['dataset']['labels_from']}.",
    ]
    return " ".join(filter(None, told))


def _table(head: Row, rows: Iterable[Row]) -> list[str]:
    return [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows)]
