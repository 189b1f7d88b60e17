"""The few-shot suite: brands apart, what is shown to whom, and figures that can be told from chance."""

from __future__ import annotations

import json
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.evaluation.suites import few_shot
from hybrid_logo.features import NAMES
from hybrid_logo.types import LABELS, FileResult, Mode
from tests.adaptation.made_up import answer, bundle

BRANDS = 16


class Imagined:
    """Answers by the bytes: the first says what is drawn, the others which noise there is."""

    bundle = bundle()

    def classify_many(self, sources: Iterable[bytes]) -> Iterable[FileResult]:
        for data in sources:
            if data == b"broken":
                yield FileResult("", error_kind="corrupt", error_message="")
                continue
            values = np.random.default_rng(list(data)).normal(50.0, 10.0, len(NAMES))
            values[data[0]] += 40.0
            scores = [0.1] * 4
            scores[data[0] % 4] = 0.7
            yield FileResult("", answer(values, tuple(scores)))


def case(kind: int, data: bytes, brand: str) -> Case:
    return Case(str(data), data, LABELS[kind], frozenset([LABELS[kind]]), True, brand)


def dataset(counts: dict[int, int] | None = None) -> Dataset:
    """Two pictures of each brand."""
    cases = [
        case(kind, bytes([kind, 2 * brand + copy]), f"{kind}-{brand}")
        for kind, brands in (counts or dict.fromkeys(range(4), BRANDS)).items()
        for brand in range(brands)
        for copy in range(2)
    ]
    return Dataset("made-up", cases, "nobody", 0)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_shot, "EPISODES", 4)
    monkeypatch.setattr(few_shot, "DRAWN", 16)
    kinds = list(few_shot.DRAWN_TYPES)

    def file(name: str, random: np.random.Generator) -> bytes:
        return bytes([4 + kinds.index(name)]) + random.bytes(4)

    monkeypatch.setattr(few_shot, "drawn_file", file)


def measured(data: Dataset, seed: int = 0) -> dict[str, Any]:
    calls = []
    classifiers: Any = {Mode.HYBRID: Imagined()}
    result = few_shot.measure(data, classifiers, seed, lambda: calls.append(1))
    assert len(calls) == few_shot.steps(data, classifiers)
    return result


def test_types_are_learned_and_more_pictures_help() -> None:
    result = measured(dataset())
    assert json.loads(json.dumps(result)) == result
    assert result["model"] == 1.0
    assert list(result["tasks"]) == list(few_shot.TASKS)
    for name, chance in zip(few_shot.TASKS, (0.25, 0.5, 1 / 3), strict=True):
        row = result["tasks"][name]["shots"]
        assert row["10"]["adapter"]["mean"] > chance + 0.25
        assert row["10"]["adapter"]["mean"] >= row["1"]["adapter"]["mean"]
        assert list(row["5"]["majority"].values()) == pytest.approx([chance] * 3)
        assert row["1"]["adapter"]["low"] <= row["1"]["adapter"]["mean"] <= row["1"]["adapter"]["high"]


def test_the_same_seed_gives_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_shot, "SHOTS", (1,))
    once, again, other = measured(dataset()), measured(dataset()), measured(dataset(), seed=1)
    assert once == again
    assert once["tasks"] != other["tasks"]


def test_no_brand_is_both_shown_and_asked_and_a_held_out_type_hides_the_student(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(0)
    kinds = np.repeat(np.arange(6), 30)
    clusters = np.arange(180) // 3
    clusters[30:60] = clusters[:30]  # brands with pictures of two types
    names = len(NAMES)
    inputs = random.normal(size=(180, names + 4))
    inputs[:, 0] = np.arange(180)
    pictures = few_shot.Pictures(inputs, inputs[:, :names], kinds, clusters, kinds % 4)
    shown: list[Any] = []
    widths = set()

    def learned(given: Any, types: Any) -> Any:
        shown.append((given[:, 0].astype(int), types))
        widths.add(given.shape[1])
        return SimpleNamespace(probabilities=asked)

    def asked(given: Any) -> Any:
        rows, types = shown[-1]
        assert not set(clusters[rows]) & set(clusters[given[:, 0].astype(int)])
        assert len(set(clusters[rows])) == len(rows)
        assert np.bincount(types).tolist() == [2] * (types.max() + 1)
        assert given.shape[1] in widths
        return np.zeros((len(given), 2))

    monkeypatch.setattr(few_shot, "learn", learned)
    four, held_out, anew = few_shot.TASKS
    for task, types, width in ((four, 4, names + 4), (held_out, 2, names), (anew, 3, names + 4)):
        widths.clear()
        for episode in range(8):
            found = few_shot._episode(task, pictures, 2, episode, np.random.default_rng(episode))
            assert found["majority"] == pytest.approx(1 / types)
            assert len(shown[-1][0]) == 2 * types
            if task == held_out:
                rows, told = shown[-1]
                assert ((kinds[rows] == episode % 4) == told).all()
        assert widths == {width}


def test_too_few_brands_are_told() -> None:
    result = measured(dataset({0: 16, 1: 16, 2: 16, 3: 8}))
    assert list(result["tasks"]["the four types anew"]["shots"]) == ["1"]
    assert list(result["tasks"]["types drawn anew"]["shots"]) == ["1", "5", "10"]
    (note,) = [note for note in few_shot.notes(result) if note.startswith("Too few")]
    assert "5 in the four types anew" in note


@pytest.mark.parametrize("counts", [{}, {0: 3}, {0: 30}])
def test_a_dataset_of_one_type_or_none_is_no_failure(counts: dict[int, int]) -> None:
    result = measured(Dataset("x", dataset(counts).cases if counts else [], "nobody", 0))
    assert result["model"] is None
    assert result["tasks"]["the four types anew"]["shots"] == {}
    assert few_shot.html_section(result)


def test_pictures_without_an_answer_are_left_out() -> None:
    data = dataset()
    broken = case(0, b"broken", "b")
    result = measured(Dataset("x", [*data.cases, broken], "nobody", 0))
    assert (result["pictures"], result["of"]) == (len(data.cases), len(data.cases) + 1)
    assert result["drawn"] == {"qr-code": 16, "signature": 16}


def test_the_report_holds_every_figure() -> None:
    result = measured(dataset())
    ((head, rows),) = few_shot.tables(result)
    assert len(rows) == 9
    assert all(len(row) == len(head) for row in rows)
    page = few_shot.html_section(result)
    assert page.count("<svg") == 3
    assert all(cell in page for row in rows for cell in row)
    assert "not whether a new type can be learned" in page


def test_without_the_hybrid_nothing_is_measured() -> None:
    result = few_shot.measure(dataset(), {}, 0)
    assert few_shot.steps(dataset(), {}) == 0
    assert few_shot.tables(result) == []
    (note,) = few_shot.notes(result)
    assert note in few_shot.html_section(result)
