"""The student: plain 3 x 3 convolutions on colours and log-scaled local differences.

Ramps of a few levels a pixel are invisible to a small network that sees colours only, so two maps of
local differences join them (docs/METHOD.md). They are computed inside the network, which therefore
takes the bytes of a picture and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

__all__ = ["DifferenceMaps", "StudentNetwork"]


class DifferenceMaps(nn.Module):
    """Colours in -1..1 and one map per offset: log(1 + largest difference in levels) in 0..1.

    uint8[N, H, W, 3] -> float32[N, 3 + offsets, H, W]
    """

    def __init__(self, offsets: Sequence[int] = (1, 3)) -> None:
        super().__init__()
        self.offsets = tuple(offsets)

    def forward(self, pictures: Tensor) -> Tensor:
        """See the class."""
        levels = pictures.permute(0, 3, 1, 2).float()
        maps = [levels / 127.5 - 1.0]
        if self.offsets:
            largest = torch.cat([self._largest_difference(levels, offset) for offset in self.offsets], dim=1)
            maps.append(torch.log(largest + 1.0) / math.log(256.0))
        return torch.cat(maps, dim=1)

    @staticmethod
    def _largest_difference(levels: Tensor, offset: int) -> Tensor:
        """float32[N, 1, H, W], in levels, over the channels and both directions."""
        across = (levels[:, :, :, offset:] - levels[:, :, :, :-offset]).abs()
        down = (levels[:, :, offset:, :] - levels[:, :, :-offset, :]).abs()
        across = nn.functional.pad(across, (0, offset, 0, 0))
        down = nn.functional.pad(down, (0, 0, 0, offset))
        return torch.maximum(across, down).amax(dim=1, keepdim=True)


class StudentNetwork(nn.Module):
    """uint8[N, side, side, 3] RGB -> float32[N, 4] logits in the order of ``LABELS``.

    Args:
        widths: channels of the four stages; each stage halves height and width once.
        depths: convolutions of each stage.
        dropout: share of pooled channels dropped in training.
        facts: outputs of the auxiliary head; it speaks in training mode only, beside the logits.
    """

    def __init__(
        self,
        widths: Sequence[int] = (24, 48, 96, 160),
        depths: Sequence[int] = (1, 3, 3, 2),
        dropout: float = 0.2,
        facts: int = 0,
    ) -> None:
        super().__init__()
        self.maps = DifferenceMaps()
        layers: list[nn.Module] = []
        channels = 3 + len(self.maps.offsets)
        for width, depth in zip(widths, depths, strict=True):
            for step in range(depth):
                layers += _convolution(channels, width, stride=2 if step == 0 else 1)
                channels = width
        self.body = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(channels, 4)
        self.facts_head = nn.Linear(channels, facts) if facts else None

    def forward(self, pictures: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """See the class."""
        pooled = self.body(self.maps(pictures)).mean(dim=(2, 3))
        logits = self.head(self.dropout(pooled))
        if self.training and self.facts_head is not None:
            return logits, self.facts_head(pooled)
        return logits


def _convolution(channels: int, width: int, stride: int) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, width, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(inplace=True),
    ]
