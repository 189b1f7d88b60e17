from __future__ import annotations

import shutil
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import hybrid_logo
from hybrid_logo.errors import SourceError
from hybrid_logo.features import NAMES, measure
from hybrid_logo.image import load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.training import pictures
from hybrid_logo.training.degrade import clean_copy, degraded_copy
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.pictures import CopyPlan, PictureTable, build_table, copy_seed, few_copies
from hybrid_logo.training.rendering import master_path
from hybrid_logo.types import LABELS, LogoType
from tests.drawn_pictures import BLACK, BLUE, RED, WHITE, Pixels, disc, letter_on_tile, wordmark

MASTERS: dict[str, tuple[Pixels, LogoType]] = {
    "disc": (disc(64, RED), LogoType.SIMPLE),
    "word": (wordmark(120, 40, BLACK), LogoType.TEXT),
    "tile": (letter_on_tile(64, BLUE, WHITE), LogoType.TEXT),
    "moon": (disc(50, WHITE), LogoType.SIMPLE),
    "orb": (disc(70, (90, 200, 30)), LogoType.GRADIENT),
}
PLAN = CopyPlan(degraded=2, seed=5, side=32)


def labelled(name: str, label: LogoType, *more: LogoType) -> LabelledLogo:
    return LabelledLogo(
        "devicon", name, label, frozenset([label, *more]), clear=not more, brand=name, split="train"
    )


LOGOS = [labelled(name, label) for name, (_, label) in MASTERS.items()]


