"""The errors of one benchmark run as cards: the picture, its label, and what each mode said and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from hybrid_logo.errors import PictureError
from hybrid_logo.evaluation.html.markup import picture
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.image import load_picture
from hybrid_logo.types import LABELS, Mode, Prediction

__all__ = ["MOST_PICTURES", "gallery"]

MOST_PICTURES = 60

Answers = Mapping[Mode, Sequence[Prediction | None]]


def gallery(dataset: Dataset, answers: Answers) -> str:
    """Pictures that the hybrid (or else the last mode) got wrong, in groups of one confusion, largest first.

    Args:
        dataset: the pictures.
        answers: per mode, one prediction per picture.

    Returns:
        HTML with at most ``MOST_PICTURES`` pictures, the surest errors of each group first.
    """
    judged = answers.get(Mode.HYBRID) or answers[list(answers)[-1]]
    groups: dict[str, list[int]] = {}
    for position, (case, answer) in enumerate(zip(dataset.cases, judged, strict=True)):
        if answer is None:
            groups.setdefault("no answer", []).append(position)
        elif answer.label not in case.accepted:
            groups.setdefault(f"{case.label} taken for {answer.label}", []).append(position)
    wrong = sum(map(len, groups.values()))
    shown = _fair_share([len(places) for places in groups.values()], MOST_PICTURES)
    parts = [f"<p>{sum(shown):,} of {wrong:,} shown, the surest of each group first.</p>" if wrong else ""]
    for (title, places), most in sorted(
        zip(groups.items(), shown, strict=True), key=lambda group: -len(group[0][1])
    ):
        surest = sorted(places, key=lambda place: -_confidence(judged[place]))[:most]
        cards = "".join(
            _card(dataset.cases[place], {mode: given[place] for mode, given in answers.items()})
            for place in surest
        )
        parts.append(f'<h4>{title}: {len(places):,}</h4><div class="gallery">{cards}</div>')
    return "\n".join(part for part in parts if part) or "<p>None.</p>"


def _fair_share(sizes: Sequence[int], most: int) -> list[int]:
    """How many of each group are shown: one more of each in turn until ``most`` are."""
    shown = [0] * len(sizes)
    while sum(shown) < min(most, sum(sizes)):
        for number, size in enumerate(sizes):
            if shown[number] < size and sum(shown) < most:
                shown[number] += 1
    return shown


def _confidence(answer: Prediction | None) -> float:
    return 0.0 if answer is None else answer.confidence


def _card(case: Case, answers: Mapping[Mode, Prediction | None]) -> str:
    wanted = " or ".join(sorted(case.accepted, key=lambda label: (label != case.label, label)))
    name = escape(_printable(case.name))
    lines = [_picture(case), f"<p><strong>{name}</strong><br>label: {wanted}</p>"]
    lines += [_verdict(case, mode, answer) for mode, answer in answers.items()]
    return f'<div class="card">{"".join(lines)}</div>'


def _verdict(case: Case, mode: Mode, answer: Prediction | None) -> str:
    if answer is None:
        return f"<p>{mode}: no answer</p>"
    mark = (
        "right" if answer.label == case.label else "defensible" if answer.label in case.accepted else "wrong"
    )
    told = f"{mode}: <strong>{answer.label}</strong>, {answer.confidence:.0%}, {mark}"
    if mode == Mode.HYBRID:
        told += f"; decided by {answer.decided_by}"
        if answer.score is not None and answer.threshold is not None:
            told += f", router {answer.score:.2f} of {answer.threshold:.2f}"
    runner_up = sorted(zip(answer.scores, LABELS, strict=True), reverse=True)[1]
    return (
        f'<p>{told}<br><span class="small">{escape(answer.reason)}; next {runner_up[1]}, {runner_up[0]:.0%}'
        "</span></p>"
    )


def _picture(case: Case) -> str:
    """The thumbnail that the rules saw."""
    try:
        thumbnail = load_picture(case.read()).thumbnail
    except PictureError as error:
        return f'<p class="small">{escape(_printable(str(error)))}</p>'
    return picture(thumbnail, alt=f"The logo {_printable(case.name)} as the rules saw it")


def _printable(name: str) -> str:
    """File names may hold bytes that are no text."""
    return name.encode("utf-8", "replace").decode("utf-8")
