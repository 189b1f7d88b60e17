"""The first answer of a fresh process, with a program in the place of the command."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hybrid_logo.errors import HybridLogoError
from hybrid_logo.evaluation.measuring import cold_start as measured
from hybrid_logo.evaluation.measuring.cold_start import cold_start

ANSWERS_EARLY = """
import sys, time
print("warning", file=sys.stderr)
time.sleep(0.05)
print('{"status": "ok"}', flush=True)
time.sleep(0.3)
print(2000, file=sys.stderr)
"""


def run(program: str, monkeypatch: pytest.MonkeyPatch, **options: object) -> measured.ColdStart:
    monkeypatch.setattr(measured, "COMMAND_AND_MEMORY", program)
    return cold_start(Path("a.png"), "a model", repeats=1, **options)  # type: ignore[arg-type]


def test_the_answer_counts_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = run(ANSWERS_EARLY.replace("0.05", "0.6"), monkeypatch)
    assert slow.seconds > 0.6
    assert slow.memory_mb == 2.048
    late = run(ANSWERS_EARLY.replace("0.3", "1.5"), monkeypatch)
    assert 0.05 < late.seconds < 1.5


def test_the_command_and_its_variables_are_as_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = f"""
import os, sys
open({str(told)!r}, "w").write(" ".join([*sys.argv[1:], os.environ["ADDED"]]))
print('{{"status": "ok"}}')
print(1, file=sys.stderr)
"""
    run(program, monkeypatch, variables={"ADDED": "here"})
    assert told.read_text() == "classify a.png --format jsonl --quiet --model a model here"
    assert "ADDED" not in os.environ


@pytest.mark.parametrize(
    "program",
    [
        "",
        "import sys; sys.exit('torn')",
        """print('{"status": "ok"}'); raise SystemExit(3)""",
        """import sys; print('{"status": "error"}'); print(1, file=sys.stderr)""",
    ],
    ids=["nothing", "torn", "failed", "refused"],
)
def test_no_answer_is_told(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(HybridLogoError, match="hybrid-logo check"):
        run(program, monkeypatch)


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has also said more on standard error than a pipe holds."""
    monkeypatch.setattr(measured, "LONGEST_S", 1.0)
    with pytest.raises(HybridLogoError, match=r"failed: .*noise"):
        run("import sys, time; sys.stderr.write('noise' * 40_000); time.sleep(60)", monkeypatch)
