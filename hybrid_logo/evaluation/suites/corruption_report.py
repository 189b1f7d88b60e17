"""What the corruption suite found, as tables, sentences and HTML with heat."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from hybrid_logo.evaluation.html.charts import line_chart
from hybrid_logo.evaluation.html.heat import Cell, heat_table
from hybrid_logo.evaluation.html.markup import charts, figure, paragraph, table
from hybrid_logo.evaluation.results.written import Result, Table, counted, told_mode
from hybrid_logo.evaluation.statistics.metrics import share
from hybrid_logo.evaluation.suites.corruptions import CORRUPTIONS, SEVERITIES
from hybrid_logo.types import LogoType

__all__ = ["html_section", "notes", "promise_kept", "tables"]

WORST_LOSS = 0.4
"""Share of the answers lost from which a cell is as red as can be."""
SEVERITY_HEAD = ["clean", *(f"severity {number}" for number in range(1, SEVERITIES + 1))]


def tables(result: Result) -> list[Table]:
    """Head and rows: the modes; then each corruption for the hybrid, or the last mode without it."""
    found = [(["mode", "clean", "corrupted", "relative fall", "worst"], _mode_rows(result))]
    if result["modes"]:
        mode = told_mode(result)
        head = [f"corruption ({mode})", "pictures", *SEVERITY_HEAD]
        rows = [
            [name, str(row["pictures"]), *(f"{value:.1%}" for value in _shares(row, "accepted"))]
            for name, row in result["modes"][mode]["corruptions"].items()
        ]
        found.append((head, rows))
    if "hybrid" in result["modes"]:
        found.append((["corruption", "decided by rules", "wrong among them", "promise"], _promises(result)))
    return [(head, rows) for head, rows in found if rows]


def notes(result: Result) -> list[str]:
    """Sentences that belong below the tables."""
    told = [
        f"{result['pictures']:,} of {result['of']:,} pictures, one of each brand, drawn by seed "
        f"{result['seed']}, reduced to {result['largest_side_px']} px; "
        f"{len(CORRUPTIONS)} corruptions in {SEVERITIES} severities. Accepted accuracy; a file without an "
        "answer counts as wrong. Corrupted: mean over all corruptions and severities; the relative fall is "
        "against the same pictures clean.",
    ]
    left = result["drawn"] - result["pictures"]
    if left:
        told.append(f"{left:,} drawn pictures could not be opened and were left out.")
    for leaves_out, why in (
        (
            [each for each in CORRUPTIONS if each.leaves_out],
            "pictures that may be gradients: it changes these",
        ),
        (
            [each for each in CORRUPTIONS if each.transparent_only],
            "opaque pictures: nothing happens to these",
        ),
    ):
        told.append(f"Not done to {why} ({', '.join(each.name for each in leaves_out)}).")
    if result["target_risk"] is not None and "hybrid" in result["modes"]:
        told.append(
            f"The promise of at most {result['target_risk']:.1%} wrong answers of the rules was certified on "
            "other pictures, not on these files. Each picture adds one severity of each corruption, drawn by "
            "the seed, so that the exact 95% intervals hold. Kept or broken: the whole interval lies below "
            "or above the promise."
        )
    return told


def html_section(result: Result) -> str:
    """Tables, a chart, and per mode one table of heat; the page gives the heading."""
    told_below = [paragraph(note) for note in notes(result)]
    if not result["modes"]:
        return "\n".join(told_below)
    modes, told = result["modes"], told_mode(result)
    parts = [table(*tables(result)[0]), *told_below]
    parts.append(charts(_chart(modes)))
    parts.append(f"<h4>Accepted accuracy of {escape(told)}</h4>{_accuracy_heat(modes[told])}")
    if told == "hybrid":
        parts.append(
            f"<h4>Share decided by the rules, and how many of these are wrong</h4>{_risk_heat(result)}"
        )
    for mode, figures in modes.items():
        if mode != told:
            parts.append(
                f"<details><summary>Accepted accuracy of {escape(mode)}</summary>{_accuracy_heat(figures)}"
                "</details>"
            )
    parts.append(f"<details><summary>What each severity is</summary>{table(*_severities())}</details>")
    return "\n".join(parts)


def promise_kept(promise: Mapping[str, Any], target_risk: float) -> str:
    """One word for a count of the rules' answers against what was promised."""
    if promise["low"] > target_risk:
        return "broken"
    return "kept" if promise["high"] <= target_risk else "open"


