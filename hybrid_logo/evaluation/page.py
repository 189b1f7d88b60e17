"""One benchmark result as one HTML file that needs nothing else: tables, charts, a gallery of errors."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import cv2

from hybrid_logo.errors import PictureError
from hybrid_logo.evaluation.charts import line_chart
from hybrid_logo.evaluation.datasets import Case, Dataset
from hybrid_logo.evaluation.tables import notes, tables
from hybrid_logo.image import load_picture
from hybrid_logo.types import Mode, Prediction

__all__ = ["html_page", "html_section"]

MOST_PICTURES = 60

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
.charts { display: flex; flex-wrap: wrap; gap: 2rem; }
figure { margin: 0; flex: 1 1 22rem; max-width: 30rem; }
svg text { font: 11px system-ui, sans-serif; fill: currentColor; }
.grid { stroke: var(--line); stroke-width: .5; }
.line { fill: none; stroke-width: 2; }
.even { stroke: currentColor; stroke-dasharray: 2 4; opacity: .6; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: .7rem; overflow-wrap: anywhere; }
.card img { display: block; height: 96px; max-width: 100%; object-fit: contain; background: var(--soft); }
.card p { margin: .3rem 0; }
.small { font-size: 13px; opacity: .85; }
"""


def html_page(sections: Sequence[str]) -> str:
    """The whole file."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>hybrid-logo benchmark</title><style>{_STYLE}</style></head>\n<body>\n"
        "<h1>hybrid-logo benchmark</h1>\n" + "\n".join(sections) + "\n</body></html>\n"
    )


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
    parts += [_table(head, rows) for head, rows in tables([result])]
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


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"<tr>{''.join(f'<th>{escape(word)}</th>' for word in head)}</tr>"]
    lines += [f"<tr>{''.join(f'<td>{escape(word)}</td>' for word in row)}</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"


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
    encoded = cv2.imencode(".png", thumbnail[:, :, ::-1])[1].tobytes()
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(encoded).decode("ascii")}">'
