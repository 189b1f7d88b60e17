"""Says how logos must be converted to SVG, with ONNX Runtime and NumPy alone.

Usage: python classify.py hybrid.onnx FILE...

Reads PPM and PAM files itself, and what else Pillow reads where Pillow is installed. Prints one JSON object
a line. Exit code 0: all answered; 1: at least one failed; 2: nothing could be done.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import onnxruntime

MOST_PIXELS = 64_000_000
EXPORT = "Make it with: hybrid-logo export hybrid --out DIR"
IJG_LUMINANCE = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)
"""ITU-T T.81, table K.1, which the quality of the IJG library scales."""

_PPM = re.compile(rb"P6\s+(?P<w>\d+)\s+(?P<h>\d+)\s+255\s")
_PAM = re.compile(
    rb"P7\nWIDTH (?P<w>\d+)\nHEIGHT (?P<h>\d+)\nDEPTH (?P<d>[34])\nMAXVAL 255\n(?:TUPLTYPE \w+\n)?ENDHDR\n"
)


class PictureError(Exception):
    """One picture cannot be answered; ``kind`` is the word that ``hybrid-logo classify`` uses."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Hybrid:
    """The hybrid graph.

    Args:
        path: what ``hybrid-logo export hybrid`` has written.
        threads: threads within an operator.
    """

    def __init__(self, path: str | Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        told = self._session.get_modelmeta().custom_metadata_map
        self.model = told["bundle"]
        names = ("labels", "decided_by", "refused", "evidence", "certain")
        self._labels, self._decided_by, self._refused, self._evidence, self._certain = (
            json.loads(told[name]) for name in names
        )

    def classify(self, pixels: np.ndarray, **facts: float) -> dict:
        """Answer one picture.

        Args:
            pixels: ``uint8[H, W, 3]`` RGB, or ``uint8[H, W, 4]`` RGBA with straight alpha.
            facts: what its file said about itself, see :func:`read`; nothing for pixels from memory.

        Raises:
            PictureError: nothing is drawn, or its size is too small or too large.
        """
        feeds = {name: np.array([value], np.float32) for name, value in facts.items()}
        outputs = ["label", "probabilities", "decided_by", "evidence"]
        label, probabilities, decided_by, evidence = self._session.run(outputs, {"picture": pixels} | feeds)
        if label < 0:
            kind = self._refused[-1 - int(label)]
            raise PictureError(kind, f"the picture is {kind.replace('_', ' ')}. Give another one.")
        confidence = float(probabilities[label])
        return {
            "label": self._labels[int(label)],
            "confidence": confidence,
            "uncertain": self._certain is None or confidence < self._certain,
            "probabilities": dict(zip(self._labels, probabilities.tolist(), strict=True)),
            "decided_by": self._decided_by[int(decided_by)],
            "evidence": {self._evidence[int(row)]: round(float(points), 4) for row, points in evidence},
            "model": self.model,
        }


def read(path: str | Path) -> tuple[np.ndarray, dict[str, float]]:
    """Pixels of a file, ``uint8[H, W, 3 or 4]``, and its facts for :meth:`Hybrid.classify`.

    Raises:
        PictureError: it cannot be read here.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise PictureError(
            "unreadable", f"it cannot be opened ({error.strerror}). Check the name."
        ) from error
    if content[:2] in (b"P6", b"P7"):
        return _read_netpbm(content), {}
    try:
        from PIL import Image
    except ImportError:
        advice = "Convert it to PPM or PAM, or: pip install pillow"
        raise PictureError("unsupported", f"only PPM and PAM are read without Pillow. {advice}") from None
    return _read_by_pillow(Image, path)


def _read_netpbm(content: bytes) -> np.ndarray:
    """Binary PPM (``P6``) and PAM (``P7``) of 8 bits."""
    found = (_PAM if content[:2] == b"P7" else _PPM).match(content)
    if found is None:
        raise PictureError("unsupported", "it is no PPM or PAM of 8 bits in RGB or RGBA. Convert it to one.")
    shape = int(found["h"]), int(found["w"]), int(found.groupdict().get("d") or 3)
    if shape[0] * shape[1] > MOST_PIXELS:
        raise PictureError("too_large", f"it has more than {MOST_PIXELS:,} pixels. Make it smaller.")
    if len(content) - found.end() < np.prod(shape):
        raise PictureError("corrupt", "it ends early. Save it again.")
    return np.frombuffer(content, np.uint8, int(np.prod(shape)), found.end()).reshape(shape)


def _read_by_pillow(image_module: object, path: str | Path) -> tuple[np.ndarray, dict[str, float]]:
    try:
        with image_module.open(path) as image:
            if image.width * image.height > MOST_PIXELS:
                raise PictureError("too_large", f"it has more than {MOST_PIXELS:,} pixels. Make it smaller.")
            facts = _facts(image)
            return np.asarray(_upright(image).convert("RGBA")), facts
    except (OSError, SyntaxError, ValueError, image_module.DecompressionBombError) as error:
        raise PictureError("unreadable", f"Pillow cannot read it ({error}). Save it as PNG.") from error


def _upright(image: object) -> object:
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


def _facts(image: object) -> dict[str, float]:
    """How far compression may have moved the pixels."""
    if image.format == "WEBP":
        return {"page_tolerance": 24, "flat_limit": 6}
    if image.format != "JPEG":
        return {}
    table = image.quantization.get(0)
    if table is None:
        return {"page_tolerance": 24}
    quality = min(range(1, 101), key=lambda quality: (abs(_table_sum(quality) - sum(table)), -quality))
    return {"page_tolerance": 24, "flat_limit": min(12, max(3, round(2 + (100 - quality) * 0.2)))}


def _table_sum(quality: int) -> int:
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return sum(min(255, max(1, (value * scale + 50) // 100)) for value in IJG_LUMINANCE)


def main(words: list[str]) -> int:
    """Answer the files named on the command line."""
    if len(words) < 2:
        print(f"usage: python {sys.argv[0]} hybrid.onnx FILE...", file=sys.stderr)
        return 2
    try:
        hybrid = Hybrid(words[0])
    except Exception as error:  # ONNX Runtime has no public base class of its errors
        print(f"{words[0]} is no hybrid graph that can be loaded ({error}). {EXPORT}", file=sys.stderr)
        return 2
    failed = 0
    for path in words[1:]:
        result: dict = {"path": path, "status": "ok"}
        try:
            pixels, facts = read(path)
            result |= hybrid.classify(pixels, **facts)
        except PictureError as error:
            result |= {"status": "error", "error": {"kind": error.kind, "message": str(error)}}
            failed = 1
        print(json.dumps(result))
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
