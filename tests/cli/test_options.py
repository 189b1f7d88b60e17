"""Options that commands share: the precision, from the command line to the session."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from hybrid_logo import HybridClassifier
from hybrid_logo.types import LogoType, Precision
from tests.small_release import NAME, drawn, write_release

Run = Callable[..., Any]


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    path = tmp_path / "logo.png"
    Image.fromarray(drawn(LogoType.COMPLEX, 1)).save(path)
    return path


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("precision", Precision)
def test_classify_answers_in_the_precision_that_is_asked(
    precision: Precision, workers: int, run: Run, logo: Path, small_release: Path
) -> None:
    words = ["classify", logo, "--mode", "neural", "--format", "json", "--model", small_release]
    ran = run(*words, "--precision", precision.value, "--workers", workers)
    assert ran.code == 0, ran.err
    (result,) = json.loads(ran.out)
    expected = HybridClassifier("neural", model=small_release, precision=precision).classify(logo)
    assert result["probabilities"] == expected.to_dict()["probabilities"]
    others = set(Precision) - {precision}
    for other in others:
        strange = HybridClassifier("neural", model=small_release, precision=other).classify(logo)
        assert result["probabilities"] != strange.to_dict()["probabilities"]


@pytest.mark.parametrize("words", [["classify", "-"], ["benchmark"]], ids=lambda words: words[0])
def test_a_precision_that_does_not_exist_is_refused(words: list[str], run: Run) -> None:
    ran = run(*words, "--precision", "int4")
    assert (ran.code, ran.out) == (2, "")
    assert "'int8', 'int8-symmetric', 'fp32'" in ran.err


def test_a_precision_that_the_model_lacks_is_one_line(
    run: Run, logo: Path, tmp_path: Path, small_models: dict[str, bytes]
) -> None:
    old = write_release(tmp_path / "old", {name: small_models[name] for name in ("int8", "fp32")})
    (tmp_path / "logos" / "complex").mkdir(parents=True)
    logo.rename(tmp_path / "logos" / "complex" / "a.png")
    for command in ("classify", "benchmark"):
        ran = run(command, tmp_path / "logos", "--model", old, "--precision", "int8-symmetric")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            f"Error: {NAME} has no student in int8-symmetric, only in int8, fp32. "
            "Ask for one of these, or take another model release.\n"
        )