def write_master(logo: LabelledLogo, pixels: Pixels, cache: Path) -> None:
    path = master_path(logo, cache)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with the masters; two logos make a shard."""
    monkeypatch.setattr(pictures, "SHARD_LOGOS", 2)
    for logo in LOGOS:
        write_master(logo, MASTERS[logo.name][0], tmp_path)
    return tmp_path


def shards(cache: Path) -> list[Path]:
    return sorted((cache / "copies").rglob("*"))[1:]


def same(first: PictureTable, second: PictureTable) -> bool:
    return all(
        np.array_equal(getattr(first, field.name), getattr(second, field.name))
        for field in fields(PictureTable)
    )


def test_a_table_has_every_copy_of_every_logo(cache: Path) -> None:
    table = build_table(LOGOS, PLAN, cache, workers=1)
    assert table.features.shape == (15, len(NAMES))
    assert table.features.dtype == np.float32
    assert table.views.shape == (15, 32, 32, 3)
    assert table.views.dtype == np.uint8
    assert table.logos.tolist() == [index for index in range(5) for _ in range(3)]
    assert table.copies.tolist() == [0, 1, 2] * 5
    assert [LABELS[label] for label in table.labels] == [LOGOS[index].label for index in table.logos]
    assert table.clear.all()


def test_rows_are_measured_as_the_run_time_does(cache: Path) -> None:
    table = build_table(LOGOS, PLAN, cache, workers=1)
    for row in range(15):
        logo, copy = LOGOS[table.logos[row]], int(table.copies[row])
        master = MASTERS[logo.name][0]
        data = degraded_copy(master, copy_seed(logo, 5, copy)) if copy else clean_copy(master)
        picture = load_picture(data)
        assert np.array_equal(table.features[row], measure(picture))
        assert np.array_equal(table.views[row], square_view(picture, 32))


def test_hue_turns_reach_the_copies(cache: Path) -> None:
    turned = build_table(LOGOS, replace(PLAN, hue_turns=True), cache, workers=1)
    view = square_view(
        load_picture(degraded_copy(MASTERS["orb"][0], copy_seed(LOGOS[4], 5, 2), hue_turns=True)), 32
    )
    assert np.array_equal(turned.views[14], view)


def test_accepted_types_and_clearness_follow_the_labels(cache: Path) -> None:
    doubtful = labelled("tile", LogoType.TEXT, LogoType.SIMPLE)
    table = build_table([LOGOS[0], doubtful], PLAN, cache, workers=1)
    assert table.accepted.tolist() == [[True, False, False, False]] * 3 + [[True, True, False, False]] * 3
    assert table.clear.tolist() == [True] * 3 + [False] * 3


def test_rows_can_be_chosen(cache: Path) -> None:
    table = build_table(LOGOS, PLAN, cache, workers=1)
    clean = table.rows(table.copies == 0)
    assert clean.copies.tolist() == [0] * 5
    assert clean.logos.tolist() == [0, 1, 2, 3, 4]
    assert np.array_equal(clean.features, table.features[::3])
    backwards = table.rows(np.array([14, 0]))
    assert np.array_equal(backwards.views, table.views[[14, 0]])
    assert backwards.labels.tolist() == table.labels[[14, 0]].tolist()


def test_a_logo_that_vanishes_is_left_out(cache: Path) -> None:
    write_master(LOGOS[2], np.zeros((64, 64, 4), np.uint8), cache)
    table = build_table(LOGOS, PLAN, cache, workers=1)
    assert table.logos.tolist() == [index for index in (0, 1, 3, 4) for _ in range(3)]
    assert [LABELS[label] for label in table.labels] == [LOGOS[index].label for index in table.logos]


def test_masters_may_lie_elsewhere(cache: Path) -> None:
    """Composed logos are in no icon set; their pictures are given, in the order of the logos."""
    made_up = [replace(logo, set="composed", name=f"1-{number}") for number, logo in enumerate(LOGOS[:2])]
    masters = [cache / "composed" / f"{number}.png" for number in range(2)]
    masters[0].parent.mkdir()
    for path, name in zip(masters, ("moon", "orb"), strict=True):
        Image.fromarray(MASTERS[name][0]).save(path)
    table = build_table(made_up, PLAN, cache, workers=1, masters=masters)
    assert table.logos.tolist() == [0, 0, 0, 1, 1, 1]
    for logo, name in enumerate(("moon", "orb")):
        clean = load_picture(clean_copy(MASTERS[name][0]))
        assert np.array_equal(table.features[3 * logo], measure(clean))
        degraded = load_picture(degraded_copy(MASTERS[name][0], copy_seed(made_up[logo], 5, 2)))
        assert np.array_equal(table.views[3 * logo + 2], square_view(degraded, 32))
    masters.reverse()
    other = build_table(made_up, PLAN, cache, workers=1, masters=masters)
    assert np.array_equal(other.features[0], table.features[3])


def test_a_few_copies_of_several_lists_stand_in_one_table(cache: Path) -> None:
    parts = [LOGOS[:2], LOGOS[2:3], LOGOS[4:]]
    few = few_copies(parts, PLAN, 1, cache, 1)
    whole = build_table([logo for part in parts for logo in part], PLAN, cache, 1)
    assert few.copies.max() == 1
    assert same(few, whole.rows(whole.copies <= 1))


def test_no_logos_are_told(cache: Path) -> None:
    with pytest.raises(SourceError, match="no logos to make copies of"):
        build_table([], PLAN, cache, workers=1)


# The cache


def test_what_is_there_is_read_and_not_made_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build_table(LOGOS, PLAN, cache, workers=1)
    assert [path.name for path in shards(cache)] == [f"shard-000{number}.npz" for number in range(3)]
    monkeypatch.setattr(pictures, "read_master", None)
    assert same(build_table(LOGOS, PLAN, cache, workers=1), first)


def test_a_lost_shard_is_made_again_and_the_others_stay(cache: Path) -> None:
    first = build_table(LOGOS, PLAN, cache, workers=1)
    times = {path: path.stat().st_mtime_ns for path in shards(cache)}
    lost = shards(cache)[1]
    lost.unlink()
    assert same(build_table(LOGOS, PLAN, cache, workers=1), first)
    assert {path for path in shards(cache) if path.stat().st_mtime_ns != times[path]} == {lost}


def test_an_interrupted_run_goes_on(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = build_table(LOGOS, PLAN, cache, workers=1)
    shutil.rmtree(cache / "copies")
    read, asked = pictures.read_master, []

    def stop_at_the_fourth(path: Path) -> Pixels:
        asked.append(path.stem)
        if len(asked) == 4:
            raise KeyboardInterrupt
        return read(path)

    monkeypatch.setattr(pictures, "read_master", stop_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        build_table(LOGOS, PLAN, cache, workers=1)
    assert [path.name for path in shards(cache)] == ["shard-0000.npz"]
    assert same(build_table(LOGOS, PLAN, cache, workers=1), whole)
    assert asked[4:] == ["tile", "moon", "orb"]


def test_a_shard_that_was_not_finished_is_not_used(cache: Path) -> None:
    first = build_table(LOGOS, PLAN, cache, workers=1)
    shards(cache)[2].rename(shards(cache)[2].with_suffix(".tmp.npz"))
    assert same(build_table(LOGOS, PLAN, cache, workers=1), first)


@pytest.mark.parametrize("change", [{"degraded": 1}, {"seed": 6}, {"side": 48}, {"hue_turns": True}])
def test_another_plan_has_another_folder(cache: Path, change: dict[str, Any]) -> None:
    build_table(LOGOS, PLAN, cache, workers=1)
    other = build_table(LOGOS, replace(PLAN, **change), cache, workers=1)
    assert len(list((cache / "copies").iterdir())) == 2
    assert len(other.copies) == 5 * (change.get("degraded", 2) + 1)
    assert other.views.shape[1] == change.get("side", 32)


def test_other_logos_have_another_folder_and_other_labels_do_not(cache: Path) -> None:
    build_table(LOGOS, PLAN, cache, workers=1)
    build_table(LOGOS[::-1], PLAN, cache, workers=1)
    build_table(LOGOS[:4], PLAN, cache, workers=1)
    assert len(list((cache / "copies").iterdir())) == 3
    relabelled = [replace(logo, label=LogoType.COMPLEX, clear=False) for logo in LOGOS]
    table = build_table(relabelled, PLAN, cache, workers=1)
    assert len(list((cache / "copies").iterdir())) == 3
    assert {LABELS[label] for label in table.labels} == {LogoType.COMPLEX}


@pytest.mark.parametrize(
    "module",
    [
        "ink",
        "features/ramps",
        "features/registry",
        "formats/jpeg",
        "header",
        "training/degrade",
        "training/degradations",
        "training/encodings",
    ],
)
def test_code_shapes_the_copies_and_comments_do_not(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [master_path(logo, tmp_path) for logo in LOGOS]

    def fingerprint() -> str:
        return pictures._fingerprint(paths, PLAN, tmp_path)

    shutil.copytree(Path(hybrid_logo.__file__).parent, tmp_path, dirs_exist_ok=True)
    before = fingerprint()
    monkeypatch.setattr(hybrid_logo, "__file__", str(tmp_path / "__init__.py"))
    assert fingerprint() == before
    path = tmp_path / f"{module}.py"
    source = path.read_text(encoding="utf-8")
    path.write_text("# a remark\n" + source.replace("\n\n\ndef ", "\n\n\n# another\ndef ") + "\n\n")
    assert fingerprint() == before
    path.write_text(source + "\nADDED = 1\n")
    assert fingerprint() != before


def test_copies_of_a_moved_cache_are_found(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    build_table(LOGOS, PLAN, cache, workers=1)
    moved = tmp_path_factory.mktemp("moved") / "cache"
    shutil.copytree(cache, moved)
    build_table(LOGOS, PLAN, moved, workers=1)
    assert len(list((moved / "copies").iterdir())) == 1


def test_a_missing_master_names_the_command(cache: Path) -> None:
    master_path(LOGOS[3], cache).unlink()
    with pytest.raises(SourceError, match="hybrid-logo data render"):
        build_table(LOGOS, PLAN, cache, workers=1)


def test_a_cache_that_cannot_be_written_is_a_typed_error(cache: Path) -> None:
    (cache / "copies").write_text("in the way")
    with pytest.raises(SourceError, match="cannot be written"):
        build_table(LOGOS, PLAN, cache, workers=1)


def test_progress_stays_silent_where_there_is_no_terminal(
    cache: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    build_table(LOGOS, PLAN, cache, workers=1)
    assert capfd.readouterr() == ("", "")


def test_two_processes_make_the_same_table(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(cache / "masters", other / "masters")
    assert same(build_table(LOGOS, PLAN, cache, workers=1), build_table(LOGOS, PLAN, other, workers=2))


# Seeds


def test_the_seed_of_a_copy_follows_from_its_logo_and_number() -> None:
    assert copy_seed(LOGOS[0], 1, 2) == copy_seed(replace(LOGOS[0], label=LogoType.COMPLEX), 1, 2)
    others = [
        copy_seed(LOGOS[1], 1, 2),
        copy_seed(replace(LOGOS[0], set="logos"), 1, 2),
        copy_seed(LOGOS[0], 2, 2),
        copy_seed(LOGOS[0], 1, 3),
    ]
    assert len({copy_seed(LOGOS[0], 1, 2), *others}) == 5


def test_copies_of_a_logo_do_not_depend_on_its_neighbours(cache: Path) -> None:
    whole = build_table(LOGOS, PLAN, cache, workers=1)
    alone = build_table([LOGOS[3]], PLAN, cache, workers=1)
    chosen = whole.rows(whole.logos == 3)
    assert np.array_equal(alone.features, chosen.features)
    assert np.array_equal(alone.views, chosen.views)
