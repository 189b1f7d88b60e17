"""Examples to learn from: copies of drawings of every source, with soft targets and facts side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import SourceError
from hybrid_logo.training.facts import Facts
from hybrid_logo.training.labeller import Thresholds, detail
from hybrid_logo.training.pictures import PictureTable

__all__ = [
    "FACTS",
    "Examples",
    "facts_of_drawing",
    "joined",
    "relatives",
    "rows_of_same_pictures",
    "soft_targets",
]

Floats = NDArray[np.float32]

FACTS = ("flat_colors", "ramp_share", "lettering_share", "detail")
"""What the auxiliary head tells, scaled to about 0-1."""
MOST_COLORS = 24.0
MOST_DETAIL = 2.0
SMALLEST = 1e-9
"""What the teachers give to a type at least, so that something is left of their answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Rows of pictures; the copies of one drawing share its number.

    Attributes:
        views: ``uint8[n, side, side, 3]`` RGB.
        features: ``float32[n, len(NAMES)]``.
        targets: ``float32[n, 4]``, probability of each type; zeros where there is no label.
        allowed: ``bool[n, 4]``, types that what is known leaves open.
        facts: ``float32[n, len(FACTS)]``, NaN where unknown.
        drawings: ``int64[n]``, number of the row's drawing.
        copies: ``int64[n]``, 0 for the clean copy of a drawing.
        sources: ``int64[n]``, place of the row's source in ``names``.
        names: of the sources.
        teacher: ``float32[n, 4]``, what the teachers say; zeros where they were not asked.
    """

    views: NDArray[np.uint8]
    features: Floats
    targets: Floats
    allowed: NDArray[np.bool_]
    facts: Floats
    drawings: NDArray[np.int64]
    copies: NDArray[np.int64]
    sources: NDArray[np.int64]
    names: tuple[str, ...]
    teacher: Floats

    @classmethod
    def of_table(
        cls,
        table: PictureTable,
        source: str,
        targets: Floats,
        facts: Mapping[int, Floats] | None = None,
        allowed: NDArray[np.bool_] | None = None,
    ) -> Examples:
        """Examples of one source.

        Args:
            table: copies.
            source: its name.
            targets: see the class.
            facts: see ``facts_of_drawing``, by the logo's number in ``table``.
            allowed: see the class; all types by default.
        """
        count = len(table.logos)
        unknown = np.full(len(FACTS), np.nan, np.float32)
        known = facts or {}
        return cls(
            views=table.views,
            features=table.features,
            targets=targets,
            allowed=np.ones((count, 4), bool) if allowed is None else allowed,
            facts=np.array([known.get(logo, unknown) for logo in table.logos.tolist()], np.float32).reshape(
                count, len(FACTS)
            ),
            drawings=table.logos,
            copies=table.copies,
            sources=np.zeros(count, np.int64),
            names=(source,),
            teacher=np.zeros((count, 4), np.float32),
        )

    def taught(self, probabilities: Floats) -> Examples:
        """These examples with what the teachers say, as far as the known facts leave it open."""
        said = np.maximum(probabilities, SMALLEST) * self.allowed
        return replace(self, teacher=np.asarray(said / said.sum(axis=1, keepdims=True), np.float32))

    def as_rendered(self) -> Examples:
        """The clean copies alone."""
        arrays = (name for name in self.__slots__ if name != "names")
        return replace(self, **{name: getattr(self, name)[self.copies == 0] for name in arrays})

    def counts(self) -> dict[str, dict[str, int]]:
        """Drawings and pictures of each source."""
        return {
            name: {
                "drawings": len(np.unique(self.drawings[self.sources == number])),
                "pictures": int((self.sources == number).sum()),
            }
            for number, name in enumerate(self.names)
        }

    def draw(self, shares: Mapping[str, float], random: np.random.Generator) -> NDArray[np.int64]:
        """Rows of one epoch, shuffled: one random copy of each drawing that is taken.

        Args:
            shares: by source, how many times each of its drawings is taken; a fraction takes some of them.
            random: decides the drawings, the copies and the order.
        """
        chosen = []
        order, starts, counts = self._copies()
        source_of = self.sources[order[starts]]
        for number, name in enumerate(self.names):
            mine = np.flatnonzero(source_of == number)
            passes, rest = divmod(shares.get(name, 0.0), 1.0)
            some = random.permutation(mine)[: round(rest * len(mine))]
            taken = np.concatenate([np.tile(mine, int(passes)), some])
            chosen.append(order[starts[taken] + random.integers(counts[taken])])
        rows = np.concatenate(chosen)
        return np.asarray(rows[random.permutation(len(rows))], np.int64)

    def _copies(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Rows sorted by source and drawing, where each drawing starts, and how many copies it has."""
        order = np.lexsort((self.drawings, self.sources))
        keys = np.stack([self.sources[order], self.drawings[order]])
        starts = np.flatnonzero(np.any(np.diff(keys, axis=1, prepend=-1) != 0, axis=0))
        return order, starts, np.diff(starts, append=len(order))


