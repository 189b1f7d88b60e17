"""What a run's teachers and student learn from, and the settings that its folder was begun with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from hybrid_logo.errors import SourceError
from hybrid_logo.training import pipeline as module
from hybrid_logo.training import student_files
from hybrid_logo.training.corpus import SOURCES
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.labels import read_labels
from hybrid_logo.training.learning.records import read_log
from hybrid_logo.training.learning.teachers import TeacherSettings
from hybrid_logo.training.pipeline import Run
from hybrid_logo.training.settings import RunSettings
from tests.small_release import SIDE, labelled_set
from tests.training.learning.drawn_examples import examples, table
from tests.training.small_run import SETTINGS, TRAINING, distilled


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn masters, and ``labels.csv`` beside them; the first logos of all types are of one brand."""
    folder = tmp_path_factory.mktemp("cache")
    labels = labelled_set(folder, folder / "labels.csv", train=4, calibrate=4)
    lines = labels.read_text(encoding="utf-8").splitlines()
    lines[1:5] = [",".join([*line.split(",")[:5], "acme", "train"]) for line in lines[1:5]]
    labels.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def begun(folder: Path, cache: Path, settings: RunSettings = SETTINGS) -> Run:
    return Run(folder, settings, cache, cache / "labels.csv", workers=1)


@pytest.fixture
def run(cache: Path, tmp_path: Path) -> Run:
    return begun(tmp_path / "run", cache)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that were asked for; each gives eight drawings."""
    names: list[str] = []

    def of(source: str, *_: Any) -> Examples:
        names.append(source)
        return examples(table(2), source)

    monkeypatch.setattr(module, "examples_of", of)
    return names


# Sources


def test_only_what_somebody_learns_from_is_made(asked: list[str], cache: Path, tmp_path: Path) -> None:
    teacher = TeacherSettings("plain", training=replace(TRAINING, sources=(("composed", 0.5),)))
    shares = (("labelled", 1.0), ("icons", 0.0))
    settings = replace(distilled(0.5, sources=shares), teachers=(teacher,))
    made = begun(tmp_path, cache, settings).examples()
    assert asked == ["labelled", "composed"]
    assert made.names == ("labelled", "composed")
    assert len(made.views) == 32


def test_sources_stand_in_one_order(asked: list[str], cache: Path, tmp_path: Path) -> None:
    """Another order in the settings would ask the teachers about other rows."""
    shares = tuple((name, 1.0) for name in reversed(SOURCES))
    begun(tmp_path, cache, distilled(0.5, sources=shares)).examples()
    assert asked == [name for name in SOURCES if name != "further"]  # beside labels of a user's own is none


def test_further_labels_of_the_checkout_are_learned_from(
    asked: list[str], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "further_logos", lambda labels: read_labels(labels, "train"))
    shares = tuple((name, 1.0) for name in SOURCES)
    begun(tmp_path, cache, distilled(0.5, sources=shares)).examples()
    assert asked == list(SOURCES)


def test_an_unknown_source_is_told_before_anything_is_made(
    asked: list[str], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "build_table", lambda *_: pytest.fail("made copies"))
    settings = distilled(0.5, sources=(("labelled", 1.0), ("emoji", 1.0)))
    known = ", ".join(SOURCES)
    with pytest.raises(SourceError, match=rf"no source 'emoji'\. Use some of: {known}"):
        begun(tmp_path, cache, settings).examples()
    assert asked == []


def test_corpus_settings_reach_the_sources(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    def of(source: str, corpus: Any, logos: Any, *place: Any) -> Examples:
        given.append((source, corpus, {logo.split for logo in logos}, *place))
        return examples(table(2), source)

    monkeypatch.setattr(module, "examples_of", of)
    run.examples()
    assert given == [("labelled", SETTINGS.corpus, {"train"}, run.cache, run.labels, 1)]


# Rules


def test_rules_learn_from_further_labels_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def judged() -> int:
        run.fit_rules()
        with np.load(run.folder / "folds.npz") as stored:
            return len(stored["silent"])

    alone = judged()
    monkeypatch.setattr(module, "further_logos", lambda labels: read_labels(labels, "calibrate"))
    further = len(read_labels(run.labels, "calibrate"))
    assert judged() == alone + further * (1 + SETTINGS.corpus.labelled_copies)


# Teachers


def test_drawings_of_a_brand_are_judged_by_strangers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups of the trees: brands of labelled logos, and else drawings; the student's own are no brand."""
    seen: list[Any] = []
    monkeypatch.setattr(module, "teach", lambda *given: seen.append(given))
    whole = module.examples_of
    monkeypatch.setattr(
        module,
        "examples_of",
        lambda source, *given: whole(source, *given) if source == "labelled" else examples(table(2), source),
    )
    shares = (("labelled", 1.0), ("icons", 1.0))
    run.settings = distilled(0.5, sources=shares)
    run.fit_teachers()
    [(of, calibrate, teachers, trees, folder, groups)] = seen
    assert (teachers, trees, folder) == ((), SETTINGS.trees, run.folder / "teachers")
    assert len(set(calibrate.logos.tolist())) == 16
    labelled = of.sources == 0
    first = labelled & (of.drawings < 4)
    assert len(set(groups[first].tolist())) == 1
    assert len(set(groups[labelled].tolist())) == 13
    assert len(set(groups[~labelled].tolist())) == 8
    assert set(groups[labelled].tolist()).isdisjoint(groups[~labelled].tolist())
    for drawing in range(4, 16):
        assert len(set(groups[labelled & (of.drawings == drawing)].tolist())) == 1


