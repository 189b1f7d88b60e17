"""Deciding by converting: trace with two VTracer presets, draw both again, and see which is nearer.

This is what a converter without a classifier can do. Which preset won, and what both cost, is mapped
to a type by a small decision tree that is learned from training logos.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from peer import Trained, load_facts, store_facts
from split_pictures import SplitPictures

from hybrid_logo.errors import MissingExtraError, PictureError
from hybrid_logo.image import decode
from hybrid_logo.ink import prepare
from hybrid_logo.training.console import tracked
from hybrid_logo.types import LABELS, LogoType

__all__ = [
    "PRESETS",
    "Conversion",
    "TwoPresets",
    "as_inputs",
    "convert",
    "follow",
    "laid_on_page",
    "learned_tree",
]

PRESETS: dict[str, dict[str, Any]] = {
    "flat": {"color_precision": 4, "layer_difference": 48, "filter_speckle": 8},
    "fine": {"color_precision": 8, "layer_difference": 8, "filter_speckle": 2},
}
"""Few flat areas against many fine layers, as arguments of VTracer."""
PACKAGES = {"vtracer": "vtracer", "resvg_py": "resvg-py"}
"""Import name -> the distribution to install."""
WORST = 255.0
LEAVES = 8

Pixels = NDArray[np.uint8]
Tree = dict[str, list[float]]
"""Per node: ``feature`` (-1 in a leaf), ``threshold``, ``left``, ``right``, ``label`` (in ``LABELS``)."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What one preset cost.

    Attributes:
        error: root of the mean squared difference of the channels, in levels (0-255).
        size: bytes of the SVG.
        paths: in it.
    """

    error: float
    size: int
    paths: int


@dataclass(frozen=True, slots=True)
class TwoPresets:
    """Conversion by both presets, and a tree.

    Attributes:
        logos: training logos that are converted to learn the tree, half of them degraded.
        workers: processes that convert where many pictures are answered; 1 converts in this one.
        presets: arguments of VTracer by name.
    """

    logos: int = 300
    workers: int = 2
    presets: dict[str, dict[str, Any]] = field(default_factory=lambda: PRESETS)

    def trained(self, pictures: SplitPictures, folder: Path) -> Trained:
        """Convert training logos and learn the tree.

        Raises:
            MissingExtraError: vtracer or resvg-py is not installed.
            SourceError: see ``load_facts``.
        """
        missing = [name for module, name in PACKAGES.items() if find_spec(module) is None]
        if missing:
            raise MissingExtraError(
                f"Converting needs {' and '.join(missing)}. Install it with: pip install {' '.join(missing)}"
            )
        asked = {"logos": self.logos, "presets": self.presets, "data": pictures.fingerprint()}
        facts = load_facts(folder, asked) or store_facts(folder, self._learned(pictures))
        tree: Tree = facts["tree"]
        won = ", ".join(f"{name} {share:.0%}" for name, share in facts["won"].items())
        return Trained(
            name="two VTracer presets",
            about=f"converts twice, draws again, keeps the nearer one ({won} in training); a tree of "
            f"{LEAVES} leaves tells the type from winner, errors and sizes",
            answer=lambda data: follow(tree, as_inputs(self._conversions(data))),
            answer_many=lambda files: [
                None if found is None else follow(tree, as_inputs(found)) for found in self._all(files)
            ],
            pictures_seen=facts["pictures_seen"],
            parameters=len(tree["label"]),
        )

    def _learned(self, pictures: SplitPictures) -> dict[str, Any]:
        files, logos = zip(*pictures.train_files(self.logos), strict=True)
        pairs = [
            (found, LABELS.index(logo.label))
            for found, logo in zip(self._all(files), logos, strict=True)
            if found is not None
        ]
        inputs = np.array([as_inputs(found) for found, _ in pairs])
        fine = float(inputs[:, 0].mean())
        return {
            "pictures_seen": len(pairs),
            "won": {"flat": 1.0 - fine, "fine": fine},
            "tree": learned_tree(inputs, np.array([label for _, label in pairs])),
        }

    def _all(self, files: Iterable[bytes]) -> list[list[Conversion] | None]:
        """Of many pictures; None for those that cannot be decoded."""
        given = list(files)
        if self.workers <= 1:
            return list(tracked(map(self._tried, given), len(given), "Two presets"))
        context = multiprocessing.get_context("spawn")  # VTracer holds the interpreter's lock
        with ProcessPoolExecutor(self.workers, mp_context=context) as pool:
            return list(tracked(pool.map(self._tried, given, chunksize=8), len(given), "Two presets"))

    def _tried(self, data: bytes) -> list[Conversion] | None:
        try:
            return self._conversions(data)
        except PictureError:
            return None

    def _conversions(self, data: bytes) -> list[Conversion]:
        pixels = laid_on_page(data)
        return [convert(pixels, preset) for preset in self.presets.values()]


def laid_on_page(data: bytes) -> Pixels:
    """The whole picture, ``uint8[H, W, 3]`` BGR; what is transparent becomes page, as everywhere here.

    Raises:
        PictureError: it cannot be answered.
    """
    decoded = decode(data)
    pixels = decoded.pixels
    if pixels.shape[2] == 3:
        return pixels
    page = np.array(prepare(decoded).page[::-1], np.float32)
    alpha = pixels[..., 3:].astype(np.float32) / 255.0
    return np.asarray(np.rint(pixels[..., :3] * alpha + page * (1.0 - alpha)), np.uint8)


def convert(pixels: Pixels, preset: dict[str, Any]) -> Conversion:
    """Trace, draw again and compare.

    Args:
        pixels: ``uint8[H, W, 3]`` BGR.
        preset: arguments of VTracer.
    """
    import resvg_py
    import vtracer  # type: ignore[import-untyped,import-not-found,unused-ignore]

    height, width = pixels.shape[:2]
    png = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 0])[1].tobytes()
    try:
        svg = vtracer.convert_raw_image_to_svg(png, "png", colormode="color", mode="spline", **preset)
        again = resvg_py.svg_to_bytes(
            svg_string=svg, width=width, height=height, background="white", skip_system_fonts=True
        )
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of its Rust code is no Exception
        return Conversion(WORST, 0, 0)
    drawn = cv2.imdecode(np.frombuffer(again, np.uint8), cv2.IMREAD_COLOR)
    if drawn is None or drawn.shape != pixels.shape:
        return Conversion(WORST, len(svg), svg.count("<path"))
    error = float(np.sqrt(np.mean((drawn.astype(np.float32) - pixels) ** 2)))
    return Conversion(error, len(svg), svg.count("<path"))


def as_inputs(found: Sequence[Conversion]) -> list[float]:
    """What the tree sees of the flat and the fine conversion: whether fine won, errors, sizes, paths."""
    flat, fine = found
    sizes = [float(np.log2(1.0 + value)) for one in found for value in (one.size, one.paths)]
    return [float(fine.error < flat.error), flat.error, fine.error, flat.error - fine.error, *sizes]


def learned_tree(inputs: NDArray[np.float64], labels: NDArray[np.int64]) -> Tree:
    """A decision tree as lists, JSON-ready.

    Args:
        inputs: ``float64[n, k]``.
        labels: ``int64[n]``, places in ``LABELS``.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError as error:
        raise MissingExtraError(
            "scikit-learn is not installed. Install it with: pip install scikit-learn"
        ) from error
    least = max(1, min(10, len(labels) // 20))
    fitted = DecisionTreeClassifier(max_leaf_nodes=LEAVES, min_samples_leaf=least, random_state=1)
    tree = fitted.fit(inputs, labels).tree_
    return {
        "feature": np.where(tree.children_left < 0, -1, tree.feature).tolist(),
        "threshold": tree.threshold.tolist(),
        "left": tree.children_left.tolist(),
        "right": tree.children_right.tolist(),
        "label": fitted.classes_[tree.value[:, 0].argmax(axis=1)].tolist(),
    }


def follow(tree: Tree, inputs: Sequence[float]) -> LogoType:
    """The type in the leaf that ``inputs`` lead to."""
    node = 0
    while (feature := int(tree["feature"][node])) >= 0:
        # scikit-learn compares in float32.
        goes_left = np.float32(inputs[feature]) <= tree["threshold"][node]
        node = int(tree["left" if goes_left else "right"][node])
    return LABELS[int(tree["label"][node])]