def joined(parts: Sequence[Examples]) -> Examples:
    """Examples of several sources as one.

    Raises:
        SourceError: there are none.
    """
    if not parts:
        raise SourceError("There are no examples to learn from. Ask for at least one source.")
    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    places = [np.array([names.index(name) for name in part.names])[part.sources] for part in parts]
    arrays = ("views", "features", "targets", "allowed", "facts", "drawings", "copies", "teacher")
    return Examples(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays},
        sources=np.concatenate(places),
        names=names,
    )


def rows_of_same_pictures(few: Examples, many: Examples) -> NDArray[np.int64]:
    """``int64[n]``: where ``many`` has the pictures of ``few``, at any side; -1 where it has others or none.

    The features tell whether two copies of one drawing are the same picture.
    """
    places = {key: row for row, key in enumerate(_keys(many))}
    rows = np.array([places.get(key, -1) for key in _keys(few)], np.int64)
    same = (few.features == many.features[rows]).all(axis=1)
    return np.where(same, rows, -1)


def relatives(examples: Examples, brands: Mapping[str, Sequence[str]]) -> NDArray[np.int64]:
    """``int64[n]``: rows of one drawing share a number, and all those of one brand where it is known.

    Args:
        examples: of any sources.
        brands: by source, the brand of each of its drawings.
    """
    numbers = {brand: number for number, brand in enumerate(sorted({*chain(*brands.values())}))}
    groups = examples.drawings + len(numbers)
    for source, name in enumerate(examples.names):
        if name in brands:
            mine = examples.sources == source
            groups[mine] = np.array([numbers[brand] for brand in brands[name]])[examples.drawings[mine]]
    return groups


def _keys(examples: Examples) -> list[tuple[str, int, int]]:
    names = [examples.names[source] for source in examples.sources.tolist()]
    return list(zip(names, examples.drawings.tolist(), examples.copies.tolist(), strict=True))


def soft_targets(table: PictureTable, also_accepted_share: float, label_smoothing: float) -> Floats:
    """``float32[n, 4]``: most of the probability on the label, some on the other accepted types."""
    count = len(table.labels)
    label = np.zeros((count, 4), np.float32)
    label[np.arange(count), table.labels] = 1.0
    others = table.accepted & (label == 0)
    several = others.any(axis=1, keepdims=True)
    share = also_accepted_share * several
    targets = (1 - share) * label + share * others / np.maximum(1, others.sum(axis=1, keepdims=True))
    return np.asarray((1 - label_smoothing) * targets + label_smoothing / 4, np.float32)


def facts_of_drawing(
    facts: Facts, lettering_share: float | None = None, *, letters_apart: bool = True
) -> Floats:
    """``float32[len(FACTS)]``, scaled to about 0-1; NaN where unknown.

    Args:
        facts: of the drawing.
        lettering_share: share of the ink in letters, None where unknown.
        letters_apart: no letters are among the pieces; otherwise the detail is unknown.
    """
    return np.array(
        [
            np.log1p(facts.flat_colors) / np.log1p(MOST_COLORS),
            facts.ramp_share,
            np.nan if lettering_share is None else lettering_share,
            min(detail(facts, Thresholds()), MOST_DETAIL) / MOST_DETAIL if letters_apart else np.nan,
        ],
        np.float32,
    )
