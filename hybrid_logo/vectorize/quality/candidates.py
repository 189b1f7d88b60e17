"""The conversions that are compared: VTracer with settings, one strategy for all, one for each type."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

import cv2
import numpy as np

from hybrid_logo.types import LABELS, LogoType
from hybrid_logo.vectorize.conversion import converted
from hybrid_logo.vectorize.quality.conditions import Picture
from hybrid_logo.vectorize.quality.drawing import Pixels
from hybrid_logo.vectorize.strategies import STRATEGIES, Strategy

__all__ = ["CANDIDATES", "DEFAULT", "POTRACE", "PRESETS", "SINGLE", "SNAP", "strategy_name"]

Convert = Callable[[Picture], str]

DEFAULT, SINGLE, SNAP, POTRACE = "VTracer default", "VTracer best single", "snap everything", "potrace"

PRESETS: dict[str, dict[str, Any]] = {
    DEFAULT: {},
    "VTracer, two decimals": {"path_precision": 2},
    "VTracer bw": {"colormode": "binary", "filter_speckle": 4, "corner_threshold": 60},
    "VTracer poster": {
        "filter_speckle": 4,
        "color_precision": 8,
        "layer_difference": 16,
        "corner_threshold": 60,
    },
    "VTracer photo": {
        "filter_speckle": 10,
        "color_precision": 8,
        "layer_difference": 48,
        "corner_threshold": 180,
    },
    SINGLE: {"filter_speckle": 2, "color_precision": 8, "layer_difference": 4, "path_precision": 2},
}
"""Settings of VTracer: what it does without any; the same with coordinates as short as its program writes
them; the presets that its authors give; and the best single setting on the ``train`` split."""

SNAPPED = Strategy(LogoType.SIMPLE, 32, 6.0, 0.7, 0.0, 0.3, 40.0, False, 400_000)
"""The rival to beat: flat colours for all types alike."""

POTRACE_S = 20


def strategy_name(label: str) -> str:
    """What the strategy for a type is called among the candidates."""
    return f"strategy {label}"


def _vtracer(settings: dict[str, Any], picture: Picture) -> str:
    import vtracer

    data = cv2.imencode(".png", cv2.cvtColor(picture.pixels, cv2.COLOR_RGBA2BGRA))[1].tobytes()
    return str(vtracer.convert_raw_image_to_svg(data, img_format="png", **settings))


def _by_strategy(strategy: Strategy, picture: Picture) -> str:
    height, width = picture.pixels.shape[:2]
    return converted(np.asarray(picture.pixels, np.uint8), strategy, picture.noise, (width, height))[0]


def _potrace(picture: Picture) -> str:
    """Black and white at one half of the lightness, laid on white, by the program potrace."""
    program = shutil.which("potrace")
    assert program is not None
    share = picture.pixels[:, :, 3:].astype(np.float32) / 255
    laid: Pixels = picture.pixels[:, :, :3] * share + 255 * (1 - share)
    grey = cv2.cvtColor(laid.astype(np.uint8), cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    header = f"P5 {width} {height} 255\n".encode()
    done = subprocess.run(
        [program, "--svg", "--flat", "--blacklevel", "0.5", "--output", "-", "-"],
        input=header + grey.tobytes(), capture_output=True, timeout=POTRACE_S, check=True,
    )  # fmt: skip
    return done.stdout.decode("utf-8", "replace")


CANDIDATES: dict[str, Convert] = {
    **{name: partial(_vtracer, settings) for name, settings in PRESETS.items()},
    SNAP: partial(_by_strategy, SNAPPED),
    **{strategy_name(label): partial(_by_strategy, STRATEGIES[label]) for label in LABELS},
    **({POTRACE: _potrace} if shutil.which("potrace") else {}),
}
"""Name -> conversion of a picture to the text of an SVG document."""
