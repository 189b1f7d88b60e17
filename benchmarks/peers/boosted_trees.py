"""Gradient-boosted trees on the features that our rules measure, run by ONNX Runtime like the networks.

What scikit-learn has grown is written as one ONNX node: it can be kept without pickling, and its time is not
that of Python calls. Parity with scikit-learn is tested.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper
from peer import Answer, Trained, load_facts, store_facts
from split_pictures import SplitPictures

from hybrid_logo.errors import MissingExtraError, SourceError
from hybrid_logo.features import NAMES, measure
from hybrid_logo.image import load_picture
from hybrid_logo.training.sources import storage_errors
from hybrid_logo.types import LABELS, LogoType

__all__ = ["BoostedTrees", "as_onnx"]

MODEL = "trees.onnx"
OPSETS = (("", 18), ("ai.onnx.ml", 3))


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """Settings of scikit-learn's ``HistGradientBoostingClassifier``.

    Attributes:
        rounds: of boosting; each grows a tree for every type.
        learning_rate: of each round.
        leaves: most leaves a tree.
        seed: of growth.
    """

    rounds: int = 150
    learning_rate: float = 0.06
    leaves: int = 15
    seed: int = 1

    def trained(self, pictures: SplitPictures, folder: Path) -> Trained:
        """Grow them on every copy of the ``train`` split.

        Raises:
            MissingExtraError: scikit-learn is not installed.
            SourceError: a type has no logo, or see ``load_facts``.
        """
        path = folder / MODEL
        facts = load_facts(folder, {**asdict(self), "data": pictures.fingerprint()})
        if facts is None:
            table = pictures.train
            forest = self.grown(table.features, table.labels)
            with storage_errors(folder):
                path.write_bytes(as_onnx(forest))
            nodes = sum(len(tree) for _, tree in _trees(forest))
            facts = store_facts(folder, {"pictures_seen": len(table.labels), "parameters": nodes})
        return Trained(
            name="boosted trees",
            about=f"{self.rounds} rounds of scikit-learn's HistGradientBoosting on our {len(NAMES)} features",
            answer=_answering(path.read_bytes()),
            pictures_seen=facts["pictures_seen"],
            parameters=facts["parameters"],
            size_mb=path.stat().st_size / 1e6,
        )

    def grown(self, features: NDArray[np.float32], labels: NDArray[np.int64]) -> Any:
        """A fitted classifier.

        Args:
            features: ``float32[n, len(NAMES)]``.
            labels: ``int64[n]``, places in ``LABELS``.

        Raises:
            MissingExtraError: scikit-learn is not installed.
            SourceError: a type is missing.
        """
        missing = [label.value for number, label in enumerate(LABELS) if number not in labels]
        if missing:
            raise SourceError(f"There is no training logo of {', '.join(missing)}. Add some to the labels.")
        try:
            from sklearn.ensemble import HistGradientBoostingClassifier
        except ImportError as error:
            raise MissingExtraError(
                "scikit-learn is not installed. Install it with: pip install scikit-learn"
            ) from error
        forest = HistGradientBoostingClassifier(
            max_iter=self.rounds,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.leaves,
            min_samples_leaf=10,
            l2_regularization=1.0,
            max_features=0.5,
            early_stopping=False,
            random_state=self.seed,
        )
        return forest.fit(features, labels)


def as_onnx(forest: Any) -> bytes:
    """``float32[N, features]`` to probabilities ``float32[N, 4]``, as one ONNX node.

    Args:
        forest: a fitted ``HistGradientBoostingClassifier`` of all four types.
    """
    columns: dict[str, Any] = defaultdict(list)
    for number, (type_number, nodes) in enumerate(_trees(forest)):
        for place, node in enumerate(nodes):
            leaf = bool(node["is_leaf"])
            columns["nodes_treeids"].append(number)
            columns["nodes_nodeids"].append(place)
            columns["nodes_modes"].append("LEAF" if leaf else "BRANCH_LEQ")
            columns["nodes_featureids"].append(0 if leaf else int(node["feature_idx"]))
            columns["nodes_values"].append(0.0 if leaf else _rounded_down(float(node["num_threshold"])))
            columns["nodes_truenodeids"].append(0 if leaf else int(node["left"]))
            columns["nodes_falsenodeids"].append(0 if leaf else int(node["right"]))
            if leaf:
                columns["class_treeids"].append(number)
                columns["class_nodeids"].append(place)
                columns["class_ids"].append(type_number)
                columns["class_weights"].append(float(node["value"]))
    node = helper.make_node(
        "TreeEnsembleClassifier",
        ["features"],
        ["label", "probabilities"],
        domain="ai.onnx.ml",
        base_values=np.ravel(forest._baseline_prediction).astype(float).tolist(),
        classlabels_int64s=list(range(len(LABELS))),
        post_transform="SOFTMAX",
        **columns,
    )
    graph = helper.make_graph(
        [node],
        "boosted_trees",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", forest.n_features_in_])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, ["N"]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", len(LABELS)]),
        ],
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _trees(forest: Any) -> Iterator[tuple[int, Any]]:
    """Number of the type and nodes of every tree."""
    for of_one_round in forest._predictors:
        for number, tree in enumerate(of_one_round):
            yield number, tree.nodes


def _rounded_down(threshold: float) -> float:
    """The largest float32 that is not above: every float32 falls on the same side of both."""
    near = np.float32(threshold)
    return float(np.nextafter(near, np.float32(-np.inf)) if float(near) > threshold else near)


def _answering(model: bytes) -> Answer:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def answer(data: bytes) -> LogoType:
        features = measure(load_picture(data)).astype(np.float32)
        return LABELS[int(session.run(["label"], {"features": features[None]})[0][0])]

    return answer
