"""Made once: the hybrid graph of the released model, pictures for it, and the folders with their packages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.export.graph import hybrid_graph
from tests.exports.devices import EXPORTS, Pictures, png_pictures, program, run


@pytest.fixture(scope="session")
def hybrid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "hybrid.onnx"
    path.write_bytes(hybrid_graph(Bundle.load()).SerializeToString())
    return path


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    return png_pictures(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="session")
def site(hybrid: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of exports/ with the packages of its web page and of its example for Node."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("web", "node"):
        shutil.copytree(EXPORTS / name, folder / name, ignore=shutil.ignore_patterns("node_modules"))
        run([program("npm", "npm"), "install", "--no-audit", "--no-fund"], folder / name, timeout=900)
    shutil.copy(hybrid, folder / "web")
    return folder
