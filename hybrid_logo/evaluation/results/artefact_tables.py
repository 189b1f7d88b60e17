"""Artefacts as tables: what was measured of each, and what was aimed at on small devices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hybrid_logo.evaluation.results.written import Result, Rows, markdown_table, percent, source_note

__all__ = ["HEAD", "artefact_figures", "artefact_rows", "networks", "skipped_notes"]

Artefacts = Sequence[Mapping[str, Any]]

HEAD = [
    "artefact",
    "MB",
    "load ms",
    "median ms",
    "p95 ms",
    "memory MB",
    "cold start s",
    "cold start MB",
    "strict",
    "accepted",
    "as release",
]
GOAL_HEAD = ["what", "measured", "target", "met"]
EDGE_SIDE_PX = 64


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be at most.

    Attributes:
        what: the figure, in words.
        most: the target.
        unit: of both.
        digits: behind the point.
        found: the figure in all artefacts and what was measured in a browser; None where it was not measured.
    """

    what: str
    most: float
    unit: str
    digits: int
    found: Callable[[Artefacts, Mapping[str, Any]], float | None]


GOALS = (
    Goal("INT8 student", 1.0, "MB", 2, lambda rows, _: _int8_student_mb(rows)),
    Goal("hybrid graph", 1.5, "MB", 2, lambda rows, _: _hybrid_mb(rows)),
    Goal(
        f"student of the edge profile ({EDGE_SIDE_PX} px)",
        15.0,
        "M multiply-adds",
        1,
        lambda rows, _: _edge_multiply_adds(rows),
    ),
    Goal(
        "cold start of `hybrid-logo classify` with the release",
        0.5,
        "s",
        2,
        lambda rows, _: _of_release(rows, "cold_start_s"),
    ),
    Goal("memory of that process", 100.0, "MB", 0, lambda rows, _: _of_release(rows, "cold_start_memory_mb")),
    Goal(
        "memory of a process that answers all pictures",
        100.0,
        "MB",
        0,
        lambda rows, _: _of_release(rows, "memory_mb"),
    ),
    Goal("browser, median for one picture", 10.0, "ms", 1, lambda _, browser: browser.get("median_ms")),
)


def artefact_figures(results: Sequence[Result]) -> str:
    """Markdown: the targets, every artefact, and how both were measured."""
    measured = [result for result in results if "artefacts" in result]
    rows = [row for result in measured for row in result["artefacts"]]
    browsers = [result for result in results if "browser" in result]
    browser = browsers[-1]["browser"] if browsers else {}
    told = [markdown_table((GOAL_HEAD, goal_rows(rows, browser))), *_student_notes(rows)]
    for result in measured:
        told += [
            markdown_table((HEAD, artefact_rows(result["artefacts"], percent))),
            *skipped_notes(result["artefacts"]),
        ]
    if measured:
        told += [MEANING, source_note(measured)]
    return "\n\n".join([*told, *map(_browser_note, browsers)])


MEANING = (
    "Shares with their exact 95% interval; as release: the same answer as the release in the first row, "
    "told of its own artefacts. Load: from the start of loading to the first answer. Median and p95: one "
    "picture on one thread, decoding included. Memory: the largest of a process that answers all pictures. "
    "Cold start: a fresh process of `hybrid-logo classify`, from its start to the answer to one picture, and "
    "its largest memory; medians of several."
)


def artefact_rows(artefacts: Artefacts, told_share: Callable[[Mapping[str, Any]], str]) -> Rows:
    """A row for each; those that were skipped have empty cells.

    Args:
        artefacts: rows of a result, as ``export.measuring.Row.to_dict`` gives them.
        told_share: how a share is written.
    """
    return [
        [row["name"], *([""] * (len(HEAD) - 1) if row["skipped"] else _cells(row, told_share))]
        for row in artefacts
    ]


def skipped_notes(artefacts: Artefacts) -> list[str]:
    """Why there are rows without figures."""
    return [f"{row['name']}: skipped: {row['skipped']}" for row in artefacts if row["skipped"]]


def goal_rows(artefacts: Artefacts, browser: Mapping[str, Any]) -> Rows:
    """Each target beside its figure."""
    rows = []
    for goal in GOALS:
        value = goal.found([row for row in artefacts if not row["skipped"]], browser)
        measured = "-" if value is None else f"{value:.{goal.digits}f} {goal.unit}"
        met = "not measured" if value is None else "yes" if value <= goal.most else "no"
        rows.append([goal.what, measured, f"at most {goal.most:g} {goal.unit}", met])
    return rows


def networks(artefacts: Artefacts) -> list[Mapping[str, Any]]:
    """The different students behind artefacts, as far as their operations were counted."""
    found: list[Mapping[str, Any]] = []
    for row in artefacts:
        student = row.get("student")
        if student and student["multiply_adds"] is not None and student not in found:
            found.append(student)
    return found


def _cells(row: Mapping[str, Any], told_share: Callable[[Mapping[str, Any]], str]) -> list[str]:
    return [
        f"{row['size_bytes'] / 1e6:.2f}",
        f"{row['load_ms']:.0f}",
        f"{row['median_ms']:.2f}",
        f"{row['p95_ms']:.2f}",
        f"{row['memory_mb']:.0f}",
        f"{row['cold_start_s']:.2f}",
        f"{row['cold_start_memory_mb']:.0f}",
        *(told_share(row[name]) if row[name] else "-" for name in ("strict", "accepted", "agreement")),
    ]


def _releases(rows: Artefacts) -> Artefacts:
    return [row for row in rows if not row["target"]]


def _of_release(rows: Artefacts, figure: str) -> float | None:
    """The largest, where several runs have measured the release."""
    return max((float(row[figure]) for row in _releases(rows)), default=None)


def _int8_student_mb(rows: Artefacts) -> float | None:
    sizes = [row["student"]["int8_bytes"] for row in _releases(rows)]
    return sizes[0] / 1e6 if sizes and sizes[0] is not None else None


def _hybrid_mb(rows: Artefacts) -> float | None:
    sizes = [row["size_bytes"] for row in rows if row["target"] == "hybrid"]
    return max(sizes) / 1e6 if sizes else None


def _edge_multiply_adds(rows: Artefacts) -> float | None:
    counts = [each["multiply_adds"] for each in networks(rows) if each["side_px"] == EDGE_SIDE_PX]
    return min(counts) / 1e6 if counts else None


def _student_notes(rows: Artefacts) -> list[str]:
    return [
        f"The student of {student['side_px']} px has {student['parameters']:,} parameters and takes "
        f"{student['multiply_adds'] / 1e6:.1f} million multiply-adds for one picture, counted in its FP32 "
        "graph."
        for student in networks(rows)
    ]


def _browser_note(result: Result) -> str:
    told, versions = result["browser"], result["environment"]["versions"]
    return (
        f"Browser: {result['dataset']['pictures']:,} {result['dataset']['name']}, decoding included: median "
        f"{told['median_ms']:.1f} ms, p95 {told['p95_ms']:.1f} ms; the graph alone: median "
        f"{told['graph_median_ms']:.1f} ms. Loading the graph: {told['load_ms']:.0f} ms. "
        f"{told['program']} without a window, onnxruntime-web {versions['onnxruntime-web']}, one thread. "
        f"Model {result['model']}, measured {result['environment']['date']} on "
        f"{result['environment']['processor']}."
    )
