"""The report beside an artefact: JSON for programs, Markdown for people."""

from __future__ import annotations

import json
from pathlib import Path

from hybrid_logo.evaluation.measuring.environment import environment
from hybrid_logo.export.containers import PLACES
from hybrid_logo.export.facts import Facts
from hybrid_logo.export.parity import Parity
from hybrid_logo.export.record import Record

__all__ = ["SCHEMA", "markdown", "write_report"]

SCHEMA = 1
LISTED = 50


def write_report(path: Path, record: Record, facts: Facts, parity: Parity) -> None:
    """Write ``<artefact>.json`` and ``<artefact>.md`` beside ``path``."""
    fields = {
        "schema": SCHEMA,
        "artefact": path.name,
        "files": [path.name, *record.files],
        "target": record.target,
        "precision": record.precision,
        "release": record.release,
        "form": facts.form,
        "made_with": dict(record.made_with),
        "record": PLACES[path.suffix],
        "environment": environment(),
        "parity": parity.to_dict(),
    }
    path.with_name(f"{path.name}.json").write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
    path.with_name(f"{path.name}.md").write_text(markdown(path, record, facts, parity), encoding="utf-8")


def markdown(path: Path, record: Record, facts: Facts, parity: Parity) -> str:
    """One short page."""
    rows = [
        ("made from", f"{record.release}, {record.precision}"),
        ("form", f"{facts.form}, numbers stored in {facts.stored_in}"),
        ("computed in", f"{facts.computed_in}, on {parity.processor}"),
        ("made with", ", ".join(f"{name} {which}" for name, which in record.made_with.items())),
        ("compared with", parity.reference),
        ("pictures", parity.pictures_from),
        ("same answers", f"{parity.same:.2%}" + (", bit for bit" if parity.identical else "")),
        ("largest gap of a probability", f"{parity.largest_gap:.4f}"),
        ("size", f"{parity.size_bytes / 1e6:.3f} MB (student in FP32: {parity.fp32_bytes / 1e6:.3f} MB)"),
        (
            "median time on one core",
            f"{parity.median_ms:.2f} ms ({_beside(parity)}: {parity.reference_ms:.2f} ms)",
        ),
        ("record and manifest", PLACES[path.suffix]),
    ]
    if parity.same_as_fp32 is not None:
        rows.insert(7, ("same label as the student in FP32", f"{parity.same_as_fp32:.2%}"))
    lines = [
        f"# {path.name}",
        "",
        "| what | figure |",
        "|---|---|",
        *(f"| {what} | {told} |" for what, told in rows),
    ]
    if parity.differing:
        lines += ["", "Answered otherwise:", "", "| picture | release | artefact |", "|---|---|---|"]
        lines += [f"| {' | '.join(each)} |" for each in parity.differing[:LISTED]]
        if len(parity.differing) > LISTED:
            lines += ["", f"and {len(parity.differing) - LISTED} more, in the JSON file."]
    return "\n".join([*lines, ""])


def _beside(parity: Parity) -> str:
    return "Python hybrid" if parity.same_as_fp32 is None else "student in FP32, ONNX Runtime"
