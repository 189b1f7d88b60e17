from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training import sources
from hybrid_logo.training.facts import facts_of_set, measure_facts, table
from hybrid_logo.training.sources import load_icons, svg_text
from tests.training.facts.drawings import square

Fill = Callable[..., None]


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Write the icons of the set devicon into a cache."""

    def write(**bodies: str) -> None:
        folder = sources.set_folder(sources.icon_set("devicon"), tmp_path)
        folder.mkdir(parents=True, exist_ok=True)
        icons = {name: {"body": body} for name, body in bodies.items()}
        (folder / "icons.json").write_text(json.dumps({"width": 100, "height": 100, "icons": icons}))
        sources._read_icons.cache_clear()

    return write


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were measured."""
    seen: list[str] = []

    def measure(svg: str) -> object:
        seen.append(svg)
        return measure_facts(svg)

    monkeypatch.setattr(table, "measure_facts", measure)
    return seen


def squares(count: int) -> dict[str, str]:
    return {f"s{index}": square(0, 0, 10 + index, "red") for index in range(count)}


def test_facts_are_those_of_each_drawing_and_are_kept(fill: Fill, calls: list[str], tmp_path: Path) -> None:
    fill(**squares(3))
    first = facts_of_set("devicon", cache=tmp_path, workers=1)
    assert first == {
        name: measure_facts(svg_text(icon)) for name, icon in load_icons("devicon", tmp_path).items()
    }
    assert facts_of_set("devicon", cache=tmp_path, workers=1) == first
    assert len(calls) == 3


def test_only_what_is_wanted_and_missing_is_measured(fill: Fill, calls: list[str], tmp_path: Path) -> None:
    fill(**squares(4))
    assert list(facts_of_set("devicon", ["s2"], tmp_path, 1)) == ["s2"]
    assert list(facts_of_set("devicon", ["s1", "s2", "s1"], tmp_path, 1)) == ["s1", "s2"]
    assert len(calls) == 2


def test_a_drawing_without_facts_is_left_out_and_logged(
    fill: Fill, calls: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill(good=square(0, 0, 9, "red"), empty="<g/>", broken="<g>")
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            found = facts_of_set("devicon", ["good", "empty", "broken", "gone"], tmp_path, 1)
        assert list(found) == ["good"]
        assert [record.getMessage().split(" has no facts: ")[0] for record in caplog.records] == [
            "devicon/empty",
            "devicon/broken",
            "devicon/gone",
        ]
    assert len(calls) == 3


def test_an_interrupted_run_goes_on(fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(**squares(5))
    measured: list[str] = []

    def stops(svg: str) -> object:
        if len(measured) == 3:
            measured.clear()
            raise KeyboardInterrupt
        measured.append(svg)
        return measure_facts(svg)

    monkeypatch.setattr(table, "measure_facts", stops)
    with pytest.raises(KeyboardInterrupt):
        facts_of_set("devicon", cache=tmp_path, workers=1)
    assert len(facts_of_set("devicon", cache=tmp_path, workers=1)) == 5
    assert len(measured) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"s0": {}}', '{"s0": 3}', '{"s0": {"colors": 1}}'])
def test_a_damaged_table_is_made_again(fill: Fill, tmp_path: Path, content: str) -> None:
    fill(**squares(1))
    good = facts_of_set("devicon", cache=tmp_path, workers=1)
    table.facts_path("devicon", tmp_path).write_text(content)
    assert facts_of_set("devicon", cache=tmp_path, workers=1) == good


def test_other_code_makes_another_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = table.facts_path("devicon", tmp_path)
    assert first == table.facts_path("devicon", tmp_path)
    monkeypatch.setattr(table, "SHAPING_MODULES", table.SHAPING_MODULES[:-1])
    assert table.facts_path("devicon", tmp_path) != first


def test_every_module_of_the_package_shapes_the_facts() -> None:
    folder = Path(table.__file__).parent
    names = {f"facts/{path.stem}" for path in folder.glob("*.py")} - {"facts/__init__", "facts/table"}
    assert names | {"rendering"} == set(table.SHAPING_MODULES)


def test_two_processes_find_the_same(fill: Fill, tmp_path: Path) -> None:
    fill(**squares(33))
    together = facts_of_set("devicon", cache=tmp_path, workers=2)
    table.facts_path("devicon", tmp_path).unlink()
    assert facts_of_set("devicon", cache=tmp_path, workers=1) == together


def test_a_cache_that_cannot_be_written_is_a_typed_error(fill: Fill, tmp_path: Path) -> None:
    fill(**squares(1))
    (tmp_path / "facts").write_text("in the way")
    with pytest.raises(SourceError, match="cannot be written"):
        facts_of_set("devicon", cache=tmp_path, workers=1)


def test_a_set_that_is_not_fetched_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="hybrid-logo data fetch --set devicon"):
        facts_of_set("devicon", cache=tmp_path)
