"""Assembling a release: what goes in, what is measured, and that a failure leaves the old one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from hybrid_logo.bundle import MANIFEST, MANIFEST_KEYS, MODEL_CARD, PROFILE, Bundle
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.drift.profile import read_profile
from hybrid_logo.errors import BundleInvalidError, SourceError
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.training import release as module
from hybrid_logo.training.corpus import SEEN
from hybrid_logo.training.corpus import SOURCES as CORPUS_SOURCES
from hybrid_logo.training.release import FILES, LEARNED_FROM, _card, release, sha256_of
from hybrid_logo.training.sources import ICON_SETS
from hybrid_logo.types import LABELS, Mode
from tests.picture_files import saved
from tests.small_release import SIDE, drawn, router, scorecard

NAME = "tried-2.0"
SAME = {
    "pictures": 1000,
    "same_label": 0.995,
    "largest_gap": 0.1,
    "mean_gap": 0.01,
    "correct": 900,
    "reference_correct": 901,
}
QUANTISATION = {"parity_on_calibrate": {"int8": SAME, "int8-symmetric": SAME}, "router_fitted_on": "int8"}
SOURCES = [
    {"package": pinned.package, "version": pinned.version, "licence": pinned.licence} for pinned in ICON_SETS
]
EXAMPLES = {"labelled": {"drawings": 24, "pictures": 48}}
FACTS = {
    "side": SIDE,
    "seed": 7,
    "settings": {
        "student": {
            "begin_with_teacher": False,
            "training": {"distillation_weight": 0.5},
            "fine_tuning": None,
        },
        "teachers": [{}],
        "trees": {},
    },
    "examples": EXAMPLES,
    "relatives_left_out": False,
    "rules_learned_from": ["labelled"],
    "sources": SOURCES,
    "quantisation": QUANTISATION,
}


@pytest.fixture(scope="module")
def suites() -> dict[str, Dataset]:
    """Six drawings of each type; the second suite holds other ones."""

    def suite(name: str, first: int) -> Dataset:
        cases = [
            Case(
                name=f"{label}-{seed}",
                source=saved(Image.fromarray(drawn(label, seed)), "PNG"),
                label=label,
                accepted=frozenset([label]),
                clear=True,
                cluster=f"{label}-{seed}",
            )
            for seed in range(first, first + 6)
            for label in LABELS
        ]
        return Dataset(name, cases, "whoever drew them", 0)

    return {"clean": suite("clean", 0), "degraded": suite("degraded", 50)}


PICTURES = [saved(Image.fromarray(drawn(label, 90)), "PNG") for label in LABELS]
"""What the certificates would speak of."""


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory, small_models: dict[str, bytes]) -> Path:
    folder = tmp_path_factory.mktemp("fitted")
    (folder / "rules.json").write_text(json.dumps(scorecard().to_dict()), encoding="utf-8")
    for variant, content in small_models.items():
        (folder / f"student-{variant}.onnx").write_bytes(content)
    hashes = {name: sha256_of(folder / name) for name in FILES if name != "router.json"}
    decides = router(files=hashes).to_dict()
    (folder / "router.json").write_text(json.dumps(decides), encoding="utf-8")
    (folder / "checkpoint.pt").write_bytes(b"not for release")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, fitted: Path, suites: dict[str, Dataset]) -> Bundle:
    return release(NAME, fitted, tmp_path_factory.mktemp("models") / NAME, FACTS, suites, PICTURES)


def test_a_release_is_complete_and_loads(made: Bundle, fitted: Path) -> None:
    assert made.name == NAME
    assert {path.name for path in made.folder.iterdir()} == {*FILES, MANIFEST, MODEL_CARD, PROFILE}
    for name in FILES:
        content = (fitted / name).read_bytes()
        assert (made.folder / name).read_bytes() == content
        expected = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        assert made.manifest["files"][name] == expected
    assert [path.name for path in made.folder.parent.iterdir()] == [NAME]  # nothing unfinished is left


def test_the_profile_is_that_of_the_reference(made: Bundle) -> None:
    profile = read_profile(made.folder / PROFILE)
    assert (profile.model, profile.answered) == (NAME, len(PICTURES))
    assert made.manifest["files"][PROFILE]["sha256"] == sha256_of(made.folder / PROFILE)


def test_the_manifest_says_where_everything_comes_from(made: Bundle) -> None:
    manifest = made.manifest
    assert manifest.keys() == MANIFEST_KEYS
    assert (manifest["seed"], manifest["quantisation"]) == (7, QUANTISATION)
    assert manifest["preprocessing"]["student_side_px"] == SIDE
    assert "vision-language model" in manifest["labels_from"]
    assert "no human annotator" in manifest["labels_from"]
    assert manifest["promise"] == router().to_dict()["point"]["promise"]
    assert made.router.changed == ()
    assert manifest["training"]["settings"] == FACTS["settings"]
    assert [source["package"] for source in manifest["training"]["sources"]] == [
        pinned.package for pinned in ICON_SETS
    ]
    assert all(source["version"] and source["licence"] for source in manifest["training"]["sources"])
    assert (made.folder / MANIFEST).read_text().startswith('{\n  "')


def test_metrics_are_those_of_the_release_on_the_suites(made: Bundle, suites: dict[str, Dataset]) -> None:
    metrics = made.manifest["metrics"]
    assert set(metrics) == set(suites)
    for name, dataset in suites.items():
        data = metrics[name]["data"]
        assert (data["pictures"], data["labels_from"]) == (24, "whoever drew them")
        assert data["sha256"] == dataset.sha256()
        for mode in Mode:
            answers = HybridClassifier(mode, model=made.folder, precision="int8").classify_many(
                case.source for case in dataset.cases
            )
            right = sum(
                result.prediction is not None and result.prediction.label == case.label
                for result, case in zip(answers, dataset.cases, strict=True)
            )
            figures = metrics[name]["modes"][mode]
            assert (figures["strict"]["k"], figures["strict"]["n"]) == (right, 24)
            assert figures["strict"]["low"] <= right / 24 <= figures["strict"]["high"]
            assert set(figures["classes"]) == set(LABELS)
    assert metrics["clean"]["modes"] != metrics["degraded"]["modes"]


def test_the_card_says_who_made_the_labels(made: Bundle) -> None:
    card = (made.folder / MODEL_CARD).read_text(encoding="utf-8")
    assert card.startswith(f"# Model card: {NAME}\n")
    assert "vision-language model" in card
    assert "no human" in card
    assert all(f"`{name}`" in card for name in FILES)


def card_of(sources: Collection[str], begin_with: Any = "", begin_with_teacher: bool = False) -> str:
    """The card's text without its line breaks."""
    seen = [source for source in sources if source in SEEN]
    student = FACTS["settings"]["student"] | {"begin_with_teacher": begin_with_teacher}
    settings = FACTS["settings"] | {"begin_with": begin_with, "student": student}
    facts = FACTS | {"examples": sources, "rules_learned_from": seen, "settings": settings}
    return " ".join(_card(NAME, facts).split())


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        (("labelled",), "split of the labelled logos, as rendered"),
        (("labelled",), "Student: the same logos. It was taught"),
        (("composed", "labelled"), "Student: the same logos; composed logos. It was taught"),
        (("labelled", "further"), "split of the labelled logos and further logos with visual labels, as"),
    ],
)
def test_the_card_says_what_was_learned_from(sources: tuple[str, ...], told: str) -> None:
    assert told in card_of(sources)
    assert "began with" not in card_of(sources)


