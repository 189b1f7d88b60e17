"""Mutated files: each ends in a picture or in a PictureError, within a time limit."""

from __future__ import annotations

import contextlib
import faulthandler
import random
import time

import numpy as np
import pytest

from hybrid_logo.errors import PictureError
from hybrid_logo.image import Limits, decode, load_picture
from tests.picture_files import one_of_every_kind

KINDS = one_of_every_kind()
SECONDS = 5.0  # a mutated size may ask for millions of pixels
LIMITS = Limits(max_pixels=4_000_000)


def truncate(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(len(data))]


def flip_bits(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def flip_header(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 2, 4))):
        data[chance.randrange(min(len(data), 120))] = chance.choice(
            (0, 1, 127, 128, 255, chance.randrange(256))
        )
    return data


def splice(data: bytearray, chance: random.Random) -> bytearray:
    other = KINDS[chance.choice(list(KINDS))]
    cut, start = chance.randrange(len(data)), chance.randrange(len(other))
    return data[:cut] + other[start:]


def remove_part(data: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.choice((1, 4, 40, 400)) :]


def repeat_part(data: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(data))
    end = start + chance.choice((1, 4, 40, 400))
    return data[:end] + data[start:end] * chance.choice((1, 9)) + data[end:]


MUTATIONS = (truncate, flip_bits, flip_header, splice, remove_part, repeat_part)


def run(files: int, seed: int) -> tuple[int, int]:
    """How many mutated files were decoded and how many refused."""
    chance = random.Random(seed)
    kinds = list(KINDS)
    decoded = refused = 0
    for number in range(files):
        data = bytearray(KINDS[kinds[number % len(kinds)]])
        for mutate in chance.choices(MUTATIONS, k=chance.choice((1, 1, 2))):
            data = mutate(data, chance) or bytearray(b"\0")
        # A hang or crash inside a decoder shows where it was; the file follows from the number.
        faulthandler.dump_traceback_later(60, exit=True)
        began = time.perf_counter()
        try:
            result = decode(bytes(data), LIMITS)
        except PictureError:
            refused += 1
        else:
            decoded += 1
            assert result.pixels.dtype == np.uint8, number
            assert result.pixels.shape[:2] == tuple(
                -(-side // result.facts.reduction) for side in (result.facts.height, result.facts.width)
            ), number
            with contextlib.suppress(PictureError):
                load_picture(bytes(data), LIMITS)
        finally:
            faulthandler.cancel_dump_traceback_later()
        assert time.perf_counter() - began < SECONDS, number
    return decoded, refused


def test_300_mutated_files() -> None:
    decoded, refused = run(300, seed=1)
    assert decoded > 20
    assert refused > 100


@pytest.mark.slow
def test_10_000_mutated_files() -> None:
    decoded, refused = run(10_000, seed=2)
    assert decoded > 500
    assert refused > 3_000
