"""The pictures of the gate."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from hybrid_logo.errors import InputError
from hybrid_logo.export import pictures
from hybrid_logo.export.pictures import drawn_logo, gate_pictures
from hybrid_logo.image import load_picture


def test_drawn_logos_are_pictures_and_the_same_each_time() -> None:
    first, second = (
        [drawn_logo(random) for _ in range(12)]
        for random in (np.random.default_rng(0), np.random.default_rng(0))
    )
    assert first == second
    assert len(set(first)) == 12
    assert {load_picture(data).facts.format for data in first} == {"png", "jpeg"}


def test_an_installed_package_draws_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "hybrid_logo.training.suites", None)  # as without the extra ``train``
    monkeypatch.setattr(pictures, "DRAWN", 3)
    found = gate_pictures(None)
    assert len(found.names) == len(found.files) == len(set(found.names))
    assert found.told.endswith("3 drawn logos")


def test_a_checkout_takes_degraded_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    from hybrid_logo.training import suites

    made = [b"clean", b"one", b"two"] * 2
    monkeypatch.setattr(suites, "calibrate_pictures", lambda copies, seed: iter(made))
    assert gate_pictures(None, copies=2).files == made
    monkeypatch.setattr(suites, "calibrate_pictures", lambda copies, seed: iter([b"clean", b"one"] * 2))
    assert gate_pictures(None).files == [b"one", b"one"]


def test_own_pictures(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for place in range(20):
        (tmp_path / f"{place}.png").write_bytes(drawn_logo(random))
    (tmp_path / "notes.txt").touch()
    found = gate_pictures(tmp_path)
    assert found.told == "20 pictures of your folder"
    assert all(Path(name).parent == tmp_path for name in found.names)
    (tmp_path / "0.png").unlink()
    with pytest.raises(InputError, match="holds 19 pictures"):
        gate_pictures(tmp_path)
