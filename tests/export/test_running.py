"""Artefacts that answer: a student inside its release, with the promises that it may keep."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo import HybridClassifier
from hybrid_logo.bundle import MODEL_VARIABLE, Bundle
from hybrid_logo.errors import ArtefactError, MissingExtraError
from hybrid_logo.export import running
from hybrid_logo.export.containers import read_record
from hybrid_logo.export.running import without_claims_on_the_student
from hybrid_logo.policy import Policy
from hybrid_logo.promises import Claim
from hybrid_logo.types import DecidedBy
from tests.export.small_exports import Make
from tests.small_release import certified, drawings, router, write_release


@pytest.fixture(autouse=True)
def release(small_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small release is not among the installed ones."""
    monkeypatch.setenv(MODEL_VARIABLE, str(small_release))


@pytest.mark.parametrize("target", ["onnx-int8", "ort", "openvino", "torchscript"])
def test_a_student_answers_inside_the_cascade(target: str, make: Make, small_release: Path) -> None:
    precision = "int8" if target == "onnx-int8" else "fp32"
    exported = HybridClassifier.from_export(make(target, precision).path)
    own = HybridClassifier(model=small_release, precision=precision)
    for pixels in drawings(3):
        one, other = exported.classify(pixels), own.classify(pixels)
        assert one.scores == pytest.approx(other.scores, abs=1e-4)
        assert (one.label, one.decided_by, one.threshold) == (other.label, other.decided_by, other.threshold)


def test_the_very_student_keeps_what_is_certified(make: Make, small_release: Path) -> None:
    exported = HybridClassifier.from_export(make("onnx-int8").path, policy=Policy(coverage=0.9))
    own = HybridClassifier(model=small_release, precision="int8", policy=Policy(coverage=0.9))
    answers = [(exported.classify(pixels), own.classify(pixels)) for pixels in drawings(4)]
    assert [one.certain for one, _ in answers] == [other.certain for _, other in answers]
    assert any(one.certain for one, _ in answers)
    assert all(one.prediction_set == other.prediction_set for one, other in answers)


def test_another_student_is_never_certain_though_it_agrees(make: Make) -> None:
    made = make("onnx-fp16")
    assert made.parity.same == 1.0
    exported = HybridClassifier.from_export(made.path)
    answers = [exported.classify(pixels) for pixels in drawings(4)]
    assert not any(answer.certain for answer in answers)
    assert any(
        answer.decided_by is DecidedBy.RULES for answer in answers
    )  # whose promise is not the student's
    with pytest.raises(ValueError, match="no prediction sets"):
        HybridClassifier.from_export(made.path, policy=Policy(coverage=0.9))


def test_what_concerns_the_student_is_taken_away() -> None:
    disagreement = certified(0.8, claim=Claim.DISAGREEMENT)
    whole = router(groups=(certified(0.8, group="clean"), disagreement))
    bare = without_claims_on_the_student(whole)
    assert bare.promise == whole.promise
    assert bare.point.groups == (certified(0.8, group="clean"),)
    for point in (bare.point, *bare.points, bare.unpromised):
        assert point.certain is None
        assert point.sets == ()


def test_modes_and_pickling(make: Make) -> None:
    neural = HybridClassifier.from_export(make("onnx-fp32").path, "neural", threads=2)
    again = pickle.loads(pickle.dumps(neural))
    (pixels,) = drawings(1)[:1]
    assert again.classify(pixels).scores == neural.classify(pixels).scores
    assert again.classify(pixels).decided_by is DecidedBy.STUDENT


def test_another_release_is_refused(make: Make, small_models: dict[str, bytes], tmp_path: Path) -> None:
    other = write_release(tmp_path / "other", small_models, intercept=-1.0)
    with pytest.raises(ArtefactError, match="whose manifest is not that of"):
        HybridClassifier.from_export(make("onnx-int8").path, model=other)


def test_a_release_that_is_not_here_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MODEL_VARIABLE)
    with pytest.raises(ArtefactError, match=r"the student of small-0\.1, which is not here"):
        HybridClassifier.from_export(make("onnx-int8").path)


def test_a_runtime_of_another_major_version_is_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make("openvino", "fp32")
    before = running.version
    monkeypatch.setattr(running, "version", lambda name: "1999.1" if name == "openvino" else before(name))
    with pytest.raises(
        ArtefactError, match=r"here is 1999\.1, another major version.*pip install 'openvino=="
    ):
        HybridClassifier.from_export(made.path)


def test_a_minor_version_does_not_matter(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make("onnx-int8")
    major = read_record(made.path).made_with["onnxruntime"].split(".")[0]
    monkeypatch.setattr(running, "version", lambda _: f"{major}.999")
    HybridClassifier.from_export(made.path)


def test_a_runtime_that_is_missing_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise running.PackageNotFoundError(name)

    monkeypatch.setattr(running, "version", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'openvino==\d+\.\*'$"):
        HybridClassifier.from_export(make("openvino", "fp32").path)


def test_views_of_another_size_are_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    classifier = HybridClassifier.from_export(make("onnx-int8").path, "neural")
    bundle: Any = classifier.bundle
    seen = {"student_side_px": 64}
    classifier.bundle = replace(bundle, manifest=bundle.manifest | {"preprocessing": seen})
    with pytest.raises(ArtefactError, match="takes views of 32 px"):
        classifier.classify(drawings(1)[0])


def test_a_tampered_artefact_is_refused(make: Make, tmp_path: Path) -> None:
    path = Path(shutil.copy(make("onnx-int8").path, tmp_path))
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"precision": "int8"', b'"precision": "fp32"', 1))
    with pytest.raises(ArtefactError, match="not as it was exported"):
        HybridClassifier.from_export(path)


def test_importing_the_classifier_brings_no_export() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from hybrid_logo.classifier import HybridClassifier; "
        "print([name for name in sys.modules if name.startswith('hybrid_logo.export')])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_the_bundle_stays_as_it_was(bundle: Bundle, make: Make) -> None:
    HybridClassifier.from_export(make("onnx-fp16").path)
    assert bundle.router.certain is not None
