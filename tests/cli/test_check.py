"""``hybrid-logo check`` on installations that are broken; a whole one is in test_real.py."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy
import onnxruntime
import pytest

from hybrid_logo import __version__

Run = Callable[..., Any]


def findings(ran: Any) -> dict[str, dict[str, Any]]:
    fields = json.loads(ran.out)
    assert fields["ok"] == (ran.code == 0) == all(finding["ok"] for finding in fields["findings"])
    return {finding["name"]: finding for finding in fields["findings"]}


def test_versions_are_those_in_use(run: Run, tmp_path: Path) -> None:
    found = findings(run("check", "--model", tmp_path, "--format", "json"))
    assert found["hybrid-logo"]["value"] == __version__
    assert found["numpy"]["value"] == numpy.__version__
    assert found["opencv"]["value"] == cv2.__version__
    assert found["onnxruntime"]["value"] == onnxruntime.__version__
    assert found["providers"]["value"].split(", ") == onnxruntime.get_available_providers()


def test_a_missing_model_is_broken(run: Run, tmp_path: Path) -> None:
    ran = run("check", "--model", tmp_path, "--format", "json")
    assert ran.code == 1
    model = findings(ran)["model"]
    assert not model["ok"]
    assert str(tmp_path) in model["value"]


@pytest.mark.parametrize(
    ("machine", "runs"), [("x86_64", "int8"), ("aarch64", "int8-symmetric"), ("arm64", "int8-symmetric")]
)
def test_it_tells_which_precision_runs_and_which_are_there(
    machine: str, runs: str, run: Run, small_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    found = findings(run("check", "--model", small_release, "--format", "json"))
    told = f"{runs} on this {machine}; the model holds int8, int8-symmetric, fp32"
    assert found["precision"]["value"] == told


def test_the_table_says_the_same(run: Run, tmp_path: Path) -> None:
    ran = run("check", "--model", tmp_path)
    assert ran.code == 1
    assert ran.out.count("BROKEN") == 1
    assert numpy.__version__ in ran.out


def test_a_library_that_cannot_be_imported_is_broken(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.import_module

    def refuse(name: str) -> ModuleType:
        if name == "cv2":
            raise ImportError("libGL.so.1: cannot open shared object file")
        return real(name)

    monkeypatch.setattr("hybrid_logo.cli.check.import_module", refuse)
    found = findings(run("check", "--model", tmp_path, "--format", "json"))
    assert not found["opencv"]["ok"]
    assert "libGL" in found["opencv"]["value"]
    assert found["numpy"]["ok"]