def test_the_card_says_how_far_leaks_are_guarded_against() -> None:
    kept, left_out = (
        " ".join(_card(NAME, FACTS | {"relatives_left_out": out}).split()) for out in (False, True)
    )
    assert "Further logos, icons and composed logos hold no brand of `calibrate`" in kept
    assert "Nothing of it is of a brand of `calibrate` or `test`, as far as" in left_out


def test_every_source_has_words_on_the_card() -> None:
    assert set(LEARNED_FROM) == set(CORPUS_SOURCES)


def test_the_card_says_what_a_run_began_with() -> None:
    other = "began with the most important channels of the student of another run (wide)"
    assert other in card_of(["labelled"], {"run": "wide"})
    assert other in card_of(["labelled"], {"run": "wide"}, begin_with_teacher=True)
    assert "of its own architecture" not in card_of(["labelled"], {"run": "wide"}, begin_with_teacher=True)
    assert "of its own architecture" in card_of(["labelled"], begin_with_teacher=True)


@pytest.mark.parametrize(("teachers", "told"), [([], "."), ([{}], "; its teachers began with that run's.")])
def test_the_card_names_teachers_that_began_with_another_run_where_there_are_some(
    teachers: list[dict[str, Any]], told: str
) -> None:
    settings = FACTS["settings"] | {"begin_with": {"run": "wide"}, "teachers": teachers}
    facts = FACTS | {"examples": ["labelled"], "rules_learned_from": ["labelled"], "settings": settings}
    assert f"of another run (wide){told} How many" in " ".join(_card(NAME, facts).split())


