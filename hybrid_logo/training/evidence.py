"""What certificates are computed from: pictures as rules, router and student see them, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.evaluation.certificates import one_per_cluster

__all__ = ["Evidence", "Unlabelled"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Labelled pictures.

    Attributes:
        labels: ``int64[n]``.
        accepted: ``bool[n, 4]``.
        brands: of each picture.
        groups: name -> ``bool[n]``; all pictures are a group as well and need no name.
        points: ``float64[n, 4]`` of the rules.
        scores: ``float64[n]`` of the router; 0 where the rules are silent.
        logits: ``[n, 4]`` of the student that calibration is fitted to.
        others: logits of the student in other precisions; what is certified of the hybrid holds for all.
    """

    labels: NDArray[np.int64]
    accepted: Flags
    brands: Sequence[str]
    groups: Mapping[str, Flags]
    points: Floats
    scores: Floats
    logits: NDArray[np.float32]
    others: Sequence[NDArray[np.float32]] = ()

    @property
    def rules_wrong(self) -> Flags:
        """``bool[n]``: the rules' answer cannot be defended."""
        return ~self.accepted[np.arange(len(self.labels)), self.points.argmax(axis=1)]

    def one_per_brand(self, rows: Flags, seed: int) -> NDArray[np.intp]:
        """Indices of one picture per brand among ``rows``."""
        chosen = np.flatnonzero(rows)
        return chosen[one_per_cluster(np.array(self.brands)[chosen], seed)] if len(chosen) else chosen


@dataclass(frozen=True, slots=True, eq=False)
class Unlabelled:
    """Independent pictures without labels.

    Attributes:
        scores: ``float64[n]`` of the router.
        disagrees: ``bool[n]``, the student says otherwise than the rules.
    """

    scores: Floats
    disagrees: Flags