def _mode_rows(result: Result) -> list[list[str]]:
    rows = []
    for mode, figures in result["modes"].items():
        worst, fall = figures["worst"], figures["relative_fall"]["accepted"]
        rows.append(
            [
                mode,
                f"{figures['clean']['accepted']['share']:.1%}",
                f"{figures['mean']['accepted']:.1%}",
                "-" if fall is None else f"{fall:.1%}",
                f"{worst['accepted']:.1%} ({worst['corruption']}, severity {worst['severity']})",
            ]
        )
    return rows


def _promises(result: Result) -> list[list[str]]:
    target = result["target_risk"]
    rows = []
    for name, row in result["modes"]["hybrid"]["corruptions"].items():
        promise, ruled = row["promise"], share(row["promise"]["n"], row["pictures"])
        kept = "none made" if target is None else promise_kept(promise, target)
        rows.append([name, f"{ruled.share:.1%}", counted(promise), kept])
    return rows


def _shares(row: Mapping[str, Any], measured: str) -> list[float]:
    return [count / row["pictures"] for count in row[measured]]


def _chart(modes: Mapping[str, Any]) -> str:
    series = {
        mode: list(
            enumerate(
                np.mean([_shares(row, "accepted")[1:] for row in figures["corruptions"].values()], axis=0), 1
            )
        )
        for mode, figures in modes.items()
    }
    lowest = min(value for points in series.values() for _, value in points)
    chart = line_chart(
        series,
        x_label="severity",
        y_label="accepted accuracy",
        x_range=(1.0, float(SEVERITIES)),
        y_range=(max(0.0, np.floor(10 * lowest - 0.5) / 10), 1.0),
        x_format="{:.0f}",
        marks=True,
    )
    return figure(chart, "Mean over all corruptions.")


def _accuracy_heat(figures: Mapping[str, Any]) -> str:
    rows = []
    for name, row in figures["corruptions"].items():
        values = _shares(row, "accepted")
        cells: list[Cell] = [(f"{value:.0%}", (values[0] - value) / WORST_LOSS) for value in values]
        rows.append(([name, str(row["pictures"])], cells))
    return heat_table(["corruption", "pictures", *SEVERITY_HEAD], rows)


def _risk_heat(result: Result) -> str:
    """Share decided by the rules, and of these the share that is wrong; red where the promise is exceeded."""
    target = result["target_risk"] or 0.0
    promises = _promises(result)
    rows = []
    for (name, row), told in zip(result["modes"]["hybrid"]["corruptions"].items(), promises, strict=True):
        cells: list[Cell] = []
        for ruled, wrong in zip(row["by_rules"], row["by_rules_wrong"], strict=True):
            risk = wrong / ruled if ruled else 0.0
            text = f"{ruled / row['pictures']:.0%}, {wrong}" if ruled else "none"
            cells.append((text, (risk - target) / WORST_LOSS + 0.2 if risk > target else 0.0))
        cells += [(told[2], 0.0), (told[3], float(told[3] == "broken"))]
        rows.append(([name], cells))
    return heat_table(["corruption", *SEVERITY_HEAD, "at one severity per picture", "promise"], rows)


def _severities() -> tuple[list[str], list[list[str]]]:
    rows = [
        [
            each.name,
            *(f"{strength:g}" for strength in each.strengths),
            each.unit,
            ", ".join(sorted(map(LogoType, each.leaves_out))) or "-",
        ]
        for each in CORRUPTIONS
    ]
    return ["corruption", *SEVERITY_HEAD[1:], "unit", "leaves out"], rows
