from __future__ import annotations

import io
from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from PIL import Image

from hybrid_logo.features import NAMES, measure
from hybrid_logo.header import read_header
from hybrid_logo.image import decode, load_picture
from hybrid_logo.training.degrade import clean_copy, degraded_copy
from tests.drawn_pictures import (
    BLACK,
    BLUE,
    RED,
    WHITE,
    Pixels,
    canvas,
    disc,
    letter_on_tile,
    smooth,
    wordmark,
)

SEEDS = range(120)


def orb(side: int) -> Pixels:
    """A disc filled by a ramp."""
    drawing = disc(side, RED)
    ramp = np.linspace(20, 235, side)[:, None]
    drawing[..., :3] = np.dstack(np.broadcast_arrays(ramp, 0.5 * ramp, 255 - ramp)).astype(np.uint8)
    return drawing


def two_discs() -> Pixels:
    image, pen = canvas(1200, 600)
    pen.ellipse((40, 40, 560, 560), fill=(240, 180, 30, 255))
    pen.ellipse((640, 40, 1160, 560), fill=(30, 110, 190, 255))
    return smooth(image)


LOGOS: dict[str, Pixels] = {
    "black disc": disc(160, BLACK),
    "white disc": disc(160, WHITE),
    "grey disc": disc(160, (128, 128, 128)),
    "two discs": two_discs(),
    "letter on tile": letter_on_tile(160, BLUE, WHITE),
    "black letters": wordmark(320, 60, BLACK),
    "white letters": wordmark(320, 60, WHITE),
    "red letters": wordmark(320, 60, RED),
    "orb": orb(160),
}


@pytest.mark.parametrize("name", LOGOS)
def test_a_clean_copy_is_the_master(name: str) -> None:
    with Image.open(io.BytesIO(clean_copy(LOGOS[name]))) as image:
        assert image.format == "PNG"
        assert np.array_equal(np.asarray(image), LOGOS[name])


@pytest.mark.parametrize("hue_turns", [False, True])
def test_a_copy_follows_from_its_seed(hue_turns: bool) -> None:
    master = LOGOS["letter on tile"]
    before = master.copy()
    copies = [degraded_copy(master, seed, hue_turns=hue_turns) for seed in SEEDS]
    assert [degraded_copy(master, seed, hue_turns=hue_turns) for seed in SEEDS] == copies
    assert len(set(copies)) > 0.95 * len(copies)  # the smallest copies may meet
    assert np.array_equal(master, before)


def test_seeds_may_have_parts() -> None:
    master = LOGOS["orb"]
    assert degraded_copy(master, (5, 0, 1)) == degraded_copy(master, (5, 0, 1))
    assert len({degraded_copy(master, seed) for seed in ((5, 0, 1), (5, 0, 2), (5, 1, 1), (6, 0, 1))}) == 4


def test_copies_do_not_follow_from_what_was_drawn_before() -> None:
    expected = degraded_copy(LOGOS["orb"], 3)
    np.random.default_rng().random(9)
    degraded_copy(LOGOS["two discs"], 4)
    assert degraded_copy(LOGOS["orb"], 3) == expected


def test_every_kind_of_file_occurs() -> None:
    kinds: Counter[tuple[str | None, bool]] = Counter()
    modes = set()
    for seed in range(400):
        with Image.open(io.BytesIO(degraded_copy(LOGOS["letter on tile"], seed))) as image:
            transparent = bool(np.asarray(image.convert("RGBA"))[:, :, 3].min() < 255)
            kinds[image.format, transparent] += 1
            modes.add((image.format, image.mode))
    for kind in (
        ("PNG", True),
        ("PNG", False),
        ("JPEG", False),
        ("WEBP", True),
        ("WEBP", False),
        ("GIF", False),
    ):
        assert kinds[kind] >= 4, kind
    assert kinds["GIF", True] >= 1
    assert ("PNG", "P") in modes
    # Logos are most often met as JPEG and as transparent PNG.
    assert {kind for kind, _ in kinds.most_common(2)} == {("JPEG", False), ("PNG", True)}


def test_jpeg_qualities_lie_in_40_to_95() -> None:
    headers = [read_header(degraded_copy(LOGOS["two discs"], seed)) for seed in range(300)]
    qualities = [header.jpeg_quality for header in headers if header.jpeg_quality is not None]
    assert len(qualities) > 50
    assert 38 <= min(qualities) < 50
    assert 90 < max(qualities) <= 96


@pytest.mark.parametrize("name", LOGOS)
def test_sizes_stay_in_their_range(name: str) -> None:
    """Icons of 32 px, wordmarks 20 px high, press files of 2048 px."""
    height, width = LOGOS[name].shape[:2]
    sizes = []
    for seed in SEEDS:
        facts = decode(degraded_copy(LOGOS[name], seed)).facts
        assert min(facts.width, facts.height) >= 16  # 20, saved again at 0.8
        sizes.append(max(facts.width, facts.height))
    assert max(600, max(height, width)) < max(sizes) <= 2048
    assert min(sizes) <= (40 if width < 2 * height else 0.5 * width)
    assert 20 <= np.mean(np.array(sizes) >= 64) * 25 <= 25  # most files are larger than icons


