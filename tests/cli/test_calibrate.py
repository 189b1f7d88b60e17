"""``hybrid-logo calibrate`` on drawn logos and a small release."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo import HybridClassifier
from hybrid_logo.bundle import Bundle
from tests.training.recalibration.own_pictures import write_folder, write_table

EACH = 32
LAX = ("--target-risk", "0.2")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("own") / "my logos", EACH)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("few") / "few", 5)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_release_is_fitted_written_and_used(
    run: Callable[..., Any], pictures: Path, small_release: Path, tmp_path: Path
) -> None:
    before = files(small_release)
    out, page = tmp_path / "new", tmp_path / "page.html"
    other = write_folder(tmp_path / "other", 4, first=100)
    ran = run(
        *("calibrate", pictures, "--model", small_release, "--out", out, *LAX),
        *("--unlabelled", other, "--report", page),
    )
    assert ran.code == 0, ran.err
    assert files(small_release) == before
    assert "classify --model" in ran.out
    bundle = Bundle.load(out)
    assert bundle.name == "small-0.1+my-logos"
    promise = bundle.router.promise
    assert promise is not None
    assert promise.target_risk == 0.2
    assert f"{promise.k:,} of {promise.n:,} ({promise.risk_upper:.1%})" in ran.out
    assert bundle.manifest["promise"]["n"] == promise.n
    facts = bundle.manifest["training"]["calibrated_on"]
    assert facts["pictures"] == 4 * EACH
    assert facts["parts"]["certify"]["pictures"] + facts["parts"]["check"]["pictures"] == 4 * EACH
    assert bundle.manifest["metrics"]["held-out"]["data"]["pictures"] == facts["parts"]["check"]["pictures"]
    card = (out / "README.md").read_text()
    assert f"{promise.k:,} of {promise.n:,}" in card
    assert facts["sha256"] in card
    assert "<table>" in page.read_text()
    answers = list(HybridClassifier(model=out).classify_many(sorted((pictures / "simple").iterdir())[:4]))
    assert {answer.prediction.model for answer in answers if answer.prediction} == {bundle.name}
    profile = json.loads((out / "profile.json").read_text())
    assert profile["model"] == bundle.name
    assert profile["pictures"] == facts["parts"]["certify"]["pictures"]
    again = run("calibrate", pictures, "--model", small_release, "--out", out, *LAX)
    assert again.code == 2
    assert "--force" in again.err


def test_without_out_nothing_is_written_and_the_same_seed_says_the_same(
    run: Callable[..., Any],
    pictures: Path,
    small_release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    table = write_table(pictures)
    first, again = (run("calibrate", table, "--model", small_release, *LAX) for _ in range(2))
    table.unlink()
    assert first.code == 0, first.err
    assert first.out == again.out
    assert "Nothing was written" in first.err
    assert list(tmp_path.iterdir()) == []


def test_a_promise_that_cannot_be_kept_is_refused(
    run: Callable[..., Any], pictures: Path, small_release: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new"
    ran = run("calibrate", pictures, "--model", small_release, "--out", out)
    assert ran.code == 1
    assert "Refused: a risk of 0.03 at 95% confidence cannot be certified" in ran.err
    assert "labelled ones in all" in ran.err
    assert list(tmp_path.iterdir()) == []
    ran = run("calibrate", pictures, "--model", small_release, "--out", out, "--allow-no-promise")
    assert ran.code == 0, ran.err
    assert "no promise" in ran.out
    bundle = Bundle.load(out)
    assert bundle.router.promise is None
    assert bundle.manifest["promise"] is None
    picture = next((pictures / "simple").iterdir())
    assert HybridClassifier(model=out).classify(picture).decided_by != "rules"


def test_twenty_pictures_are_refused_with_numbers(
    run: Callable[..., Any], few: Path, small_release: Path
) -> None:
    for more in ((), ("--allow-no-promise",)):
        ran = run("calibrate", few, "--model", small_release, *more)
        assert ran.code == 1
        assert "20 pictures of 20 different logos are too few" in ran.err
        assert "208 logos that the rules accept" in ran.err


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda root: shutil.move(root / "text", root / "texts"),
            "texts is no type (5 pictures; is text meant",
        ),
        (lambda root: shutil.copy(root / "text/0.png", root / "simple/x.png"), "same bytes as another"),
        (
            lambda root: [shutil.rmtree(root / name) for name in ("text", "simple", "complex")],
            "All 5 pictures",
        ),
        (
            lambda root: [path.write_text(str(path)) for path in root.rglob("*.png")],
            "0 of 20 pictures can be read",
        ),
        (lambda root: [shutil.rmtree(path) for path in list(root.iterdir())], "0 labelled pictures"),
    ],
)
def test_unusable_folders_are_told(
    run: Callable[..., Any], few: Path, small_release: Path, tmp_path: Path, spoil: Any, told: str
) -> None:
    root = shutil.copytree(few, tmp_path / "own")
    spoil(root)
    ran = run("calibrate", root, "--model", small_release, "--out", tmp_path / "new")
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--out", "{own}/new"), "within each other"),
        (("--out", "{release}"), "within each other"),
        (("--name", " "), "a name that can be printed"),
        (("--target-risk", "0"), "--target-risk"),
        (("--target-risk", "nan"), "--target-risk"),
        (("--confidence", "1"), "--confidence"),
        (("--unlabelled", "{own}/absent"), "does not exist"),
        (("--report", "{own}"), "is a directory"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_measured(
    run: Callable[..., Any], few: Path, small_release: Path, words: tuple[str, ...], told: str
) -> None:
    given = [word.format(own=few, release=small_release) for word in words]
    ran = run("calibrate", few, "--model", small_release, *given)
    assert ran.code == 2
    assert told in ran.err


WITHOUT = """
import sys


class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Absent())
from hybrid_logo.cli import main
main({words!r}, prog_name="hybrid-logo")
"""


@pytest.mark.parametrize(
    ("absent", "code", "told"),
    [
        (("torch", "onnx", "onnxscript", "timm", "resvg_py", "fontTools", "uharfbuzz", "PIL"), 1, "too few"),
        (("sklearn",), 2, "pip install 'hybrid-logo[calibrate]'"),
        (("scipy",), 2, "pip install 'hybrid-logo[calibrate]'"),
    ],
)
def test_what_must_be_installed(
    few: Path, small_release: Path, absent: tuple[str, ...], code: int, told: str
) -> None:
    """scikit-learn and scipy, and nothing else of the extra ``train``."""
    source = WITHOUT.format(names=absent, words=["calibrate", str(few), "--model", str(small_release)])
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)
    assert ran.returncode == code, ran.stderr
    assert told in ran.stderr
