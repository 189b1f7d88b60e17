"""Result files as text: a summary for the terminal, Markdown for README and model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from hybrid_logo.types import LABELS

__all__ = ["card_figures", "print_summary", "readme_figures"]

Result = Mapping[str, Any]
Rows = list[list[str]]


def readme_figures(results: Sequence[Result]) -> str:
    """Markdown tables of one or more results on one model: accuracy, rules, time, size."""
    parts = [
        _markdown(ACCURACY_HEAD, _accuracy_rows(results)),
        "Each with its exact 95% interval. Calibration error: 15 bins of equal mass, debiased, with a "
        "bootstrap interval; in brackets what chance alone would show.",
        _markdown(PATH_HEAD, _path_rows(results)),
        _markdown(TIME_HEAD, _time_rows(results)),
        _failure_note(results),
        _cost_note(results),
        _source_note(results),
    ]
    return "\n\n".join(part for part in parts if part)


def card_figures(results: Sequence[Result]) -> str:
    """What README has, and recall, precision and confusion of the hybrid for each type."""
    parts = [readme_figures(results)]
    for result in results:
        figures = result["modes"].get("hybrid")
        if figures is None:
            continue
        parts.append(f"Hybrid on {result['dataset']['name']}, by type, and what each type was answered as:")
        parts.append(_markdown(CLASS_HEAD, _class_rows(figures)))
    return "\n\n".join(parts)


def print_summary(result: Result, console: Console) -> None:
    """The same tables on a terminal, and the warnings."""
    about = result["dataset"]
    console.print(
        f"[bold]{about['name']}[/]: {about['pictures']:,} pictures, {about['clear']:,} clear; "
        f"model {result['model']}"
    )
    for head, rows in (
        (ACCURACY_HEAD, _accuracy_rows([result])),
        (PATH_HEAD, _path_rows([result])),
        (TIME_HEAD, _time_rows([result])),
        *(
            (CLASS_HEAD, _class_rows(figures))
            for name, figures in result["modes"].items()
            if name == "hybrid"
        ),
    ):
        if rows:
            table = Table(*head[1:] if head[0] == "pictures" else head)
            for row in rows:
                table.add_row(*(row[1:] if head[0] == "pictures" else row))
            console.print(table)
    for name, row in result["differences"].items():
        told = ", ".join(f"{figure} {_signed(value)}" for figure, value in row.items())
        console.print(f"{name}, in points: {told}")
    for note in (_failure_note([result]), _cost_note([result])):
        if note:
            console.print(note)
    console.print(f"Labels: {about['labels_from']}.")
    for warning in about["warnings"]:
        console.print(f"[yellow]Warning:[/] {warning}")


ACCURACY_HEAD = ["pictures", "mode", "strict", "accepted", "clear", "calibration error"]
PATH_HEAD = ["pictures", "decided by", "share", "strict", "accepted", "calibration error"]
TIME_HEAD = ["pictures", "path", "median ms", "p95 ms", "mean ms", "of decode alone"]
CLASS_HEAD = ["type", "recall", "precision", *(f"as {label}" for label in LABELS)]


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


def _class_rows(figures: Mapping[str, Any]) -> Rows:
    return [
        [label, _percent(row["recall"]), _percent(row["precision"]), *map(str, counts)]
        for (label, row), counts in zip(figures["classes"].items(), figures["confusion"], strict=True)
    ]


def _failure_note(results: Sequence[Result]) -> str:
    """Errors are those of the pictures and the same in every mode, so one mode tells them all."""
    told = [
        f"{count:,} in {result['dataset']['name']} ({kind})"
        for result in results
        for kind, count in next(iter(result["modes"].values()))["failed"].items()
    ]
    return f"Pictures that got no answer and count as wrong: {', '.join(told)}." if told else ""


def _cost_note(results: Sequence[Result]) -> str:
    cost = next((result["cost"] for result in results if result.get("cost")), None)
    if cost is None:
        return ""
    return (
        f"Peak memory of the process: {cost['peak_memory_mb']:.0f} MB. Model release: "
        f"{cost['bundle_mb']:.2f} MB, of which the INT8 student {cost['student_mb']:.2f} MB. "
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
