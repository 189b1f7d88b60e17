"""The few-shot suite: how well are types learned from 1, 5 and 10 pictures each, on frozen numbers?

An episode draws k pictures of each type, one of each brand, learns from them and is asked about the pictures
of all other brands. Pictures are answered once; episodes work on what was said of them.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.adaptation.inputs import inputs_of, middle_and_scale
from hybrid_logo.adaptation.learning import learn
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.pictures.drawn_types import DRAWN_TYPES, drawn_file
from hybrid_logo.evaluation.suites.few_shot_report import html_section, notes, tables
from hybrid_logo.features import NAMES
from hybrid_logo.types import LABELS, Mode

__all__ = ["NAME", "html_section", "measure", "notes", "steps", "tables"]

NAME = "few-shot"
SHOTS = (1, 5, 10)
EPISODES = 100
FEWEST_ASKED = 5
"""Brands of each type that must be left to ask about."""
DRAWN = 60
"""Pictures that are drawn of each new type."""
TASKS = ("the four types anew", "one of the four held out", "types drawn anew")

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """What was said of all pictures, drawn ones last.

    Attributes:
        inputs: ``float64[n, len(INPUTS)]``, what an adapter learns from.
        raw: ``float64[n, len(NAMES)]``, the measurements as they are.
        kinds: ``int64[n]``, number of the label in ``LABELS``, then of the type in ``DRAWN_TYPES``.
        clusters: ``int64[n]``, the same for pictures of one brand.
        told: ``int64[n]``, what the model answered, as its number in ``LABELS``.
    """

    inputs: Floats
    raw: Floats
    kinds: Integers
    clusters: Integers
    told: Integers


def steps(dataset: Dataset, classifiers: Mapping[Mode, HybridClassifier]) -> int:
    """How often ``measure`` calls ``advance``."""
    if Mode.HYBRID not in classifiers:
        return 0
    return len(dataset.cases) + DRAWN * len(DRAWN_TYPES) + EPISODES * len(SHOTS) * len(TASKS)


def measure(
    dataset: Dataset,
    classifiers: Mapping[Mode, HybridClassifier],
    seed: int,
    advance: Callable[[], object] = lambda: None,
) -> dict[str, Any]:
    """Answer all pictures once, then learn and ask in episodes.

    Args:
        dataset: labelled pictures.
        classifiers: per mode; the hybrid alone is asked.
        seed: of the episodes and of what is drawn.
        advance: called once for each picture and each episode.

    Returns:
        JSON-ready figures; ``tables``, ``notes`` and ``html_section`` read them. Accuracy is the mean over
        types of the share told right, ``model`` that of the answers themselves. Without the hybrid there are
        no tasks.
    """
    found: dict[str, Any] = {"seed": seed, "episodes": EPISODES, "of": len(dataset.cases), "pictures": 0}
    if Mode.HYBRID not in classifiers:
        return found | {"model": None, "drawn": {}, "tasks": {}}
    pictures = _answered(dataset, classifiers[Mode.HYBRID], seed, advance)
    known = pictures.kinds < len(LABELS)
    kinds, every = pictures.kinds[known], len(set(pictures.kinds[known].tolist())) == len(LABELS)
    drawn = Counter(pictures.kinds[~known].tolist())
    return found | {
        "pictures": int(known.sum()),
        "model": _balanced(pictures.told[known], kinds, len(LABELS)) if every else None,
        "drawn": {name: drawn[len(LABELS) + number] for number, name in enumerate(DRAWN_TYPES)},
        "tasks": {task: _task(task, pictures, seed, advance) for task in TASKS},
    }


def _answered(
    dataset: Dataset, classifier: HybridClassifier, seed: int, advance: Callable[[], object]
) -> Pictures:
    random = np.random.default_rng((seed, zlib.crc32(b"drawn types")))
    sources = [(case.read(), LABELS.index(case.label), case.cluster) for case in dataset.cases]
    for number, name in enumerate(DRAWN_TYPES):
        sources += [
            (drawn_file(name, random), len(LABELS) + number, f"{name} {drawn}") for drawn in range(DRAWN)
        ]
    predictions, kinds, clusters = [], [], []
    names: dict[tuple[bool, str], int] = {}
    results = classifier.classify_many(data for data, _, _ in sources)
    for result, (_, kind, cluster) in zip(results, sources, strict=True):
        advance()
        if result.prediction is not None:
            predictions.append(result.prediction)
            kinds.append(kind)
            clusters.append(names.setdefault((kind < len(LABELS), cluster), len(names)))
    middle, scale = middle_and_scale(classifier.bundle.scorecard)
    return Pictures(
        inputs=inputs_of(predictions, middle, scale),
        raw=np.array([each.measurements for each in predictions], np.float64).reshape(-1, len(NAMES)),
        kinds=np.array(kinds, np.int64),
        clusters=np.array(clusters, np.int64),
        told=np.array([LABELS.index(each.label) for each in predictions], np.int64),
    )


def _task(task: str, pictures: Pictures, seed: int, advance: Callable[[], object]) -> dict[str, Any]:
    """Figures of one task: how many ``types``, and per k what each method reaches, where brands suffice."""
    figures: dict[str, Any] = {}
    for shots in SHOTS:
        accuracies: dict[str, list[float]] = {}
        for episode in range(EPISODES):
            random = np.random.default_rng((seed, zlib.crc32(task.encode()), shots, episode))
            for name, accuracy in _episode(task, pictures, shots, episode, random).items():
                accuracies.setdefault(name, []).append(accuracy)
            advance()
        if len(accuracies.get("adapter", ())) == EPISODES:
            figures[str(shots)] = {name: _mean(values) for name, values in accuracies.items()}
    return {"types": int(_types_of(task, pictures, 0).max(initial=-1)) + 1, "shots": figures}


def _types_of(task: str, pictures: Pictures, episode: int) -> Integers:
    """``int64[n]``: what an episode tells apart, 0, 1, ...; -1 for pictures that it leaves out."""
    kinds, drawn = pictures.kinds, pictures.kinds >= len(LABELS)
    if task == "the four types anew":
        return np.where(drawn, -1, kinds)
    if task == "one of the four held out":
        return np.where(drawn, -1, (kinds == episode % len(LABELS)).astype(np.int64))
    return np.where(drawn, kinds - len(LABELS) + 1, 0)


def _episode(
    task: str, pictures: Pictures, shots: int, episode: int, random: np.random.Generator
) -> dict[str, float]:
    """Accuracy of each method; nothing where a type has too few brands."""
    types = _types_of(task, pictures, episode)
    count = int(types.max(initial=-1)) + 1
    shown: list[int] = []
    for number in range(count):
        rows = random.permutation(np.flatnonzero(types == number))
        rows = rows[~np.isin(pictures.clusters[rows], pictures.clusters[shown])]
        # One picture of each brand, in the order in which the brands were drawn.
        first = np.sort(np.unique(pictures.clusters[rows], return_index=True)[1])
        shown += rows[first[:shots]].tolist()
    asked = np.flatnonzero((types >= 0) & ~np.isin(pictures.clusters, pictures.clusters[shown]))
    left = [len(np.unique(pictures.clusters[asked[types[asked] == number]])) for number in range(count)]
    if count < 2 or len(shown) < count * shots or min(left) < FEWEST_ASKED:
        return {}
    # The student was trained on a type that is held out here: what it says must not be seen.
    seen = len(NAMES) if task == "one of the four held out" else None
    learned = learn(pictures.inputs[shown, :seen], types[shown])
    told = {
        "adapter": learned.probabilities(pictures.inputs[asked, :seen]).argmax(axis=1),
        "nearest raw mean": _nearest(pictures.raw[shown], types[shown], pictures.raw[asked]),
        "majority": np.zeros(len(asked), np.int64),
    }
    return {name: _balanced(said, types[asked], count) for name, said in told.items()}


def _nearest(shown: Floats, types: Integers, asked: Floats) -> Integers:
    """The type whose mean of measurements as they are lies nearest."""
    means = np.stack([shown[types == number].mean(axis=0) for number in range(int(types.max()) + 1)])
    distances = ((asked[:, None] - means) ** 2).sum(axis=2)
    return np.asarray(distances.argmin(axis=1), np.int64)


def _balanced(told: Integers, types: Integers, count: int) -> float:
    """Mean over types of the share told right, so that common types do not decide."""
    return float(np.mean([(told[types == number] == number).mean() for number in range(count)]))


def _mean(values: list[float]) -> dict[str, float]:
    """Mean with its 95% interval over episodes."""
    mean = float(np.mean(values))
    half = 1.96 * float(np.std(values, ddof=1)) / len(values) ** 0.5
    return {"mean": mean, "low": max(0.0, mean - half), "high": min(1.0, mean + half)}
