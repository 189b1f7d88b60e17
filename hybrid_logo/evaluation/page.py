"""One benchmark result as one HTML file that needs nothing else: tables, charts, a gallery of errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from hybrid_logo.errors import PictureError
from hybrid_logo.evaluation.charts import line_chart
from hybrid_logo.evaluation.datasets import Case, Dataset
from hybrid_logo.evaluation.markup import document, picture, table
from hybrid_logo.evaluation.tables import notes, tables
from hybrid_logo.image import load_picture
from hybrid_logo.types import Mode, Prediction

__all__ = ["html_page", "html_section"]

MOST_PICTURES = 60


def html_page(sections: Sequence[str]) -> str:
    """The whole file."""
    return document("hybrid-logo benchmark", sections)


def html_section(
    dataset: Dataset, result: Mapping[str, Any], answers: Mapping[Mode, Sequence[Prediction | None]]
) -> str:
    """What is told about one dataset.

    Args:
        dataset: the pictures, for the gallery.
        result: its JSON-ready figures.
        answers: per mode, one prediction per picture, with its reason.
    """
    parts = [f"<h2>{escape(dataset.name)}</h2>"]
    parts += [table(head, rows) for head, rows in tables([result])]
    parts += [f"<p>{escape(note)}</p>" for note in notes([result])]
    parts += [f"<p><strong>Warning:</strong> {escape(warning)}</p>" for warning in dataset.warnings]
    parts.append(f'<div class="charts">{_risk_coverage(result)}{_reliability(result)}</div>')
    wrong = {mistake["name"] for mistake in result["mistakes"]}
    shown = [position for position, case in enumerate(dataset.cases) if case.name in wrong][:MOST_PICTURES]
    parts.append(f"<h3>Errors: {len(shown):,} of {len(wrong):,} shown</h3>")
    cards = [
        _card(dataset.cases[position], {mode: given[position] for mode, given in answers.items()})
        for position in shown
    ]
    parts.append(f'<div class="gallery">{"".join(cards)}</div>')
    return "\n".join(parts)


def _risk_coverage(result: Mapping[str, Any]) -> str:
    alone = result["rules_alone"]
    if not alone:
        return ""
    series = {f"{name}, area {figures['area']:.4f}": figures["curve"] for name, figures in alone.items()}
    highest = max(risk for figures in alone.values() for _, risk in figures["curve"])
    chart = line_chart(
        series,
        x_label="pictures left to the rules",
        y_label="accepted error among them",
        y_range=(0.0, max(0.02, min(1.0, 1.1 * highest))),
    )
    caption = "Rules alone, ranked by two scores: lower is better."
    return f"<figure>{chart}<figcaption>{caption}</figcaption></figure>"


def _reliability(result: Mapping[str, Any]) -> str:
    series = {
        mode: [(part["confidence"], part["accuracy"]) for part in figures["reliability"]]
        for mode, figures in result["modes"].items()
        if "reliability" in figures
    }
    if not series:
        return ""
    chart = line_chart(
        series,
        x_label="confidence",
        y_label="strict accuracy",
        x_range=(0.2, 1.0),
        y_range=(0.2, 1.0),
        diagonal=True,
        marks=True,
    )
    caption = "Reliability, bins of equal mass: on the dotted line, confidence is what it says."
    return f"<figure>{chart}<figcaption>{caption}</figcaption></figure>"


def _card(case: Case, answers: Mapping[Mode, Prediction | None]) -> str:
    wanted = " or ".join(sorted(case.accepted, key=lambda label: (label != case.label, label)))
    lines = [_picture(case), f"<p><strong>{escape(case.name)}</strong><br>label: {wanted}</p>"]
    for mode, answer in answers.items():
        if answer is None:
            lines.append(f"<p>{mode}: no answer</p>")
            continue
        told = f"{mode}: {answer.label}, {answer.confidence:.0%}"
        if mode == Mode.HYBRID:
            told += f", decided by {answer.decided_by}"
        lines.append(f'<p>{told}<br><span class="small">{escape(answer.reason)}</span></p>')
    return f'<div class="card">{"".join(lines)}</div>'


def _picture(case: Case) -> str:
    """The thumbnail that the rules saw."""
    try:
        thumbnail = load_picture(case.read()).thumbnail
    except PictureError as error:
        return f'<p class="small">{escape(str(error))}</p>'
    return picture(thumbnail)
