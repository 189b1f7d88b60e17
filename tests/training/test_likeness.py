"""Drawings that look alike have near hashes, whatever their colours, their page and the tile below them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training import likeness
from hybrid_logo.training.leaks import LARGEST_DISTANCE
from hybrid_logo.training.likeness import BITS, hashes_of_set, hashes_path, perceptual_hash
from hybrid_logo.training.rendering import render
from tests.training.icon_files import CROSS, FACETS, RING, STAIRS, WEDGE, write_set

MARK = "M10 90V10h25l15 40 15-40h25v80H70V45L55 80H45L30 45v45z"
LETTER = f'<path d="{MARK}" fill="navy"/>'


def document(body: str, box: str = "0 0 100 100") -> str:
    _, _, width, height = box.split()
    size = f'viewBox="{box}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'


def hashed(body: str, side: int = 128, box: str = "0 0 100 100") -> int:
    return perceptual_hash(render(document(body, box), side))


def distance(one: int, other: int) -> int:
    return (one ^ other).bit_count()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(f'<path d="{MARK}" fill="crimson"/>', id="in another colour"),
        pytest.param(f'<path d="{MARK}" fill="white"/>', id="too light for a white page"),
        pytest.param(f'<g transform="translate(30 -20)">{LETTER}</g>', id="aside"),
        pytest.param(
            f'<rect x="-15" y="-15" width="130" height="130" rx="20" fill="#223"/>'
            f'<path d="{MARK}" fill="#eee"/>',
            id="on a dark tile",
        ),
        pytest.param(
            f'<circle cx="50" cy="50" r="69" fill="orange"/><path d="{MARK}" fill="#400"/>', id="on a disc"
        ),
        pytest.param(
            f'<path fill-rule="evenodd" d="M-15-15h130v130h-130z{MARK}" fill="black"/>',
            id="cut out of a tile",
        ),
    ],
)
def test_the_same_mark_is_near(other: str) -> None:
    box = "-20 -20 140 140"
    assert distance(hashed(LETTER, box=box), hashed(other, box=box)) <= LARGEST_DISTANCE


@pytest.mark.parametrize("side", [64, 200, 512])
def test_size_hardly_counts(side: int) -> None:
    assert distance(hashed(LETTER, side), hashed(LETTER)) <= LARGEST_DISTANCE // 2


@pytest.mark.parametrize("body", [CROSS, RING, STAIRS, WEDGE, FACETS])
def test_other_drawings_are_far(body: str) -> None:
    assert distance(hashed(LETTER), hashed(body)) > LARGEST_DISTANCE


def test_different_things_on_one_tile_are_far() -> None:
    """The tile is most of both, and is not what they are told by."""
    tile = '<rect x="-40" y="-40" width="180" height="180" rx="30" fill="#223"/>'
    white = [body.replace("green", "white").replace("purple", "white") for body in (CROSS, STAIRS)]
    one, other = (hashed(tile + body, box="-40 -40 180 180") for body in white)
    assert distance(one, other) > LARGEST_DISTANCE


def test_hidden_colours_do_not_count() -> None:
    pixels = render(document(LETTER), 128)
    spoilt = pixels.copy()
    spoilt[spoilt[..., 3] == 0, :3] = (250, 10, 90)
    assert perceptual_hash(spoilt) == perceptual_hash(pixels)


def test_a_hash_uses_its_bits() -> None:
    for body in (LETTER, CROSS, FACETS):
        number = hashed(body)
        assert 0 < number < 2**BITS
        assert BITS / 5 <= number.bit_count() <= BITS * 4 / 5


def test_a_plain_tile_is_a_hash_of_its_own() -> None:
    """Nothing stands out from it, whatever is rounded."""
    looks = ('fill="navy"', 'fill="white"', 'fill="#123" fill-opacity=".37"', 'fill="red" fill-opacity=".61"')
    found = {hashed(f'<rect width="100" height="100" {look}/>') for look in looks}
    assert found == {0}


def test_no_ink_is_a_typed_error() -> None:
    with pytest.raises(SourceError, match="no ink"):
        perceptual_hash(np.zeros((16, 16, 4), np.uint8))


def test_hashes_of_a_set_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, "devicon", {"cross": CROSS, "empty": "", "ring": RING})
    found = hashes_of_set("devicon", None, tmp_path, workers=1)
    assert found == {"cross": hashed(CROSS), "ring": hashed(RING)}
    monkeypatch.delattr(likeness, "render")  # would be missed if something were drawn again
    assert hashes_of_set("devicon", None, tmp_path, workers=1) == found
    assert hashes_of_set("devicon", ["ring", "gone"], tmp_path, workers=1) == {"ring": found["ring"]}


def test_the_file_of_a_set_tells_its_version(tmp_path: Path) -> None:
    path = hashes_path("devicon", tmp_path)
    assert path.parent == tmp_path / "hashes"
    assert path.name.startswith("devicon-1.")
