"""The ablation: what each variant is shown, that it goes on, and what it refuses."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training import ablation as module
from hybrid_logo.training.ablation import NOTHING, VARIANTS, Ablation, Variant
from hybrid_logo.training.ablation_table import FIGURES
from hybrid_logo.training.corpus import SOURCES
from hybrid_logo.training.examples import Examples, joined
from hybrid_logo.training.learning.records import read_log
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.settings import read_settings
from hybrid_logo.training.student import StudentSettings, new_student
from tests.training.learning.drawn_examples import SETTINGS, examples, table

SOURCE_SHARES = (("labelled", 2.0), ("icons", 0.5), ("composed", 1.0))
STUDENT = StudentSettings(
    widths=(4, 4, 4, 4),
    depths=(1, 1, 1, 1),
    training=replace(SETTINGS, sources=SOURCE_SHARES, facts_weight=0.3, distillation_weight=0.7, mix_up=0.2),
)
PLAIN = Variant("labels, as rendered", ("labelled",), clean_only=True)
TAUGHT = Variant("+ distillation", changes=(("distillation_weight", 0.7),))
WIDE = Variant("wide", widths=(8, 8, 8, 8))


@pytest.fixture(scope="module")
def held_out() -> PictureTable:
    return table(2)


@pytest.fixture(scope="module")
def learned() -> Examples:
    """Eight drawings of each source with two copies each, and what teachers say of them."""
    made = joined([examples(table(2), name) for name in SOURCES])
    return made.taught(np.full((len(made.views), 4), 0.25, np.float32))


def planned(folder: Path, **changed: Any) -> Ablation:
    given: dict[str, Any] = {"pictures": 0.028, "seeds": (1, 2)}
    return Ablation(STUDENT, folder, **given | changed)


Trained = list[tuple[Examples, StudentSettings, Path]]


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Trained:
    """What would have been trained; the students are left as they are made."""
    runs: Trained = []

    def train(shown: Examples, _held_out: Any, settings: StudentSettings, folder: Path) -> Any:
        runs.append((shown, settings, folder))
        return new_student(settings).eval()

    monkeypatch.setattr(module, "train_student", train)
    return runs


# What a variant is


def test_each_variant_differs_in_what_it_says(
    trained: Trained, learned: Examples, held_out: PictureTable, tmp_path: Path
) -> None:
    planned(tmp_path, seeds=(4,)).run(learned, held_out, [PLAIN, TAUGHT, WIDE])
    (clean, plain, _), (shown, taught, _), (_, wide, _) = trained
    assert (clean.copies == 0).all()
    assert shown is learned
    assert [dict(one.training.sources) for one in (plain, taught, wide)] == [
        {"labelled": 2.0}, dict(SOURCE_SHARES), dict(SOURCE_SHARES)
    ]  # fmt: skip
    assert {name: getattr(plain.training, name) for name in NOTHING} == NOTHING
    assert {name: getattr(taught.training, name) for name in NOTHING} == NOTHING | {
        "distillation_weight": 0.7
    }
    assert [one.widths for one in (plain, taught, wide)] == [STUDENT.widths, STUDENT.widths, (8, 8, 8, 8)]
    assert {one.training.seed for one in (plain, taught, wide)} == {4}
    assert plain.training.batch_size == STUDENT.training.batch_size


def test_each_variant_sees_as_many_pictures(
    trained: Trained, learned: Examples, held_out: PictureTable, tmp_path: Path
) -> None:
    """Rounded to whole epochs: 16 drawings an epoch of labels alone, 28 of all sources."""
    planned(tmp_path, seeds=(1,), pictures=0.28).run(learned, held_out, [PLAIN, TAUGHT])
    assert [settings.training.epochs for _, settings, _ in trained] == [round(280 / 16), 10]
    assert all(one.training.evaluate_every == one.training.epochs for _, one, _ in trained)


def test_no_variant_is_fine_tuned(
    learned: Examples, held_out: PictureTable, trained: Trained, tmp_path: Path
) -> None:
    """A second run on labels with teachers would blur what the variants differ in."""
    tuned = replace(STUDENT, fine_tuning=replace(SETTINGS, distillation_weight=0.4))
    Ablation(tuned, tmp_path, pictures=0.028, seeds=(1,)).run(learned, held_out, [PLAIN, TAUGHT])
    assert [settings.fine_tuning for _, settings, _ in trained] == [None, None]


def test_an_ablation_sees_at_least_one_epoch(
    trained: Trained, learned: Examples, held_out: PictureTable, tmp_path: Path
) -> None:
    planned(tmp_path, seeds=(1,), pictures=0.001).run(learned, held_out, [TAUGHT])
    assert trained[0][1].training.epochs == 1


def test_variants_have_their_own_names_and_can_be_made() -> None:
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)
    for variant in VARIANTS:
        assert set(variant.sources) <= set(SOURCES)
        changes: dict[str, Any] = NOTHING | dict(variant.changes)
        training = replace(STUDENT.training, **changes)
        new_student(replace(STUDENT, training=training, widths=variant.widths or STUDENT.widths))


def test_the_first_variants_add_one_thing_each() -> None:
    def parts(variant: Variant) -> set[Any]:
        return {*variant.sources, *variant.changes} | (set() if variant.clean_only else {"degraded"})

    for before, after in itertools.pairwise(VARIANTS[:6]):
        assert len(parts(after) - parts(before)) == 1
        assert parts(before) <= parts(after)


# Going on


def test_what_is_measured_is_kept(
    trained: Trained, learned: Examples, held_out: PictureTable, tmp_path: Path
) -> None:
    first = planned(tmp_path).run(learned, held_out, [PLAIN, TAUGHT])
    assert [(row["variant"], row["seed"]) for row in first] == [
        (PLAIN.name, 1), (TAUGHT.name, 1), (PLAIN.name, 2), (TAUGHT.name, 2)
    ]  # fmt: skip
    assert set(FIGURES) <= first[0].keys()
    assert planned(tmp_path).run(learned, held_out, [PLAIN, TAUGHT]) == first
    assert len(trained) == 4
    more = planned(tmp_path, seeds=(1, 2, 3)).run(learned, held_out, [PLAIN])
    assert [(row["variant"], row["seed"]) for row in more] == [(PLAIN.name, seed) for seed in (1, 2, 3)]
    assert len(trained) == 5
    assert len({folder for _, _, folder in trained}) == 5


def test_a_line_that_was_cut_off_is_measured_again(
    trained: Trained, learned: Examples, held_out: PictureTable, tmp_path: Path
) -> None:
    first = planned(tmp_path).run(learned, held_out, [PLAIN])
    path = tmp_path / "results.jsonl"
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert planned(tmp_path).run(learned, held_out, [PLAIN]) == first
    assert len(trained) == 3
    assert planned(tmp_path).run(learned, held_out, [PLAIN]) == first
    assert len(trained) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, pictures=0.056),
        lambda one: replace(one, student=replace(STUDENT, dropout=0.1)),
        lambda one: replace(one, student=replace(STUDENT, training=replace(STUDENT.training, batch_size=4))),
    ],
    ids=["pictures", "dropout", "batch_size"],
)
def test_other_settings_are_measured_anew(
    change: Callable[[Ablation], Ablation],
    trained: Trained, learned: Examples, held_out: PictureTable, tmp_path: Path,
) -> None:  # fmt: skip
    whole = planned(tmp_path, seeds=(1,))
    whole.run(learned, held_out, [PLAIN])
    assert len(change(whole).run(learned, held_out, [PLAIN])) == 1
    assert len(trained) == 2
    assert trained[0][2] != trained[1][2]  # a checkpoint of the one is none of the other
    whole.run(learned, held_out, [replace(PLAIN, changes=(("recolor", 0.0),))])
    assert len(trained) == 3


def test_a_real_ablation_and_again_with_other_settings(
    learned: Examples, held_out: PictureTable, tmp_path: Path
) -> None:
    [row] = planned(tmp_path, seeds=(1,)).run(learned, held_out, [TAUGHT])
    assert 0.0 <= row["clean_strict"] <= row["clean_accepted"] <= 1.0
    longer = replace(planned(tmp_path, seeds=(1,)), pictures=0.056)
    [other] = longer.run(learned, held_out, [TAUGHT])
    assert row["held_out_loss"] != other["held_out_loss"]
    assert [one["held_out_loss"] for one in read_log(tmp_path / "results.jsonl")] == [
        row["held_out_loss"], other["held_out_loss"]
    ]  # fmt: skip


def test_teachers_are_needed(learned: Examples, held_out: PictureTable, tmp_path: Path) -> None:
    untaught = replace(learned, teacher=np.zeros_like(learned.teacher))
    with pytest.raises(SourceError, match=r"needs teachers\. Run: hybrid-logo train teachers"):
        planned(tmp_path).run(untaught, held_out)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("sources", [(("labelled", 1.0),), (("labelled", 1.0), ("icons", 0.0))])
def test_a_variant_without_its_source_is_refused_before_anything_is_learned(
    learned: Examples,
    held_out: PictureTable,
    tmp_path: Path,
    trained: Trained,
    sources: tuple[tuple[str, float], ...],
) -> None:
    """It would be taken for what the icons add."""
    settings = replace(STUDENT, training=replace(STUDENT.training, sources=sources))
    icons = Variant("+ icons", ("labelled", "icons"))
    with pytest.raises(
        SourceError, match=r"'\+ icons' learns from icons, .*student\.training\.sources\.icons="
    ):
        replace(planned(tmp_path), student=settings).run(learned, held_out, [PLAIN, icons])
    assert not trained


def test_a_variant_whose_source_has_no_drawing_is_refused(
    learned: Examples, held_out: PictureTable, tmp_path: Path, trained: Trained
) -> None:
    """As with labels of the user's own, which know no further logos."""
    seen = joined([examples(table(2), "labelled")])
    taught = seen.taught(np.full((len(seen.views), 4), 0.25, np.float32))
    with pytest.raises(SourceError, match=r"learns from icons and composed, .*no drawing.* --labels"):
        planned(tmp_path).run(taught, held_out, [PLAIN, TAUGHT])
    assert not trained
    planned(tmp_path, seeds=(1,)).run(learned, held_out, [TAUGHT])
    assert trained


