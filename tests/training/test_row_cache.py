"""Rows of a set: kept, taken up again, made anew where the file is damaged. See also facts/test_table.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import hybrid_logo
from hybrid_logo.errors import SourceError
from hybrid_logo.training import row_cache
from hybrid_logo.training.row_cache import code_hash, rows_of_set
from tests.training.icon_files import write_set

Measure = Callable[[str], int]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A set of five drawings, of one letter more each."""
    write_set(tmp_path, "devicon", {f"d{count}": "x" * count for count in range(5)})
    return tmp_path


def rows(cache: Path, measure: Measure, wanted: list[str] | None = None) -> dict[str, int | str]:
    return rows_of_set("devicon", wanted, cache / "rows" / "r.json", measure, int, "Rows", cache, workers=1)


def letters(svg: str) -> int:
    return svg.count("x>") + len(svg.partition(">")[2]) - len("</svg>")


def never(svg: str) -> int:
    raise AssertionError(f"{svg} was measured again")


def test_rows_are_kept(cache: Path) -> None:
    expected = {f"d{count}": count for count in range(5)}
    assert rows(cache, letters) == expected
    assert rows(cache, never) == expected
    assert rows(cache, never, ["d3", "d1", "d3"]) == {"d3": 3, "d1": 1}


def test_a_drawing_without_row_says_why(cache: Path) -> None:
    def refuses(svg: str) -> int:
        if letters(svg) == 2:
            raise SourceError("two are too many")
        return letters(svg)

    expected = {"d1": 1, "d2": "two are too many", "gone": "the icon set has no such drawing"}
    assert rows(cache, refuses, ["d1", "d2", "gone"]) == expected
    assert rows(cache, never, ["d1", "d2", "gone"]) == expected


def test_a_killed_run_keeps_what_it_saved(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_cache, "SAVE_EVERY", 2)
    written: list[str] = []
    write = row_cache._write

    def recorded(path: Path, found: dict[str, int]) -> None:
        written.append(",".join(found))
        write(path, found)

    monkeypatch.setattr(row_cache, "_write", recorded)
    rows(cache, letters)
    assert written == ["d0,d1", "d0,d1,d2,d3", "d0,d1,d2,d3,d4"]


@pytest.mark.parametrize("content", ["", "[]", '{"d0": null}', '{"d0": [1]}', '{"d0": {"a": 1}}'])
def test_a_damaged_file_is_made_again(cache: Path, content: str) -> None:
    path = cache / "rows" / "r.json"
    path.parent.mkdir()
    path.write_text(content)
    assert rows(cache, letters, ["d4"]) == {"d4": 4}
    assert json.loads(path.read_text()) == {"d4": 4}


def test_nothing_else_is_left_in_the_folder(cache: Path) -> None:
    rows(cache, letters)
    assert [path.name for path in (cache / "rows").iterdir()] == ["r.json"]


def test_the_hash_is_that_of_the_code_and_not_of_its_comments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "training").mkdir()
    module = tmp_path / "training" / "sums.py"
    monkeypatch.setattr(hybrid_logo, "__file__", str(tmp_path / "__init__.py"))
    found = []
    for code in ("a = 1\n", "# one\na  =  1\n", "a = 2\n"):
        module.write_text(code)
        found.append(code_hash(["sums"]))
    assert found[0] == found[1] != found[2]
