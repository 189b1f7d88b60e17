"""The pictures that are spoiled or attacked: drawn by a seed, decoded, not too large."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import cv2
from numpy.typing import NDArray

from hybrid_logo.errors import PictureError
from hybrid_logo.evaluation.certificates import one_per_cluster
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.image import decode
from hybrid_logo.ink import prepare

__all__ = ["Original", "drawn_cases", "drawn_count", "name_seed", "opened", "read_original"]

Pixels: TypeAlias = NDArray[Any]
"""``uint8`` everywhere; OpenCV's type hints do not carry the element type."""
Color: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Original:
    """A logo before anything happens to it.

    Attributes:
        pixels: ``uint8[H, W, 4]`` RGBA with straight alpha.
        page: RGB colour of the page that the run time lays it on, or found it on.
        premultiplied: ``uint8[H, W, 4]``, colours multiplied by alpha, for resampling.
        laid: ``uint8[H, W, 3]`` RGB on its page.
        opaque: no pixel is transparent.
    """

    pixels: Pixels
    page: Color
    premultiplied: Pixels = field(init=False)
    laid: Pixels = field(init=False)
    opaque: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "premultiplied", cv2.cvtColor(self.pixels, cv2.COLOR_RGBA2mRGBA))
        object.__setattr__(self, "laid", self.laid_on(self.page))
        object.__setattr__(self, "opaque", bool(self.pixels[:, :, 3].min() == 255))
        for shared in (self.pixels, self.premultiplied, self.laid):
            shared.flags.writeable = False

    @property
    def longest(self) -> int:
        """Longer side in pixels."""
        return int(max(self.pixels.shape[:2]))

    def laid_on(self, page: Color) -> Pixels:
        """``uint8[H, W, 3]`` RGB on a page of another colour."""
        rest = cv2.bitwise_not(cv2.extractChannel(self.premultiplied, 3))
        below = cv2.merge([cv2.convertScaleAbs(rest, alpha=level / 255) for level in page])
        return cv2.add(cv2.cvtColor(self.premultiplied, cv2.COLOR_RGBA2RGB), below)


def drawn_cases(dataset: Dataset, most: int, seed: int) -> list[Case]:
    """At most ``most`` pictures, one of each cluster, so that they are independent; the same for a seed."""
    ones = one_per_cluster([case.cluster for case in dataset.cases], seed)
    cases = [dataset.cases[position] for position in ones]
    return list(replace(dataset, cases=cases, seed=seed).limited(most).cases)


def drawn_count(dataset: Dataset, most: int) -> int:
    """How many pictures ``drawn_cases`` gives, whatever the seed."""
    return min(most, len({case.cluster for case in dataset.cases}))


def name_seed(case: Case) -> int:
    """Number of a picture's name, for a seed of its own: what happens to it does not depend on the others."""
    return zlib.crc32(case.name.encode("utf-8", "surrogateescape"))


def opened(case: Case, largest: int) -> Original | None:
    """``read_original`` of a picture; None where it cannot be opened."""
    try:
        return read_original(case.read(), largest)
    except PictureError:
        return None


def read_original(data: bytes, largest: int) -> Original:
    """Decode a file.

    Args:
        data: its bytes.
        largest: longer side in pixels that a larger picture is reduced to.

    Raises:
        PictureError: there is no picture in it, or nothing is drawn.
    """
    decoded = decode(data)
    page = prepare(decoded).page
    pixels: Pixels = decoded.pixels
    pixels = cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGBA)
    scale = largest / max(pixels.shape[:2])
    if scale < 1.0:
        size = [max(4, round(side * scale)) for side in pixels.shape[1::-1]]
        premultiplied = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
        smaller = cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA)
        pixels = cv2.cvtColor(smaller, cv2.COLOR_mRGBA2RGBA)
    return Original(pixels, page)
