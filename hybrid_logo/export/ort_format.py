"""The ORT format, for builds of ONNX Runtime on phones that leave the ONNX reader out."""

from __future__ import annotations

from pathlib import Path

import onnxruntime

from hybrid_logo.bundle import Bundle
from hybrid_logo.export.containers import sealed
from hybrid_logo.export.facts import Facts
from hybrid_logo.export.onnx_models import computed_in, load, student_model, with_record
from hybrid_logo.export.record import Record

__all__ = ["load", "read_back", "write"]

OF_ONE_PROCESSOR = ("NchwcTransformer",)
"""Optimisers that lay numbers out for the processor at hand, as the converter of ONNX Runtime knows them."""


def write(bundle: Bundle, record: Record, path: Path) -> None:
    """Have ONNX Runtime optimise the student and write it in its own format."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.optimized_model_filepath = str(path)
    options.add_session_config_entry("session.save_model_format", "ORT")
    # Else ONNX Runtime on x86 would shift signed activations to be unsigned, and write that.
    options.add_session_config_entry("session.qdqisint8allowed", "1")
    onnxruntime.InferenceSession(
        with_record(student_model(bundle, record.precision), record),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=list(OF_ONE_PROCESSOR),
    )
    path.write_bytes(sealed(path.read_bytes()))


def read_back(path: Path, record: Record) -> Facts:
    """The opset as stored; the optimised graph holds the very operators that compute."""
    import onnxruntime.tools.ort_format_model  # noqa: F401  brings the reader below onto the path
    from ort_flatbuffers_py.fbs.InferenceSession import InferenceSession

    content = path.read_bytes()
    model = InferenceSession.GetRootAs(bytearray(content), 0).Model()
    entries = [model.OpsetImport(place) for place in range(model.OpsetImportLength())]
    (opset,) = (entry.Version() for entry in entries if (entry.Domain() or b"") in (b"", b"ai.onnx"))
    computed = computed_in(content)
    return Facts(computed, computed, f"ONNX {opset}")
