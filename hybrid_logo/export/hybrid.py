"""The whole decision as one ONNX graph: picture in; label, probabilities, confidence and who decided out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hybrid_logo.bundle import Bundle
from hybrid_logo.export.containers import sealed
from hybrid_logo.export.facts import Facts
from hybrid_logo.export.graph.facts import feeds
from hybrid_logo.export.graph_session import GraphSession
from hybrid_logo.export.onnx_models import computed_in, stored_in, with_record
from hybrid_logo.export.pictures import drawn_logo
from hybrid_logo.export.record import Record
from hybrid_logo.image import decode
from hybrid_logo.types import Precision

__all__ = ["load", "read_back", "write"]

DRAWN = 12


def write(bundle: Bundle, record: Record, path: Path) -> None:
    """Build the graph of ``bundle``."""
    from hybrid_logo.export.graph import hybrid_graph

    model = hybrid_graph(bundle, Precision(record.precision))
    path.write_bytes(sealed(with_record(model.SerializeToString(), record)))


def load(path: Path, record: Record, threads: int) -> GraphSession:
    """See :class:`GraphSession`."""
    return GraphSession(path.read_bytes(), threads=threads)


def read_back(path: Path, record: Record) -> Facts:
    """Precision of the student inside as stored and as computed, and the opset.

    Drawn logos are answered until one of them has asked the student.
    """
    import onnx

    model = path.read_bytes()
    loaded: Any = onnx.load_from_string(model)
    (opset,) = (entry.version for entry in loaded.opset_import if entry.domain in ("", "ai.onnx"))
    stored = {stored_in(graph) for graph in _inner_graphs(loaded.graph)} - {"unknown"}
    random = np.random.default_rng(0)
    pictures = [dict(feeds(decode(drawn_logo(random)))) for _ in range(DRAWN)]
    return Facts("+".join(sorted(stored)) or "unknown", computed_in(model, pictures), f"ONNX {opset}")


def _inner_graphs(graph: Any) -> Iterator[Any]:
    """The branches and bodies of a graph, at any depth."""
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield attribute.g
                yield from _inner_graphs(attribute.g)
