"""The floor that every method must beat: always the type that is most frequent in training."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from peer import Trained
from split_pictures import SplitPictures

__all__ = ["Majority"]


@dataclass(frozen=True, slots=True)
class Majority:
    """Looks at no picture; nothing of it needs a folder."""

    def trained(self, pictures: SplitPictures, folder: Path) -> Trained:
        """Count the labels of the ``train`` split."""
        ((label, count),) = Counter(logo.label for logo in pictures.logos).most_common(1)
        return Trained(
            name="majority type",
            about=f"always {label.value}, the label of {count:,} of {len(pictures.logos):,} training logos",
            answer=lambda data: label,
            parameters=0,
            size_mb=0.0,
        )
