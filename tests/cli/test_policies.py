"""What ``hybrid-logo classify`` is asked of its answers, from the command line to the classifier."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from hybrid_logo import HybridClassifier
from hybrid_logo.bundle import MANIFEST
from hybrid_logo.policy import Policy
from tests.small_release import NAME, drawings, entry, write_manifest

Run = Callable[..., Any]


@pytest.fixture
def logos(tmp_path: Path) -> list[Path]:
    paths = []
    for number, pixels in enumerate(drawings(3)):
        paths.append(tmp_path / f"{number:02}.png")
        Image.fromarray(pixels).save(paths[-1])
    return paths


@pytest.fixture
def spoilt(small_release: Path, small_models: dict[str, bytes], tmp_path: Path) -> Path:
    """A release with another student, which its manifest names."""
    folder = Path(shutil.copytree(small_release, tmp_path / "spoilt"))
    content = small_models["int8-symmetric"]
    (folder / "student-int8.onnx").write_bytes(content)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"]["student-int8.onnx"] = entry(content)
    write_manifest(folder, manifest)
    return folder


def told(fields: dict[str, Any]) -> dict[str, Any]:
    names = ("label", "certain", "decided_by", "threshold", "prediction_set", "coverage")
    return {name: fields[name] for name in names if name in fields}


@pytest.mark.parametrize(
    ("words", "policy"),
    [
        ([], Policy()),
        (["--target-risk", "0.1"], Policy(target_risk=0.1)),
        (["--time-budget", "0"], Policy(time_budget_ms=0.0)),
        (["--min-confidence", "0.99"], Policy(min_confidence=0.99)),
        (["--coverage", "0.99", "--target-risk", "0.02"], Policy(target_risk=0.02, coverage=0.99)),
        (["--coverage", "0.9", "--workers", "2"], Policy(coverage=0.9)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_classifier_is_given_the_policy(
    words: list[str], policy: Policy, run: Run, logos: list[Path], small_release: Path
) -> None:
    ran = run("classify", *logos, "--model", small_release, "--format", "json", *words)
    assert ran.code == 0, ran.err
    classifier = HybridClassifier(model=small_release, policy=policy)
    assert [told(fields) for fields in json.loads(ran.out)] == [
        told(classifier.classify(path).to_dict()) for path in logos
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--target-risk", "0.05"], "a risk of 0.05 is not certified in this model release, only 0.02, 0.1."),
        (["--target-risk", "3"], "Invalid value for '--target-risk'"),
        (["--target-risk", "nan"], "target_risk must lie between 0 and 1, not nan."),
        (["--target-risk", "0.1", "--mode", "rules"], "--target-risk needs --mode hybrid"),
        (["--time-budget", "-1"], "Invalid value for '--time-budget'"),
        (["--time-budget", "1", "--mode", "neural"], "--time-budget needs --mode hybrid"),
        (["--time-budget", "soon"], "'soon' is not a valid float"),
        (["--min-confidence", "1.5"], "Invalid value for '--min-confidence'"),
        (["--coverage", "1"], "Invalid value for '--coverage'"),
        (
            ["--coverage", "0.95"],
            "no prediction sets of coverage 0.95 in this model release, only of 0.9, 0.99.",
        ),
        (["--coverage", "0.9", "--mode", "neural"], "--coverage needs --mode hybrid"),
        (["--coverage", "0.9", "--format", "label"], "--coverage does not go with --format label"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_kept_is_wrong_usage(
    words: list[str], message: str, run: Run, logos: list[Path], small_release: Path, tmp_path: Path
) -> None:
    words = words if "--format" in words else [*words, "--format", "json"]
    ran = run("classify", logos[0], "--model", small_release, "--output", tmp_path / "out", *words)
    assert (ran.code, ran.out) == (2, "")
    assert message in " ".join(ran.err.split())
    assert "Traceback" not in ran.err
    assert not (tmp_path / "out").exists()


def test_sets_have_columns_where_they_are_asked(run: Run, logos: list[Path], small_release: Path) -> None:
    words = ["classify", *logos, "--model", small_release, "--format"]
    rows = list(csv.DictReader(io.StringIO(run(*words, "csv", "--coverage", "0.99").out)))
    results = json.loads(run(*words, "json", "--coverage", "0.99").out)
    assert [json.loads(row["prediction_set"]) for row in rows] == [
        result["prediction_set"] for result in results
    ]
    assert {row["coverage"] for row in rows} == {"0.99"}
    assert "prediction_set" not in run(*words, "csv").out
    lines = run(*words, "human", "--coverage", "0.99", "--explain").out.splitlines()
    for result in results:
        said = f"prediction set of coverage 0.99: {', '.join(result['prediction_set'])}"
        assert said in map(str.strip, lines)
    assert "prediction set" not in run(*words, "human", "--explain").out


VOID = f"Warning: the promises of {NAME} are void since student-int8.onnx changed: "


def test_a_void_promise_is_one_line_and_nothing_is_certain(run: Run, logos: list[Path], spoilt: Path) -> None:
    ran = run("classify", *logos, "--model", spoilt, "--format", "json", "--quiet")
    assert ran.code == 0
    assert ran.err.startswith(VOID)
    assert ran.err.count("\n") == 1
    assert not any(fields["certain"] for fields in json.loads(ran.out))
    ran = run("classify", *logos, "--model", spoilt, "--target-risk", "0.1")
    assert ran.code == 2
    assert "nothing is since student-int8.onnx changed" in " ".join(ran.err.split())


def test_the_benchmark_tells_it_too(run: Run, logos: list[Path], spoilt: Path, tmp_path: Path) -> None:
    folder = tmp_path / "labelled" / "simple"
    folder.mkdir(parents=True)
    shutil.copy(logos[0], folder)
    ran = run("benchmark", folder.parent, "--model", spoilt, "--timed", "0", "--modes", "rules,hybrid")
    assert ran.err.count(VOID) == 1


def test_check_calls_it_broken(run: Run, spoilt: Path) -> None:
    ran = run("check", "--model", spoilt, "--format", "json")
    assert ran.code == 1
    (finding,) = (each for each in json.loads(ran.out)["findings"] if each["name"] == "promise")
    assert finding["value"].startswith("void since student-int8.onnx changed: ")
    assert not finding["ok"]
    table = run("check", "--model", spoilt).out
    assert table.count("BROKEN") == 1


def test_check_tells_every_promise(run: Run, small_release: Path) -> None:
    ran = run("check", "--model", small_release, "--format", "json")
    assert ran.code == 0, ran.out
    found = [(each["name"], each["value"]) for each in json.loads(ran.out)["findings"]]
    counted = "at most 3.00% of the answers are wrong at 95% confidence (counted: 1 of 157)"
    for expected in (
        ("promise", f"where the rules answer alone (score of 0.800 or more), {counted}"),
        ("promise, clean", counted),
        (
            "joint risk, all",
            "at most 3.00% of all pictures are decided by the rules and wrong at 95% confidence "
            "(counted: 1 of 314)",
        ),
        ("certain", f"where an answer is certain (confidence of 0.900 or more), {counted}"),
        ("target risks", "0.02 (the rules take 50%), 0.1 (the rules take 50%)"),
        ("prediction sets", "coverage 0.9, 0.99, by 100 pictures"),
    ):
        assert expected in found
