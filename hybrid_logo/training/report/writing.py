"""From a run's folder to the report: an HTML file for people, and a JSON file for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hybrid_logo.errors import HybridLogoError
from hybrid_logo.output import open_output
from hybrid_logo.training.report.answers import Failure, ask_student, failures, figures
from hybrid_logo.training.report.findings import Finding, findings, parity_findings, teaching_findings
from hybrid_logo.training.report.page import report_page
from hybrid_logo.training.report.record import RunRecord, read_run
from hybrid_logo.training.report.summary import Summary, summary
from hybrid_logo.training.suites import LABELS_FROM
from hybrid_logo.types import LABELS

__all__ = ["write_report"]

SCHEMA = 1
OF_THE_WAY = ("diverged", "unsteady", "unfinished", "not judged")
"""Rules that hold of any run; the others speak of the network that the student ends as."""


def write_report(
    folder: Path,
    path: Path | None = None,
    cache: Path | None = None,
    labels: Path | None = None,
    workers: int = 2,
) -> tuple[Path, Path]:
    """Write the report on the run in ``folder``, as far as the run has come.

    Args:
        folder: of the run.
        path: the HTML file; ``report.html`` in ``folder`` by default. The JSON lies beside it.
        cache: the cache folder, for the pictures of the calibrate split.
        labels: the labels file.
        workers: processes that make pictures which the cache does not hold.

    Returns:
        the HTML file and the JSON file.

    Raises:
        SourceError: ``folder`` holds nothing of a training run.
        OutputError: a file cannot be written.
    """
    record = read_run(folder)
    missing = list(record.missing)
    calibrate: dict[str, Any] = {}
    failed: list[Failure] = []
    model = None
    try:
        answers = ask_student(folder, record.settings, cache, labels, workers)
    except HybridLogoError as error:
        missing.append(f"There is no confusion and no gallery. {error}")
    else:
        model, calibrate, failed = answers.model, figures(answers), failures(answers)
    summaries = [seen for network in record.networks if (seen := summary(network)) is not None]
    found = _findings(record)
    path = folder / "report.html" if path is None else path
    told = _figures(record, missing, summaries, found) | {
        "calibrate": {"model": model, **calibrate, "failures": [_failure(one) for one in failed]}
    }
    pages = (
        (path, report_page(record, missing, summaries, found, calibrate, failed)),
        (path.with_suffix(".json"), json.dumps(told, indent=1, ensure_ascii=False) + "\n"),
    )
    for place, text in pages:
        with open_output(os.fspath(place)) as write:
            write(text)
    return path, path.with_suffix(".json")


def _findings(record: RunRecord) -> list[Finding]:
    """Of every part of the run, warnings first."""
    runs = [learning for learning in (record.student, record.fine_tuning) if learning is not None]
    judged = [learning for learning in runs if summary(learning) is not None] or runs
    last = judged[-1] if judged else None
    found = [one for own in runs for one in findings(own) if own is last or one.rule in OF_THE_WAY]
    if record.teaching is not None:
        found += teaching_findings(record.teaching, None if last is None else summary(last))
    if record.parity is not None:
        found += parity_findings(record.parity)
    found += [finding for teacher in record.teachers for finding in findings(teacher)]
    return sorted(found, key=lambda finding: not finding.warns)


def _figures(
    record: RunRecord, missing: Sequence[str], summaries: Sequence[Summary], found: Sequence[Finding]
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "run": record.folder.resolve().name,
        "split": "calibrate",
        "labels_from": LABELS_FROM,
        "labels": [label.value for label in LABELS],
        "missing": list(missing),
        "findings": [
            {**asdict(finding), "warns": finding.warns, "advice": finding.advice} for finding in found
        ],
        "networks": [asdict(told) for told in summaries],
        "logs": {network.name: list(network.lines) for network in record.networks},
        "teaching": None if record.teaching is None else asdict(record.teaching),
        "parity_on_calibrate": record.parity and {name: asdict(row) for name, row in record.parity.items()},
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "name": "/".join(failure.logo.key),
        "copy": failure.copy,
        "label": failure.logo.label.value,
        "accepted": sorted(failure.logo.accepted),
        "answer": failure.answer.value,
        "probabilities": [round(share, 4) for share in failure.probabilities],
        "wrong_copies": failure.wrong,
        "copies": failure.copies,
    }
