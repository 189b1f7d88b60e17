"""The example for Node answers as Python does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exports.devices import Pictures, assert_same, program, results, run

pytestmark = pytest.mark.slow


@pytest.fixture
def classify(site: Path) -> list[str | Path]:
    return [program("node", "nodejs"), site / "node" / "classify.mjs"]


def test_it_answers_as_python_does(
    classify: list[str | Path], hybrid: Path, pictures: Pictures, tmp_path: Path
) -> None:
    told = results(run([*classify, hybrid, *pictures.paths], tmp_path, code=1, timeout=600))
    assert_same(pictures.expected, told)
    for here, there in zip(pictures.expected, told, strict=True):
        if here["status"] == "ok":
            points = {row["name"]: row["points"] for row in there["evidence"]}
            assert points == pytest.approx(here["evidence"], abs=1e-3)
            assert there["uncertain"] is not here["certain"]
            assert all(row["words"] and "{" not in row["words"] for row in there["evidence"])


def test_bad_input_is_told(
    classify: list[str | Path], hybrid: Path, pictures: Pictures, tmp_path: Path
) -> None:
    (tmp_path / "cut.png").write_bytes(pictures.paths[0].read_bytes()[:200])
    bad = ["none.png", "cut.png", hybrid]
    told = results(run([*classify, hybrid, *bad, pictures.paths[0]], tmp_path, code=1))
    assert [result["status"] for result in told] == ["error"] * 3 + ["ok"]
    assert all("Convert it to PNG" in result["error"]["message"] for result in told[:3])
    assert "usage: " in run([*classify, hybrid], tmp_path, code=2).stderr
    (tmp_path / "half.onnx").write_bytes(hybrid.read_bytes()[:400_000])
    for model in ("none.onnx", pictures.paths[0], "half.onnx"):
        done = run([*classify, model, pictures.paths[0]], tmp_path, code=2)
        assert "hybrid-logo export hybrid" in done.stderr
        assert "    at " not in done.stderr
