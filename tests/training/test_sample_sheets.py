"""Sample sheets: which drawings they show, and what they look like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from hybrid_logo.errors import SourceError
from hybrid_logo.training import sample_sheets
from hybrid_logo.training.card import Dataset
from hybrid_logo.training.further_labels import Annotation
from hybrid_logo.training.leak_figures import HashFigures, LeakReport
from hybrid_logo.training.sample_sheets import CELL_PX, COLUMNS, GAP_PX, ROWS, contact_sheet, write_sheets
from hybrid_logo.types import LABELS
from tests.training.icon_files import CROSS, RAMP_DISC, RING, STAIRS, WEDGE, write_set
from tests.training.test_card import composed, logo, material

SIMPLE, TEXT, GRADIENT, COMPLEX = LABELS


def square(color: tuple[int, int, int], side: int = 40) -> np.ndarray:
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[8:-8, 8:-8] = (*color, 255)
    return pixels


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    write_set(tmp_path, "logos", {"a": CROSS, "b": RING, "held": STAIRS})
    write_set(tmp_path, "noto", {"e": WEDGE, "f": RAMP_DISC})
    return tmp_path


@pytest.fixture
def dataset(cache: Path) -> Dataset:
    picture = cache / "composed.png"
    Image.fromarray(square((200, 80, 0))).save(picture)
    return Dataset(
        labelled=[
            logo("logos", "a", SIMPLE),
            logo("logos", "b", SIMPLE),
            logo("logos", "held", COMPLEX, "test"),
        ],
        further=[Annotation("logos", "b", "b", (TEXT, None), (TEXT, SIMPLE), None)],
        own_licences={},
        controls=[],
        composed_controls={},
        labeller=[],
        icons=material((logo("noto", "e", SIMPLE), False), (logo("noto", "f", GRADIENT), True)),
        composed=[replace(composed(0, TEXT, "word"), path=picture)],
        seed=0,
        leaks=LeakReport((), (), (), ()),
        learned=0,
        hashes=HashFigures(0, 0, 0, 0),
    )


def test_a_sheet_for_each_source_and_type_that_has_drawings(dataset: Dataset, cache: Path) -> None:
    folder = cache / "sheets"
    written = write_sheets(dataset, folder, cache)
    names = [
        *("labelled-simple", "further-text", "composed-text", "icons-gradient"),
        "icons-left-to-the-teachers",
    ]
    assert written == [folder / f"{name}.png" for name in names]
    assert sorted(folder.iterdir()) == sorted(written)
    assert cv2.imread(str(written[0])).shape == (
        CELL_PX + 2 * GAP_PX,
        COLUMNS * (CELL_PX + GAP_PX) + GAP_PX,
        3,
    )


def test_the_same_dataset_gives_the_same_files(dataset: Dataset, cache: Path) -> None:
    one, other = (write_sheets(dataset, cache / name, cache) for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_colours_are_as_they_are(dataset: Dataset, cache: Path) -> None:
    path = next(path for path in write_sheets(dataset, cache / "sheets", cache) if "composed" in path.name)
    with Image.open(path) as sheet:  # another reader and order of channels than those of the module
        assert sheet.getpixel((GAP_PX + CELL_PX // 2,) * 2) == (200, 80, 0)


def test_nothing_held_out_is_drawn(dataset: Dataset, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    monkeypatch.setattr(
        sample_sheets, "_pixels", lambda drawing, _: drawn.append(drawing) or square((9, 9, 9))
    )
    write_sheets(dataset, cache / "sheets", cache)
    picture = dataset.composed[0].path
    assert set(drawn) == {("logos", "a"), ("logos", "b"), ("noto", "e"), ("noto", "f"), picture}


def test_large_groups_are_sampled(dataset: Dataset, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [logo("logos", f"l{number}", SIMPLE) for number in range(3 * COLUMNS * ROWS)]
    drawn: list[object] = []
    monkeypatch.setattr(
        sample_sheets, "_pixels", lambda drawing, _: drawn.append(drawing) or square((9, 9, 9))
    )
    empty = replace(dataset, labelled=many, further=[], icons=material(), composed=[])
    (path,) = write_sheets(empty, cache / "sheets", cache)
    assert len(set(drawn)) == len(drawn) == COLUMNS * ROWS
    assert {name for _, name in drawn} - {f"l{number}" for number in range(2 * COLUMNS * ROWS)}
    assert cv2.imread(str(path)).shape[0] == ROWS * (CELL_PX + GAP_PX) + GAP_PX


def test_each_picture_has_its_cell() -> None:
    colors = [(200, 0, 0), (0, 0, 200), (0, 120, 0)]
    pictures = [square(colors[0])] * COLUMNS + [square(color) for color in colors[1:]]
    sheet = contact_sheet(pictures)
    step, middle = CELL_PX + GAP_PX, GAP_PX + CELL_PX // 2
    assert tuple(sheet[middle, middle]) == colors[0]
    assert tuple(sheet[middle, middle + 11 * step]) == colors[0]
    assert tuple(sheet[middle + step, middle]) == colors[1]
    assert tuple(sheet[middle + step, middle + step]) == colors[2]
    assert (sheet[step : step + GAP_PX] == sheet[0, 0]).all()
    assert (sheet[step + GAP_PX :, GAP_PX + 2 * step :] == sheet[0, 0]).all()


def test_a_picture_that_vanishes_leaves_its_cell_empty() -> None:
    sheet = contact_sheet([np.zeros((40, 40, 4), np.uint8), square((200, 0, 0))])
    assert (sheet[:, : CELL_PX + GAP_PX] == sheet[0, 0]).all()
    assert not (sheet == sheet[0, 0]).all()


def test_a_picture_that_is_gone_is_a_typed_error(dataset: Dataset, cache: Path) -> None:
    dataset.composed[0].path.unlink()
    with pytest.raises(SourceError, match="no readable picture"):
        write_sheets(dataset, cache / "sheets", cache)


def test_a_folder_that_cannot_be_written_is_a_typed_error(dataset: Dataset, cache: Path) -> None:
    (cache / "sheets").write_text("in the way")
    with pytest.raises(SourceError, match="cannot be written"):
        write_sheets(dataset, cache / "sheets", cache)
