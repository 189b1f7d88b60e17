"""The ablation's result file, and the table of docs/TRAINING.md that is written from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.errors import OutputError, SourceError
from hybrid_logo.training.ablation import summary
from hybrid_logo.training.ablation_table import (
    BLOCK,
    DOCUMENT,
    FIGURES,
    RESULT,
    document_differs,
    write_result,
    write_table,
)

ROOT = Path(__file__).parents[2]


def rows() -> list[dict[str, Any]]:
    """Two variants with three and two seeds, the seeds in turn."""
    made = []
    for seed, name, value in ((1, "b", 0.5), (1, "a", 0.25), (2, "b", 0.75), (2, "a", 0.35), (3, "b", 0.7)):
        made.append({"key": f"{name}{seed}", "variant": name, "seed": seed} | dict.fromkeys(FIGURES, value))
    return made


def test_the_summary_keeps_the_order_and_tells_the_spread() -> None:
    first, second = summary(rows(), ["clean_strict"])
    assert (first["variant"], first["seeds"], second["variant"], second["seeds"]) == ("b", 3, "a", 2)
    assert first["clean_strict"] == pytest.approx({"mean": 0.65, "lowest": 0.5, "highest": 0.75})
    assert second["clean_strict"] == pytest.approx({"mean": 0.3, "lowest": 0.25, "highest": 0.35})
    assert first.keys() == {"variant", "seeds", "clean_strict"}


ABOUT = {"pictures": 60_000, "seeds": [1, 2, 3], "side_px": 96, "logos": 432}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    document = tmp_path / DOCUMENT
    document.parent.mkdir()
    text = "before\n<!-- ablation:begin -->\nold | table\n<!-- ablation:end -->\nafter\n"
    document.write_text(text, encoding="utf-8")
    write_result(rows(), ABOUT, tmp_path / RESULT)
    return tmp_path


def test_the_document_is_written_from_the_result(checkout: Path) -> None:
    assert document_differs(checkout)
    assert write_table(checkout) == checkout / DOCUMENT
    assert not document_differs(checkout)
    lines = (checkout / DOCUMENT).read_text(encoding="utf-8").splitlines()
    assert lines == [
        "before",
        "<!-- ablation:begin -->",
        "Percent; mean of 3 seeds, lowest and highest in brackets. 60,000 pictures a run, 96 px, FP32, "
        "432 logos of `calibrate`.",
        "",
        "| variant | clean, strict | clean, accepted | degraded, strict | degraded, accepted |",
        "| ---|---:|---:|---:|---: |",
        "| b |" + " 65.0 (50.0-75.0) |" * 4,
        "| a |" + " 30.0 (25.0-35.0) |" * 4,
        "<!-- ablation:end -->",
        "after",
    ]
    assert sorted(path.name for path in checkout.rglob("*") if path.is_file()) == [
        "TRAINING.md", "ablation.json"
    ]  # fmt: skip


def test_a_changed_figure_is_seen(checkout: Path) -> None:
    write_table(checkout)
    document = checkout / DOCUMENT
    document.write_text(document.read_text(encoding="utf-8").replace("65.0", "66.0", 1), encoding="utf-8")
    assert document_differs(checkout)


def test_what_is_missing_is_told(checkout: Path) -> None:
    def told(message: str) -> None:
        for ask in (document_differs, write_table):
            with pytest.raises(OutputError, match=message):
                ask(checkout)

    document = checkout / DOCUMENT
    for markers in ("", "<!-- ablation:begin --><!-- ablation:end -->" * 2):
        document.write_text(markers, encoding="utf-8")
        told("one pair of ablation markers")
    document.unlink()
    told("hybrid-logo train ablation")
    document.touch()
    (checkout / RESULT).write_text("{", encoding="utf-8")
    told("hybrid-logo train ablation")


def test_a_result_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").write_text("in the way", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be written"):
        write_result(rows(), ABOUT, tmp_path / RESULT)


def test_the_document_says_what_the_result_file_says() -> None:
    """Where nothing is measured yet, the document claims nothing."""
    if (ROOT / RESULT).is_file():
        assert not document_differs(ROOT), "run: hybrid-logo train ablation --write"
        return
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    assert [found.group(0) for found in BLOCK.finditer(text)] == [
        "<!-- ablation:begin -->\n<!-- ablation:end -->"
    ]
