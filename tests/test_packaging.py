"""The built distributions: what is inside, and that the wheel works alone in another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import hybrid_logo

ROOT = Path(__file__).parents[1]
LOGOS = ROOT / "examples" / "logos"

pytestmark = pytest.mark.slow


def run(command: list[str | Path], folder: Path, *, code: int = 0) -> str:
    """Run ``command`` in ``folder`` without this checkout on the path; returns its standard output."""
    environment = {
        key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "HYBRID_LOGO_MODEL"}
    }
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    assert result.returncode == code, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that is built from that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--outdir", folder, ROOT], folder)
    return folder


@pytest.fixture(scope="module")
def scripts(distributions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the programs of an environment that holds the wheel and its requirements only."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=True)
    folder = home / ("Scripts" if os.name == "nt" else "bin")
    (wheel,) = distributions.glob("*.whl")
    run([folder / "python", "-m", "pip", "install", "--quiet", wheel], home)
    return folder


def bundle_files() -> set[str]:
    """Files of the released bundles, relative to models/; at least one whole bundle."""
    models = ROOT / "models"
    files = {
        str(path.relative_to(models))
        for path in models.glob("*/*")
        if path.suffix in {".json", ".md", ".onnx"}
    }
    assert any(name.endswith("/manifest.json") for name in files)
    assert any(name.endswith(".onnx") for name in files)
    return files


def test_the_sdist_holds_all_that_a_reader_needs(distributions: Path) -> None:
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    expected = {f"models/{name}" for name in bundle_files()} | {
        "LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", ".ci/run",
        "benchmarks/labels/labels.csv", "benchmarks/labels/GUIDE.md", "models/CHANGELOG.md",
        "docs/ARCHITECTURE.md", "docs/METHOD.md", "tests/conftest.py",
    }  # fmt: skip
    assert expected <= names
    assert {f"examples/logos/{path.name}" for path in LOGOS.iterdir() if path.is_file()} <= names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_wheel_holds_the_package_and_the_bundle_only(distributions: Path) -> None:
    (path,) = distributions.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "hybrid_logo").rglob("*.py")}
    assert {f"hybrid_logo/models/{name}" for name in bundle_files()} | modules | {
        "hybrid_logo/py.typed"
    } <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"hybrid_logo"}


def test_only_run_time_requirements_are_installed(scripts: Path) -> None:
    installed = {
        package["name"].lower()
        for package in json.loads(run([scripts / "python", "-m", "pip", "list", "--format", "json"], scripts))
    }
    assert {"hybrid-logo", "numpy", "onnxruntime", "opencv-python-headless"} <= installed
    assert not installed & {"torch", "scikit-learn", "scikit-image", "pillow", "onnx", "pytest"}
    run([scripts / "python", "-m", "pip", "check"], scripts)


def test_version_names_the_tool_and_the_model(scripts: Path, tmp_path: Path) -> None:
    said = run([scripts / "hybrid-logo", "--version"], tmp_path)
    assert hybrid_logo.__version__ in said
    assert any(path.parent.name in said for path in (ROOT / "models").glob("*/manifest.json"))


def test_the_installed_tool_classifies_from_another_folder(scripts: Path, tmp_path: Path) -> None:
    said = run([scripts / "hybrid-logo", "classify", LOGOS, "--format", "jsonl"], tmp_path)
    results = [json.loads(line) for line in said.splitlines()]
    assert len(results) >= 16
    assert {result["status"] for result in results} == {"ok"}
    assert {result["label"] for result in results} == {"simple", "text", "gradient", "complex"}


def test_the_installed_tool_checks_itself(scripts: Path, tmp_path: Path) -> None:
    assert run([scripts / "hybrid-logo", "check"], tmp_path).strip()


def test_the_installed_package_is_not_this_checkout(scripts: Path, tmp_path: Path) -> None:
    where = run([scripts / "python", "-c", "import hybrid_logo; print(hybrid_logo.__file__)"], tmp_path)
    assert not Path(where.strip()).is_relative_to(ROOT)


def test_an_editable_install_finds_the_bundle(tmp_path: Path) -> None:
    venv.create(tmp_path / "environment", with_pip=True)
    python = tmp_path / "environment" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--editable", ROOT], tmp_path)
    program = (
        "from importlib.resources import files; import hybrid_logo; "
        "print(hybrid_logo.__file__); print(*sorted(p.name for p in files('hybrid_logo.models').iterdir()))"
    )
    package, models = run([python, "-c", program], tmp_path).splitlines()
    assert Path(package).is_relative_to(ROOT)
    assert {Path(name).parts[0] for name in bundle_files()} <= set(models.split())
