"""One run: the keys of its result, special suites among them, and the file that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hybrid_logo.errors import OutputError
from hybrid_logo.evaluation import running
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.results.figures import load_result
from hybrid_logo.evaluation.running import measure_all, save_result
from hybrid_logo.evaluation.suites import special
from hybrid_logo.types import LogoType, Mode, Precision
from tests.evaluation.table_classifier import case, classifier, say

Result = dict[str, Any]


def test_a_special_suite_is_measured_on_the_same_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(special, "SPECIAL_SUITES", {"counting": "tests.evaluation.fake_suite"})
    shown: dict[str, list[int]] = {}

    @contextmanager
    def progress(title: str, total: int) -> Iterator[Callable[[], object]]:
        counts = shown.setdefault(title, [total, 0])

        def advance() -> None:
            counts[1] += 1

        yield advance

    rules: Any = classifier([say(LogoType.TEXT, 0.9), None])
    rules.bundle, rules.precision = SimpleNamespace(name="fake-1"), Precision.INT8
    dataset = Dataset("two", [case(0, LogoType.TEXT), case(1, LogoType.SIMPLE)], "a test", seed=5)
    result, answers = measure_all(
        dataset, {Mode.RULES: rules}, special=["counting"], timed=0, model=None, progress=progress
    )
    assert result["counting"] == {"counted": 2, "modes": ["rules"], "seed": 5}
    assert [row["rules"] is None for row in result["answers"]] == [False, True]
    assert answers[Mode.RULES][1] is None
    assert shown == {"two: answers": [2, 2], "two: counting": [2, 2]}
    assert {"schema", "model", "environment", "dataset", "modes"} <= result.keys()


def test_a_file_is_named_by_what_it_holds_and_has_a_line_for_each_picture(
    whole_result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SPECIAL_SUITES", {"counting": ""})
    assert save_result(whole_result, tmp_path).name == "many_2025-01-31_some-cpu_ort1.20.1.json"
    whole_result["counting"] = {"counted": 1 / 3}
    path = save_result(whole_result, tmp_path / "new")
    assert path.name == "many-counting_2025-01-31_some-cpu_ort1.20.1.json"
    text = path.read_text(encoding="utf-8")
    assert sum(line.lstrip().startswith('{"name": "logo') for line in text.splitlines()) == 120
    loaded = load_result(path)
    assert loaded["counting"] == {"counted": 0.333333}
    assert loaded.keys() == whole_result.keys()
    assert loaded["answers"][0]["name"] == "logo0"


def test_a_result_without_answers_is_written_too(whole_result: Result, tmp_path: Path) -> None:
    del whole_result["answers"]
    assert load_result(save_result(whole_result, tmp_path))["answers"] == []


def test_a_folder_that_cannot_be_made_is_told(whole_result: Result, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        save_result(whole_result, tmp_path / "file" / "out")
