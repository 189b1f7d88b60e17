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
from hybrid_logo.errors import SourceError
from hybrid_logo.evaluation.measuring.benchmark import describe, measure
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.router import Router
from hybrid_logo.training.parity import require_parity
from hybrid_logo.training.quantise import OPSET
from hybrid_logo.training.sources import storage_errors
from hybrid_logo.training.suites import LABELS_FROM
from hybrid_logo.types import LABELS, Mode, Precision

__all__ = ["FILES", "keep_other_release", "release", "sha256_of"]

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
        SourceError: quantisation changed more than a release may, see ``require_parity``; ``folder`` holds
            something else, see ``keep_other_release``; or it cannot be written.
    """
    require_parity(facts["quantisation"])
    keep_other_release(folder, fitted)
    unfinished = folder.with_name(f".{folder.name}.tmp")
    with storage_errors(folder.parent):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for file in FILES:
            shutil.copyfile(fitted / file, unfinished / file)
    _describe(unfinished, name, facts, suites, reference)
    card = folder / MODEL_CARD
    with storage_errors(folder.parent):
        text = card.read_text(encoding="utf-8") if card.is_file() else _card(name, facts)
        (unfinished / MODEL_CARD).write_text(text, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    return Bundle.load(folder)


def keep_other_release(folder: Path, fitted: Path) -> None:
    """Refuse to replace anything but a release of the same student.

    Args:
        folder: where a release is to go.
        fitted: folder of the run that it is made of.

    Raises:
        SourceError: ``folder`` holds something else.
    """
    student = student_file(Precision.FP32)
    try:
        if not folder.exists() or sha256_of(folder / student) == sha256_of(fitted / student):
            return
    except OSError:
        pass  # one of the two has no student
    raise SourceError(
        f"{folder} holds something else than a release of {fitted}. Give this one a name of its own with "
        "--name, or delete that folder first."
    )


def _describe(
    folder: Path,
    name: str,
    facts: Mapping[str, Any],
    suites: Mapping[str, Dataset],
    reference: Iterable[bytes],
) -> None:
    """Write manifest and profile of a release that is complete but for them and the card."""
    manifest = _manifest(name, folder, facts)
    _write(folder, manifest)
    classifier = HybridClassifier(model=folder, precision=Precision.INT8)
    profile_of(classifier.classify_many(reference)).write(folder / PROFILE)
    manifest["files"][PROFILE] = _entry(folder / PROFILE)
    _write(folder, manifest)
    manifest["metrics"] = {suite: _metrics(folder, dataset) for suite, dataset in suites.items()}
    _write(folder, manifest)


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
GUARDED = {
    True: "Nothing of it is of a brand",
    False: "Further logos, icons and composed logos hold no brand",
}
"""Whether relatives of held-out logos were left out of the split ``train`` too -> what a model card says."""
CARD_WIDTH = 110
"""Characters of a line."""


def _taught(settings: Mapping[str, Any]) -> str:
    """A sentence on who taught the student; empty where nobody did."""
    runs = [settings["student"][name] for name in ("training", "fine_tuning")]
    if not any(run is not None and run["distillation_weight"] for run in runs):
        return ""
    networks = len(settings["teachers"])
    taught = ["a larger network" if networks == 1 else f"{networks} larger networks"] if networks else []
    taught += ["boosted trees on the rules' measurements"] if settings["trees"] is not None else []
    return f" It was taught by {' and by '.join(taught) or 'the teachers of another run'}."


def _card(name: str, facts: Mapping[str, Any]) -> str:
    sources, begun = facts["examples"], facts["settings"].get("begin_with")
    further = " and further logos with visual labels" if "further" in facts["rules_learned_from"] else ""
    if begun:
        teachers = "; its teachers began with that run's." if facts["settings"]["teachers"] else "."
        first = (
            " It began with the most important channels of the student of another run "
            f"({begun['run']}){teachers}"
        )
    elif facts["settings"]["student"]["begin_with_teacher"]:
        first = " It began with the most important channels of a teacher of its own architecture."
    else:
        first = ""
    learned = "; ".join(words for source, words in LEARNED_FROM.items() if source in sources)
    trained_on = fill(
        f"Rules: the `train` split of the labelled logos{further}, as rendered and degraded. Student: "
        f"{learned}.{_taught(facts['settings'])}{first} How many examples there were of each stands in "
        f"`manifest.json`, with versions and licences. {GUARDED[facts['relatives_left_out']]} of "
        "`calibrate` or `test`, as far as the guard against leaks knows names and look. Thresholds and "
        "calibration come from `calibrate`; `test` was only measured on.",
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
