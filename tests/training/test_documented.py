"""Tables of docs/TRAINING.md: written from result files, compared with them, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.errors import OutputError, SourceError
from hybrid_logo.training import ablation_table, search, shrink_table, unlabelled_table
from hybrid_logo.training.documented import DOCUMENT, DocumentedTable

ROOT = Path(__file__).parents[2]
RESULT = Path("results/drawn.json")


def render(result: dict[str, Any]) -> str:
    return f"| {result['figure']:.1f} |"


TABLE = DocumentedTable("drawn", RESULT, render)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    document = tmp_path / DOCUMENT
    document.parent.mkdir()
    text = "before\n<!-- drawn:begin -->\nold \\1 table\n<!-- drawn:end -->\nafter\n"
    document.write_text(text, encoding="utf-8")
    TABLE.write_result({"figure": 65.04}, tmp_path / RESULT)
    return tmp_path


def test_the_document_is_written_from_the_result(checkout: Path) -> None:
    assert json.loads((checkout / RESULT).read_text(encoding="utf-8")) == {"schema": 1, "figure": 65.04}
    assert TABLE.differs(checkout)
    assert TABLE.write(checkout) == checkout / DOCUMENT
    assert not TABLE.differs(checkout)
    lines = (checkout / DOCUMENT).read_text(encoding="utf-8").splitlines()
    assert lines == ["before", "<!-- drawn:begin -->", "| 65.0 |", "<!-- drawn:end -->", "after"]
    assert sorted(path.name for path in checkout.rglob("*") if path.is_file()) == [
        "TRAINING.md", "drawn.json"
    ]  # fmt: skip


def test_a_changed_figure_is_seen(checkout: Path) -> None:
    TABLE.write(checkout)
    document = checkout / DOCUMENT
    document.write_text(document.read_text(encoding="utf-8").replace("65.0", "66.0"), encoding="utf-8")
    assert TABLE.differs(checkout)


def test_what_is_missing_is_told(checkout: Path) -> None:
    def told(message: str) -> None:
        for ask in (TABLE.differs, TABLE.write):
            with pytest.raises(OutputError, match=message):
                ask(checkout)

    document = checkout / DOCUMENT
    for markers in ("", "<!-- drawn:begin --><!-- drawn:end -->" * 2):
        document.write_text(markers, encoding="utf-8")
        told("one pair of drawn markers")
    document.unlink()
    told("hybrid-logo train drawn")
    document.touch()
    (checkout / RESULT).write_text("{", encoding="utf-8")
    told("hybrid-logo train drawn")


def test_a_result_that_cannot_be_written_is_told(checkout: Path) -> None:
    (checkout / "file").touch()
    with pytest.raises(SourceError, match="cannot be written"):
        TABLE.write_result({"figure": 1.0}, checkout / "file" / "result.json")


@pytest.mark.parametrize(
    "table",
    [ablation_table.TABLE, search.TABLE, shrink_table.TABLE, unlabelled_table.TABLE],
    ids=lambda table: table.name,
)
def test_the_document_of_this_checkout_says_what_its_results_say(table: DocumentedTable) -> None:
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    assert text.count(f"<!-- {table.name}:begin -->") == text.count(f"<!-- {table.name}:end -->") == 1
    if (ROOT / table.result).is_file():
        assert not table.differs(ROOT)
    else:
        assert f"<!-- {table.name}:begin -->\n<!-- {table.name}:end -->" in text
