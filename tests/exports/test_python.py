"""The program in Python needs ONNX Runtime and NumPy alone, and answers as the package does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo import HybridClassifier
from hybrid_logo.export.pictures import drawn_logo
from tests.exports.devices import EXPORTS, Pictures, assert_same, results, run
from tests.small_release import drawings

WITHOUT = "cv2", "hybrid_logo", "onnx", "PIL"
"""What cannot be imported in the process."""

PROGRAM = """
import runpy, sys
hidden = sys.argv[1].split()
sys.modules.update(dict.fromkeys(hidden))
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def classify(
    *words: str | Path, folder: Path, without: Sequence[str] = WITHOUT, code: int = 0
) -> subprocess.CompletedProcess[str]:
    script = EXPORTS / "python" / "classify.py"
    return run([sys.executable, "-c", PROGRAM, " ".join(without), script, *words], folder, code=code)


def write_pam(path: Path, rgba: NDArray[np.uint8]) -> Path:
    height, width, depth = rgba.shape
    kind = "RGB_ALPHA" if depth == 4 else "RGB"
    head = f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {depth}\nMAXVAL 255\nTUPLTYPE {kind}\nENDHDR\n"
    path.write_bytes(head.encode() + rgba.tobytes())
    return path


@pytest.mark.slow
def test_it_answers_as_the_package_does(hybrid: Path, pictures: Pictures, tmp_path: Path) -> None:
    paths = []
    for path in pictures.paths:
        stored = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        order = cv2.COLOR_BGRA2RGBA if stored.shape[2] == 4 else cv2.COLOR_BGR2RGB
        paths.append(write_pam(tmp_path / f"{path.stem}.pam", cv2.cvtColor(stored, order)))
    told = results(classify(hybrid, *paths, folder=tmp_path, code=1))
    assert_same(pictures.expected, told)
    for here, there in zip(pictures.expected, told, strict=True):
        if here["status"] == "ok":
            assert there["evidence"] == pytest.approx(here["evidence"], abs=1e-3)
            assert there["uncertain"] is not here["certain"]


def test_ppm_is_read(hybrid: Path, tmp_path: Path) -> None:
    logo = np.ascontiguousarray(drawings(1)[0][..., :3])
    write_pam(tmp_path / "a.pam", logo)
    (tmp_path / "a.ppm").write_bytes(b"P6\n256 256\n255\n" + logo.tobytes())
    one, other = results(classify(hybrid, "a.pam", "a.ppm", folder=tmp_path))
    assert one["probabilities"] == other["probabilities"]


def test_with_pillow_files_are_read_as_the_package_reads_them(hybrid: Path, tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    files = [drawn_logo(random) for _ in range(24)]
    ramp = drawings(1)[2][..., :3]
    files += [cv2.imencode(kind, ramp)[1].tobytes() for kind in (".webp", ".bmp")]
    assert {content[:2] for content in files} >= {b"\xff\xd8", b"\x89P"}
    for place, content in enumerate(files):
        (tmp_path / f"{place}").write_bytes(content)
    names = [str(place) for place in range(len(files))]
    without = [name for name in WITHOUT if name != "PIL"]
    told = results(classify(hybrid, *names, folder=tmp_path, without=without))
    expected = [result.to_dict() for result in HybridClassifier(precision="int8").classify_many(files)]
    assert_same(expected, told)


def test_bad_input_is_told(hybrid: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.pam").write_bytes(write_pam(tmp_path / "a.pam", drawings(1)[0]).read_bytes()[:-1])
    (tmp_path / "deep.ppm").write_bytes(b"P6 9 9 65535\n" + bytes(486))
    (tmp_path / "vast.ppm").write_bytes(b"P6 9000 9000 255\n")
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", drawings(1)[0])[1].tobytes())
    names = ["none.pam", "cut.pam", "deep.ppm", "vast.ppm", "a.png", "a.pam"]
    told = results(classify(hybrid, *names, folder=tmp_path, code=1))
    kinds = [result.get("error", {}).get("kind") for result in told]
    assert kinds == ["unreadable", "corrupt", "unsupported", "too_large", "unsupported", None]
    assert "pip install pillow" in told[4]["error"]["message"]
    without = [name for name in WITHOUT if name != "PIL"]
    (told_,) = results(classify(hybrid, hybrid, folder=tmp_path, without=without, code=1))
    assert told_["error"]["kind"] == "unreadable"


def test_a_wrong_model_is_told(tmp_path: Path, small_models: dict[str, bytes]) -> None:
    (tmp_path / "student.onnx").write_bytes(small_models["int8"])
    for model in ("none.onnx", "student.onnx"):
        done = classify(model, "a.pam", folder=tmp_path, code=2)
        assert "hybrid-logo export hybrid" in done.stderr
        assert "Traceback" not in done.stderr
    assert "usage: " in classify("student.onnx", folder=tmp_path, code=2).stderr


def row(path: str, label: str | None, share: float = 0.9) -> dict[str, Any]:
    if label is None:
        return {"path": path, "status": "error", "error": {"kind": "blank", "message": ""}}
    probabilities = {"simple": 1 - share, "text": 0.0, "gradient": 0.0, "complex": 0.0} | {label: share}
    return {"path": path, "status": "ok", "label": label, "probabilities": probabilities}


REFERENCE = [row("a", "text"), row("b", "complex"), row("c", None)]


@pytest.mark.parametrize(
    ("other", "code", "told"),
    [
        (REFERENCE, 0, "100.00% of 3 labels are the same; largest gap of a probability 0.0000"),
        ([row("a", "text", 0.7), *REFERENCE[1:]], 0, "largest gap of a probability 0.2000"),
        ([row("a", "gradient"), *REFERENCE[1:]], 1, "a: text, here gradient"),
        ([*REFERENCE[:2], row("c", "text")], 1, "c: error, here text"),
        (REFERENCE[:2], 2, "not about the same pictures"),
        ([], 2, "not about the same pictures"),
        (["nothing"], 2, "Give the output of --format jsonl"),
    ],
)
def test_results_are_compared(other: list[Any], code: int, told: str, tmp_path: Path) -> None:
    for name, rows in (("reference", REFERENCE), ("other", other)):
        (tmp_path / name).write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    done = run([sys.executable, EXPORTS / "python" / "compare.py", "reference", "other"], tmp_path, code=code)
    assert told in done.stdout + done.stderr
