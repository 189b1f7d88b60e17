"""The public names, and that importing them is cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import hybrid_logo
from hybrid_logo import errors, types

HEAVY = ("torch", "timm", "sklearn", "skimage", "PIL", "onnx", "resvg_py")
RUN_TIME = ("numpy", "cv2", "onnxruntime")


def run_python(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    ).stdout


@pytest.mark.parametrize("name", hybrid_logo.__all__)
def test_every_public_name_resolves_and_is_listed(name: str) -> None:
    assert getattr(hybrid_logo, name) is not None
    assert name in dir(hybrid_logo)


def test_all_is_complete_and_sorted() -> None:
    expected = {*errors.__all__, *types.__all__, "HybridClassifier", "Limits", "Policy", "__version__"}
    assert set(hybrid_logo.__all__) == expected
    assert len(hybrid_logo.__all__) == len(expected)


def test_lazy_names_are_those_of_the_type_checker() -> None:
    """What mypy sees under TYPE_CHECKING is what __getattr__ brings."""
    tree = ast.parse(Path(hybrid_logo.__file__).read_text(encoding="utf-8"))
    blocks = [
        node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    seen = {
        alias.name: statement.module
        for block in blocks
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert seen == hybrid_logo._LAZY


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Classifier'"):
        _ = hybrid_logo.Classifier


def test_star_import_brings_all_names() -> None:
    assert (
        run_python("from hybrid_logo import *; print(HybridClassifier.__name__)").strip()
        == "HybridClassifier"
    )


@pytest.mark.parametrize(
    ("program", "unwanted"),
    [
        ("import hybrid_logo", HEAVY + RUN_TIME),
        ("from hybrid_logo import HybridClassifier, Limits", HEAVY),
        ("import hybrid_logo.cli", HEAVY + RUN_TIME),
    ],
)
def test_importing_loads_nothing_heavy(program: str, unwanted: tuple[str, ...]) -> None:
    loaded = run_python(f"{program}; import sys; print(*sys.modules)").split()
    assert "hybrid_logo" in loaded
    assert not set(loaded) & set(unwanted)


@pytest.mark.parametrize(
    "program",
    ["import hybrid_logo", "from hybrid_logo import HybridClassifier, Limits", "import hybrid_logo.cli"],
)
def test_importing_takes_little_beyond_numpy_opencv_and_onnxruntime(program: str) -> None:
    """The best of three, since another process may take the core away for a while."""
    measure = (
        "import cv2, numpy, onnxruntime, time; start = time.perf_counter(); "
        f"{program}; print(time.perf_counter() - start)"
    )
    assert min(float(run_python(measure)) for _ in range(3)) < 0.150


def test_importing_changes_no_global_setting() -> None:
    """Thread counts and warning filters belong to the caller."""
    before, after = run_python(
        "import cv2, warnings\n"
        "def settings(): return cv2.getNumThreads(), [str(f) for f in warnings.filters]\n"
        "print(settings())\n"
        "from hybrid_logo import HybridClassifier\n"
        "print(settings())"
    ).splitlines()
    assert before == after
