"""The hybrid graph answers alone."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from hybrid_logo import HybridClassifier
from hybrid_logo.bundle import MODEL_VARIABLE
from hybrid_logo.errors import ArtefactError, BlankError
from hybrid_logo.export import graph_classifier
from hybrid_logo.export.graph_classifier import GraphClassifier
from hybrid_logo.export.graph_session import GraphSession
from hybrid_logo.image import decode
from hybrid_logo.policy import Policy
from tests.export.small_exports import Make
from tests.small_release import drawings

BLANK = np.full((64, 64, 3), 255, np.uint8)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No release is near."""
    monkeypatch.setenv(MODEL_VARIABLE, str(tmp_path / "none"))


def test_it_answers_as_python_does(make: Make, small_release: Path) -> None:
    made = make("hybrid")
    assert made.parity.same == 1.0
    graph = HybridClassifier.from_export(made.path)
    python = HybridClassifier(model=small_release, precision="int8")
    for pixels in drawings(2):
        one, other = graph.classify(pixels), python.classify(pixels)
        assert (one.label, one.decided_by, one.model) == (other.label, other.decided_by, other.model)
        assert one.scores == pytest.approx(other.scores, abs=1e-5)
        assert dict(one.evidence).keys() == dict(other.evidence).keys()
        assert graph.classify(decode(pixels)).scores == one.scores


def test_nothing_is_certain(make: Make) -> None:
    graph = HybridClassifier.from_export(make("hybrid").path)
    assert not any(graph.classify(pixels).certain for pixels in drawings(2))


def test_refusals_are_the_errors_of_python(make: Make) -> None:
    graph = HybridClassifier.from_export(make("hybrid").path)
    with pytest.raises(BlankError, match="give one on which something is drawn"):
        graph.classify(BLANK)
    results = list(graph.classify_many([BLANK, b"", drawings(1)[0]]))
    assert [result.error_kind for result in results] == ["blank", "empty", None]


def test_it_survives_pickling(make: Make) -> None:
    graph = HybridClassifier.from_export(make("hybrid").path)
    pixels = drawings(1)[2]
    assert pickle.loads(pickle.dumps(graph)).classify(pixels).scores == graph.classify(pixels).scores


@pytest.mark.parametrize(
    "settings", [{"mode": "rules"}, {"policy": Policy(min_confidence=0.5)}, {"model": "other"}]
)
def test_it_holds_one_way_to_answer(make: Make, settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot be chosen"):
        HybridClassifier.from_export(make("hybrid").path, **settings)  # type: ignore[arg-type]


def test_a_student_is_no_hybrid_graph(make: Make) -> None:
    with pytest.raises(ArtefactError, match="no hybrid graph of this version"):
        GraphSession(make("onnx-int8").path.read_bytes())
    with pytest.raises(ArtefactError, match="cannot load the hybrid graph"):
        GraphSession(b"nothing")


def test_a_graph_without_names_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    class Nameless(GraphSession):
        def __init__(self, model: bytes, *, threads: int = 1) -> None:
            self.metadata = {}

    monkeypatch.setattr(graph_classifier, "GraphSession", Nameless)
    with pytest.raises(ArtefactError, match="what its numbers stand for"):
        GraphClassifier(make("hybrid").path)
