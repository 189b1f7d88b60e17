"""The walls of docs/ARCHITECTURE.md, read from the source with ``ast``."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hybrid_logo"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 320

BASE = {"errors", "types", "picture"}
DECODING = {"formats", "header", "pixels", "arrays", "ink", "image"}
PROMISING = {"calibration", "promises", "operating_points"}
DECIDING = PROMISING | {"bundle", "decisions", "policy", "router", "rules", "student"}
CASCADE = BASE | DECODING | {"features"} | DECIDING | {"classifier"}
AROUND = {"scan", "report", "output", "workers"}
RUN_TIME = CASCADE | AROUND
STATISTICS = {"evaluation.certificates", "evaluation.statistics"}
SHOWN = {"evaluation.html", "evaluation.pictures", "evaluation.results", "evaluation.suites"}
EVALUATION = STATISTICS | SHOWN | {"evaluation.measuring", "evaluation.report"}

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "types": {"errors"},
    "picture": {"errors"},
    "formats": {"errors"},
    "header": {"errors", "formats"},
    "pixels": BASE,
    "arrays": BASE | {"pixels"},
    "ink": BASE,
    "image": BASE | DECODING - {"image"},
    "features": BASE,
    "rules": BASE | {"features"},
    "calibration": BASE,
    "promises": BASE,
    "operating_points": BASE | {"calibration", "promises"},
    "router": BASE | PROMISING | {"features", "rules"},
    "student": BASE,
    "bundle": BASE | {"rules", "router"},
    "policy": BASE,
    "decisions": BASE | {"bundle", "policy", "router", "rules"},
    "classifier": CASCADE - {"classifier"},
    "scan": BASE,
    "report": BASE,
    "output": BASE,
    "workers": BASE | {"classifier", "scan"},
    "__init__": BASE | {"classifier", "image", "policy"},
    "adaptation": BASE | {"bundle", "calibration", "features", "output", "rules", "scan"},
    "evaluation.certificates": BASE,
    "evaluation.html": BASE,
    "evaluation.statistics": BASE | {"evaluation.certificates"},
    "evaluation.results": BASE | {"bundle", "evaluation.statistics", "output"},
    "evaluation.pictures": BASE | STATISTICS | {"image", "ink", "scan"},
    "evaluation.measuring": RUN_TIME | STATISTICS | {"evaluation.pictures"},
    "evaluation.suites": RUN_TIME | EVALUATION - {"evaluation.suites", "evaluation.report"} | {"adaptation"},
    "evaluation.report": BASE | SHOWN | {"image"},
    "evaluation": RUN_TIME | EVALUATION,
    "drift": BASE | {"evaluation.html", "features", "output"},
    "organize": RUN_TIME | {"evaluation.html"},
    "training": RUN_TIME | EVALUATION | {"drift", "__init__"},
    "vectorize": RUN_TIME | EVALUATION | {"__init__"},
    "export": RUN_TIME | EVALUATION | {"training"},
    "cli": RUN_TIME
    | EVALUATION
    | {"evaluation", "adaptation", "drift", "export", "organize", "training", "vectorize", "__init__"},
    "__main__": {"cli"},
}
"""Room -> rooms of this package that it may import; a sub-package is one room, or has rooms of its own."""

THIRD_PARTY: dict[str, str] = {
    "build": "build",
    "ai_edge_litert": "ai-edge-litert",
    "click": "click",
    "cv2": "opencv-python-headless",
    "fontTools": "fonttools",
    "hypothesis": "hypothesis",
    "litert_torch": "litert-torch",
    "numpy": "numpy",
    "onnx": "onnx",
    "onnxruntime": "onnxruntime",
    "openvino": "openvino",
    "ort_flatbuffers_py": "onnxruntime",
    "PIL": "pillow",
    "psutil": "psutil",
    "pytest": "pytest",
    "resvg_py": "resvg-py",
    "rich": "rich",
    "scipy": "scipy",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "tensorboard": "tensorboard",
    "tensorrt": "tensorrt",
    "timm": "timm",
    "torch": "torch",
    "uharfbuzz": "uharfbuzz",
    "vtracer": "vtracer",
}
"""Import name -> the distribution that setup.cfg must list."""

OF_THE_TYPE_CHECKER = {"_typeshed"}
"""Stubs that are only there while types are checked."""

LOADED_BY_OTHERS = {
    "onnxscript": "torch.onnx.export writes the graph with it",
    "tensorboard": "torch.utils.tensorboard writes the curves with it",
}
"""Distributions that training needs and never imports itself, and why."""

OF_ONE_TARGET = {
    "ai-edge-litert": "runs the target litert",
    "litert-torch": "makes the target litert, and asks for a PyTorch of its own",
    "tensorrt": "needs an NVIDIA GPU",
    "torch": "several GB, for the targets torchscript, litert and tensorrt",
}
"""Distributions that a target asks for when it is made, and why no extra has them."""

ONLY_IN: dict[str, set[str]] = {
    "click": {"cli"},
    "rich": {"cli", "report", "evaluation.report", "training"},
    "onnxruntime": {"student", "bundle", "cli", "export", "training"},
}
"""Run-time third parties that belong to a few rooms; numpy and cv2 may be used anywhere."""

EXTRA_OF: dict[str, str] = {"training": "train", "vectorize": "svg"}
"""Room -> the extra of setup.cfg whose distributions it may import."""

DECODES_ITS_OWN = {
    "hybrid_logo/vectorize/quality/drawing.py": "the picture that it has just drawn of an SVG",
    "hybrid_logo/evaluation/measuring/timing.py": "the time of bare decoding, which others are compared with",
    "hybrid_logo/training/rendering.py": "masters that it drew itself, which must keep every pixel",
    "hybrid_logo/training/encodings.py": "a JPEG that it has just written, to write it again",
}
"""Files besides image.py that decode, and why they may."""


class Import(NamedTuple):
    """One imported module: its dotted name, and whether it loads with the importing module."""

    name: str
    at_top: bool
    line: int


def room_of(path: Path) -> str:
    """The sub-package or module that ``path`` belongs to."""
    return room_named(path.relative_to(PACKAGE).with_suffix("").parts)


def room_named(parts: Sequence[str]) -> str:
    """The room of a module whose name below this package has these parts: the first two, or the first."""
    inner = ".".join(parts[:2])
    return inner if inner in MAY_IMPORT else parts[0]


def imports_of(tree: ast.AST, *, at_top: bool = True) -> Iterator[Import]:
    """Every import in ``tree``; those in functions and under TYPE_CHECKING load later or never."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, at_top, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from_import(node, at_top)
        else:
            later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or (
                isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            )
            yield from imports_of(node, at_top=at_top and not later)


