"""All methods on the same pictures in one process: accuracy, recall, and times in turns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from peer import Answer, Trained
from released import HYBRID

from hybrid_logo.errors import PictureError
from hybrid_logo.evaluation.measuring.benchmark import describe
from hybrid_logo.evaluation.measuring.timing import (
    decoding_alone,
    decoding_with_checks,
    time_paths,
    whole_path,
)
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.statistics.metrics import class_figures, paired_difference, three_accuracies
from hybrid_logo.training.console import tracked
from hybrid_logo.types import LABELS, LogoType

__all__ = ["ROUNDS", "answers_of", "measure", "times_of"]

ROUNDS = 3
Answers = Sequence[LogoType | None]


def measure(dataset: Dataset, methods: Mapping[str, Trained], timed: int) -> dict[str, Any]:
    """JSON-ready figures of one suite.

    Args:
        dataset: labelled pictures.
        methods: by short name; ``hybrid`` is what the others are compared with.
        timed: pictures to take times on; 0 for none.
    """
    answers = {name: answers_of(method, dataset) for name, method in methods.items()}
    return {
        "dataset": describe(dataset),
        "figures": {name: _figures(dataset, given, answers[HYBRID]) for name, given in answers.items()},
        "times": times_of(dataset.limited(timed), methods) if timed else {},
    }


def answers_of(method: Trained, dataset: Dataset) -> list[LogoType | None]:
    """One type a picture; None where it cannot be answered."""
    files = [case.read() for case in dataset.cases]
    if method.answer_many is not None:
        return method.answer_many(files)
    shown = tracked(files, len(files), f"{dataset.name}: {method.name}")
    return [_answer_or_none(method.answer, data) for data in shown]


def times_of(dataset: Dataset, methods: Mapping[str, Trained]) -> dict[str, Any]:
    """Times of every method, all in turns on the same picture (see ``evaluation.measuring.timing``).

    Returns:
        what ``time_paths`` gives, and for each method ``ratio_to_hybrid``: its mean time with decoding taken
        off against that of the hybrid.
    """
    pictures = [case.read() for case in dataset.cases]
    paths = [decoding_alone(), decoding_with_checks()]
    paths += [whole_path(name, method.answer) for name, method in methods.items()]
    with _bar(f"{dataset.name}: times", ROUNDS * len(pictures)) as advance:
        times = time_paths(pictures, paths, seed=dataset.seed, rounds=ROUNDS, advance=advance)
    for name in methods:
        if name in times:
            own, ours = (times[key]["without_decoding"]["mean_ms"] for key in (name, HYBRID))
            times[name]["ratio_to_hybrid"] = own / ours if ours else None
    return times


def _figures(dataset: Dataset, answers: Answers, ours: Answers) -> dict[str, Any]:
    cases = dataset.cases
    labels = [case.label.value for case in cases]
    words = [None if answer is None else answer.value for answer in answers]
    accepted = [{label.value for label in case.accepted} for case in cases]
    accuracies = three_accuracies(labels, accepted, [case.clear for case in cases], words)
    classes = class_figures(labels, words, [label.value for label in LABELS])
    return {
        **{name: asdict(value) for name, value in accuracies.items()},
        "classes": {
            label: {name: asdict(value) for name, value in row.items()} for label, row in classes.items()
        },
        "unanswered": words.count(None),
        "hybrid_minus_it": _differences(dataset, ours, answers),
    }


def _differences(dataset: Dataset, ours: Answers, theirs: Answers) -> dict[str, Any]:
    """Strict and accepted accuracy of the hybrid minus that of a method, brands drawn as wholes."""
    clusters = [case.cluster for case in dataset.cases]
    right_types: dict[str, list[Collection[LogoType]]] = {
        "strict": [{case.label} for case in dataset.cases],
        "accepted": [case.accepted for case in dataset.cases],
    }
    found = {}
    for name, right in right_types.items():
        first, second = (
            [answer in types for answer, types in zip(given, right, strict=True)] for given in (ours, theirs)
        )
        found[name] = asdict(paired_difference(first, second, clusters, seed=dataset.seed))
    return found


def _answer_or_none(answer: Answer, data: bytes) -> LogoType | None:
    try:
        return answer(data)
    except PictureError:
        return None


@contextmanager
def _bar(title: str, total: int) -> Iterator[Any]:
    """A bar on standard error where that is a terminal; gives what to call after each step."""
    steps = tracked(range(total), total, title)
    yield lambda: next(steps, None)
    for _ in steps:
        pass
