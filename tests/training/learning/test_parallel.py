"""Two processes that torchrun starts learn as one."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch

from hybrid_logo.errors import SourceError
from hybrid_logo.training.learning import parallel
from hybrid_logo.training.learning.records import read_log
from tests.training.learning import two_processes

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the two processes left."""
    made = tmp_path_factory.mktemp("two")
    subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
         two_processes.__file__, str(made)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return made


@pytest.mark.slow
@pytest.mark.parametrize("way", ["train_linear", "train_freezing"])
def test_both_end_with_the_same_weights(way: str, folder: Path) -> None:
    first, second = (torch.load(folder / f"{way}-{rank}.pt", weights_only=True) for rank in (0, 1))
    assert first.keys() == second.keys()
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


@pytest.mark.slow
def test_they_learn_what_one_process_would(folder: Path, tmp_path: Path) -> None:
    alone = two_processes.train_linear(tmp_path).state_dict()
    together = torch.load(folder / "train_linear-0.pt", weights_only=True)
    for name, value in alone.items():
        assert torch.allclose(together[name], value, atol=1e-5), name
    lines, expected = (read_log(path / "log.jsonl") for path in (folder / "train_linear", tmp_path))
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    for line, other in zip(lines, expected, strict=True):
        for name in ("loss", "train_strict", "held_out_loss"):
            assert line[name] == pytest.approx(other[name], rel=1e-3)


@pytest.mark.slow
def test_the_first_goes_through_alone(folder: Path) -> None:
    """The other one would have failed where nothing was made yet."""
    assert (folder / "made once").read_text(encoding="utf-8") == "here"


@pytest.mark.parametrize(("rank", "order"), [(0, ["inside", "barrier"]), (1, ["barrier", "inside"])])
def test_who_is_not_first_waits_before_and_the_first_behind(
    rank: int, order: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(parallel, "rank", lambda: rank)
    monkeypatch.setattr(parallel, "barrier", lambda: done.append("barrier"))
    with parallel.first_alone():
        done.append("inside")
    assert done == order


def test_without_torchrun_one_process_is_alone() -> None:
    with parallel.together():
        assert (parallel.processes(), parallel.rank(), parallel.is_first()) == (1, 0, True)
        values = torch.arange(3.0)
        assert parallel.summed(values) is values
        assert parallel.mean(2.5, torch.device("cpu")) == 2.5
        assert [parallel.any_says(yes) for yes in (False, True)] == [False, True]
        parallel.barrier()
        with parallel.first_alone():
            pass


@pytest.mark.slow
def test_what_one_says_holds_for_both(folder: Path) -> None:
    assert [(folder / f"says-{rank}").read_text(encoding="utf-8") for rank in (0, 1)] == ["True False"] * 2


@pytest.mark.parametrize(("processes", "refused"), [("1", False), ("2", True)])
def test_several_that_have_not_joined_are_refused(
    processes: str, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", processes)
    expected = pytest.raises(SourceError, match=r"hybrid-logo train student\..*without it")
    with expected if refused else nullcontext():
        parallel.refuse_several()
