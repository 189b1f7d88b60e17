"""The hybrid graph in ONNX Runtime: a decoded picture in, the outputs by name."""

from __future__ import annotations

from typing import Any

import onnxruntime
from numpy.typing import NDArray

from hybrid_logo.errors import ArtefactError
from hybrid_logo.export.graph.facts import feeds
from hybrid_logo.picture import Decoded

__all__ = ["INPUT", "OUTPUTS", "GraphSession"]

INPUT = "picture"
OUTPUTS = ("label", "probabilities", "confidence", "decided_by", "evidence")
_ONLY_ERRORS = 3


class GraphSession:
    """One session on the CPU.

    Args:
        model: the bytes of the ONNX file.
        threads: threads within an operator.

    Raises:
        ArtefactError: ONNX Runtime cannot load it, or it is no hybrid graph.
    """

    def __init__(self, model: bytes, *, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ONLY_ERRORS
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime has no public base class of its errors
            raise ArtefactError(
                f"ONNX Runtime {onnxruntime.__version__} cannot load the hybrid graph ({error}). Export it "
                "again, or install a newer onnxruntime."
            ) from error
        taken = [entry.name for entry in self._session.get_inputs()]
        given = {entry.name for entry in self._session.get_outputs()}
        if taken[:1] != [INPUT] or not given >= set(OUTPUTS):
            raise ArtefactError(
                f"The artefact takes {', '.join(taken)} and gives {', '.join(sorted(given))}, so it is no "
                "hybrid graph of this version. Export it again with: hybrid-logo export hybrid --out DIR"
            )
        self.metadata: dict[str, str] = self._session.get_modelmeta().custom_metadata_map

    def answer(self, decoded: Decoded) -> dict[str, NDArray[Any]]:
        """The outputs for one picture, by name."""
        return dict(zip(OUTPUTS, self._session.run(list(OUTPUTS), dict(feeds(decoded))), strict=True))
