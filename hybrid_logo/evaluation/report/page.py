"""Benchmark results as one HTML file that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from hybrid_logo.evaluation.html.markup import charts, document, paragraph, table
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.report import plots
from hybrid_logo.evaluation.report.confusion import confusion_table
from hybrid_logo.evaluation.report.gallery import gallery
from hybrid_logo.evaluation.results.detail_tables import detail_notes, detail_tables
from hybrid_logo.evaluation.results.next_steps import next_steps
from hybrid_logo.evaluation.results.tables import main_tables, notes
from hybrid_logo.evaluation.suites.special import measured_suites
from hybrid_logo.types import Mode, Prediction

__all__ = ["Section", "html_page", "html_section"]


@dataclass(frozen=True, slots=True)
class Section:
    """What is told about one dataset: ``html``, and ``links`` from the id of each part to its title."""

    html: str
    links: dict[str, str]


def html_page(sections: Sequence[Section]) -> str:
    """The whole file."""
    html, links = [section.html for section in sections], [section.links for section in sections]
    return document("hybrid-logo benchmark", html, links)


def html_section(
    dataset: Dataset, result: Mapping[str, Any], answers: Mapping[Mode, Sequence[Prediction | None]]
) -> Section:
    """What is told about one dataset.

    Args:
        dataset: the pictures, for the gallery.
        result: its JSON-ready figures.
        answers: per mode, one prediction per picture, with its reason.
    """
    found = main_tables([result]) | detail_tables([result])
    if "types" in found:  # its counts are in the confusion tables
        head, rows = found["types"]
        found["types"] = head[:4], [row[:4] for row in rows]
    tables = {name: table(head[1:], [row[1:] for row in rows]) for name, (head, rows) in found.items()}
    below = detail_notes([result])
    steps = "".join(f"<li>{escape(step)}</li>" for step in next_steps(result))
    warnings = "".join(
        f"<p><strong>Warning:</strong> {escape(warning)}</p>" for warning in result["dataset"]["warnings"]
    )
    parts: dict[str, list[str | None]] = {
        "accuracy": [
            warnings,
            tables.get("accuracy"),
            tables.get("paths"),
            *map(paragraph, notes([result])),
        ],
        "next steps": [f"<ul>{steps}</ul>"],
        "types": [
            tables.get("types"),
            f'<div class="beside">{_confusions(result)}</div>',
            charts(plots.recall_by_type(result)),
        ],
        "calibration": [charts(plots.reliability(result))],
        "selective risk": [
            tables.get("scores"),
            tables.get("coverage"),
            *map(paragraph, below.get("coverage", [])),
            charts(plots.risk_of_scores(result), plots.risk_of_modes(result)),
        ],
        "rules and student together": [
            tables.get("complementarity"),
            *map(paragraph, below.get("complementarity", [])),
        ],
        "time": [tables.get("time"), tables.get("throughput"), charts(plots.accuracy_by_time(result))],
        **{suite.NAME: [suite.html_section(figures)] for suite, figures in measured_suites(result)},
        "pictures": [_pictures(result)],
        "errors": [gallery(dataset, answers)],
    }
    return _joined(dataset.name, parts)


def _joined(name: str, parts: Mapping[str, Sequence[str | None]]) -> Section:
    """Parts that have something to tell, each under a heading that can be linked to."""
    top = _key(name)
    html, links = [f'<section><h2 id="{top}">{escape(name)}</h2>'], {top: name}
    for title, lines in parts.items():
        told = [line for line in lines if line]
        if told:
            key = f"{top}-{_key(title)}"
            html += [f'<h3 id="{key}">{escape(title.capitalize())}</h3>', *told]
            links[key] = title
    return Section("\n".join([*html, "</section>"]), links)


def _pictures(result: Mapping[str, Any]) -> str:
    """What was measured on, so that another run can be compared with this one."""
    data = result["dataset"]
    told = (
        f"{data['pictures']:,} pictures of {data['clusters']:,} brands; a picture without a brand counts as "
        f"one. SHA-256 of names, labels and bytes: {data['sha256']}."
    )
    rows = [[label, f"{count:,}"] for label, count in data["labels"].items()]
    return table(["label", "pictures"], rows) + paragraph(told)


def _key(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "pictures"


def _confusions(result: Mapping[str, Any]) -> str:
    return "".join(
        confusion_table(f"{mode}: labels by answers", row["confusion"])
        for mode, row in result["modes"].items()
    )
