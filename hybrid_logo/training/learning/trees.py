"""A teacher of another kind: boosted trees on the rules' measurements; cheap on a processor.

Several forests, each without one fold of the drawings it learns from, answer together. What they say of a
drawing that they learned from comes only from those that were not shown it: an answer learned by heart
would teach the student nothing. Nothing of a forest is stored but what it said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import SourceError
from hybrid_logo.training.console import tracked
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.row_cache import code_hash
from hybrid_logo.training.sources import storage_errors
from hybrid_logo.types import LABELS

__all__ = ["TreeSettings", "TreesSaid", "ask_trees"]

Floats = NDArray[np.float32]

NEGLIGIBLE = 0.02
"""A picture is not shown as a type that its target gives less: label smoothing would cost four rows each."""


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """How forests are grown.

    Attributes:
        sources: names of the sources whose labelled drawings are learned from.
        folds: of the drawings; a drawing is judged by forests that were not shown its fold.
        members: forests per fold, each grown on other drawings and by another seed.
        bagged: share of the drawings that a forest is shown.
        rounds: boosting rounds.
        learning_rate: of each round.
        leaves: most leaves a tree.
        seed: of folds, bagging and growth.
    """

    sources: tuple[str, ...] = ("labelled",)
    folds: int = 5
    members: int = 2
    bagged: float = 0.8
    rounds: int = 150
    learning_rate: float = 0.06
    leaves: int = 15
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            SourceError: a value lies outside its range; the message names it.
        """
        least = {"folds": 2, "members": 1, "rounds": 1, "leaves": 2}
        for name, value in least.items():
            if getattr(self, name) < value:
                raise SourceError(f"{name} must be at least {value}, not {getattr(self, name)!r}.")
        for name in ("bagged", "learning_rate"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise SourceError(f"{name} must lie in 0-1 and not be 0, not {getattr(self, name)!r}.")


@dataclass(frozen=True, slots=True, eq=False)
class TreesSaid:
    """Probabilities in the order of ``LABELS``.

    Attributes:
        examples: ``float32[n, 4]``, out of fold for what was learned from.
        others: ``float32[k, 4]`` of the other measurements that were asked about.
    """

    examples: Floats
    others: Floats


def ask_trees(
    examples: Examples,
    others: Floats,
    settings: TreeSettings,
    folder: Path,
    groups: NDArray[np.int64] | None = None,
) -> TreesSaid:
    """Grow forests on ``examples`` and ask them, or read what they said in ``folder`` before.

    Args:
        examples: what is learned from, and asked about.
        others: ``float32[k, len(NAMES)]``, measurements of further pictures, which must be of no drawing
            in ``examples``.
        settings: how.
        folder: receives ``trees-*.npz``; its name holds a hash of all that decides the answers.
        groups: ``int64[n]``, rows that must stay in one fold, such as the drawings of a brand; by default
            the copies of a drawing.

    Raises:
        SourceError: there is too little to learn from, or ``folder`` cannot be written.
    """
    groups = _drawings(examples) if groups is None else groups
    path = folder / f"trees-{_fingerprint(examples, others, groups, settings)}.npz"
    with suppress(OSError, ValueError, KeyError, BadZipFile), np.load(path) as stored:  # else grown again
        return TreesSaid(stored["examples"], stored["others"])
    said = _grow_and_ask(examples, others, groups, settings)
    unfinished = path.with_suffix(".tmp.npz")
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(unfinished, examples=said.examples, others=said.others)
        unfinished.replace(path)
    return said


def _grow_and_ask(
    examples: Examples, others: Floats, groups: NDArray[np.int64], settings: TreeSettings
) -> TreesSaid:
    taken = [number for number, name in enumerate(examples.names) if name in settings.sources]
    learned = np.isin(examples.sources, taken) & (examples.targets.sum(axis=1) > 0)
    unique, group = np.unique(groups[learned], return_inverse=True)
    if len(unique) < settings.folds:
        raise SourceError(
            f"{len(unique)} labelled drawings of {', '.join(settings.sources)} are too few for "
            f"{settings.folds} folds. Give more drawings, or name other sources."
        )
    if np.count_nonzero((examples.targets[learned] >= NEGLIGIBLE).any(axis=0)) < 2:
        raise SourceError("Trees cannot learn from drawings of one type alone. Give drawings of others too.")
    random = np.random.default_rng(settings.seed)
    fold = (random.permutation(len(unique)) % settings.folds)[group]
    features, targets = examples.features[learned], examples.targets[learned]
    inside, outside = np.zeros((len(features), 4)), np.zeros((int((~learned).sum()), 4))
    further = np.zeros((len(others), 4))
    forests = [(number, member) for number in range(settings.folds) for member in range(settings.members)]
    for number, member in tracked(forests, len(forests), "Trees"):
        bag = random.random(len(unique)) < settings.bagged
        shown = (fold != number) & bag[group]
        if not shown.any():
            shown = fold != number
        forest = _grown(
            features[shown], targets[shown], settings, seed=settings.seed + 1000 * member + number
        )
        judged = fold == number
        inside[judged] += _answers(forest, features[judged]) / settings.members
        outside += _answers(forest, examples.features[~learned]) / len(forests)
        further += _answers(forest, others) / len(forests)
    said = np.zeros((len(examples.features), 4), np.float32)
    said[learned], said[~learned] = inside, outside
    return TreesSaid(said, further.astype(np.float32))


def _grown(features: Floats, targets: Floats, settings: TreeSettings, seed: int) -> Any:
    """A forest; a picture of two types is shown once as each, with its share as weight."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows, types = np.nonzero(targets >= NEGLIGIBLE)
    forest = HistGradientBoostingClassifier(
        max_iter=settings.rounds,
        learning_rate=settings.learning_rate,
        max_leaf_nodes=settings.leaves,
        min_samples_leaf=10,
        l2_regularization=1.0,
        max_features=0.5,
        early_stopping=False,
        random_state=seed,
    )
    return forest.fit(features[rows], types, sample_weight=targets[rows, types])


def _answers(forest: Any, features: Floats) -> NDArray[np.float64]:
    """``float64[n, 4]``; a type that the forest was never shown gets nothing."""
    said = np.zeros((len(features), len(LABELS)))
    if len(features):
        said[:, forest.classes_] = forest.predict_proba(features)
    return said


def _drawings(examples: Examples) -> NDArray[np.int64]:
    """One number a drawing; those of ``examples.drawings`` begin anew in each source."""
    pairs = np.stack([examples.sources, examples.drawings])
    return np.unique(pairs, axis=1, return_inverse=True)[1].reshape(-1)


def _fingerprint(
    examples: Examples, others: Floats, groups: NDArray[np.int64], settings: TreeSettings
) -> str:
    digest = hashlib.sha256(json.dumps([asdict(settings), examples.names]).encode())
    arrays: Sequence[NDArray[Any]] = (
        examples.features, examples.targets, examples.sources, groups, others,
    )  # fmt: skip
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(code_hash(["learning/trees"]).encode())  # other code grows other trees
    return digest.hexdigest()[:16]
