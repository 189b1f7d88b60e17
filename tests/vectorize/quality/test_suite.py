"""The suite on two drawn logos: measured, continued from its journal, told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import pytest

from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import InputError, OutputError
from hybrid_logo.evaluation.pictures.datasets import Dataset, read_dataset
from hybrid_logo.evaluation.suites.special import SHOWN_ONLY
from hybrid_logo.types import LABELS, Mode
from hybrid_logo.vectorize.quality import rows, strips, suite
from hybrid_logo.vectorize.quality.candidates import DEFAULT, SNAP, strategy_name
from hybrid_logo.vectorize.quality.conditions import CONDITIONS, Picture
from tests.vectorize.drawings import RAMP, RED, pixels

FEW = CONDITIONS[0], CONDITIONS[-1]


def flat(picture: Picture) -> str:
    height, width = picture.pixels.shape[:2]
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"/>'


def exact(picture: Picture) -> str:
    return RED


def broken(picture: Picture) -> str:
    raise BaseException("panic")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pictures a logo, no tracing, one process, small originals."""
    made = {DEFAULT: flat, SNAP: broken, **{strategy_name(label): exact for label in LABELS}}
    for module in (rows, strips):
        monkeypatch.setattr(module, "CANDIDATES", made)
    for module in (rows, suite):
        monkeypatch.setattr(module, "CONDITIONS", FEW)
    monkeypatch.setattr("hybrid_logo.vectorize.quality.conditions.ORIGINAL_SIDE_PX", 128)
    monkeypatch.setattr(rows.os, "cpu_count", lambda: 1)


@pytest.fixture(scope="module")
def classifiers(small_release: Path) -> dict[Mode, HybridClassifier]:
    return {Mode.HYBRID: HybridClassifier(model=small_release)}


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """A folder per type, with the drawing beside each picture; one picture has none."""
    for label, name, drawing in (
        ("simple", "red", RED), ("gradient", "ramp", RAMP), ("gradient", "loose", None)
    ):  # fmt: skip
        folder = tmp_path / "logos" / label
        folder.mkdir(parents=True, exist_ok=True)
        side = 64 if drawing else 48
        cv2.imwrite(str(folder / f"{name}.png"), pixels(drawing or RED, side))
        if drawing:
            (folder / f"{name}.svg").write_text(drawing)
    return read_dataset(tmp_path / "logos", 3)


def test_drawings_beside_pictures_are_converted_and_told(dataset: Dataset, classifiers: Any) -> None:
    calls: list[None] = []
    result = suite.measure(dataset, classifiers, 3, lambda: calls.append(None))
    assert len(calls) == suite.steps(dataset, classifiers) == 4
    assert result["logos"] == {"simple": 1, "text": 0, "gradient": 1, "complex": 0}
    assert json.loads(json.dumps(result)) == result
    assert result["failed"][SNAP] == 4
    simple = result["methods"]["by the true type"]["simple"]
    assert simple["color_error"]["median"] == pytest.approx(0, abs=1e-3)
    assert all(len(line) == len(head) for head, lines in suite.tables(result) for line in lines)
    told = " ".join(suite.notes(result))
    assert "snap everything on 4 pictures" in told
    page = suite.html_section(result)
    assert page.count("<table>") == len(suite.tables(result))
    assert "Where the type helps most" in page
    assert len(result[SHOWN_ONLY]["wins"]) == 2


def test_a_run_goes_on_from_its_journal(
    dataset: Dataset, classifiers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "rows.jsonl"
    whole = suite.measure(dataset, classifiers, 3, journal=journal)
    lines = journal.read_text().splitlines(keepends=True)
    assert len(lines) == 4
    # The last row is torn, so it alone is measured again.
    journal.write_text("".join(lines[:3]) + lines[3][:40])
    measured: list[str] = []
    inner = rows._of_one_logo
    monkeypatch.setattr(
        rows,
        "_of_one_logo",
        lambda logo, conditions, *more: (
            measured.extend(each.name for each in conditions) or inner(logo, conditions, *more)
        ),
    )
    again = suite.measure(dataset, classifiers, 3, journal=journal)
    assert measured == [FEW[1].name]
    assert again["methods"] == whole["methods"]
    assert len(journal.read_text().splitlines()) == 4


def test_another_seed_does_not_take_old_rows(dataset: Dataset, classifiers: Any, tmp_path: Path) -> None:
    journal = tmp_path / "rows.jsonl"
    suite.measure(dataset, classifiers, 3, journal=journal)
    suite.measure(dataset, classifiers, 4, journal=journal)
    assert len(journal.read_text().splitlines()) == 8


def test_a_file_that_is_no_journal_is_refused_and_kept(
    dataset: Dataset, classifiers: Any, tmp_path: Path
) -> None:
    journal = tmp_path / "notes.txt"
    journal.write_text("my notes\n")
    with pytest.raises(OutputError, match="--journal"):
        suite.measure(dataset, classifiers, 3, journal=journal)
    assert journal.read_text() == "my notes\n"


def test_pictures_without_drawings_are_refused(dataset: Dataset, classifiers: Any) -> None:
    for case in dataset.cases:
        Path(case.source).with_suffix(".svg").unlink(missing_ok=True)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"the ending \.svg"):
        suite.measure(dataset, classifiers, 3)


def test_the_number_of_logos_is_limited(dataset: Dataset, classifiers: Any) -> None:
    assert suite.steps(dataset, classifiers, logos=1) <= 4
    result = suite.measure(dataset, classifiers, 3, logos=1)
    assert max(result["logos"].values()) == 1