def test_teachers_are_kept_and_taught(run: Run) -> None:
    with pytest.raises(SourceError, match=rf"Run: hybrid-logo train teachers --run {run.folder}$"):
        run.taught_examples()
    run.fit_teachers()
    assert (run.folder / "teachers" / "teaching.npz").is_file()
    made, calibrate = run.taught_examples()
    assert made.teacher.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert made.views.shape[1:] == (SIDE, SIDE, 3)
    assert set(made.copies.tolist()) == {0, 1, 2}
    assert set(calibrate.copies.tolist()) == {0, 1}


def test_taught_logos_are_the_same_pictures_at_another_side(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SEARCH_COPIES", 1)
    run.fit_teachers()
    whole, calibrate = run.taught_examples()
    shown, held_out = run.taught_logos(2 * SIDE)
    assert shown.views.shape[1:] == held_out.views.shape[1:] == (2 * SIDE, 2 * SIDE, 3)
    few = whole.copies <= 1
    assert np.array_equal(shown.teacher, whole.teacher[few])
    assert np.array_equal(shown.copies, whole.copies[few])
    assert np.array_equal(shown.features, whole.features[few])  # of the same degraded files
    assert np.array_equal(held_out.features, calibrate.features)


# The student


def compared(lost: int) -> dict[str, Any]:
    """A record of the quantisation of which the symmetric student loses so many of 1,000 answers."""
    same = {"pictures": 1000, "same_label": 0.995, "largest_gap": 0.1, "mean_gap": 0.01}
    rows = {"int8": 900, "int8-symmetric": 900 - lost}
    return {
        "parity_on_calibrate": {
            name: same | {"correct": correct, "reference_correct": 900} for name, correct in rows.items()
        }
    }


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the network would have been exported with."""
    calls: list[Any] = []

    def export(*given: Any) -> dict[str, Any]:
        calls.append(given)
        return compared(0)

    monkeypatch.setattr(student_files, "export_all", export)
    return calls


@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_the_student_needs_teachers_only_to_be_distilled(
    weight: float, exported: list[Any], cache: Path, tmp_path: Path
) -> None:
    run = begun(tmp_path, cache, distilled(weight))
    if weight:
        with pytest.raises(SourceError, match="train teachers --run"):
            run.fit_student()
        run.fit_teachers()
    run.fit_student()
    [line] = read_log(tmp_path / "student" / "log.jsonl")
    assert ("distillation_loss" in line) is (weight > 0)
    assert line["held_out_loss"] > 0
    [(_, side, folder, views, calibrate)] = exported
    assert (side, folder) == (SIDE, tmp_path)
    assert set(calibrate.copies.tolist()) == {0, 1}
    assert len(views) == len(run.examples().views)
    told = json.loads((tmp_path / "quantisation.json").read_text(encoding="utf-8"))
    assert told == compared(0) | {"learned_rounding": False}
    counts = json.loads((tmp_path / "examples.json").read_text(encoding="utf-8"))
    assert counts == {"labelled": {"drawings": 16, "pictures": len(views)}}


def test_a_teacher_may_see_the_view_that_the_student_sees(
    exported: list[Any], cache: Path, tmp_path: Path
) -> None:
    """Another student comes of it; trees alone cannot answer a view that was not measured."""
    plain = TeacherSettings("plain", training=TRAINING)
    networks = []
    for share in (0.0, 0.7):
        settings = replace(distilled(0.5), teachers=(plain,), same_view_share=share)
        run = begun(tmp_path / str(share), cache, settings)
        run.fit_teachers()
        run.fit_student()
        networks.append(exported[-1][0])
    stored, live = (network.head.weight.detach() for network in networks)
    assert not torch.equal(stored, live)
    alone = begun(tmp_path / "trees", cache, replace(distilled(0.5), same_view_share=0.7))
    alone.fit_teachers()
    with pytest.raises(SourceError, match="Set same_view_share to 0"):
        alone.fit_student()


@pytest.mark.parametrize("lost", [2, 3])
def test_a_student_that_int8_harms_learns_the_rounding(
    lost: int, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the last run's settings, at a hundredth of its rate; the one that learned it is exported."""
    exported: list[Any] = []

    def export(network: Any, *_: Any) -> dict[str, Any]:
        exported.append(network)
        return compared(lost if len(exported) == 1 else 0)

    monkeypatch.setattr(student_files, "export_all", export)
    begun(tmp_path, cache, distilled(0.0)).fit_student()
    told = json.loads((tmp_path / "quantisation.json").read_text(encoding="utf-8"))
    assert told["learned_rounding"] is (lost > 2)
    assert len(exported) == (2 if lost > 2 else 1)
    if lost > 2:
        assert told["parity_on_calibrate"]["int8-symmetric"]["correct"] == 900
        lines = read_log(tmp_path / "student" / "rounding" / "log.jsonl")
        assert len(lines) == 4
        before, after = (network.head.weight.detach() for network in exported)
        assert 0 < float((before - after).abs().max()) < 0.1


def test_quantisation_sees_some_pictures_of_the_examples(
    exported: list[Any], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(student_files, "QUANTISATION_PICTURES", 10)
    monkeypatch.setattr(module, "train_student", lambda *_: None)
    run = begun(tmp_path, cache, distilled(0.0))
    run.fit_student()
    run.fit_student()
    first, again = (views for _, _, _, views, _ in exported)
    assert len(first) == 10
    assert np.array_equal(first, again)
    assert {view.tobytes() for view in first} <= {view.tobytes() for view in run.examples().views}


@pytest.mark.parametrize("harmed", [False, True])
def test_only_the_first_process_exports_but_all_learn_the_rounding(
    harmed: bool, exported: list[Any], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuned: list[Any] = []
    monkeypatch.setattr(module, "train_student", lambda *_: None)
    monkeypatch.setattr(module.parallel, "rank", lambda: 1)
    monkeypatch.setattr(module.parallel, "any_says", lambda mine: harmed and not mine)
    monkeypatch.setattr(student_files, "tune_under_rounding", lambda *given: tuned.append(given))
    begun(tmp_path, cache, distilled(0.0)).fit_student()
    assert exported == []
    assert len(tuned) == harmed
    assert not (tmp_path / "quantisation.json").exists()


# The folder


@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        (replace(SETTINGS, calibrate_copies=3), "calibrate_copies"),
        (replace(SETTINGS, trees=None), "trees"),
        (replace(SETTINGS, corpus=replace(SETTINGS.corpus, seed=8)), "corpus.seed"),
        (replace(SETTINGS, teachers=(TeacherSettings("plain"),)), "teachers"),
    ],
    ids=["calibrate_copies", "trees", "corpus", "teachers"],
)
def test_a_run_goes_on_with_the_settings_that_it_was_begun_with(
    changed: RunSettings, parts: str, run: Run, cache: Path
) -> None:
    begun(run.folder, cache)
    with pytest.raises(SourceError, match=rf"other settings \({parts}(: \d+, not \d+)?\).*--preset, .*--run"):
        begun(run.folder, cache, changed)
    begun(run.folder, cache)


def test_a_folder_that_cannot_be_made_is_told(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(SourceError, match="cannot be written"):
            begun(folder, cache)