def test_padding_stays_in_its_range() -> None:
    """None in four of ten copies, else up to 0.6 of the longer side; screenshots have more."""
    master = np.full((100, 160, 4), (*RED, 255), np.uint8)
    master[:, 80:] = (*BLUE, 255)  # neither colour holds the border: the drawing is no page
    padding = []
    for seed in range(300):
        copy = load_picture(degraded_copy(master, seed))
        x, y, width, height = copy.ink_box
        sides = (x, y, copy.facts.width - x - width, copy.facts.height - y - height)
        padding.append(max(sides) / max(width, height))
    shares = np.array(padding)
    assert 0.005 < np.mean(shares > 0.65) < 0.1
    assert 1.0 < shares.max() <= 2.6
    assert 0.3 < np.mean(shares < 0.02) < 0.5


def test_tiny_masters_have_copies() -> None:
    for side in (4, 8, 20):
        master = np.zeros((side, 4 * side, 4), np.uint8)
        master[1:-1, 1:-1] = (*RED, 255)
        for seed in range(40):
            assert min(decode(degraded_copy(master, seed)).pixels.shape[:2]) >= 4


# What is seen


@pytest.mark.parametrize("hue_turns", [False, True])
@pytest.mark.parametrize("name", LOGOS)
def test_no_page_swallows_the_logo(name: str, hue_turns: bool) -> None:
    """All of the ink is seen, so that it has the master's aspect."""
    clean = load_picture(LOGOS[name])
    aspect = np.log2(clean.ink_box[2] / clean.ink_box[3])
    other_aspect = 0
    for seed in SEEDS:
        copy = load_picture(degraded_copy(LOGOS[name], seed, hue_turns=hue_turns))
        difference = np.abs(copy.thumbnail.astype(int) - copy.page).max(2)[copy.ink == 1]
        assert np.percentile(difference, 75) > 50, seed
        width, height = copy.ink_box[2:]
        # A turn by 6 degrees makes a bar of 6 to 1 half as high again.
        other_aspect += abs(np.log2(width / height) - aspect) > (0.9 if aspect > 1.5 else 0.3)
    # Turns make short words higher, and in a strong JPEG of 20 pixels noise on the page counts as ink.
    assert other_aspect <= 0.08 * len(SEEDS)


def test_glass_is_laid_on_no_page() -> None:
    """White at half opacity would be a ghost on one page and another colour on the next."""
    glass = disc(160, WHITE)
    glass[:, :, 3] //= 2
    for seed in range(60):
        assert decode(degraded_copy(glass, seed)).facts.has_alpha


def test_soft_shadows_are_not_cut() -> None:
    """A hard edge would make a flat drawing of a glow."""
    away = np.hypot(*(np.mgrid[:160, :160] - 80)) / 80
    glow = np.dstack((np.full((160, 160, 3), BLUE), 255 * np.clip(1 - away, 0, 1))).astype(np.uint8)
    for seed in range(60):
        decoded = decode(degraded_copy(glow, seed))
        if decoded.facts.has_alpha:
            assert len(np.unique(decoded.pixels[:, :, 3])) > 20, seed


def test_colours_are_kept_without_hue_turns() -> None:
    assert set(colors_of(disc(160, ORANGE), hue_turns=False)) == {ORANGE}


def test_hue_turns_permute_the_channels_and_nothing_else() -> None:
    seen = colors_of(disc(160, ORANGE), hue_turns=True)
    assert set(seen) == set(permutations(ORANGE))
    # Half of the copies are turned, and one permutation of six changes nothing.
    assert seen[ORANGE] / seen.total() == pytest.approx(0.5 + 0.5 / 6, abs=0.1)
    assert set(colors_of(disc(160, (90, 90, 90)), hue_turns=True)) == {(90, 90, 90)}


ORANGE = (225, 120, 30)


def colors_of(master: Pixels, *, hue_turns: bool) -> Counter[tuple[int, int, int]]:
    """The colour in the middle of 200 copies, as the nearest permutation of the master's."""
    height, width = master.shape[:2]
    color = master[height // 2, width // 2, :3].tolist()
    choices = np.array(sorted(set(permutations(color))))
    counts: Counter[tuple[int, int, int]] = Counter()
    for seed in range(200):
        thumbnail = load_picture(degraded_copy(master, seed, hue_turns=hue_turns)).thumbnail
        tall, wide = thumbnail.shape[0] // 2, thumbnail.shape[1] // 2
        shown = np.median(thumbnail[tall - 3 : tall + 4, wide - 3 : wide + 4].reshape(-1, 3), axis=0)
        distance = np.abs(choices - shown).max(1)
        assert distance.min() <= 40, seed  # colour shifts
        red, green, blue = choices[distance.argmin()].tolist()
        counts[red, green, blue] += 1
    return counts


def test_ramps_stay_ramps_and_flats_stay_flat() -> None:
    """Otherwise the copy would be of another type than the logo."""
    ramps, flats = (
        np.array([measure(load_picture(degraded_copy(master, seed))) for seed in SEEDS])
        for master in (orb(400), letter_on_tile(400, BLUE, WHITE))
    )
    coarse = ramps[:, NAMES.index("coarse_ramp_share")]
    assert (coarse > 0.1).all()  # in an icon of 32 px a ramp is steep
    assert (coarse > 0.3).mean() > 0.9
    assert np.median(ramps[:, NAMES.index("ramp_share")]) > 0.7
    assert (flats[:, NAMES.index("ramp_share")] < 0.15).mean() > 0.95
    assert np.median(flats[:, NAMES.index("ramp_share")]) < 0.05
