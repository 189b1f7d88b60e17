"""Teaching that is handed on: to the same pictures at another side, and to no others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.pipeline import Run
from hybrid_logo.training.shared_teaching import run_of, take_teaching
from tests.small_release import SIDE
from tests.training.small_run import SETTINGS, new_run

SMALL = replace(SETTINGS, corpus=replace(SETTINGS.corpus, side=SIDE // 2, labelled_copies=1))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with teachers."""
    run = new_run(tmp_path_factory.mktemp("other"))
    run.fit_teachers()
    return run


def small(folder: Path, other: Run, settings: object = SMALL) -> Run:
    return Run(folder, settings, other.cache, other.labels, 1)  # type: ignore[arg-type]


def test_fewer_copies_at_another_side_are_taught_alike(other: Run, tmp_path: Path) -> None:
    run = small(tmp_path, other)
    take_teaching(run, run_of(other.folder, run))
    taught, _ = run.taught_examples()
    whole, _ = other.taught_examples()
    assert taught.views.shape[1:] == (SIDE // 2, SIDE // 2, 3)
    assert len(taught.views) == (whole.copies <= 1).sum() < len(whole.views)
    assert np.array_equal(taught.teacher, whole.teacher[whole.copies <= 1])
    told = json.loads((tmp_path / "teachers" / "teaching.json").read_text(encoding="utf-8"))
    assert told["taken_from"] == "run"
    assert told["of"]["members"] == ["trees"]


def test_the_other_run_keeps_its_settings(other: Run, tmp_path: Path) -> None:
    found = run_of(other.folder, small(tmp_path, other))
    assert found.settings == other.settings
    assert (found.cache, found.labels, found.workers) == (other.cache, other.labels, 1)


def test_settings_that_are_left_out_stay_left_out(other: Run, tmp_path: Path) -> None:
    Run(tmp_path / "bare", replace(SETTINGS, trees=None), other.cache, other.labels)
    assert run_of(tmp_path / "bare", other).settings.trees is None


@pytest.mark.parametrize(
    ("changed", "strange"),
    [({"labelled_copies": 3}, "16 of 64"), ({"seed": 11}, r"\d+ of 32")],
    ids=["more copies", "another degradation"],
)
def test_other_pictures_are_refused(
    other: Run, tmp_path: Path, changed: dict[str, int], strange: str
) -> None:
    run = small(tmp_path, other, replace(SMALL, corpus=replace(SMALL.corpus, **changed)))
    with pytest.raises(SourceError, match=f"did not see {strange} pictures.*without --from"):
        take_teaching(run, other)
    assert not (tmp_path / "teachers").exists()


@pytest.mark.parametrize("text", [None, "{", '{"corpus": {"strange": 1}}', "[]"])
def test_a_folder_without_a_run_is_told(other: Run, tmp_path: Path, text: str | None) -> None:
    (tmp_path / "none").mkdir()
    if text is not None:
        (tmp_path / "none" / "settings.json").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"holds no run of this version.*Run: hybrid-logo train teachers"):
        run_of(tmp_path / "none", other)


def test_teachers_that_were_not_asked_are_told(other: Run, tmp_path: Path) -> None:
    unasked = Run(tmp_path / "unasked", SETTINGS, other.cache, other.labels)
    with pytest.raises(SourceError, match="have not been asked"):
        take_teaching(small(tmp_path / "mine", other), unasked)
