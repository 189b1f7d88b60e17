"""The corruption suite: how much accuracy is lost, and does the promise of the rules survive?"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.evaluation.pictures.originals import Original, drawn_cases, drawn_count, name_seed, opened
from hybrid_logo.evaluation.statistics.metrics import share
from hybrid_logo.evaluation.suites.corruption_report import html_section, notes, tables
from hybrid_logo.evaluation.suites.corruptions import CORRUPTIONS, SEVERITIES, lossless
from hybrid_logo.types import DecidedBy, Mode

__all__ = ["NAME", "PICTURES", "figures_of", "html_section", "measure", "notes", "steps", "tables"]

NAME = "corruptions"
PICTURES = 200
"""Pictures that are spoiled; more would take longer and say little more."""
LARGEST_SIDE_PX = 384
"""Longer side of a picture before it is spoiled; larger ones are reduced to it."""

STRICT, ACCEPTED, BY_RULES = range(3)

Outcomes = NDArray[np.bool_]
"""``bool[pictures, corruptions, 1 + SEVERITIES, 3]``: strictly right, accepted, decided by rules.

Severity 0 is the clean picture, the same for all corruptions."""


def steps(dataset: Dataset, classifiers: Mapping[Mode, HybridClassifier]) -> int:
    """How often ``measure`` calls ``advance``."""
    return drawn_count(dataset, PICTURES) * len(CORRUPTIONS)


def measure(
    dataset: Dataset,
    classifiers: Mapping[Mode, HybridClassifier],
    seed: int,
    advance: Callable[[], object] = lambda: None,
) -> dict[str, Any]:
    """Spoil a sample in every way and severity, and answer each file in every mode.

    Args:
        dataset: labelled pictures; clean ones, since what happens here is added to what they have.
        classifiers: per mode to measure.
        seed: of the sample, of grain and place, and of the severities at which the promise is tested.
        advance: called once for each picture and corruption.

    Returns:
        counts, JSON-ready; ``tables``, ``notes`` and ``html_section`` read them.
    """
    cases = drawn_cases(dataset, PICTURES, seed)
    made: list[NDArray[np.bool_]] = []
    outcomes: dict[Mode, list[Outcomes]] = {mode: [] for mode in classifiers}
    for case in cases:
        original = opened(case, LARGEST_SIDE_PX)
        if original is None:
            for _ in CORRUPTIONS:
                advance()
            continue
        made.append(np.array([each.suits(original, case.accepted) for each in CORRUPTIONS]))
        for mode, found in _answered(case, original, classifiers, seed, advance).items():
            outcomes[mode].append(found)
    hybrid = classifiers.get(Mode.HYBRID)
    promise = hybrid.bundle.router.promise if hybrid else None
    return {
        "pictures": len(made),
        "drawn": len(cases),
        "of": len(dataset.cases),
        "seed": seed,
        "largest_side_px": LARGEST_SIDE_PX,
        "target_risk": promise.target_risk if promise else None,
        "modes": {
            mode.value: figures_of(np.array(rows), np.array(made), seed)
            for mode, rows in outcomes.items()
            if rows
        },
    }


def figures_of(outcomes: Outcomes, made: NDArray[np.bool_], seed: int) -> dict[str, Any]:
    """Counts of one mode.

    Args:
        outcomes: see ``Outcomes``.
        made: ``bool[pictures, corruptions]``, whether the picture was spoiled in this way.
        seed: of the severity that each picture adds to the test of the promise.

    Returns:
        ``clean`` (strict and accepted), ``mean`` (over corruptions and severities), ``relative_fall`` of
        that against the same pictures clean, ``worst`` cell, and ``corruptions``: per name ``pictures``, and
        for severities 0 to 5 how many are ``strict``, ``accepted``, ``by_rules`` and ``by_rules_wrong``.
        ``promise`` counts the rules' answers and the wrong ones at one severity per picture, drawn by the
        seed, so that they are independent.
    """
    random = np.random.default_rng((seed, zlib.crc32(b"severity")))
    drawn = random.integers(1, SEVERITIES + 1, made.shape)
    corruptions: dict[str, Any] = {}
    for position, corruption in enumerate(CORRUPTIONS):
        rows = outcomes[made[:, position], position]
        if not len(rows):
            continue
        ruled, wrong = rows[..., BY_RULES], rows[..., BY_RULES] & ~rows[..., ACCEPTED]
        at = (np.arange(len(rows)), drawn[made[:, position], position])
        corruptions[corruption.name] = {
            "pictures": len(rows),
            "strict": rows[..., STRICT].sum(0).tolist(),
            "accepted": rows[..., ACCEPTED].sum(0).tolist(),
            "by_rules": ruled.sum(0).tolist(),
            "by_rules_wrong": wrong.sum(0).tolist(),
            "promise": asdict(share(int(wrong[at].sum()), int(ruled[at].sum()))),
        }
    clean = outcomes[:, 0, 0]
    return {
        "clean": {
            "strict": asdict(share(int(clean[:, STRICT].sum()), len(clean))),
            "accepted": asdict(share(int(clean[:, ACCEPTED].sum()), len(clean))),
        },
        **_summary(corruptions),
        "corruptions": corruptions,
    }


def _summary(corruptions: Mapping[str, Any]) -> dict[str, Any]:
    shares = {
        measured: np.array([np.divide(row[measured], row["pictures"]) for row in corruptions.values()])
        for measured in ("strict", "accepted")
    }
    means = {name: float(values[:, 1:].mean()) for name, values in shares.items()}
    clean = {name: float(values[:, 0].mean()) for name, values in shares.items()}
    accepted = shares["accepted"][:, 1:]
    row, column = np.unravel_index(int(accepted.argmin()), accepted.shape)
    return {
        "mean": means,
        "relative_fall": {
            name: 1.0 - means[name] / value if value else None for name, value in clean.items()
        },
        "worst": {
            "corruption": list(corruptions)[row],
            "severity": int(column) + 1,
            "accepted": float(accepted[row, column]),
        },
    }


def _answered(
    case: Case,
    original: Original,
    classifiers: Mapping[Mode, HybridClassifier],
    seed: int,
    advance: Callable[[], object],
) -> dict[Mode, Outcomes]:
    """Per mode ``bool[corruptions, 1 + SEVERITIES, 3]`` of one picture."""
    found = {mode: np.zeros((len(CORRUPTIONS), 1 + SEVERITIES, 3), np.bool_) for mode in classifiers}
    clean = lossless(original.laid if original.opaque else original.pixels)
    for mode, classifier in classifiers.items():
        found[mode][:, 0] = _judged(case, [clean], classifier)
    for position, corruption in enumerate(CORRUPTIONS):
        if corruption.suits(original, case.accepted):
            files = [
                corruption.spoil(original, strength, np.random.default_rng((seed, name_seed(case), position)))
                for strength in corruption.strengths
            ]
            for mode, classifier in classifiers.items():
                found[mode][position, 1:] = _judged(case, files, classifier)
        advance()
    return found


def _judged(case: Case, files: Sequence[bytes], classifier: HybridClassifier) -> Outcomes:
    """``bool[files, 3]``; all false where there is no answer."""
    answers = [result.prediction for result in classifier.classify_many(files)]
    return np.array(
        [
            (False,) * 3
            if answer is None
            else (
                answer.label == case.label,
                answer.label in case.accepted,
                answer.decided_by == DecidedBy.RULES,
            )
            for answer in answers
        ]
    )