def _from_import(node: ast.ImportFrom, at_top: bool) -> Iterator[Import]:
    if node.module != "hybrid_logo" or node.level:
        yield Import("." * node.level + (node.module or ""), at_top, node.lineno)
        return
    for alias in node.names:
        is_module = (PACKAGE / alias.name).is_dir() or (PACKAGE / f"{alias.name}.py").is_file()
        if is_module:
            yield Import(f"hybrid_logo.{alias.name}", at_top, node.lineno)
        elif alias.name != "__version__":
            yield Import("hybrid_logo.__init__", at_top, node.lineno)


def read_imports(path: Path) -> list[Import]:
    return list(imports_of(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))))


def walls_crossed(room: str, imports: list[Import]) -> list[str]:
    """What ``room`` imports against the table, one line each."""
    crossed = []
    for name, _, line in imports:
        top, _, rest = name.partition(".")
        if not top:
            crossed.append(f"line {line}: import {name} by its full name")
        elif top == "hybrid_logo":
            target = room_named(rest.split(".")) or "__init__"
            if target not in MAY_IMPORT[room] | {room}:
                crossed.append(f"line {line}: {room} may not import {target}")
        elif top in sys.stdlib_module_names | OF_THE_TYPE_CHECKER:
            continue
        elif top not in THIRD_PARTY:
            crossed.append(f"line {line}: {top} is not listed in THIRD_PARTY")
        elif room != "export" and THIRD_PARTY[top] not in RUN_TIME_REQUIREMENTS | of_extra(
            EXTRA_OF.get(room)
        ):
            crossed.append(f"line {line}: {room} may not import {top}, it is in no extra of that room")
        elif room not in ONLY_IN.get(top, {room}):
            crossed.append(f"line {line}: {top} belongs to {sorted(ONLY_IN[top])}")
    return crossed


def of_extra(extra: str | None) -> set[str]:
    """Distributions of one extra in setup.cfg."""
    return requirements("options.extras_require", extra) if extra else set()


