"""Result files as text: a summary for the terminal, Markdown for README and model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from hybrid_logo.types import LABELS

__all__ = ["card_figures", "notes", "print_summary", "readme_figures", "tables"]

Result = Mapping[str, Any]
Rows = list[list[str]]

ACCURACY_HEAD = ["pictures", "mode", "strict", "accepted", "clear", "calibration error"]
PATH_HEAD = ["pictures", "hybrid decided by", "share", "strict", "accepted", "calibration error"]
TIME_HEAD = ["pictures", "path", "median ms", "p95 ms", "mean ms", "of decode alone"]
CLASS_HEAD = ["pictures", "type (hybrid)", "recall", "precision", *(f"as {label}" for label in LABELS)]


def tables(results: Sequence[Result]) -> list[tuple[list[str], Rows]]:
    """Head and rows of each table that has rows: accuracy, who decided, time, and last the types."""
    found = [
        (ACCURACY_HEAD, _accuracy_rows(results)),
        (PATH_HEAD, _path_rows(results)),
        (TIME_HEAD, _time_rows(results)),
        (CLASS_HEAD, _class_rows(results)),
    ]
    return [(head, rows) for head, rows in found if rows]


def notes(results: Sequence[Result]) -> list[str]:
    """Sentences that belong below the tables."""
    told = (
        "Shares with their exact 95% interval. Calibration error: of the confidence that the strict label is "
        "met; 15 bins of equal mass, debiased, with a bootstrap interval; in brackets, what chance alone "
        "would show.",
        *(_difference_note(result) for result in results),
        _failure_note(results),
        _cost_note(results),
        _source_note(results),
    )
    return [note for note in told if note]


def readme_figures(results: Sequence[Result]) -> str:
    """Markdown of one or more results on one model: accuracy, rules, time, size."""
    parts = [_markdown(head, rows) for head, rows in tables(results) if head is not CLASS_HEAD]
    return "\n\n".join(parts + notes(results))


def card_figures(results: Sequence[Result]) -> str:
    """What README has, and recall, precision and confusion of the hybrid for each type."""
    return "\n\n".join([_markdown(head, rows) for head, rows in tables(results)] + notes(results))


def print_summary(result: Result, console: Console) -> None:
    """The same on a terminal, and the warnings."""
    console.print(f"[bold]{result['dataset']['name']}[/]")
    for head, rows in tables([result]):
        table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        for title, *cells in list(zip(head, *rows, strict=True))[1:]:
            # Narrow heads and a least width: rich would cut words to fit 80 columns.
            words = " ".join([title, *cells]).split()
            table.add_column(title.replace(" ", "\n"), min_width=max(map(len, words)))
        for row in rows:
            table.add_row(*row[1:])
        console.print(table)
    for note in notes([result]):
        console.print(note, highlight=False)
    for warning in result["dataset"]["warnings"]:
        console.print(f"[yellow]Warning:[/] {warning}", highlight=False)


def _accuracy_rows(results: Sequence[Result]) -> Rows:
    return [
        [
            result["dataset"]["name"],
            mode,
            *(_percent(figures[name]) for name in ("strict", "accepted", "clear")),
            _calibration(figures),
        ]
        for result in results
        for mode, figures in result["modes"].items()
    ]


def _path_rows(results: Sequence[Result]) -> Rows:
    return [
        [
            result["dataset"]["name"],
            path,
            *(_percent(figures[name]) for name in ("coverage", "strict", "accepted")),
            _calibration(figures),
        ]
        for result in results
        for path, figures in result["modes"].get("hybrid", {}).get("decided_by", {}).items()
    ]


def _time_rows(results: Sequence[Result]) -> Rows:
    return [
        [
            result["dataset"]["name"],
            path,
            *(f"{figures[name]:.2f}" for name in ("median_ms", "p95_ms", "mean_ms")),
            f"{figures['ratio_to_decode']:.2f}x",
        ]
        for result in results
        for path, figures in result.get("times", {}).items()
    ]


def _class_rows(results: Sequence[Result]) -> Rows:
    return [
        [
            result["dataset"]["name"],
            label,
            _percent(row["recall"]),
            _percent(row["precision"]),
            *map(str, counts),
        ]
        for result in results
        if (figures := result["modes"].get("hybrid"))
        for (label, row), counts in zip(figures["classes"].items(), figures["confusion"], strict=True)
    ]


def _difference_note(result: Result) -> str:
    told = [
        f"{name} {', '.join(f'{figure} {_signed(value)}' for figure, value in row.items())}"
        for name, row in result["differences"].items()
    ]
    return f"Differences in points on {result['dataset']['name']}: {'; '.join(told)}." if told else ""


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


def _source_note(results: Sequence[Result]) -> str:
    first = results[0]
    where = first["environment"]
    versions = where["versions"]
    counts = "; ".join(
        f"{result['dataset']['name']}: {result['dataset']['pictures']:,} pictures, "
        f"{result['dataset']['clear']:,} clear, seed {result['dataset']['seed']}"
        for result in results
    )
    return (
        f"Model {first['model']}, measured {where['date']} on {where['processor']} with ONNX Runtime "
        f"{versions['onnxruntime']} and OpenCV {versions['opencv-python-headless']}, one thread. "
        f"{counts}. Labels: {first['dataset']['labels_from']}."
    )


def _percent(value: Mapping[str, Any]) -> str:
    if value["share"] is None:
        return "-"
    return f"{value['share']:.1%} ({100 * value['low']:.1f}-{100 * value['high']:.1f})"


def _calibration(figures: Mapping[str, Any]) -> str:
    if "calibration" not in figures:
        return "-"
    value = figures["calibration"]
    interval = f"({100 * value['low']:.1f}-{100 * value['high']:.1f})"
    return f"{value['error']:.1%} {interval} [{value['by_chance']:.1%}]"


def _signed(value: Mapping[str, float]) -> str:
    return f"{100 * value['difference']:+.1f} ({100 * value['low']:+.1f} to {100 * value['high']:+.1f})"


def _markdown(head: Sequence[str], rows: Rows) -> str:
    if not rows:
        return ""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
