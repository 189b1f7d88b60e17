"""The scripts of benchmarks/peers as modules: no package, they import each other by plain names."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "benchmarks" / "peers"

sys.path.insert(0, str(FOLDER))  # spawned processes are given it too

boosted_trees = import_module("boosted_trees")
majority = import_module("majority")
measuring = import_module("measuring")
networks = import_module("networks")
peer = import_module("peer")
released = import_module("released")
run = import_module("run")
split_pictures = import_module("split_pictures")
table = import_module("table")
two_presets = import_module("two_presets")
yolo = import_module("yolo")
