"""The three sources: which copies, targets and facts each gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training import corpus as module
from hybrid_logo.training import material
from hybrid_logo.training.composer import ComposedLogo
from hybrid_logo.training.corpus import SOURCES, CorpusSettings, examples_of, packages
from hybrid_logo.training.examples import FACTS, Examples
from hybrid_logo.training.facts import measure_facts
from hybrid_logo.training.further_labels import further_logos
from hybrid_logo.training.labels import read_labels
from hybrid_logo.training.material import BRAND_SETS, THING_SETS, icon_material
from hybrid_logo.training.rendering import RenderReport, render_masters
from hybrid_logo.training.sources import ICON_SETS, icon_set
from hybrid_logo.types import LABELS, LogoType
from tests.small_release import drawn, labelled_set
from tests.training.icon_files import CROSS, FACETS, RAMP_WEDGE, WEDGE, write_set

SETTINGS = CorpusSettings(labelled_copies=2, icon_copies=1, composed=2, composed_copies=1, side=16)
SMOOTH = 0.03 / 4
SIMPLE, TEXT, GRADIENT, COMPLEX = range(4)


def composed(
    cache: Path, number: int, label: LogoType, share: float, accepted: tuple[LogoType, ...]
) -> ComposedLogo:
    path = cache / "composed" / "a-1" / f"{number}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), cv2.cvtColor(drawn(label, 50 + number), cv2.COLOR_RGBA2BGRA))
    facts = measure_facts(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{WEDGE}</svg>')
    return ComposedLogo(
        number, path, label, frozenset([label, *accepted]), "made up", facts, share, (), label, 1
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    labelled_set(folder, folder / "labels.csv", train=1)
    write_set(folder, "logos", {"dune": WEDGE, "ember": RAMP_WEDGE})
    write_set(folder, "noto", {"ball": CROSS, "quilt": FACETS})
    return folder


@pytest.fixture
def made(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Examples]:
    """Examples of a source, where icons are those of two sets and composed logos are made up."""
    asked: list[Any] = []

    def compose(*words: Any) -> list[ComposedLogo]:
        asked.append(words)
        return [
            composed(cache, 0, LogoType.TEXT, 0.8, (LogoType.SIMPLE,)),
            composed(cache, 4, LogoType.GRADIENT, 0.0, ()),
        ]

    monkeypatch.setattr(material, "icon_material", partial(icon_material, sets=("logos", "noto")))
    monkeypatch.setattr(module, "compose_all", compose)

    def examples(source: str, **changed: Any) -> Examples:
        labels = cache / "labels.csv"
        settings = replace(SETTINGS, **changed)
        found = examples_of(source, settings, read_labels(labels, "train"), cache, labels, 1)
        if source == "composed":
            assert asked[-1] == (settings.composed, settings.seed, cache, 1, labels)
        return found

    return examples


def row(of: Examples, drawing: int) -> int:
    """The clean copy of a drawing."""
    return int(np.flatnonzero((of.drawings == drawing) & (of.copies == 0))[0])


def test_labelled_logos_have_their_labels_and_facts(made: Any) -> None:
    of = made("labelled")
    assert of.names == ("labelled",)
    assert set(of.drawings.tolist()) == {0, 1, 2, 3}
    assert of.copies.max() == 2
    assert of.views.shape[1:] == (16, 16, 3)
    for drawing, label in enumerate(LABELS):
        target = of.targets[row(of, drawing)]
        assert target[drawing] == pytest.approx(0.97 + SMOOTH), label
        assert target.sum() == pytest.approx(1.0)
    assert of.allowed.all()
    facts = of.facts[[row(of, drawing) for drawing in range(4)]]
    assert np.isnan(facts[:, FACTS.index("lettering_share")]).all()
    assert (facts[:, FACTS.index("ramp_share")] == [0, 0, 1, 0]).all()
    assert np.isnan(facts[:, FACTS.index("detail")]).tolist() == [False, True, False, False]


def test_icons_may_be_open_and_then_have_no_target(made: Any) -> None:
    of = made("icons")
    assert of.names == ("icons",)
    dune, ember, ball, quilt = (row(of, drawing) for drawing in range(4))
    assert (of.targets.sum(axis=1) > 0)[[dune, ember, ball, quilt]].tolist() == [False, True, True, True]
    assert of.allowed[[dune, ember]].astype(int).tolist() == [[1, 1, 0, 0], [0, 0, 1, 0]]
    assert of.targets[[ember, ball, quilt]].argmax(axis=1).tolist() == [GRADIENT, SIMPLE, COMPLEX]
    assert np.isnan(of.facts[[dune, ball], FACTS.index("lettering_share")]).tolist() == [True, False]
    assert np.isnan(of.facts[[dune, ember, ball], FACTS.index("detail")]).tolist() == [True, False, False]
    degraded = of.copies == 1
    assert (of.targets[degraded & (of.drawings == 0)] == 0).all()


def test_icons_that_cannot_be_drawn_are_left_out(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands behind one moves up with its own facts."""

    def drawn_but_one(logos: Any, cache: Any, workers: int) -> RenderReport:
        report = render_masters(logos, cache, workers=workers)
        return replace(report, skipped=(("noto/ball", "vanished"),))

    monkeypatch.setattr(module, "render_masters", drawn_but_one)
    of = made("icons")
    assert set(of.drawings.tolist()) == {0, 1, 2}
    assert of.facts[row(of, 2), FACTS.index("detail")] == 1.0


