"""The program in C, compiled here, answers as Python does."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.exports.devices import EXPORTS, Pictures, assert_same, program, results, run
from tests.small_release import drawings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def classify(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled as its README says, and with all that a compiler can check while it runs."""
    folder = tmp_path_factory.mktemp("c") / "c"
    shutil.copytree(EXPORTS / "c", folder)
    program("cc", "gcc")
    program("pkg-config", "pkg-config")
    checks = "CFLAGS=-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
    run([program("make", "make"), f"PYTHON={sys.executable}", checks], folder)
    return folder / "classify"


def test_it_answers_as_python_does(classify: Path, hybrid: Path, pictures: Pictures, tmp_path: Path) -> None:
    done = run([classify, hybrid, *pictures.paths], tmp_path, code=1)
    assert_same(pictures.expected, results(done))
    assert done.stderr == ""


def test_every_kind_of_png_is_read(classify: Path, hybrid: Path, tmp_path: Path) -> None:
    rgba = drawings(1)[3]
    grey = cv2.cvtColor(rgba, cv2.COLOR_RGBA2GRAY)
    kinds = {
        "rgba.png": rgba,
        "rgba16.png": rgba.astype(np.uint16) * 257,
        "grey.png": grey,
        "grey as rgb.png": cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB),
    }
    for name, pixels in kinds.items():
        assert cv2.imwrite(str(tmp_path / name), pixels)
    rgba8, rgba16, single, triple = results(run([classify, hybrid, *kinds], tmp_path))
    assert rgba8["probabilities"] == rgba16["probabilities"]
    assert single["probabilities"] == triple["probabilities"]


def test_bad_input_is_told(classify: Path, hybrid: Path, tmp_path: Path) -> None:
    good = cv2.imencode(".png", drawings(1)[0])[1].tobytes()
    (tmp_path / 'say "a\\b".png').write_bytes(good)
    (tmp_path / "cut.png").write_bytes(good[: len(good) // 2])
    names = ["none.png", "cut.png", hybrid, 'say "a\\b".png']
    told = results(run([classify, hybrid, *names], tmp_path, code=1))
    assert [result["status"] for result in told] == ["error"] * 3 + ["ok"]
    assert [result["path"] for result in told] == list(map(str, names))
    assert all(result["error"]["message"].endswith("convert it to PNG") for result in told[:3])
    assert "usage: " in run([classify, hybrid], tmp_path, code=2).stderr
    for model in ("none.onnx", "cut.png"):
        done = run([classify, model, "cut.png"], tmp_path, code=2)
        assert "hybrid-logo export hybrid" in done.stderr


def test_a_student_is_no_hybrid_graph(classify: Path, tmp_path: Path, small_models: dict[str, bytes]) -> None:
    (tmp_path / "student.onnx").write_bytes(small_models["int8"])
    cv2.imwrite(str(tmp_path / "a.png"), drawings(1)[0])
    done = run([classify, "student.onnx", "a.png"], tmp_path, code=2)
    assert "hybrid-logo export hybrid" in done.stderr


def test_without_a_runtime_the_line_that_brings_it_is_told(tmp_path: Path) -> None:
    shutil.copytree(EXPORTS / "c", tmp_path / "c")
    done = run(["make", "PYTHON=false"], tmp_path / "c", code=2)
    assert "-m pip install onnxruntime" in done.stderr
    assert not (tmp_path / "c" / "classify").exists()
