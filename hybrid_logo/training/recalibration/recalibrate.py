"""The steps of ``hybrid-logo calibrate``: measure, split, fit, write, check."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.drift.profile import profile_of
from hybrid_logo.evaluation.certificates import pictures_needed
from hybrid_logo.evaluation.measuring.benchmark import describe
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.training.certifying import SPARE_ERRORS, CertificateSettings
from hybrid_logo.training.recalibration.card import model_card
from hybrid_logo.training.recalibration.checking import Checked, check
from hybrid_logo.training.recalibration.fitting import Fitted, fit
from hybrid_logo.training.recalibration.parts import Parts, split
from hybrid_logo.training.recalibration.pictures import Labelled, read_labelled, read_unlabelled
from hybrid_logo.training.recalibration.refusal import CannotPromiseError, labelled_needed
from hybrid_logo.training.recalibration.writing import write_release
from hybrid_logo.types import LABELS, Mode, Precision

__all__ = ["Plan", "Recalibrated", "plan", "recalibrate", "release_name"]

FEWEST_LOGOS = 50
"""Below, not even probabilities can be fitted and checked."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A new router, and what it was fitted to.

    Attributes:
        labelled: the pictures.
        parts: which of them did what.
        fitted: the router.
        facts: JSON-ready, for the manifest and the card.
        warnings: what the user should know.
    """

    labelled: Labelled
    parts: Parts
    fitted: Fitted
    facts: Mapping[str, Any]
    warnings: Sequence[str]

    def part(self, rows: NDArray[np.bool_]) -> Dataset:
        """The pictures of a part."""
        whole = self.labelled.dataset
        cases = [whole.cases[position] for position in np.flatnonzero(rows).tolist()]
        return Dataset(whole.name, cases, whole.labels_from, whole.seed)


@dataclass(frozen=True, slots=True, eq=False)
class Recalibrated:
    """The new release and how it compares with the one of before.

    Attributes:
        plan: what it was made by.
        checked: both on the pictures of the ``check`` part.
    """

    plan: Plan
    checked: Checked


def release_name(bundle: Bundle, dataset: Dataset) -> str:
    """Name of the release that was fitted to a dataset."""
    return f"{bundle.name}+{re.sub(r'[^A-Za-z0-9._-]+', '-', dataset.name).strip('-') or 'calibrated'}"


def plan(
    dataset: Dataset,
    path: Path,
    unlabelled: Path | None,
    bundle: Bundle,
    settings: CertificateSettings,
    *,
    promise_needed: bool,
) -> Plan:
    """Measure the pictures and fit a router to them.

    Args:
        dataset: as read from ``path``.
        path: the folder or CSV file of labelled pictures.
        unlabelled: a folder of pictures without labels.
        bundle: the release to fit.
        settings: what to promise.
        promise_needed: refuse where that cannot be certified.

    Raises:
        CannotPromiseError: it cannot, or there are too few pictures for anything.
        InputError: the pictures contradict themselves or cannot be read.
    """
    labelled = read_labelled(dataset, path, bundle)
    logos = len(set(labelled.clusters))
    if logos < FEWEST_LOGOS:
        fewest = pictures_needed(SPARE_ERRORS, settings.target_risk, settings.confidence)
        raise CannotPromiseError(
            f"{len(labelled.labels):,} pictures of {logos:,} different logos are too few to calibrate "
            f"anything: at least {FEWEST_LOGOS} are needed. A risk of {settings.target_risk:g} needs "
            f"{fewest:,} logos that the rules accept, so at least {labelled_needed(fewest):,} labelled ones."
        )
    alone, aside, told = (
        (None, {}, []) if unlabelled is None else read_unlabelled(unlabelled, dataset, bundle)
    )
    parts = split(labelled.labels, labelled.clusters, settings.seed)
    fitted = fit(labelled, parts, alone, bundle, settings, promise_needed=promise_needed)
    facts = _facts(labelled, parts, fitted, bundle, settings)
    if alone is not None:
        facts["unlabelled"] = {"pictures": len(alone.features), "left_out": dict(aside)}
    return Plan(labelled, parts, fitted, facts, [*labelled.warnings, *told, *fitted.warnings])


def recalibrate(planned: Plan, bundle: Bundle, folder: Path, name: str) -> Recalibrated:
    """Write the new release into ``folder``, which exists, and compare it with the one of before.

    Args:
        planned: the new router.
        bundle: the release of before; it is not touched.
        folder: receives the files.
        name: of the release.

    Raises:
        OutputError: something cannot be written.
    """
    router, held_out = planned.fitted.router, planned.part(planned.parts.check)
    training = {**bundle.manifest["training"], "calibrated_on": planned.facts}
    changed: dict[str, Any] = {"name": name, "metrics": {}, "training": training}
    write_release(folder, bundle, router, None, changed, "")
    checked = check(held_out, bundle.folder, folder)
    certifying = planned.part(planned.parts.certify)
    classifier = HybridClassifier(Mode.HYBRID, model=folder, precision=Precision.INT8)
    profile = profile_of(classifier.classify_many(case.source for case in certifying.cases)).to_json()
    changed["metrics"] = {"held-out": checked.metrics}
    card = model_card(name, bundle, router, planned.facts, checked)
    write_release(folder, bundle, router, profile, changed, card)
    worse = [
        f"{figure} accuracy fell by {-gain.difference:.1%} ({-gain.high:.1%} to {-gain.low:.1%}) on the "
        "pictures that were kept for checking: keep the release of before"
        for figure, gain in checked.gains.items()
        if gain.high < 0
    ]
    return Recalibrated(replace(planned, warnings=[*planned.warnings, *worse]), checked)


def _facts(
    labelled: Labelled, parts: Parts, fitted: Fitted, bundle: Bundle, settings: CertificateSettings
) -> dict[str, Any]:
    whole = labelled.dataset
    parts_of = {"fit": parts.fit, "certify": parts.certify, "check": parts.check}
    clusters = np.array(labelled.clusters)
    data = describe(whole)
    return {
        "release": bundle.name,
        "release_files": dict(fitted.router.files),
        **{key: data[key] for key in ("name", "pictures", "clusters", "clear", "labels", "sha256", "seed")},
        "labels_from": whole.labels_from,
        "left_out": dict(labelled.left_out),
        "groups": {name: int(flags.sum()) for name, flags in labelled.groups.items()},
        "parts": {
            name: {"pictures": int(rows.sum()), "clusters": len(set(clusters[rows].tolist()))}
            for name, rows in parts_of.items()
        },
        "target_risk": settings.target_risk,
        "confidence": settings.confidence,
        "score": fitted.score,
        "types": [label.value for label in LABELS if data["labels"][label.value]],
    }
