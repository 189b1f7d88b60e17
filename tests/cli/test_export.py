"""``hybrid-logo export``, ``inspect`` and the commands that run what was exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.bundle import MODEL_VARIABLE
from hybrid_logo.export.pictures import drawn_logo
from hybrid_logo.export.targets import TARGETS

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 pictures."""
    import numpy as np

    random = np.random.default_rng(0)
    made = tmp_path_factory.mktemp("pictures")
    for place in range(24):
        (made / f"{place:02}.png").write_bytes(drawn_logo(random))
    return made


@pytest.fixture
def artefact(run: Run, folder: Path, small_release: Path, tmp_path: Path) -> Path:
    out = tmp_path / "out"
    ran = run("export", "onnx-int8", "--out", out, "--pictures", folder, "--model", small_release)
    assert ran.code == 0, ran.err
    return out / "small-0.1-onnx-int8.onnx"


def test_the_list_shows_every_target(run: Run, small_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    ran = run("export", "--list", "--model", small_release)
    assert ran.code == 0
    for target in TARGETS:
        assert target.name in ran.out
        assert target.runs_on.split()[0] in ran.out
    assert "ready" in ran.out
    assert "pip install" in ran.out  # of what is not installed where this is tested


def test_an_export_tells_what_runs_it(run: Run, folder: Path, small_release: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    ran = run("export", "onnx-fp16", "--out", out, "--pictures", folder, "--model", small_release)
    assert ran.code == 0
    path = out / "small-0.1-onnx-fp16.onnx"
    assert {each.name for each in out.iterdir()} == {path.name, f"{path.name}.json", f"{path.name}.md"}
    assert f"Run it: hybrid-logo classify --model {path} logo.png" in ran.out
    assert f"HYBRID_LOGO_MODEL={small_release}" in ran.out
    assert "24 pictures of your folder" in ran.out


def test_the_printed_command_runs_it(
    run: Run, artefact: Path, folder: Path, small_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODEL_VARIABLE, str(small_release))
    ran = run("classify", "--model", artefact, folder, "--format", "label")
    own = run("classify", folder, "--format", "label", "--precision", "int8")
    assert ran.code == own.code == 0
    assert ran.out == own.out


def test_inspect_prints_the_record(run: Run, artefact: Path, small_release: Path) -> None:
    told = run("inspect", artefact)
    assert told.code == 0
    assert "onnx-int8" in told.out
    assert "intact" in told.out
    record = json.loads(run("inspect", artefact, "--format", "json").out)
    assert record["manifest"] == json.loads((small_release / "manifest.json").read_text(encoding="utf-8"))


def test_a_tampered_artefact_ends_with_2(run: Run, artefact: Path, folder: Path) -> None:
    content = bytearray(artefact.read_bytes())
    content[-30] ^= 1
    artefact.write_bytes(content)
    for words in (("inspect", artefact), ("classify", "--model", artefact, folder)):
        ran = run(*words)
        assert ran.code == 2
        assert "Traceback" not in ran.err
        assert str(artefact) in ran.err


def test_below_the_gate_the_code_is_1(
    run: Run, folder: Path, small_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hybrid_logo.export import parity

    monkeypatch.setitem(parity.LARGEST_GAP, "fp16", 0.0)
    out = tmp_path / "out"
    ran = run("export", "onnx-fp16", "--out", out, "--pictures", folder, "--model", small_release)
    assert ran.code == 1
    assert "Nothing was written" in ran.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "give TARGET and --out DIR, or --list"),
        (("onnx-int8",), "give TARGET and --out DIR, or --list"),
        (("onnx", "--out", "{out}"), "Is onnx-"),
        (("ort", "--precision", "int4", "--out", "{out}"), "made in int8-symmetric, int8, fp32, not in int4"),
        (("onnx-int8", "--out", "{out}", "--model", "none"), "no model release 'none'"),
        (("onnx-int8", "--out", "{out}", "--pictures", "{out}"), "does not exist"),
    ],
)
def test_what_cannot_be_meant_ends_with_2(
    run: Run, words: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    out = str(tmp_path / "out")
    ran = run("export", *(word.format(out=out) for word in words))
    assert ran.code == 2
    assert told in " ".join(ran.err.split())
    assert not Path(out).exists()


def test_a_tampered_release_is_refused(run: Run, small_release: Path, tmp_path: Path) -> None:
    import shutil

    copy = Path(shutil.copytree(small_release, tmp_path / "copy"))
    (copy / "rules.json").write_bytes((copy / "rules.json").read_bytes() + b" ")
    ran = run("export", "onnx-int8", "--out", tmp_path / "out", "--model", copy)
    assert ran.code == 2
    assert "is not the file that was released" in ran.err


def test_options_that_an_artefact_cannot_keep(run: Run, artefact: Path, folder: Path) -> None:
    ran = run("classify", "--model", artefact, folder, "--precision", "fp32")
    assert ran.code == 2
    assert "--precision does not go with an artefact" in ran.err


def test_benchmark_compares_artefacts(
    run: Run,
    artefact: Path,
    folder: Path,
    small_release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import shutil

    monkeypatch.setenv("COLUMNS", "160")
    labelled = tmp_path / "labelled"
    for label in ("simple", "text"):
        (labelled / label).mkdir(parents=True)
    for place, path in enumerate(sorted(folder.iterdir())[:6]):
        shutil.copy(path, labelled / ("simple", "text")[place % 2] / path.name)
    out = tmp_path / "results"
    ran = run("benchmark", labelled, "--artefact", artefact, "--model", small_release, "--out", out)
    assert ran.code == 0, ran.err
    assert "as release" in ran.out
    (result,) = out.iterdir()
    rows = json.loads(result.read_text(encoding="utf-8"))["artefacts"]
    assert [row["agreement"]["share"] for row in rows] == [1.0, 1.0]
