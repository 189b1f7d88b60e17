"""The script that measures the web page, without a browser; the page itself is opened by tests/exports."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "browser" / "measure.py"


@pytest.fixture
def measure() -> ModuleType:
    spec = spec_from_file_location("browser_measure", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_first_pass_does_not_count_and_a_picture_has_its_median(measure: ModuleType) -> None:
    warming = [[900.0, 800.0], [900.0, 800.0]]
    passes = [warming, [[3.0, 2.0], [7.0, 5.0]], [[5.0, 1.0], [9.0, 6.0]], [[4.0, 3.0], [99.0, 90.0]]]
    assert measure.summary(210.04567, passes) == {
        "load_ms": 210.046,
        "median_ms": 6.5,
        "p95_ms": 8.75,
        "graph_median_ms": 4.0,
    }


def test_a_missing_package_is_told_with_its_command(measure: ModuleType, tmp_path: Path) -> None:
    artefact = tmp_path / "a.onnx"
    artefact.touch()
    done = CliRunner().invoke(measure.main, [str(artefact), "--out", str(tmp_path), "--web", str(tmp_path)])
    assert done.exit_code == 1
    assert "npm install" in done.output


@pytest.mark.parametrize("data", [b"", b"no model"])
def test_a_file_that_is_no_artefact_is_told(
    data: bytes, measure: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "node_modules" / measure.RUNTIME / "package.json"
    package.parent.mkdir(parents=True)
    package.write_text("{}")
    monkeypatch.setattr(measure.shutil, "which", str)
    artefact = tmp_path / "a.onnx"
    artefact.write_bytes(data)
    done = CliRunner().invoke(measure.main, [str(artefact), "--out", str(tmp_path), "--web", str(tmp_path)])
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert "a.onnx" in done.output
