"""The whole decision of a bundle as one ONNX model, and what is written into it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import onnx

from hybrid_logo.bundle import Bundle, student_file
from hybrid_logo.export.graph.builder import Builder
from hybrid_logo.export.graph.deciding import DECIDERS, decide
from hybrid_logo.export.graph.facts import DEFAULTS
from hybrid_logo.export.graph.features import measure
from hybrid_logo.export.graph.ink import REFUSED, Facts, prepare, square_view
from hybrid_logo.export.graph.planar import where
from hybrid_logo.export.graph.rules import EVIDENCE, judge, loudest
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features import NAMES
from hybrid_logo.features.registry import FEATURES
from hybrid_logo.types import Precision

__all__ = ["build"]


def build(bundle: Bundle, precision: Precision) -> onnx.ModelProto:
    """See :func:`hybrid_logo.export.graph.hybrid_graph`."""
    student = onnx.load_from_string(bundle.student_model(precision))
    (opset,) = (entry.version for entry in student.opset_import if entry.domain in ("", "ai.onnx"))
    builder = Builder(opset, student.ir_version)
    picture = builder.input("picture", np.uint8, ["height", "width", "channels"])
    facts = Facts(**{name: builder.optional_input(name, value) for name, value in DEFAULTS.items()})
    prepared = prepare(picture, facts)
    values = measure(prepared)
    verdict = judge(bundle.scorecard, values)

    def ask() -> Tensor:
        view = square_view(prepared, bundle.side)
        (logits,) = builder.insert(student.graph, [view], "student/")
        return logits.reshape(-1)

    refused = prepared.refused
    possible = refused.equals(0)
    decision = decide(bundle.router, verdict, values, possible, ask)
    probabilities = where(possible, decision.probabilities.to(np.float32), 0.0)
    best = decision.probabilities.op("ArgMax", dtype=np.int64, axis=0, keepdims=1)
    unknown = builder.constant([-1])
    model = builder.model(
        f"hybrid_{bundle.name}",
        {
            "label": (where(possible, best, -refused).op("Squeeze"), []),
            "probabilities": (probabilities, [4]),
            "confidence": (probabilities.max((0,)), []),
            "decided_by": (where(possible, decision.decided_by, unknown).op("Squeeze"), []),
            "evidence": (where(possible, loudest(verdict), -1.0), [EVIDENCE, 2]),
            "features": (values, [len(NAMES)]),
        },
    )
    onnx.helper.set_model_props(model, _metadata(bundle, precision))
    return model


def _metadata(bundle: Bundle, precision: Precision) -> dict[str, str]:
    """What a reader of the file needs; everything but names is JSON."""
    router, manifest = bundle.router, bundle.manifest
    words = [{"name": name, "unit": unit, "words": phrase} for name, (unit, phrase, _) in FEATURES.items()]
    told: dict[str, Any] = {
        "labels": manifest["labels"],
        "decided_by": DECIDERS,
        "refused": REFUSED,
        "evidence": bundle.scorecard.rows,
        "features": words,
        "manifest": manifest,
        "sha256": {
            name: manifest["files"][name]["sha256"]
            for name in ("rules.json", "router.json", student_file(precision))
        },
        "threshold": None if router.promise is None else router.promise.threshold,
        "certain": None if router.certain is None else router.certain.threshold,
        "changed": router.changed,
    }
    plain = {"bundle": bundle.name, "precision": precision.value}
    return plain | {name: json.dumps(value, sort_keys=True) for name, value in told.items()}
