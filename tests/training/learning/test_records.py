"""What a run leaves in its folder, and what becomes of it when a run was killed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from hybrid_logo.errors import SourceError
from hybrid_logo.training.learning.records import Checkpoints, Log, measured_once, read_log
from tests.training.learning.drawn_examples import SETTINGS


def write(folder: Path, done: int, *epochs: int, loss: float = 1.0) -> None:
    log = Log(folder, done)
    for epoch in epochs:
        log.write({"epoch": epoch, "loss": loss / epoch})
    log.close()


def test_lines_of_later_epochs_are_dropped_when_a_run_goes_on(tmp_path: Path) -> None:
    write(tmp_path, 0, 1, 2, 3, 4)
    write(tmp_path, 2, 3, loss=30.0)
    assert [(line["epoch"], line["loss"]) for line in read_log(tmp_path / "log.jsonl")] == [
        (1, 1.0), (2, 0.5), (3, 10.0)
    ]  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == ["curves", "log.jsonl"]


def test_tensorboard_gets_the_same_figures(tmp_path: Path) -> None:
    write(tmp_path, 0, 1, 2)
    curves = EventAccumulator(str(tmp_path / "curves"))
    curves.Reload()
    assert curves.Tags()["scalars"] == ["loss"]
    assert [(event.step, event.value) for event in curves.Scalars("loss")] == [(1, 1.0), (2, 0.5)]


@pytest.mark.parametrize("rest", ['{"epoch": 3, "lo', "7\n", "\udcff\x00"], ids=["cut", "number", "bytes"])
def test_a_line_that_was_cut_off_is_left_out(rest: str, tmp_path: Path) -> None:
    write(tmp_path, 0, 1, 2)
    path = tmp_path / "log.jsonl"
    path.write_bytes(path.read_bytes() + rest.encode("utf-8", "surrogateescape"))
    write(tmp_path, 2, 3)
    assert [line["epoch"] for line in read_log(path)] == [1, 2, 3]


def test_figures_are_rounded_and_counts_are_not(tmp_path: Path) -> None:
    log = Log(tmp_path, 0)
    log.write({"epoch": 1, "loss": 0.123456789, "rate": float("inf"), "seen": 1234567})
    log.close()
    line = json.loads((tmp_path / "log.jsonl").read_text())
    assert line == {"epoch": 1, "loss": 0.12346, "rate": float("inf"), "seen": 1234567}


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    state = {"step": 7, "network": {"weight": torch.arange(3.0)}, "best": (0.5, 1, {})}
    Checkpoints(tmp_path, SETTINGS).save(state)
    read = Checkpoints(tmp_path, SETTINGS).load()
    assert read is not None
    assert read.keys() == state.keys()
    assert (read["step"], read["best"]) == (7, (0.5, 1, {}))
    assert torch.equal(read["network"]["weight"], torch.arange(3.0))


def test_no_checkpoint_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path, SETTINGS).load() is None


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-100], lambda data: b"", lambda data: b"hello " * 100], ids=range(3)
)
def test_a_damaged_checkpoint_is_told_with_its_way_out(damage: Any, tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, SETTINGS)
    checkpoints.save({"step": 1})
    checkpoints.path.write_bytes(damage(checkpoints.path.read_bytes()))
    with pytest.raises(SourceError, match=r"checkpoint\.pt cannot be read .* Delete it to start again\."):
        checkpoints.load()


def test_a_file_of_something_else_is_told(tmp_path: Path) -> None:
    torch.save({"weight": torch.zeros(1)}, tmp_path / "checkpoint.pt")
    with pytest.raises(SourceError, match="Delete it"):
        Checkpoints(tmp_path, SETTINGS).load()


@pytest.mark.parametrize(
    "changed",
    [{"epochs": 5}, {"learning_rate": 1e-3}, {"sources": (("icons", 1.0),)}, {"loss": "focal"}],
    ids=str,
)
def test_a_run_with_other_settings_is_refused_by_name(changed: dict[str, Any], tmp_path: Path) -> None:
    Checkpoints(tmp_path, SETTINGS).save({"step": 1})
    name = next(iter(changed))
    with pytest.raises(SourceError, match=rf"other settings \({name}\)\. Give another folder, or delete"):
        Checkpoints(tmp_path, replace(SETTINGS, **changed)).load()


def test_where_a_run_is_made_may_change(tmp_path: Path) -> None:
    Checkpoints(tmp_path, SETTINGS).save({"step": 1})
    elsewhere = replace(SETTINGS, checkpoint_minutes=9.0, loader_workers=1, threads=7)
    assert Checkpoints(tmp_path, elsewhere).load() == {"step": 1}


@pytest.mark.parametrize(
    "error", [OSError(28, "no space left"), RuntimeError("unexpected pos 64 vs 0")], ids=repr
)
def test_a_full_disk_leaves_the_previous_checkpoint(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints = Checkpoints(tmp_path, SETTINGS)
    checkpoints.save({"step": 1})

    def full_disk(state: Any, path: Path) -> None:
        path.write_bytes(b"half a checkpoint")
        raise error

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(SourceError):
        checkpoints.save({"step": 2})
    assert checkpoints.load() == {"step": 1}


def test_what_a_log_holds_is_not_measured_again(tmp_path: Path) -> None:
    path, asked = tmp_path / "new" / "results.jsonl", list[int]()

    def measure(item: int) -> dict[str, int]:
        asked.append(item)
        if item == 3:
            raise KeyboardInterrupt
        return {"figure": 10 * item}

    with pytest.raises(KeyboardInterrupt):
        measured_once(path, {"b": 2, "a": 1, "c": 3}, measure, "")
    path.write_text(path.read_text(encoding="utf-8") + '{"key": "cut o', encoding="utf-8")
    rows = measured_once(path, {"a": 1, "d": 4, "b": 2}, measure, "")
    assert asked == [2, 1, 3, 4]
    assert rows == [{"key": "a", "figure": 10}, {"key": "d", "figure": 40}, {"key": "b", "figure": 20}]
    assert [row["key"] for row in read_log(path)] == ["b", "a", "d"]
