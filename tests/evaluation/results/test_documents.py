"""Each kind of result goes into its own documents."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hybrid_logo.errors import InputError, MissingExtraError, OutputError
from hybrid_logo.evaluation.results import documents
from hybrid_logo.evaluation.results.documents import kind_of
from hybrid_logo.evaluation.results.figures import check_figures, load_result, write_figures
from tests.evaluation.results.artefact_results import artefact_result, browser_result, row

PAGES = ["README.md", "raspberry-pi/README.md", "jetson/README.md", "phone/README.md"]
EMPTY = "<!-- artefacts:begin -->\n\n<!-- artefacts:end -->"
SVG = artefact_result() | {"modes": {}, "svg": {"error": 0.25}}
del SVG["artefacts"]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Documents for every kind but the answers, which need nothing here; and a stand-in for the tables."""
    monkeypatch.setattr(documents, "KINDS", documents.KINDS[:2])
    monkeypatch.setattr("hybrid_logo.evaluation.results.figures.KINDS", documents.KINDS)
    tables = SimpleNamespace(svg_lines=lambda result: ["| error |", f"| {result['svg']['error']} |"])
    monkeypatch.setitem(sys.modules, documents.SVG_TABLES, tables)
    for name in PAGES:
        page = tmp_path / "exports" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"before\n{EMPTY}\nafter\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "VECTORIZE.md").write_text("<!-- svg:begin --><!-- svg:end -->")
    release = tmp_path / "models" / "logo4-test"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text("{}")
    for name, result in (("a", artefact_result()), ("b", browser_result()), ("s", SVG)):
        (tmp_path / f"{name}.json").write_text(json.dumps(result))
    return tmp_path


def test_the_first_kind_that_fits_is_taken() -> None:
    answers = {"modes": {}}
    told = [kind_of(result).mark for result in (artefact_result(), browser_result(), SVG, answers)]
    assert told == ["artefacts", "artefacts", "svg", "figures"]


def test_artefacts_go_to_the_pages_of_exports(checkout: Path) -> None:
    written = write_figures([checkout / "a.json", checkout / "b.json"], checkout)
    assert written == [checkout / "exports" / name for name in PAGES]
    first, *pages = (path.read_text() for path in written)
    assert first.startswith(
        "before\n<!-- artefacts:begin -->\n<!-- from a.json -->\n<!-- from b.json -->\n\n|"
    )
    assert "| browser, median for one picture | 6.5 ms |" in first
    assert all("are estimates" in page for page in pages)
    assert check_figures(checkout) == []
    written[2].write_text(written[2].read_text().replace("16.1 ms", "1.6 ms"))
    assert check_figures(checkout) == ["exports/jetson/README.md does not say what a.json, b.json say"]


def test_vectors_go_to_their_page_and_other_kinds_stay(checkout: Path) -> None:
    assert write_figures([checkout / "s.json"], checkout) == [checkout / "docs" / "VECTORIZE.md"]
    assert "\n\n| error |\n| 0.25 |\n\n" in (checkout / "docs" / "VECTORIZE.md").read_text()
    assert EMPTY in (checkout / "exports" / "README.md").read_text()
    assert check_figures(checkout) == []


def test_several_kinds_are_written_at_once_or_none(checkout: Path) -> None:
    (checkout / "docs" / "VECTORIZE.md").unlink()
    with pytest.raises(OutputError, match=r"VECTORIZE\.md cannot be read"):
        write_figures([checkout / "a.json", checkout / "s.json"], checkout)
    assert EMPTY in (checkout / "exports" / "README.md").read_text()


@pytest.mark.parametrize("page", ["exports/phone/README.md", "docs/VECTORIZE.md"])
@pytest.mark.parametrize("content", [None, "", "no marks"])
def test_what_is_not_there_yet_is_let_be(page: str, content: str | None, checkout: Path) -> None:
    if content is None:
        (checkout / page).unlink()
    else:
        (checkout / page).write_text(content)
    assert check_figures(checkout) == []


def test_figures_without_a_source_are_found(checkout: Path) -> None:
    page = checkout / "exports" / "README.md"
    page.write_text(page.read_text().replace(EMPTY, EMPTY.replace("\n\n", "\n| 0.1 MB |\n")))
    assert check_figures(checkout) == ["exports/README.md names no result files"]


def test_a_source_of_another_kind_is_found(checkout: Path) -> None:
    write_figures([checkout / "a.json"], checkout)
    (checkout / "a.json").write_text(json.dumps(SVG))
    problems = check_figures(checkout)
    assert len(problems) == len(PAGES)
    assert "it holds no artefacts or browser" in problems[0]


def test_a_result_of_another_version_is_refused(checkout: Path) -> None:
    old: dict[str, Any] = row("logo4-test")
    del old["cold_start_s"]
    (checkout / "a.json").write_text(json.dumps(artefact_result() | {"artefacts": [old]}))
    with pytest.raises(
        InputError, match=r"other figures than are shown now .*cold_start_s.* Measure it anew"
    ):
        write_figures([checkout / "a.json"], checkout)


def test_artefacts_are_nothing_to_compare(checkout: Path) -> None:
    with pytest.raises(InputError, match="it holds no modes"):
        load_result(checkout / "a.json")


def test_the_tables_of_vectors_may_need_an_extra(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, documents.SVG_TABLES, None)
    with pytest.raises(MissingExtraError, match=r"hybrid-logo\[svg\]"):
        write_figures([checkout / "s.json"], checkout)
