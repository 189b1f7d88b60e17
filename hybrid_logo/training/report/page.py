"""A training run as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from hybrid_logo.evaluation.html.markup import document, picture, table
from hybrid_logo.training.parity import Parity
from hybrid_logo.training.report.answers import Failure
from hybrid_logo.training.report.curves import curves
from hybrid_logo.training.report.findings import Finding
from hybrid_logo.training.report.record import RunRecord, Teaching
from hybrid_logo.training.report.summary import TOLERANCE, Summary
from hybrid_logo.training.suites import LABELS_FROM
from hybrid_logo.types import LABELS

__all__ = ["report_page"]

MOST_PICTURES = 60
NETWORK_HEAD = ["network", "epochs", "converged", "lowest loss", "kept", "training", "clean", "degraded",
                "gap", "pictures a second"]  # fmt: skip
TEACHER_HEAD = ["teacher", "weight", "temperature", "clean strict", "clean accepted", "degraded strict",
                "degraded accepted", "loss"]  # fmt: skip
PARITY_HEAD = ["student", "pictures", "same label as FP32", "right answers", "of FP32", "points lost",
               "largest gap", "mean gap"]  # fmt: skip
SHADE = "background: rgb({} / {:.0f}%)"
RIGHT, WRONG = "26 127 55", "209 36 47"


def report_page(
    record: RunRecord,
    missing: Sequence[str],
    summaries: Sequence[Summary],
    found: Sequence[Finding],
    calibrate: Mapping[str, Any],
    failed: Sequence[Failure],
) -> str:
    """The whole file.

    Args:
        record: of the run.
        missing: what cannot be told, a sentence each.
        summaries: of the networks that were evaluated.
        found: what the rules found, in the order in which it is told.
        calibrate: see ``answers.figures``; empty where the student was not asked.
        failed: its failures, the worst first.
    """
    parts = [f"<p>{escape(_origin())}</p>"]
    if missing:
        parts += ["<h2>Not there</h2>", _items(escape(sentence) for sentence in missing)]
    parts += [
        "<h2>Findings</h2>",
        _items(map(_finding, found)) if found else "<p>No rule found anything.</p>",
    ]
    if summaries:
        parts += ["<h2>Networks</h2>", table(NETWORK_HEAD, [_network_row(row) for row in summaries])]
        parts.append(f'<p class="small">{escape(_network_note())}</p>')
    if record.student:
        parts += ["<h2>Student</h2>", curves(record.student)]
    if record.fine_tuning:
        parts += ["<h3>Fine-tuning</h3>", curves(record.fine_tuning)]
    if record.teaching or record.teachers:
        parts.append("<h2>Teachers</h2>")
    if record.teaching:
        parts.append(table(TEACHER_HEAD, _teacher_rows(record.teaching)))
    parts += [
        f"<details><summary>{escape(teacher.name)}</summary>{curves(teacher)}</details>"
        for teacher in record.teachers
    ]
    if record.parity:
        parts += ["<h2>Quantisation</h2>", table(PARITY_HEAD, _parity_rows(record.parity))]
    if calibrate:
        parts += ["<h2>Confusion on calibrate</h2>", '<div class="beside">']
        parts += [_confusion(name, told) for name, told in calibrate.items()] + ["</div>"]
        shown = failed[:MOST_PICTURES]
        parts.append(f"<h2>Failures on calibrate: {len(shown):,} of {len(failed):,} shown</h2>")
        parts.append(
            "<p>Logos with an answer that cannot be defended, the surest first, each by its worst copy as "
            "the student saw it. Probabilities are the student's own, before calibration.</p>"
        )
        parts.append(f'<div class="gallery">{"".join(map(_card, shown))}</div>')
    return document(f"Training report: {record.folder.resolve().name}", parts)


def _origin() -> str:
    return (
        f"Held-out pictures are those of the calibrate split; their labels come from {LABELS_FROM}. Icons "
        "are learned from by labels that follow from their vectors, composed logos by labels that are exact "
        "by construction. The test split was not looked at."
    )


def _network_note() -> str:
    return (
        "Accuracies are strict, of the epoch whose weights were kept. Converged: the first evaluation with a "
        f"held-out loss within {TOLERANCE:.0%} of the lowest one. Gap: training less degraded; it may be "
        "below 0, since augmentation, dropout and mixing make the pictures of training harder. What lies "
        "outside the range of a chart is drawn on its edge."
    )


def _items(texts: Any) -> str:
    return f"<ul>{''.join(f'<li>{text}</li>' for text in texts)}</ul>"


def _finding(finding: Finding) -> str:
    mark = "Warning" if finding.warns else "Note"
    return (
        f"<strong>{mark}: {escape(finding.rule)}</strong> ({escape(finding.of)}). "
        f"{escape(finding.says)}<br>{escape(finding.advice)}"
    )


def _network_row(row: Summary) -> list[str]:
    planned = "" if row.planned is None else f" of {row.planned}"
    return [
        row.name,
        f"{row.epochs}{planned}",
        f"epoch {row.convergence_epoch}",
        f"{row.lowest_loss:.4f} in epoch {row.best_epoch}",
        f"epoch {row.kept_epoch}",
        *map(_share, (row.train, row.clean, row.degraded)),
        "-" if row.gap is None else f"{100 * row.gap:+.1f} points",
        "-" if row.pictures_per_second is None else f"{row.pictures_per_second:,.0f}",
    ]


def _teacher_rows(teaching: Teaching) -> list[list[str]]:
    def accuracies(name: str) -> list[str]:
        told = teaching.figures[name]
        shares = ("clean_strict", "clean_accepted", "degraded_strict", "degraded_accepted")
        loss = told.get("held_out_loss")
        return [*(_share(told.get(share)) for share in shares), "-" if loss is None else f"{loss:.4f}"]

    rows = [
        [name, f"{weight:.1%}", f"{temperature:.2f}", *accuracies(name)]
        for name, weight, temperature in zip(
            teaching.members, teaching.weights, teaching.temperatures, strict=True
        )
    ]
    return [*rows, ["together", "", "", *accuracies("together")]]


def _parity_rows(parity: Mapping[str, Parity]) -> list[list[str]]:
    return [
        [name, f"{row.pictures:,}", f"{row.same_label:.2%}", f"{row.correct:,}", f"{row.reference_correct:,}",
         f"{100 * row.loss:+.2f}", f"{row.largest_gap:.3f}", f"{row.mean_gap:.4f}"]
        for name, row in parity.items()
    ]  # fmt: skip


def _confusion(name: str, told: Mapping[str, Any]) -> str:
    accuracies = ", ".join(f"{key} {_share(told[key])}" for key in ("strict", "accepted", "clear"))
    head = "".join(f"<th>as {label}</th>" for label in LABELS)
    rows = []
    for number, (label, counts) in enumerate(zip(LABELS, told["confusion"], strict=True)):
        whole = max(1, sum(counts))
        cells = "".join(
            f'<td style="{SHADE.format(RIGHT if column == number else WRONG, 70 * count / whole)}">'
            f"{count:,} ({count / whole:.1%})</td>"
            for column, count in enumerate(counts)
        )
        rows.append(f"<tr><th>{label}</th>{cells}</tr>")
    caption = f"{name}, {told['pictures']:,} pictures: {accuracies}"
    return f"<div><p>{caption}</p><table><tr><th></th>{head}</tr>{''.join(rows)}</table></div>"


def _card(failure: Failure) -> str:
    logo = failure.logo
    wanted = " or ".join(sorted(logo.accepted, key=lambda label: (label != logo.label, label)))
    shares = ", ".join(
        f"{label} {share:.0%}" for label, share in zip(LABELS, failure.probabilities, strict=True)
    )
    copy = "clean" if failure.copy == 0 else f"degraded copy {failure.copy}"
    return (
        f'<div class="card">{picture(failure.view)}<p><strong>{escape("/".join(logo.key))}</strong><br>'
        f"label: {wanted}</p><p>answer: {failure.answer}, {max(failure.probabilities):.0%}<br>"
        f'<span class="small">{shares}<br>{copy}; wrong in {failure.wrong} of {failure.copies} copies'
        "</span></p></div>"
    )


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
