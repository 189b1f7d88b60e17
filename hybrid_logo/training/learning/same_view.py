"""A teacher that sees the view which the student sees, mirrored and recoloured alike.

A student that imitates what was said of another view than its own learns less (Beyer et al. 2022, Knowledge
distillation: A good teacher is patient and consistent).
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from hybrid_logo.training.learning.batches import Batch
from hybrid_logo.training.learning.ensemble import Ensemble

__all__ = ["SameView"]

SMALLEST = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class SameView:
    """The trainer's ``teacher``: networks asked about each view, joined to what is stored of the picture.

    Attributes:
        networks: see there.
        share: of their answer, 0-1; the rest is that of all teachers together to the picture as stored.
    """

    networks: Ensemble
    share: float

    def __call__(self, batch: Batch) -> Tensor:
        """``float32[N, 4]``; zeros where nothing is stored, and for types that the known facts exclude."""
        said = self.networks(batch.views) * (batch.teacher > 0)
        said = said / said.sum(dim=1, keepdim=True).clamp_min(SMALLEST)
        return self.share * said + (1.0 - self.share) * batch.teacher
