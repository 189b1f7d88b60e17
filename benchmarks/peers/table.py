"""The result file as tables of docs/PEERS.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hybrid_logo.evaluation.results.written import percent, signed
from hybrid_logo.training.documented import DocumentedTable
from hybrid_logo.types import LABELS

__all__ = ["COMMAND", "TABLE", "as_markdown"]

COMMAND = "python benchmarks/peers/run.py --out benchmarks/results"
ACCURACIES = ("strict", "accepted", "clear")
THOUSAND, MILLION = 1_000, 1_000_000
ACCURACY_NOTE = (
    "Shares with their exact 95% interval. Last column: accepted accuracy of the hybrid minus that of the "
    "method, in points, with a bootstrap interval over brands; above 0 the hybrid is better."
)
COST_NOTE = (
    "Time: mean a picture with decoding taken off, one thread, all methods in turns on the same pictures; in "
    "milliseconds, and as a multiple of the hybrid's. Pictures seen: in training; one that was shown again "
    "counts again. Networks of others learned from the labelled logos alone, without teachers, and are timed "
    "as exported, in FP32."
)


def as_markdown(result: Mapping[str, Any]) -> str:
    """Three tables (accuracy, recall of each type, cost), what was skipped, and where it was measured."""
    parts = [
        _table(["pictures", "method", *ACCURACIES, "hybrid - it"], _accuracy_rows(result)),
        ACCURACY_NOTE,
        _table(["recall on", "method", *(label.value for label in LABELS)], _recall_rows(result)),
        _table(_cost_head(result), _cost_rows(result)),
        COST_NOTE,
        "\n".join(f"- **{method['name']}**: {method['about']}." for method in result["methods"].values()),
        "\n".join(f"- Skipped: **{name}**. {why}" for name, why in result["skipped"].items()),
        _source(result),
    ]
    return "\n\n".join(part for part in parts if part)


TABLE = DocumentedTable(
    "peers",
    Path("benchmarks/results/peers.json"),
    as_markdown,
    document=Path("docs/PEERS.md"),
    command=COMMAND,
)


def _accuracy_rows(result: Mapping[str, Any]) -> Iterator[list[str]]:
    for suite, name, figures in _figures(result):
        others = "-" if name == "hybrid" else signed(figures["hybrid_minus_it"]["accepted"])
        yield [
            suite, result["methods"][name]["name"], *(percent(figures[key]) for key in ACCURACIES), others
        ]  # fmt: skip


def _recall_rows(result: Mapping[str, Any]) -> Iterator[list[str]]:
    for suite, name, figures in _figures(result):
        recalls = (percent(figures["classes"][label.value]["recall"]) for label in LABELS)
        yield [suite, result["methods"][name]["name"], *recalls]


def _cost_head(result: Mapping[str, Any]) -> list[str]:
    times = [f"time on {suite}" for suite in _timed(result)]
    return ["method", "pictures seen", "parameters", "MB", *times]


def _cost_rows(result: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, method in result["methods"].items():
        size = method["size_mb"]
        yield [
            method["name"],
            _count(method["pictures_seen"]),
            _count(method["parameters"]),
            "-" if size is None else f"{size:.2f}",
            *(_time(times[name]) for times in _timed(result).values()),
        ]


def _timed(result: Mapping[str, Any]) -> dict[str, Any]:
    return {suite: found["times"] for suite, found in result["suites"].items() if found["times"]}


def _time(times: Mapping[str, Any]) -> str:
    mean, ratio = times["without_decoding"]["mean_ms"], times["ratio_to_hybrid"]
    return f"{mean:.2f} ms" if ratio is None else f"{mean:.2f} ms, {ratio:.2f}x"


def _figures(result: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for suite, found in result["suites"].items():
        for name, figures in found["figures"].items():
            yield suite, name, figures


def _count(value: int | None) -> str:
    """Three digits are enough to compare by."""
    if value is None:
        return "-"
    for unit, word in ((MILLION, "M"), (THOUSAND, "k")):
        if value >= unit:
            return f"{value / unit:.3g} {word}"
    return str(value)


def _source(result: Mapping[str, Any]) -> str:
    where, settings = result["environment"], result["settings"]
    sets = "; ".join(
        f"{name}: {found['dataset']['pictures']:,} pictures, {found['dataset']['clear']:,} clear, "
        f"seed {found['dataset']['seed']}"
        for name, found in result["suites"].items()
    )
    versions = ", ".join(f"{name} {number}" for name, number in where["versions"].items())
    return (
        f"Measured {where['date']} on {where['processor']}: {versions}. Peers learned from "
        f"{settings['logos']:,} logos of the train split with {settings['copies']} degraded copies each. "
        f"{sets}; times on {settings['timed']} of them. Labels: {result['labels_from']}."
    )


def _table(head: Sequence[str], rows: Iterator[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
