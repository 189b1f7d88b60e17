"""Assemble a model release: copy what was fitted, measure it on ``test``, write manifest and card."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from textwrap import fill
from typing import Any

from hybrid_logo.bundle import MANIFEST, MODEL_CARD, PROFILE, SCHEMA, Bundle, student_file
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.drift.profile import profile_of
from hybrid_logo.evaluation.measuring.benchmark import describe, measure
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.router import Router
from hybrid_logo.training.parity import require_parity
from hybrid_logo.training.quantise import OPSET
from hybrid_logo.training.suites import LABELS_FROM
from hybrid_logo.types import LABELS, Mode, Precision

__all__ = ["FILES", "release", "sha256_of"]

FILES = ("rules.json", "router.json", *map(student_file, Precision))
"""What a release is made of, beside the manifest, the card and the profile of the calibration."""


def release(
    name: str,
    fitted: Path,
    folder: Path,
    facts: Mapping[str, Any],
    suites: Mapping[str, Dataset],
    reference: Iterable[bytes],
) -> Bundle:
    """Write the release ``folder``; one that stands there is replaced when the new one is complete.

    Args:
        name: of the release, such as "logo4-0.1".
        fitted: folder that holds ``FILES``.
        folder: where the release goes.
        facts: seed, settings, side, examples, sources and quantisation, as the training commands recorded
            them.
        suites: what to measure on.
        reference: pictures that the certificates speak of; their profile is what drift is told by.

    Returns:
        the release, loaded and verified.

    Raises:
        SourceError: quantisation changed more than a release may; see ``require_parity``.
    """
    require_parity(facts["quantisation"])
    unfinished = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for file in FILES:
        shutil.copyfile(fitted / file, unfinished / file)
    manifest = _manifest(name, unfinished, facts)
    _write(unfinished, manifest)
    classifier = HybridClassifier(model=unfinished, precision=Precision.INT8)
    profile_of(classifier.classify_many(reference)).write(unfinished / PROFILE)
    manifest["files"][PROFILE] = _entry(unfinished / PROFILE)
    _write(unfinished, manifest)
    manifest["metrics"] = {suite: _metrics(unfinished, dataset) for suite, dataset in suites.items()}
    _write(unfinished, manifest)
    card = folder / MODEL_CARD
    text = card.read_text(encoding="utf-8") if card.is_file() else _card(name, facts)
    (unfinished / MODEL_CARD).write_text(text, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    return Bundle.load(folder)


def _manifest(name: str, folder: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    router = Router.from_dict(json.loads((folder / "router.json").read_text(encoding="utf-8")))
    return {
        "schema": SCHEMA,
        "name": name,
        "labels": [label.value for label in LABELS],
        "labels_from": LABELS_FROM,
        "preprocessing": {
            "student_side_px": facts["side"],
            "channels": "RGB",
            "input": "uint8 [N, side, side, 3]",
        },
        "opset": OPSET,
        "files": {file: _entry(folder / file) for file in FILES},
        "quantisation": facts["quantisation"],
        "promise": None if router.promise is None else asdict(router.promise),
        "metrics": {},
        "training": {
            "settings": facts["settings"],
            "examples": facts["examples"],
            "sources": facts["sources"],
        },
        "seed": facts["seed"],
    }


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _entry(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}


def _metrics(folder: Path, dataset: Dataset) -> dict[str, Any]:
    """Accuracies per mode and class, with the data that they were measured on.

    Of the student that the router was fitted to, on whatever machine this is.
    """
    classifiers = {mode: HybridClassifier(mode, model=folder, precision=Precision.INT8) for mode in Mode}
    figures = measure(dataset, classifiers).figures["modes"]
    kept = ("strict", "accepted", "clear", "classes")
    modes = {mode: {name: row[name] for name in kept} for mode, row in figures.items()}
    return {"data": describe(dataset), "modes": modes}


def _write(folder: Path, manifest: Mapping[str, Any]) -> None:
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


LEARNED_FROM = {
    "labelled": "the same logos",
    "further": "further logos with visual labels, for training alone",
    "icons": "icons of further sets labelled by the facts of their vectors",
    "composed": "composed logos",
}
"""Source of examples -> what a model card calls it, as it goes on after the rules."""
CARD_WIDTH = 110
"""Characters of a line."""


def _card(name: str, facts: Mapping[str, Any]) -> str:
    sources, begun = facts["examples"], facts["settings"].get("begin_with")
    further = " and further logos with visual labels" if "further" in facts["rules_learned_from"] else ""
    if begun:
        first = (
            f" It and its teachers began with the weights of another run ({begun['run']}), it with the most "
            "important channels of that run's student."
        )
    elif facts["settings"]["student"]["begin_with_teacher"]:
        first = " It began with the most important channels of a teacher of its own architecture."
    else:
        first = ""
    learned = "; ".join(words for source, words in LEARNED_FROM.items() if source in sources)
    trained_on = fill(
        f"Rules: the `train` split of the labelled logos{further}, as rendered and degraded. Student: "
        f"{learned}. It was taught by a larger network and by boosted trees on the rules' measurements."
        f"{first} How many examples there were of each stands in `manifest.json`, with versions and "
        "licences. Further logos, icons and composed logos hold no brand of `calibrate` or `test`, as far as "
        "the guard against leaks knows their names and their look. Thresholds and calibration come from "
        "`calibrate`; `test` was only measured on.",
        CARD_WIDTH,
        break_on_hyphens=False,
    )
    return f"""# Model card: {name}

Says how a logo must be converted to SVG: `simple`, `text`, `gradient` or `complex`. A scorecard answers
what it is sure of; a quantised convolutional student is asked for the rest, and both are then fused.

## Figures

The labels come from a vision-language model in two passes; no human annotator has checked them.

<!-- figures:begin -->
<!-- figures:end -->

## Made of

- `rules.json`: the scorecard. `hybrid-logo rules` prints it.
- `router.json`: when the rules answer alone, the promise that goes with it, and the calibration.
- `student-int8.onnx`: the student, INT8, safe on every x86; router and calibration were fitted to it.
- `student-int8-symmetric.onnx`: the same for 64-bit ARM and TensorRT; `student-fp32.onnx`: in FP32. How far
  all are from each other stands in `manifest.json` under `quantisation`.
- `profile.json`: histograms of what was seen in calibration, for `hybrid-logo drift`.
- `manifest.json`: sizes and hashes of these files, training data with licences, settings, seed, metrics.

## Trained on

{trained_on}

## Not for

Photographs, scans of paper, pages with several logos, and pictures much smaller than an eighth of 512 px.
A logo outside the range of the training pictures goes to the student, and `certain` tells how far an
answer is to be trusted.
"""