def test_a_second_release_replaces_the_first_and_keeps_its_card(
    fitted: Path, suites: dict[str, Dataset], tmp_path: Path
) -> None:
    folder = tmp_path / "models" / NAME
    few = {"clean": suites["clean"].limited(4)}
    release(NAME, fitted, folder, FACTS, few, PICTURES)
    (folder / MODEL_CARD).write_text("# Written by hand\n", encoding="utf-8")
    (folder / "left-over.txt").touch()
    again = release(NAME, fitted, folder, FACTS | {"seed": 8}, few, PICTURES)
    assert again.manifest["seed"] == 8
    assert {path.name for path in folder.iterdir()} == {*FILES, MANIFEST, MODEL_CARD, PROFILE}
    assert (folder / MODEL_CARD).read_text(encoding="utf-8") == "# Written by hand\n"


@pytest.mark.parametrize("there", ["another student", "no release"])
def test_what_is_no_release_of_the_same_student_is_kept(
    there: str, fitted: Path, suites: dict[str, Dataset], tmp_path: Path
) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    kept = folder / ("student-fp32.onnx" if there == "another student" else "thesis.txt")
    kept.write_bytes(b"much work")
    with pytest.raises(SourceError, match=rf"{NAME} holds something else .* --name, or delete that folder"):
        release(NAME, fitted, folder, FACTS, suites, PICTURES)
    assert [path.read_bytes() for path in folder.iterdir()] == [b"much work"]


def test_a_folder_that_cannot_be_written_is_told(
    fitted: Path, suites: dict[str, Dataset], tmp_path: Path
) -> None:
    (tmp_path / "models").touch()
    with pytest.raises(SourceError, match="models cannot be written"):
        release(NAME, fitted, tmp_path / "models" / NAME, FACTS, suites, PICTURES)


@pytest.mark.parametrize(
    ("teachers", "trees", "told"),
    [
        ([{}], {}, "by a larger network and by boosted trees on"),
        ([{}, {}], None, "by 2 larger networks."),
        ([], {}, "by boosted trees on"),
        ([], None, "by the teachers of another run."),
    ],
)
def test_the_card_says_who_taught(teachers: list[Any], trees: Any, told: str) -> None:
    settings = FACTS["settings"] | {"teachers": teachers, "trees": trees}
    words = " ".join(_card(NAME, FACTS | {"settings": settings}).split())
    assert f"It was taught {told}" in words
    alone = settings["student"] | {"training": {"distillation_weight": 0.0}}
    settings |= {"student": alone}
    assert "taught" not in _card(NAME, FACTS | {"settings": settings})


def test_a_release_that_fails_leaves_the_old_one(
    fitted: Path, suites: dict[str, Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / NAME
    few = {"clean": suites["clean"].limited(4)}
    release(NAME, fitted, folder, FACTS, few, PICTURES)
    before = (folder / MANIFEST).read_bytes()

    def interrupted(*_: Any) -> Iterator[Any]:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(module, "_metrics", interrupted)
        with pytest.raises(KeyboardInterrupt):
            release(NAME, fitted, folder, FACTS | {"seed": 8}, few, PICTURES)
    assert (folder / MANIFEST).read_bytes() == before
    assert Bundle.load(folder).manifest["seed"] == 7
    assert (
        release(NAME, fitted, folder, FACTS | {"seed": 9}, few, PICTURES).manifest["seed"] == 9
    )  # no obstacle is left


def test_what_quantisation_spoilt_is_never_released(
    fitted: Path, suites: dict[str, Dataset], tmp_path: Path
) -> None:
    spoilt = {"parity_on_calibrate": {"int8": SAME, "int8-symmetric": SAME | {"same_label": 0.98}}}
    with pytest.raises(SourceError, match=r"int8-symmetric: 98\.00% same label"):
        release(NAME, fitted, tmp_path / NAME, FACTS | {"quantisation": spoilt}, suites, PICTURES)
    assert list(tmp_path.iterdir()) == []


def test_the_student_that_is_measured_is_the_one_that_the_router_knows(
    fitted: Path, suites: dict[str, Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On any processor."""
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    used: set[str] = set()

    def recorded(mode: Mode = Mode.HYBRID, **settings: Any) -> HybridClassifier:
        made = HybridClassifier(mode, **settings)
        used.add(made.precision)
        return made

    monkeypatch.setattr(module, "HybridClassifier", recorded)
    release(NAME, fitted, tmp_path / NAME, FACTS, {"clean": suites["clean"].limited(4)}, PICTURES)
    assert used == {"int8"}


def test_parts_that_are_malformed_are_never_released(
    fitted: Path, suites: dict[str, Dataset], tmp_path: Path
) -> None:
    spoilt = tmp_path / "fitted"
    spoilt.mkdir()
    for name in FILES:
        (spoilt / name).write_bytes((fitted / name).read_bytes())
    (spoilt / "router.json").write_text(json.dumps(router().to_dict() | {"note": 1}), encoding="utf-8")
    with pytest.raises(BundleInvalidError, match="note"):
        release(NAME, spoilt, tmp_path / NAME, FACTS, suites, PICTURES)
    assert not (tmp_path / NAME).exists()
