from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from hybrid_logo import HybridClassifier
from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import PictureError
from hybrid_logo.export.graph import hybrid_graph
from hybrid_logo.export.graph.facts import DEFAULTS, feeds
from hybrid_logo.features import NAMES
from hybrid_logo.image import decode
from hybrid_logo.types import LABELS, DecidedBy, Precision
from tests.export.graph.drawing import session
from tests.export.graph.kinds_of_pictures import answerable, refused
from tests.small_release import drawings, write_release

LARGEST_BYTES = 1_500_000
PICTURES = list(answerable())


class Answers:
    """One bundle's answers by the graph and by Python."""

    def __init__(self, folder: Path, precision: Precision = Precision.INT8) -> None:
        self.bundle = Bundle.load(folder)
        self.model = hybrid_graph(self.bundle, precision)
        self.metadata = {entry.key: entry.value for entry in self.model.metadata_props}
        self.python = HybridClassifier(model=folder, precision=precision)
        self._session = session(self.model)

    def graph(self, **given: NDArray[Any]) -> dict[str, NDArray[Any]]:
        names = [output.name for output in self._session.get_outputs()]
        return dict(zip(names, self._session.run(None, given), strict=True))

    def assert_same(self, source: NDArray[np.uint8] | bytes) -> DecidedBy:
        expected = self.python.classify(source)
        found = self.graph(**feeds(decode(source)))
        deciders, rows = (json.loads(self.metadata[name]) for name in ("decided_by", "evidence"))
        assert LABELS[found["label"].item()] == expected.label
        assert found["probabilities"] == pytest.approx(expected.scores, abs=1e-5)
        assert found["confidence"].item() == pytest.approx(expected.confidence, abs=1e-5)
        assert deciders[found["decided_by"].item()] == expected.decided_by
        told = [(rows[int(row)], round(float(points), 2)) for row, points in found["evidence"]]
        assert dict(told) == pytest.approx(dict(expected.evidence), abs=0.011)
        assert found["features"] == pytest.approx(expected.measurements, abs=2e-6)
        return expected.decided_by


@pytest.fixture(scope="module")
def answers(small_release: Path) -> Answers:
    return Answers(small_release)


@pytest.fixture
def changed(tmp_path: Path, small_models: dict[str, bytes]) -> Callable[..., Answers]:
    """Answers of a release whose router differs in some parts."""
    return lambda **changes: Answers(write_release(tmp_path / "changed", small_models, **changes))


def test_every_answer_is_that_of_the_package(answers: Answers) -> None:
    deciders = {answers.assert_same(pixels) for _, pixels in PICTURES}
    assert deciders == {DecidedBy.RULES, DecidedBy.BOTH}


@pytest.mark.parametrize("precision", [Precision.INT8_SYMMETRIC, Precision.FP32])
def test_the_student_may_have_another_precision(small_release: Path, precision: Precision) -> None:
    made = Answers(small_release, precision)
    assert made.metadata["precision"] == precision
    assert {made.assert_same(pixels) for _, pixels in PICTURES[::4]} == {DecidedBy.RULES, DecidedBy.BOTH}


def test_without_a_promise_everything_is_asked(changed: Callable[..., Answers]) -> None:
    made = changed(promise=None)
    assert json.loads(made.metadata["threshold"]) is None
    assert {made.assert_same(pixels) for pixels in drawings(1)} == {DecidedBy.BOTH}


def test_a_student_that_is_not_joined_decides_alone(changed: Callable[..., Answers]) -> None:
    from hybrid_logo.calibration import Calibration

    made = changed(promise=None, asked=Calibration(0.75, 0.0))
    assert made.assert_same(drawings(1)[0]) == DecidedBy.STUDENT


@pytest.mark.parametrize(("kind", "pixels"), list(refused()))
def test_what_cannot_be_answered_has_a_label_of_its_own(
    answers: Answers, kind: str, pixels: NDArray[np.uint8]
) -> None:
    with pytest.raises(PictureError) as caught:
        answers.python.classify(pixels)
    found = answers.graph(picture=pixels)
    assert json.loads(answers.metadata["refused"])[-1 - found["label"].item()] == caught.value.kind == kind
    assert found["probabilities"].tolist() == [0.0] * 4
    assert found["confidence"].item() == 0.0
    assert found["decided_by"].item() == -1
    assert (found["evidence"] == -1).all()


