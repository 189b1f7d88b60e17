"""What is done to a batch of views before the network sees it; nothing of it changes a type.

Every function takes the batch's own random generator, so that a batch looks the same in a run that was
stopped and went on.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from hybrid_logo.types import LABELS, LogoType

__all__ = ["augmented", "mixed"]

GRADIENT = LABELS.index(LogoType.GRADIENT)
LARGEST_GRADIENT_SHARE = 0.1
"""A picture whose target gives more to ``gradient`` is not mixed: mixing makes ramps and hides them."""


def augmented(views: Tensor, random: np.random.Generator, recolor: float = 0.5) -> Tensor:
    """Mirrored, quarter-turned and recoloured ``uint8[N, H, W, 3]``.

    Recolouring mixes the channels by one matrix a picture: flats stay flat, ramps stay ramps, and the
    colours of a brand cannot be learned by heart.
    """
    count = len(views)
    views = views.clone()
    for share, changed in ((0.5, _mirrored), (0.2, _upside_down), (0.2, _turned)):
        chosen = _some(share, count, random)
        views[chosen] = changed(views[chosen])
    mixes = np.eye(3) + random.normal(0, 0.35, (count, 3, 3))
    mixes /= np.abs(mixes).sum(axis=2, keepdims=True)
    chosen = _some(recolor, count, random)
    matrices = torch.from_numpy(mixes).to(views.device, torch.float32)[chosen]
    centered = views[chosen].to(torch.float32).flatten(1, 2) - 127.5
    mixed_colors = 1.2 * torch.bmm(centered, matrices.transpose(1, 2)) + 127.5
    views[chosen] = mixed_colors.round().clamp(0, 255).to(torch.uint8).reshape(views[chosen].shape)
    return views


def _mirrored(views: Tensor) -> Tensor:
    return views.flip(2)


def _upside_down(views: Tensor) -> Tensor:
    return views.flip(1)


def _turned(views: Tensor) -> Tensor:
    return views.transpose(1, 2)


def mixed(
    views: Tensor,
    targets: Tensor,
    facts: Tensor,
    teacher: Tensor,
    random: np.random.Generator,
    mix_up: float,
    cut_mix: float,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Mix pictures in pairs, and what is known of them by the share that each has in the result.

    Mix-up (Zhang et al. 2018) blends, CutMix (Yun et al. 2019) pastes a rectangle. Pictures with ramps and
    pictures without a label keep to themselves. The facts of a mixed picture are not known: the colours of
    two pictures do not add up by their shares.

    Args:
        views: ``uint8[N, H, W, 3]``.
        targets: ``float32[N, 4]``; rows of zeros have no label.
        facts: ``float32[N, F]``, NaN where unknown.
        teacher: ``float32[N, 4]``; rows of zeros were not asked.
        random: of this batch.
        mix_up: probability that this batch is blended.
        cut_mix: probability that rectangles are pasted in this batch.
    """
    draw, share = random.random(), float(random.beta(0.4, 0.4))
    if draw >= mix_up + cut_mix:
        return views, targets, facts, teacher
    free = (targets[:, GRADIENT] <= LARGEST_GRADIENT_SHARE) & (targets.sum(dim=1) > 0)
    own = torch.nonzero(free).flatten()
    partners = own[torch.from_numpy(random.permutation(len(own))).to(own.device)]
    if draw < mix_up:
        blended = share * views[own].float() + (1 - share) * views[partners].float()
        result = blended.round().to(torch.uint8)
    else:
        height, width = views.shape[1:3]
        tall, wide = (round(side * float(np.sqrt(1 - share))) for side in (height, width))
        top = int(random.integers(0, height - tall + 1))
        left = int(random.integers(0, width - wide + 1))
        result = views[own].clone()
        box = np.s_[:, top : top + tall, left : left + wide]
        result[box] = views[partners][box]
        share = 1.0 - tall * wide / (height * width)
    views, facts = views.clone(), facts.clone()
    views[own] = result
    facts[own[own != partners]] = torch.nan
    asked = (teacher.sum(dim=1) > 0).to(teacher.dtype)
    taught = _shared(teacher, own, partners, share)
    taught[own] *= (asked[own] * asked[partners])[:, None]
    return views, _shared(targets, own, partners, share), facts, taught


def _shared(values: Tensor, own: Tensor, partners: Tensor, share: float) -> Tensor:
    changed = values.clone()
    changed[own] = share * values[own] + (1 - share) * values[partners]
    return changed


def _some(share: float, count: int, random: np.random.Generator) -> Tensor:
    """Which of ``count`` pictures are changed, as int64[changed]."""
    return torch.from_numpy(np.flatnonzero(random.random(count) < share))