def test_a_share_that_comes_to_no_drawing_is_told(
    learned: Examples, held_out: PictureTable, tmp_path: Path
) -> None:
    settings = replace(STUDENT, training=replace(STUDENT.training, sources=(("labelled", 0.001),)))
    with pytest.raises(SourceError, match=r"'labels, as rendered' has nothing .*sources"):
        replace(planned(tmp_path), student=settings).run(learned, held_out, [PLAIN])


def test_all_variants_ask_for_every_source(tmp_path: Path) -> None:
    """Before hours of teachers: a run of the presets for two cores has no icons."""
    few = replace(
        STUDENT, training=replace(STUDENT.training, sources=read_settings("cpu").student.training.sources)
    )
    with pytest.raises(
        SourceError, match=r"student\.training\.sources\.icons=.*teachers\.0\.training\.sources\.icons="
    ):
        Ablation(few, tmp_path).require_sources()
    every = replace(few, training=replace(few.training, sources=tuple((name, 1.0) for name in SOURCES)))
    Ablation(every, tmp_path).require_sources()


def test_a_folder_that_cannot_be_written_is_told(
    learned: Examples, held_out: PictureTable, tmp_path: Path
) -> None:
    (tmp_path / "ablation").write_text("in the way", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be written"):
        planned(tmp_path / "ablation").run(learned, held_out, [TAUGHT])