@pytest.mark.parametrize("shape", [(0, 5, 3), (5, 0, 4), (0, 0, 3)])
def test_no_pixels_are_too_small(answers: Answers, shape: tuple[int, ...]) -> None:
    found = answers.graph(picture=np.zeros(shape, np.uint8))
    assert json.loads(answers.metadata["refused"])[-1 - found["label"].item()] == "too_small"


@pytest.mark.parametrize("decider", [DecidedBy.RULES, DecidedBy.BOTH])
def test_the_student_runs_only_where_it_is_asked(
    answers: Answers, tmp_path: Path, decider: DecidedBy
) -> None:
    """By ONNX Runtime's own profile: nothing but the student has convolutions."""
    pixels = next(pixels for _, pixels in PICTURES if answers.python.classify(pixels).decided_by == decider)
    profiled = session(answers.model, str(tmp_path / "profile"))
    profiled.run(None, {"picture": pixels})
    events = json.loads(Path(profiled.end_profiling()).read_text(encoding="utf-8"))
    kernels = [event["args"]["op_name"] for event in events if event["name"].endswith("_kernel_time")]
    assert len(kernels) > 500
    assert any("Conv" in kernel for kernel in kernels) == (decider is DecidedBy.BOTH)


def test_a_refused_picture_asks_nobody(changed: Callable[..., Answers], tmp_path: Path) -> None:
    profiled = session(changed(promise=None).model, str(tmp_path / "profile"))
    profiled.run(None, {"picture": np.zeros((30, 30, 4), np.uint8)})
    events = json.loads(Path(profiled.end_profiling()).read_text(encoding="utf-8"))
    assert not [event for event in events if "Conv" in event.get("args", {}).get("op_name", "")]


def test_the_same_bundle_gives_the_same_bytes(answers: Answers) -> None:
    again = hybrid_graph(Bundle.load(answers.bundle.folder))
    assert again.SerializeToString() == answers.model.SerializeToString()


def operators(graph: onnx.GraphProto) -> set[str]:
    found = {node.domain for node in graph.node}
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                found |= operators(attribute.g)
    return found


def test_only_standard_operators_are_used(answers: Answers) -> None:
    assert operators(answers.model.graph) <= {"", "ai.onnx"}
    assert [entry.domain for entry in answers.model.opset_import] == [""]
    assert answers.model.opset_import[0].version <= 21
    assert answers.model.ir_version <= 10
    onnx.checker.check_model(answers.model, full_check=True)


def test_the_metadata_say_what_the_numbers_stand_for(answers: Answers) -> None:
    told = {
        name: json.loads(value)
        for name, value in answers.metadata.items()
        if name not in ("bundle", "precision")
    }
    bundle = answers.bundle
    assert (answers.metadata["bundle"], answers.metadata["precision"]) == (bundle.name, "int8")
    assert told["labels"] == list(LABELS)
    assert told["decided_by"] == list(DecidedBy)
    assert [feature["name"] for feature in told["features"]] == list(NAMES)
    assert told["evidence"] == list(bundle.scorecard.rows)
    assert told["manifest"] == bundle.manifest
    assert told["sha256"]["student-int8.onnx"] == bundle.manifest["files"]["student-int8.onnx"]["sha256"]
    assert told["threshold"] == bundle.router.point.promise.threshold  # type: ignore[union-attr]


def test_pixels_are_all_that_must_be_given(answers: Answers) -> None:
    assert [taken.name for taken in session(answers.model).get_inputs()] == ["picture"]
    given = {taken.name for taken in session(answers.model).get_overridable_initializers()}
    assert given == set(DEFAULTS)


def test_the_release_fits_into_a_page() -> None:
    """What a browser loads; the release is what the package came with."""
    assert len(hybrid_graph(Bundle.load()).SerializeToString()) <= LARGEST_BYTES


@pytest.mark.slow
def test_two_thousand_degraded_pictures_are_answered_alike() -> None:
    from hybrid_logo.training.degrade import degraded_copy

    made = Answers(Bundle.load().folder)
    deciders = []
    for place, logo in enumerate(drawings(125)):
        for copy in range(4):
            stored = degraded_copy(logo, (place, copy))
            (result,) = made.python.classify_many([stored])
            if result.error_kind is None:
                deciders.append(made.assert_same(stored))
            else:
                label = made.graph(**feeds(decode(stored)))["label"].item()
                assert json.loads(made.metadata["refused"])[-1 - label] == result.error_kind
    assert {DecidedBy.RULES, DecidedBy.BOTH} <= set(deciders)