def test_composed_logos_know_their_lettering(made: Any) -> None:
    of = made("composed")
    assert of.names == ("composed",)
    text, ramp = row(of, 0), row(of, 1)
    expected = [0.97 * 0.25 + SMOOTH, 0.97 * 0.75 + SMOOTH, SMOOTH, SMOOTH]
    assert of.targets[text] == pytest.approx(np.array(expected), abs=1e-6)
    assert of.targets[ramp].argmax() == GRADIENT
    assert of.allowed.all()
    assert of.facts[[text, ramp], FACTS.index("lettering_share")] == pytest.approx([0.8, 0.0])
    assert not np.isnan(of.facts).any()


@pytest.mark.parametrize(
    ("source", "copies"),
    [("labelled", "labelled_copies"), ("icons", "icon_copies"), ("composed", "composed_copies")],
)
def test_each_source_has_its_own_number_of_copies(source: str, copies: str, made: Any) -> None:
    nothing = {"labelled_copies": 0, "icon_copies": 0, "composed_copies": 0}
    assert set(made(source, **(nothing | {copies: 3})).copies.tolist()) == {0, 1, 2, 3}


OWN = tuple(source for source in SOURCES if source != "further")
"""What there is beside labels of a user's own."""


@pytest.mark.parametrize("source", OWN)
def test_views_and_targets_follow_the_settings(source: str, made: Any) -> None:
    of = made(source)
    other = made(source, seed=8, side=32, label_smoothing=0.0, also_accepted_share=0.0)
    degraded = of.copies > 0
    assert not np.array_equal(of.features[degraded], other.features[degraded])
    assert other.views.shape[1:] == (32, 32, 3)
    assert other.targets.max() == 1.0


def test_colours_are_turned_for_training(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = []
    whole = module.build_table

    def recorded(logos: Any, plan: Any, *rest: Any) -> Any:
        plans.append(plan)
        return whole(logos, plan, *rest)

    monkeypatch.setattr(module, "build_table", recorded)
    for source in OWN:
        made(source)
    assert [(plan.hue_turns, plan.seed, plan.side) for plan in plans] == [(True, 7, 16)] * 3


def test_packages_are_those_of_the_sources() -> None:
    """With licences, since they are told in the release."""
    labelled, icons, everything = (packages(names) for names in (SOURCES[:1], SOURCES[:3], SOURCES))
    assert {entry["package"] for entry in labelled} == {pinned.package for pinned in ICON_SETS}
    of_icons = {entry["package"] for entry in icons}
    seen = {logo.set for logo in further_logos()}
    assert of_icons == {icon_set(name).package for name in {*BRAND_SETS, *THING_SETS, *seen}}
    assert {"@thesvg/icons", "super-tiny-icons"} < of_icons
    without_further = {entry["package"] for entry in packages((SOURCES[0], SOURCES[2]))}
    assert without_further == {icon_set(name).package for name in (*BRAND_SETS, *THING_SETS)}
    assert everything[:-1] == icons
    assert all(entry["version"] and entry["licence"] for entry in icons)
    fonts = everything[-1]
    assert fonts["families"] == sum(fonts["licences"].values()) > 0


def test_a_missing_set_names_the_command(cache: Path, tmp_path: Path) -> None:
    labels = cache / "labels.csv"
    with pytest.raises(SourceError, match="hybrid-logo data"):
        examples_of("labelled", SETTINGS, read_labels(labels, "train"), tmp_path, labels, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("labelled_copies", -1), ("composed", -1), ("side", 8), ("seed", -1), ("also_accepted_share", 1.5),
     ("label_smoothing", -0.1)],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(name: str, value: Any) -> None:
    with pytest.raises(SourceError, match=f"{name} must .*, not {value}"):
        replace(SETTINGS, **{name: value})


def test_settings_in_use_are_sound() -> None:
    assert CorpusSettings().side == 96
    assert replace(CorpusSettings(), composed=0, icon_copies=0).composed == 0