def requirements(section: str, option: str) -> set[str]:
    """Distribution names listed in setup.cfg."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return {line.split()[0].split(">")[0] for line in setup[section][option].splitlines() if line.strip()}


RUN_TIME_REQUIREMENTS = requirements("options", "install_requires")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_stay_within_the_walls(path: Path) -> None:
    room = room_of(path)
    assert room in MAY_IMPORT, f"{room} has no row in MAY_IMPORT; add it here and in docs/ARCHITECTURE.md"
    assert walls_crossed(room, read_imports(path)) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("rules", "from hybrid_logo.classifier import HybridClassifier"),
        ("rules", "from hybrid_logo import student"),
        ("rules", "import hybrid_logo.student"),
        ("rules", "from hybrid_logo import HybridClassifier"),
        ("classifier", "def f():\n    import torch"),
        ("classifier", "if TYPE_CHECKING:\n    from PIL import Image"),
        ("image", "class A:\n    def f(self):\n        from skimage.io import imread"),
        ("evaluation", "from hybrid_logo.training import source"),
        ("evaluation.suites", "from hybrid_logo.evaluation.report.page import html_page"),
        ("evaluation.suites", "from hybrid_logo.evaluation import running"),
        ("drift", "from hybrid_logo.evaluation.statistics import metrics"),
        ("training", "import hybrid_logo.cli"),
        ("features", "import click"),
        ("features", "import requests"),
        ("features", "from .planes import build_planes"),
        ("features", "from . import planes"),
    ],
)
def test_a_crossing_is_found(room: str, source: str) -> None:
    """The reader above sees each way to import."""
    assert len(walls_crossed(room, list(imports_of(ast.parse(source))))) == 1


def test_the_table_has_no_way_back() -> None:
    """No room reaches itself through the rooms that it may import."""
    for room in MAY_IMPORT:
        reached, fresh = set(), {room}
        while fresh:
            following = set().union(*(MAY_IMPORT[name] for name in fresh))
            fresh = following - reached
            reached |= fresh
        assert room not in reached


def test_command_files_load_heavy_rooms_inside_the_command() -> None:
    light = {"errors", "types", "scan", "report", "output", "workers", "cli", "__init__"}
    late = [
        f"{relative(path)}:{line} {name}"
        for path in sorted((PACKAGE / "cli").rglob("*.py"))
        for name, at_top, line in read_imports(path)
        if at_top and name.startswith("hybrid_logo.") and name.split(".")[1] not in light
    ]
    assert late == []


def test_image_is_the_only_decoder() -> None:
    """Of pictures that come from outside; the others read what the project has just drawn or measured."""
    found = {
        relative(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and re.match("im(read|decode)", node.attr)
    }
    assert found - {"hybrid_logo/image.py"} <= set(DECODES_ITS_OWN)


@pytest.mark.parametrize("room", EXTRA_OF)
def test_an_extra_lists_what_its_room_uses(room: str) -> None:
    used = {
        THIRD_PARTY[top]
        for path in MODULES
        if room_of(path) == room
        for name, _, _ in read_imports(path)
        if (top := name.split(".")[0]) in THIRD_PARTY
    }
    if room == "training":
        used |= LOADED_BY_OTHERS.keys()
    assert of_extra(EXTRA_OF[room]) == used - RUN_TIME_REQUIREMENTS


def test_the_export_extra_lists_what_every_machine_can_have() -> None:
    used = {
        (THIRD_PARTY[top], at_top)
        for path in MODULES
        if room_of(path) == "export"
        for name, at_top, _ in read_imports(path)
        if (top := name.split(".")[0]) in THIRD_PARTY
    }
    listed = requirements("options.extras_require", "export")
    assert {name for name, _ in used} - RUN_TIME_REQUIREMENTS == listed | OF_ONE_TARGET.keys()
    assert {name for name, at_top in used if at_top} <= RUN_TIME_REQUIREMENTS | {"onnx"}


def test_test_imports_are_listed() -> None:
    listed = RUN_TIME_REQUIREMENTS | {
        name for extra in ("train", "dev") for name in requirements("options.extras_require", extra)
    }
    files = sorted((ROOT / "tests").rglob("*.py"))
    own = sys.stdlib_module_names | {"hybrid_logo", "tests"} | {path.stem for path in files}
    used = {name.split(".")[0] for path in files for name, _, _ in read_imports(path)} - own
    assert {name for name in used if THIRD_PARTY.get(name) not in listed} == set()


def test_every_package_folder_is_listed_in_setup_cfg() -> None:
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts) for path in MODULES if path.name == "__init__.py"
    }
    assert requirements("options", "packages") == folders | {"hybrid_logo.models"}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_is_described_and_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source)), "say in the first line what the module is for"
    assert len(source.splitlines()) <= MOST_LINES, "one idea a module: split it"
    assert path.stem not in {"utils", "util", "helpers", "common", "misc"}, "name it by its idea"


def tracked_files() -> list[Path]:
    """Files of the repository, also those not yet committed; build outputs are ignored by git."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_nothing_is_pickled() -> None:
    """A pickle runs code when it is read. Tests may use it, since objects must survive a spawn."""
    names = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    found = [
        f"{relative(path)}:{line} {name}"
        for path in tracked_files()
        if path.suffix == ".py" and "tests" not in path.relative_to(ROOT).parts
        for name, _, line in read_imports(path)
        if name.split(".")[0] in names
    ]
    assert found == []
    assert [
        path for path in tracked_files() if path.suffix in {".pkl", ".pickle", ".joblib", ".pt", ".pth"}
    ] == []


# Put together here, so that this file does not hold what it forbids. A path counts with a name behind it.
HOSTS = ["".join(parts) for parts in [("py", "pi.org"), ("pythonhosted", ".org"), ("npmjs", ".org")]]
FOLDERS = ["work", "home", "root", "opt", "Users"]
FORBIDDEN = re.compile(
    "|".join([*map(re.escape, HOSTS), rf"(?<![\w.~}}-])/(?:{'|'.join(FOLDERS)})/\w"]).encode()
)


def test_no_registry_host_and_no_machine_path_is_written_down() -> None:
    found = [
        f"{relative(path)}: {match[0].decode()}"
        for path in tracked_files()
        for match in FORBIDDEN.finditer(path.read_bytes())
    ]
    assert found == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_machine_path_is_found(folder: str) -> None:
    assert FORBIDDEN.search(f'open("/{folder}/somebody/a.png")'.encode())
    assert not FORBIDDEN.search(f"docs/{folder}/somebody and https://host/{folder}".encode())
