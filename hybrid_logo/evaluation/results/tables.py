"""Result files as tables and sentences, and as Markdown for README and model card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hybrid_logo.evaluation.results.detail_tables import detail_notes, detail_tables
from hybrid_logo.evaluation.results.written import (
    Result,
    Rows,
    Tables,
    calibration,
    markdown_table,
    percent,
    signed,
    source_note,
)
from hybrid_logo.types import LABELS

__all__ = ["card_figures", "main_tables", "notes", "readme_figures"]

ACCURACY_HEAD = ["pictures", "mode", "strict", "accepted", "clear", "calibration error"]
PATH_HEAD = ["pictures", "hybrid decided by", "share", "strict", "accepted", "calibration error"]
TIME_HEAD = ["pictures", "path", "median ms", "p95 ms", "mean ms", "of decode alone"]
MILLISECONDS = ("median_ms", "p95_ms", "mean_ms")
CLASS_HEAD = ["pictures", "type (hybrid)", "recall", "precision", *(f"as {label}" for label in LABELS)]


def main_tables(results: Sequence[Result]) -> Tables:
    """Head and rows of each table that has rows: accuracy, who decided, time, and last the types."""
    found = {
        "accuracy": (ACCURACY_HEAD, _accuracy_rows(results)),
        "paths": (PATH_HEAD, _path_rows(results)),
        "time": (TIME_HEAD, _time_rows(results)),
        "types": (CLASS_HEAD, _class_rows(results)),
    }
    return {name: (head, rows) for name, (head, rows) in found.items() if rows}


def notes(results: Sequence[Result]) -> list[str]:
    """Sentences that belong below the tables."""
    told = (
        "Shares with their exact 95% interval. Calibration error: of the confidence that the strict label is "
        "met; 15 bins of equal mass, debiased, with a bootstrap interval; in brackets, what chance alone "
        "would show.",
        *(_difference_note(result) for result in results),
        *(_time_note(result) for result in results),
        _failure_note(results),
        _cost_note(results),
        source_note(results),
    )
    return [note for note in told if note]


def readme_figures(results: Sequence[Result]) -> str:
    """Markdown of one or more results on one model: accuracy, rules, time, size."""
    shown = {name: table for name, table in main_tables(results).items() if name != "types"}
    return "\n\n".join([*_markdown(shown), *notes(results)])


def card_figures(results: Sequence[Result]) -> str:
    """What README has, recall, precision and confusion of the hybrid for each type, and details."""
    shown = _markdown(main_tables(results)) + notes(results)
    return "\n\n".join([*shown, *_details(results)])


def _details(results: Sequence[Result]) -> Iterator[str]:
    below = detail_notes(results)
    for name, table in detail_tables(results).items():
        yield from _markdown({name: table})
        yield from below.get(name, [])


def _accuracy_rows(results: Sequence[Result]) -> Rows:
    return [
        [
            result["dataset"]["name"],
            mode,
            *(percent(figures[name]) for name in ("strict", "accepted", "clear")),
            calibration(figures),
        ]
        for result in results
        for mode, figures in result["modes"].items()
    ]


def _path_rows(results: Sequence[Result]) -> Rows:
    return [
        [
            result["dataset"]["name"],
            path,
            *(percent(figures[name]) for name in ("coverage", "strict", "accepted")),
            calibration(figures),
        ]
        for result in results
        for path, figures in result["modes"].get("hybrid", {}).get("decided_by", {}).items()
    ]


def _time_rows(results: Sequence[Result]) -> Rows:
    return [
        [result["dataset"]["name"], path, *(f"{figures[name]:.2f}" for name in MILLISECONDS), f"{ratio:.2f}x"]
        for result in results
        for path, figures, ratio in _paths(result.get("times", {}))
    ]


def _paths(times: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, float], float]]:
    """Name, figures and ratio to decoding alone; whole paths once more without their decoding."""
    for path, figures in times.items():
        yield path, figures, figures["ratio_to_decode"]
    for path, figures in times.items():
        if rest := figures.get("without_decoding"):
            ratio = figures["ratio_to_decode"] * rest["mean_ms"] / figures["mean_ms"]
            yield f"{path}, decoding taken off", rest, ratio


def _class_rows(results: Sequence[Result]) -> Rows:
    return [
        [
            result["dataset"]["name"],
            label,
            percent(row["recall"]),
            percent(row["precision"]),
            *map(str, counts),
        ]
        for result in results
        if (figures := result["modes"].get("hybrid"))
        for (label, row), counts in zip(figures["classes"].items(), figures["confusion"], strict=True)
    ]


def _difference_note(result: Result) -> str:
    told = [
        f"{name} {', '.join(f'{figure} {signed(value)}' for figure, value in row.items())}"
        for name, row in result["differences"].items()
    ]
    return f"Differences in points on {result['dataset']['name']}: {'; '.join(told)}." if told else ""


def _time_note(result: Result) -> str:
    """How the hybrid's own work compares with asking the student alone."""
    rests = [result.get("times", {}).get(mode, {}).get("without_decoding") for mode in ("hybrid", "neural")]
    if not all(rests):
        return ""
    hybrid, neural = (rest["mean_ms"] for rest in rests)
    return (
        f"With decoding taken off, the hybrid takes {hybrid / neural:.2f}x the mean time of neural on "
        f"{result['dataset']['name']}."
    )


def _failure_note(results: Sequence[Result]) -> str:
    """Errors are those of the pictures and the same in every mode, so one mode tells them all."""
    told = [
        f"{count:,} in {result['dataset']['name']} ({kind})"
        for result in results
        for kind, count in next(iter(result["modes"].values()))["failed"].items()
    ]
    return f"Pictures that got no answer and count as wrong: {', '.join(told)}." if told else ""


def _cost_note(results: Sequence[Result]) -> str:
    costs = [result["cost"] for result in results if result.get("cost")]
    if not costs:
        return ""
    # Sizes are the same in every suite; memory and import time are not, and the worst is what counts.
    cost = costs[0] | {name: max(row[name] for row in costs) for name in ("peak_memory_mb", "import_ms")}
    precision = results[0].get("precision", "int8").upper()
    return (
        f"Peak memory of the process: {cost['peak_memory_mb']:.0f} MB. Model release: "
        f"{cost['bundle_mb']:.2f} MB, of which the {precision} student {cost['student_mb']:.2f} MB. "
        f"Import: {cost['import_ms']:.0f} ms beyond NumPy, OpenCV and ONNX Runtime."
    )


def _markdown(tables: Tables) -> list[str]:
    return [markdown_table(table) for table in tables.values()]
