"""What the suite ``svg`` found, as tables, sentences and HTML with pictures."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from hybrid_logo.evaluation.html.markup import table
from hybrid_logo.evaluation.suites.special import SHOWN_ONLY
from hybrid_logo.vectorize.quality.choices import OURS, TRUE_TYPE
from hybrid_logo.vectorize.quality.conditions import CONDITIONS, JPEG_QUALITIES
from hybrid_logo.vectorize.quality.figures import MARGIN
from hybrid_logo.vectorize.quality.measured import ORIGINAL_SIDE_PX

__all__ = ["SHOWN", "html_section", "notes", "tables"]

Result = Mapping[str, Any]
Table = tuple[list[str], list[list[str]]]

SHOWN = {
    "color_error": "colour error",
    "low_pass_color_error": "after low-pass",
    "edge_distance_px": "edges",
    "bytes": "bytes",
    "paths": "paths",
}
_STYLE = "<style>.strip img { max-width: 100%; display: block; } .strip { margin: 1rem 0 1.6rem; }</style>"


def tables(result: Result) -> list[Table]:
    """Head and rows: ours by type, all methods, sizes, wrong types, and who is never worse."""
    return [
        (["by the type, against VTracer default", "pictures", *SHOWN.values()], _ours(result)),
        (["by the type, against snap everything", "pictures", *SHOWN.values()], _against_snap(result)),
        *(
            (
                [f"{title}, {pictures}", *result["types"]],
                _methods(result[key], figure, result["types"]),
            )
            for key, pictures in (("methods", "64-512 px"), ("methods_jpeg", "JPEG"))
            for figure, title in (
                ("color_error", "colour error"),
                ("low_pass_color_error", "after low-pass"),
                ("bytes", "bytes"),
            )
        ),
        (["by the type: colour error, after low-pass, bytes", *result["types"]], _sizes(result)),
        (["true type", *(f"as {label}" for label in _all_types(result))], _wrong_types(result)),
        (["method", "not worse than the default", "median ms"], _not_worse(result)),
    ]


def notes(result: Result) -> list[str]:
    """Sentences that belong below the tables."""
    counts = ", ".join(f"{number} {label}" for label, number in result["logos"].items() if number)
    told = [
        f"{sum(result['logos'].values())} logos of different brands ({counts}), drawn by seed "
        f"{result['seed']}, each at {', '.join(each.name for each in CONDITIONS)}; JPEG of a quality of "
        f"{JPEG_QUALITIES[0]}-{JPEG_QUALITIES[1]}. Conversions are compared with the original vector, both "
        f"drawn at {ORIGINAL_SIDE_PX} px, on a white and on a dark page where one is transparent. Figures "
        "are medians over pictures of the ratio to VTracer's default, below 1 is better, with 95% intervals "
        "from drawing logos as wholes. Colour error: mean distance in L*a*b*; edges: chamfer distance.",
        f"Not worse: the colour error exceeds VTracer's default by at most {MARGIN:g}; a conversion that "
        "failed counts as worse. The intervals there take pictures as independent.",
        f"{OURS}: the strategy of the predicted type, and of the second one too where the prediction is "
        "unsure; of several, what is nearer to the picture itself is kept. oracle: the candidate nearest to "
        "the original, which no method can know.",
        f"The predicted type was the label for {result['predicted_right']:.1%} of the pictures.",
    ]
    share = result["time"]["classify_share"]
    if share is not None:
        told.append(
            f"Classification took {share:.1%} of the time of classifying and converting decoded pictures."
        )
    failed = {name: count for name, count in result["failed"].items() if count}
    if failed:
        told.append(
            "Failed: " + ", ".join(f"{name} on {count} pictures" for name, count in failed.items()) + "."
        )
    if not result["potrace"]:
        told.append("potrace was not measured: the program is not installed.")
    if result["not_drawn"]:
        told.append(f"{result['not_drawn']} pictures could not be drawn or read and were left out.")
    return told


def html_section(result: Result) -> str:
    """The tables, the notes, and strips of pictures; the page gives the heading."""
    parts = [_STYLE, *(table(head, rows) for head, rows in tables(result))]
    parts += [f"<p>{escape(note)}</p>" for note in notes(result)]
    for kind, title in (
        ("misses", "Where VTracer's default is nearer"),
        ("wins", "Where the type helps most"),
    ):
        cards = result.get(SHOWN_ONLY, {}).get(kind, [])
        if cards:
            parts.append(
                f"<h4>{title}: the original, what was given, VTracer default, {OURS}</h4>{''.join(cards)}"
            )
    return "\n".join(parts)


def _ours(result: Result) -> list[list[str]]:
    rows = []
    for method, told in ((OURS, ""), (TRUE_TYPE, ", true type")):
        for label in result["types"]:
            for key, pictures in (("methods", "64-512 px"), ("methods_jpeg", "JPEG")):
                rows.append(_figures(f"{label}{told}, {pictures}", result[key][method][label]))
    return rows


def _against_snap(result: Result) -> list[list[str]]:
    return [_figures(label, found) for label, found in result["against_snap"].items()]


def _figures(name: str, found: Mapping[str, Any]) -> list[str]:
    return [name, str(found["pictures"]), *(_ratio(found, figure) for figure in SHOWN)]


def _methods(methods: Mapping[str, Any], figure: str, types: list[str]) -> list[list[str]]:
    return [
        [name, *(_ratio(found[label], figure) for label in types)]
        for name, found in methods.items()
        if any(found[label]["pictures"] for label in types)
    ]


def _sizes(result: Result) -> list[list[str]]:
    figures = ("color_error", "low_pass_color_error", "bytes")
    return [
        [name, *(", ".join(_plain(found[label], figure) for figure in figures) for label in result["types"])]
        for name, found in result["sizes"].items()
    ]


def _wrong_types(result: Result) -> list[list[str]]:
    """Colour error, and bytes, as ratios to those of the right strategy."""
    return [
        [label, *(f"{_plain(cell, 'color_error')}, {_plain(cell, 'bytes')}" for cell in row.values())]
        for label, row in result["wrong_types"].items()
    ]


def _not_worse(result: Result) -> list[list[str]]:
    times = result["time"]["median_ms"]
    rows = []
    for name, counted in result["not_worse"].items():
        if name in times and counted["n"]:
            interval = f"({100 * counted['low']:.1f}-{100 * counted['high']:.1f})"
            rows.append(
                [
                    name,
                    f"{counted['share']:.1%} {interval}: {counted['k']} of {counted['n']}",
                    f"{times[name]:.0f}",
                ]
            )
    return rows


def _all_types(result: Result) -> list[str]:
    return list(next(iter(result["wrong_types"].values()), {}))


def _ratio(found: Mapping[str, Any], figure: str) -> str:
    if figure not in found:
        return "-"
    value = found[figure]
    return f"{value['ratio']:.2f} ({value['low']:.2f}-{value['high']:.2f})"


def _plain(found: Mapping[str, Any], figure: str) -> str:
    return f"{found[figure]['ratio']:.2f}" if figure in found else "-"
