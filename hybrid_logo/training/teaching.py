"""The step between corpus and student: train the teachers, weigh them, and keep what they say together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import SourceError
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.learning import parallel
from hybrid_logo.training.learning.ensemble import (
    Ensemble,
    ensemble_weights,
    fit_temperatures,
    member_probabilities,
    tempered,
)
from hybrid_logo.training.learning.judging import held_out_figures
from hybrid_logo.training.learning.teachers import TeacherSettings, load_teacher, train_teacher
from hybrid_logo.training.learning.trainer import chosen_device
from hybrid_logo.training.learning.trees import TreeSettings, ask_trees
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.sources import storage_errors

__all__ = ["NOBODY_TEACHES", "folder_name", "live_teachers", "load_teaching", "store_teaching", "teach"]

Floats = NDArray[np.float64]

TREES = "trees"
NOBODY_TEACHES = (
    "There is nobody to teach the student. Take what the teachers of another run said (hybrid-logo train "
    "teachers --from RUN), or ask for trees or a teacher in the settings."
)


def teach(
    examples: Examples,
    held_out: PictureTable,
    teachers: Sequence[TeacherSettings],
    trees: TreeSettings | None,
    folder: Path,
    groups: NDArray[np.int64] | None = None,
) -> NDArray[np.float32]:
    """Train the teachers and ask them about every row of ``examples``.

    Args:
        examples: what they learn from and what the student will learn from.
        held_out: the ``calibrate`` split, by which they are weighed.
        teachers: networks; a run in ``folder`` that was stopped goes on.
        trees: boosted trees on the features; None for none.
        folder: receives a folder for each teacher, ``teaching.npz`` and ``teaching.json``.
        groups: see ``ask_trees``.

    Returns:
        ``float32[n, 4]`` probabilities, a row for each of ``examples``.

    Raises:
        SourceError: there is no teacher at all; otherwise see ``train_teacher``.
    """
    names, said, judged = [], [], []
    for number, settings in enumerate(teachers):
        name = folder_name(number, settings)
        network = train_teacher(settings, examples, held_out, folder / name)
        names.append(name)
        device = str(chosen_device(settings.training.device))
        said.append(member_probabilities(network, examples.views, device))
        judged.append(member_probabilities(network, held_out.views, device))
    if trees is not None:
        with parallel.first_alone():
            answers = ask_trees(examples, held_out.features, trees, folder, groups)
        names.append(TREES)
        said.append(answers.examples.astype(np.float64))
        judged.append(answers.others.astype(np.float64))
    if not names:
        raise SourceError(NOBODY_TEACHES)
    temperatures = fit_temperatures(np.array(judged), held_out.labels)
    known = tempered(np.array(judged), temperatures)
    weights = ensemble_weights(known, held_out.labels)
    figures = {name: held_out_figures(_logits(one), held_out) for name, one in zip(names, known, strict=True)}
    figures["together"] = held_out_figures(_logits(np.tensordot(weights, known, 1)), held_out)
    together = np.tensordot(weights, tempered(np.array(said), temperatures), 1).astype(np.float32)
    record = {
        "members": names,
        "weights": weights.tolist(),
        "temperatures": temperatures.tolist(),
        "figures_on_calibrate": figures,
    }
    if parallel.is_first():
        store_teaching(examples, together, folder, record)
    return together


def folder_name(number: int, settings: TeacherSettings) -> str:
    """Of the teacher at place ``number`` among those of a run."""
    return f"{number}-{settings.architecture}"


def load_teaching(examples: Examples, folder: Path) -> NDArray[np.float32]:
    """What the teachers said of ``examples``.

    Raises:
        SourceError: they were not asked, or about other examples.
    """
    try:
        record = json.loads((folder / "teaching.json").read_text(encoding="utf-8"))
        with (folder / "teaching.npz").open("rb") as file, np.load(file) as stored:
            together = np.asarray(stored["probabilities"], np.float32)
        asked = record["examples"]
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise SourceError(
            f"The teachers in {folder} have not been asked ({error}). Run: hybrid-logo train teachers"
        ) from error
    if asked != _fingerprint(examples):
        raise SourceError(
            f"The teachers in {folder} were asked about other examples. Run: hybrid-logo train teachers"
        )
    return together


def live_teachers(folder: Path) -> Ensemble:
    """The networks among the teachers of a run, to be asked about views that nobody has stored.

    Raises:
        SourceError: there is none, or ``folder`` holds no teachers that were asked.
    """
    try:
        record = json.loads((folder / "teaching.json").read_text(encoding="utf-8"))
        if "taken_from" in record:
            raise SourceError(
                f"The networks that taught {folder} are those of another run. Set same_view_share to 0."
            )
        known = list(zip(record["members"], record["weights"], record["temperatures"], strict=True))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"The teachers in {folder} have not been asked ({error}). Run: hybrid-logo train teachers"
        ) from error
    members = [(name, weight, temperature) for name, weight, temperature in known if name != TREES]
    total = sum(weight for _, weight, _ in members)
    if total <= 0:
        raise SourceError(
            f"No network among the teachers in {folder} is worth asking. Set same_view_share to 0."
        )
    return Ensemble(
        [load_teacher(folder / name) for name, _, _ in members],
        np.array([weight / total for _, weight, _ in members]),
        np.array([temperature for _, _, temperature in members]),
    )


def store_teaching(
    examples: Examples, probabilities: NDArray[np.float32], folder: Path, record: dict[str, Any]
) -> None:
    """Keep what teachers said, for ``load_teaching``.

    Args:
        examples: what they were asked about.
        probabilities: ``float32[n, 4]``, a row for each of ``examples``.
        folder: receives ``teaching.npz`` and ``teaching.json``.
        record: who they are, for people and for ``live_teachers``.

    Raises:
        SourceError: ``folder`` cannot be written.
    """
    unfinished = folder / "teaching.tmp.npz"
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(unfinished, probabilities=probabilities)
        unfinished.replace(folder / "teaching.npz")
        text = json.dumps({**record, "examples": _fingerprint(examples)}, indent=1) + "\n"
        (folder / "teaching.json.tmp").write_text(text, encoding="utf-8")
        (folder / "teaching.json.tmp").replace(folder / "teaching.json")


def _logits(probabilities: Floats) -> NDArray[np.float32]:
    return np.log(np.maximum(probabilities, 1e-9)).astype(np.float32)


def _fingerprint(examples: Examples) -> str:
    digest = hashlib.sha256(json.dumps(examples.names).encode())
    for array in (examples.drawings, examples.sources, examples.features):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
