"""Losses on soft targets. A row of zeros is a picture without a label: it adds nothing."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hybrid_logo.training.learning.parallel import summed
from hybrid_logo.training.learning.settings import TrainingSettings

__all__ = ["AdaptiveFocalLoss", "FocalLoss", "distillation_loss", "facts_loss", "label_loss"]


class FocalLoss(nn.Module):
    """Cross-entropy in which easy pictures count less (Lin et al. 2017).

    Args:
        gamma: exponent of the probability that was missed; 0 is plain cross-entropy.
    """

    def __init__(self, gamma: float) -> None:
        super().__init__()
        self.gamma = gamma

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """float32[N, 4], float32[N, 4] -> mean over the labelled rows."""
        return _mean(self.weights(logits, targets) * -targets * logits.log_softmax(dim=1), targets)

    def weights(self, logits: Tensor, targets: Tensor) -> Tensor:
        """``float32[N, 4]``: what each type's share of the loss counts."""
        if self.gamma == 0:
            return torch.ones_like(targets)
        # The distance to the target, so that a soft target which is met counts as easy.
        missed = (targets - logits.softmax(dim=1)).abs()
        return (missed + 1e-6) ** self.gamma


class AdaptiveFocalLoss(FocalLoss):
    """Focal loss whose weights follow the run: rare, hard and neglected types count more.

    Three moving averages are kept and stored with the checkpoint: the share of each type among the targets
    (dynamic class reweighting), the share that the network gives it (prediction bias), and the probability
    it gives to the right type (how easy the type is, which sets that type's gamma).

    Args:
        gamma: largest exponent, for a type that is always right; a hard type keeps its easy pictures.
        types: number of types.
        decay: a step, of the moving averages.
        strength: 0 reweights nothing, 1 gives every type the same total weight.
    """

    targets_share: Tensor
    answers_share: Tensor
    right: Tensor

    def __init__(self, gamma: float, types: int = 4, decay: float = 0.99, strength: float = 0.5) -> None:
        super().__init__(gamma)
        self.decay, self.strength = decay, strength
        self.register_buffer("targets_share", torch.full((types,), 1 / types))
        self.register_buffer("answers_share", torch.full((types,), 1 / types))
        self.register_buffer("right", torch.full((types,), 0.5))

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """See the class; the averages move in training mode only."""
        if self.training:
            self._follow(logits.detach(), targets)
        return super().forward(logits, targets)

    def weights(self, logits: Tensor, targets: Tensor) -> Tensor:
        """``float32[N, 4]``; with a gamma of 0 their mean over the targets is 1."""
        rare = self.targets_share.clamp_min(1e-3) ** -self.strength
        neglected = (self.targets_share / self.answers_share.clamp_min(1e-3)).clamp(0.5, 2.0)
        types = rare * neglected
        types = types / (types * self.targets_share).sum()
        missed = (targets - logits.softmax(dim=1)).abs() + 1e-6
        return types * missed ** (self.gamma * self.right)

    def _follow(self, logits: Tensor, targets: Tensor) -> None:
        labelled = targets.sum(dim=1, keepdim=True)
        answers = logits.softmax(dim=1)
        seen = summed(targets.sum(dim=0))
        given = summed((answers * labelled).sum(dim=0))
        right = summed((answers * targets).sum(dim=0))
        if seen.sum() > 0:
            self.targets_share.lerp_(seen / seen.sum(), 1 - self.decay)
            self.answers_share.lerp_(given / seen.sum(), 1 - self.decay)
            present = seen > 0
            moved = torch.lerp(self.right, right / seen.clamp_min(1e-6), 1 - self.decay)
            self.right.copy_(torch.where(present, moved, self.right))


def label_loss(settings: TrainingSettings) -> nn.Module:
    """The loss against labels that the settings name."""
    if settings.loss == "adaptive-focal":
        return AdaptiveFocalLoss(settings.focal_gamma)
    return FocalLoss(settings.focal_gamma if settings.loss == "focal" else 0.0)


def distillation_loss(logits: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Kullback-Leibler divergence from the softened teacher (Hinton, Vinyals and Dean 2015).

    Args:
        logits: ``float32[N, 4]`` of the student.
        teacher: ``float32[N, 4]``, probabilities at temperature 1; rows of zeros were not asked.
        temperature: by which both are softened; the result is scaled back by its square.
    """
    asked = teacher.sum(dim=1) > 0
    softened = (teacher.clamp_min(1e-6).log() / temperature).softmax(dim=1) * asked[:, None]
    divergence = nn.functional.kl_div((logits / temperature).log_softmax(dim=1), softened, reduction="none")
    return temperature**2 * divergence.sum() / asked.sum().clamp_min(1)


def facts_loss(told: Tensor, facts: Tensor) -> Tensor:
    """Huber loss of the auxiliary head; what is not known (NaN) adds nothing.

    ``told`` and ``facts``: ``float32[N, F]``, facts scaled to about 0-1.
    """
    known = ~facts.isnan()
    loss = nn.functional.smooth_l1_loss(told, facts.nan_to_num(), reduction="none", beta=0.1)
    return (loss * known).sum() / known.sum().clamp_min(1)


def _mean(losses: Tensor, targets: Tensor) -> Tensor:
    return losses.sum() / targets.sum().clamp_min(1e-6)
