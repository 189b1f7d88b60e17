"""The dataset card: what it counts, and where it is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import OutputError, SourceError
from hybrid_logo.training import card
from hybrid_logo.training.card import BEGIN, END, Dataset, as_markdown, read_dataset, write_card
from hybrid_logo.training.composer import ComposedLogo
from hybrid_logo.training.facts import measure_facts
from hybrid_logo.training.fonts import FONT_FAMILIES
from hybrid_logo.training.further_labels import Annotation
from hybrid_logo.training.labeller import Agreement
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.leak_figures import HashFigures, LeakReport, SetLeaks
from hybrid_logo.training.leaks import Leak
from hybrid_logo.training.material import Material
from hybrid_logo.types import LABELS, LogoType
from tests.training.icon_files import WEDGE

SIMPLE, TEXT, GRADIENT, COMPLEX = LABELS
FACTS = measure_facts(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{WEDGE}</svg>')


def logo(set_name: str, name: str, label: LogoType, split: str = "train", *others: LogoType) -> LabelledLogo:
    accepted = frozenset([label, *others])
    return LabelledLogo(set_name, name, label, accepted, clear=not others, brand=name, split=split)


def composed(number: int, label: LogoType, kind: str, *others: LogoType, icon: bool = False) -> ComposedLogo:
    sources = ("noto/ball",) if icon else ()
    accepted = frozenset([label, *others])
    return ComposedLogo(number, Path("x.png"), label, accepted, kind, FACTS, 0.0, sources, label, 1)


def material(*found: tuple[LabelledLogo, bool]) -> Material:
    logos, known = [one for one, _ in found], [labelled for _, labelled in found]
    count = len(found)
    paths = [Path("y.png")] * count
    return Material(logos, paths, [FACTS] * count, np.ones((count, 4), bool), np.array(known), [None] * count)


def saying(set_name: str, name: str, *said: tuple[LogoType, LogoType | None]) -> Annotation:
    first, second, *third = said
    return Annotation(set_name, name, name, first, second, third[0] if third else None)


@pytest.fixture
def dataset() -> Dataset:
    return Dataset(
        labelled=[
            logo("logos", "a", SIMPLE),
            logo("logos", "b", SIMPLE, "train", TEXT),
            logo("logos", "c", COMPLEX, "test"),
            logo("devicon", "d", TEXT, "calibrate"),
        ],
        further=[
            saying("devicon", "i", (TEXT, SIMPLE), (TEXT, None)),
            saying("devicon", "j", (COMPLEX, None), (COMPLEX, None)),
            saying("noto", "k", (SIMPLE, None), (COMPLEX, None), (COMPLEX, SIMPLE)),
            saying("noto", "l", (SIMPLE, None), (SIMPLE, None)),
        ],
        own_licences={"MIT": 1, "CC0-1.0": 2},
        controls=[
            saying("logos", "a", (SIMPLE, None), (SIMPLE, None)),
            saying("logos", "b", (TEXT, None), (SIMPLE, None)),
            saying("composed", "7-1", (TEXT, None), (COMPLEX, None)),
        ],
        composed_controls={("composed", "7-1"): (TEXT, frozenset({TEXT, SIMPLE}))},
        labeller=[
            Agreement("train", SIMPLE, 20, 18, 19, 3, 10, 10, (0.6915, 1.0)),
            Agreement("test", GRADIENT, 4, 2, 3, 1, 0, 0, (0.0, 1.0)),
        ],
        icons=material(
            (logo("noto", "e", SIMPLE), True),
            (logo("noto", "f", COMPLEX, "train", SIMPLE), True),
            (logo("devicon", "g", GRADIENT), True),
            (logo("devicon", "h", SIMPLE), False),
        ),
        composed=[
            composed(0, TEXT, "word"),
            composed(1, TEXT, "badge", SIMPLE, icon=True),
            composed(2, TEXT, "badge"),
            composed(3, GRADIENT, r"\shape"),
        ],
        seed=7,
        leaks=LeakReport(
            (SetLeaks("logos", 1_300, 200, 30, 4), SetLeaks("noto", 50, 0, 1, 0)),
            (),
            (Leak("logos", "a", "logos/c", "hash"), Leak("logos", "b", "logos/c", "name")),
            (),
        ),
        learned=0,
        hashes=HashFigures(pairs=200, found=90, drawings=1_000, flagged=31),
    )


@pytest.mark.parametrize(
    "line",
    [
        "| logos | CC0-1.0 | train | 2 | 0 | 0 | 0 | 2 |",
        "| logos | CC0-1.0 | test | 0 | 0 | 0 | 1 | 1 |",
        "| devicon | MIT | calibrate | 0 | 1 | 0 | 0 | 1 |",
        "| all |  | train | 2 | 0 | 0 | 0 | 2 |",
        "| devicon | MIT | 0 | 1 | 0 | 1 | 2 |",
        "| noto | Apache-2.0 | 1 | 0 | 0 | 1 | 2 |",
        "| all |  | 1 | 1 | 0 | 2 | 4 |",
        "| set | licence | simple | gradient | complex | clear | left to the teachers |",
        "| noto | Apache-2.0 | 1 | 0 | 1 | 1 | 0 |",
        "| devicon | MIT | 0 | 1 | 0 | 1 | 1 |",
        "| all |  | 1 | 1 | 1 | 2 | 1 |",
        "| text | 3 | 33.3% | badge 2, word 1 |",
        r"| gradient | 1 | 0.0% | \shape 1 |",
        "| complex | 0 | - | - |",
        "| logos | 1,300 | 200 | 30 | 4 | 1,066 |",
        "| noto | 50 | 0 | 1 | 0 | 49 |",
        "| train | simple | 20 | 90.0% | 95.0% | 10 | 100.0% (69.2-100.0) |",
        "| test | gradient | 4 | 50.0% | 75.0% | 0 | - |",
    ],
)
def test_tables(line: str, dataset: Dataset) -> None:
    assert line in as_markdown(dataset).splitlines()


@pytest.mark.parametrize(
    "words",
    [
        "3 of 4 are clear",
        "2 in train, 1 in calibrate, 1 in test",
        "vision-language model in two passes; no human annotator",
        "2 are clear. The two passes name the same type for 75.0% (19.4-99.4), kappa 0.64.",
        "of logos of `train`, 2, 50.0% (1.3-98.7) name the label and 100.0% (15.8-100.0) a type that is",
        "of composed logos, whose label is exact, 1, 100.0% (2.5-100.0) name the label",
        "The second pass names the label for 100.0% (15.8-100.0) and 0.0% (0.0-97.5).",
        "4 logos of seed 7",
        "25.0% hold an icon",
        f"{len(FONT_FAMILIES):,} families",
        "finds 45.0% of 200 pairs",
        "flags 3.1% of 1,000 drawings",
        "2 logos of `train` resemble one of another split, 1 by name and 1 by hash",
    ],
)
def test_sentences(words: str, dataset: Dataset) -> None:
    assert words in as_markdown(dataset)


def test_tables_are_sound(dataset: Dataset) -> None:
    """Every row has as many cells as its head."""
    tables = [part for part in as_markdown(dataset).split("\n\n") if part.startswith("|")]
    assert len(tables) == 7
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_relatives_are_left_out_of_this_project_s_labels(dataset: Dataset) -> None:
    assert "Their labels are learned from all the same" in as_markdown(dataset)
    told = as_markdown(replace(dataset, learned=1_994))
    assert (
        "1 by hash. Their brands are left out of training: 1,994 logos of `train` are learned from." in told
    )
    assert "all the same" not in told


def test_licences_of_single_drawings_are_counted(dataset: Dataset) -> None:
    assert "whose own is an open one: CC0-1.0 2, MIT 1." in as_markdown(dataset)
    assert "open one" not in as_markdown(replace(dataset, own_licences={}))


def test_without_further_labels_nothing_is_said_of_them(dataset: Dataset) -> None:
    assert "## Further" not in as_markdown(replace(dataset, further=[], controls=[]))


def test_every_family_of_fonts_is_counted(dataset: Dataset) -> None:
    section = as_markdown(dataset).partition("## Fonts")[2].partition("##")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("|")][2:]
    assert sum(int(row[2]) for row in rows) == len(FONT_FAMILIES)


def test_a_new_file_holds_a_title_and_the_card(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "new" / "CARD.md"
    write_card(dataset, path)
    assert path.read_text() == f"{card.TITLE}\n\n{BEGIN}\n\n{as_markdown(dataset)}\n\n{END}\n"
    assert [found.name for found in path.parent.iterdir()] == ["CARD.md"]


def test_what_stands_around_the_markers_stays(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "CARD.md"
    path.write_text(f"# Mine \\1\n\n{BEGIN} old {END}\n\nAfter\n")
    write_card(dataset, path)
    write_card(replace(dataset, seed=8), path)
    text = path.read_text()
    assert text.startswith(f"# Mine \\1\n\n{BEGIN}\n\n## Logos with visual labels")
    assert text.endswith(f"{END}\n\nAfter\n")
    assert "of seed 8" in text
    assert "of seed 7" not in text


@pytest.mark.parametrize("text", ["", "mine", BEGIN, f"{END}{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_file_without_a_place_is_left_alone(text: str, dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "CARD.md"
    path.write_text(text)
    with pytest.raises(OutputError, match="must hold one pair of"):
        write_card(dataset, path)
    assert path.read_text() == text


def test_a_file_that_cannot_be_written_is_a_typed_error(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    with pytest.raises(SourceError, match="cannot be written"):
        write_card(dataset, tmp_path / "in the way" / "CARD.md")


def test_a_dataset_is_that_of_the_settings(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, tuple[Any, ...]] = {}

    def says(name: str, answer: Any) -> None:
        monkeypatch.setattr(card, name, lambda *words: asked.update({name: words}) or answer)

    says("read_labels", dataset.labelled)
    says("leak_report", dataset.leaks)
    says("icons_to_learn_from", dataset.icons)
    says("compose_all", dataset.composed)
    says("hash_figures", dataset.hashes)
    says("facts_of_logos", {})
    says("agreements", dataset.labeller)
    preset = tmp_path / "mine.toml"
    preset.write_text("[corpus]\ncomposed = 40\nseed = 3\n")
    labels = tmp_path / "labels.csv"
    found = read_dataset(str(preset), tmp_path, labels, 1)
    assert found.seed == 3
    assert found.composed == dataset.composed
    assert found.labeller == dataset.labeller
    assert asked["facts_of_logos"][0] == [logo for logo in dataset.labelled if logo.label != TEXT]
    assert asked["compose_all"] == (40, 3, tmp_path, 1, labels)
    assert asked["icons_to_learn_from"] == (tmp_path, labels, 1)
    assert asked["hash_figures"] == (dataset.labelled, ["logos"], tmp_path, 1)  # noto draws no brands
