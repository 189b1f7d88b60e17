"""What the curves of a run say in plain words, and what to do: rules with stated thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from hybrid_logo.training.parity import LARGEST_LOSS, LEAST_SAME_LABEL, Parity
from hybrid_logo.training.report.record import Learning, Line, Teaching
from hybrid_logo.training.report.summary import TOLERANCE, Summary, summary
from hybrid_logo.types import LABELS

__all__ = ["RULES", "Finding", "findings", "parity_findings", "teaching_findings"]

LARGEST_GAP = 0.05
"""More strict accuracy than this in training above that on held-out pictures is overfitting."""
LARGEST_RISE = 0.05
"""A loss on held-out pictures that ends this share above its lowest value has risen."""
LEAST_LEARNED = 0.9
"""Less strict accuracy in training is underfitting, unless the gap tells the opposite."""
LATE, EARLY = 0.9, 0.5
"""Convergence after the first share of the epochs asks for more of them, before the second for fewer."""
WEAK_TYPE = 0.9
"""A type with less strict accuracy is weak."""
LARGEST_DAMAGE = 0.05
"""More strict accuracy than this on clean above that on degraded pictures is told."""
SPIKE = 1.5
"""A training loss more than this many times that of the epoch before is a jump."""
IDLE_WEIGHT = 0.02
"""A teacher with less weight adds nothing."""
LARGEST_LEAD = 0.02
"""More strict accuracy than this of the teachers above the student is told."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What follows from a finding: whether something should be changed, and what to do."""

    warns: bool
    advice: str


RULES = {
    "diverged": Rule(
        True,
        "Lower learning_rate or clip_norm, lengthen warm_up, or set precision to fp32, in another folder.",
    ),
    "unsteady": Rule(
        True, "Lower learning_rate, or lengthen warm_up. After a warm restart a small jump is usual."
    ),
    "overfitting": Rule(
        True,
        "Learn from more drawings (composed, icons) rather than more copies of them; raise recolor, mix_up, "
        "dropout or weight_decay; or make the network smaller.",
    ),
    "rising loss": Rule(
        True,
        "Set patience, which keeps the best weights, or ask for fewer epochs. Where accuracy has not fallen, "
        "the network has become too sure of itself: raise corpus.label_smoothing.",
    ),
    "best weights kept": Rule(False, "Nothing is lost. Fewer epochs or a shorter patience save time."),
    "underfitting": Rule(
        True,
        "Make the network wider or deeper, train longer, or raise learning_rate. Where held-out accuracy is "
        "the higher one, augmentation, mixing or dropout may be too strong.",
    ),
    "still learning": Rule(True, "Ask for more epochs."),
    "converged early": Rule(False, "Fewer epochs do as well."),
    "unfinished": Rule(
        False, "Figures may still change. Give the same command again: a run that was stopped goes on."
    ),
    "not judged": Rule(False, "Let the run go on, or set evaluate_every to fewer epochs."),
    "weak type": Rule(
        True,
        "See the confusion and the failures for what it is taken for; learn from more drawings of it, or set "
        "loss to adaptive-focal.",
    ),
    "fragile": Rule(True, "Learn from more degraded copies of each drawing, or from a larger view."),
    "idle teacher": Rule(False, "Leave it out: the run becomes shorter and the student learns the same."),
    "behind its teachers": Rule(
        True,
        "Give the student more epochs or more composed and unlabelled pictures, raise distillation_weight, "
        "or make it wider.",
    ),
    "ahead of its teachers": Rule(
        False, "They have no more to teach: better teachers or data help, a larger student hardly."
    ),
    "quantisation": Rule(
        True, "Train the student longer, or a larger one: it has learned the rounding already."
    ),
}
"""Everything that can be found."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    Attributes:
        rule: one of ``RULES``.
        of: the network or the file that it was found of.
        says: what was seen, with its figures.
    """

    rule: str
    of: str
    says: str

    @property
    def warns(self) -> bool:
        """Something should be changed; otherwise it is good to know."""
        return RULES[self.rule].warns

    @property
    def advice(self) -> str:
        """What to do."""
        return RULES[self.rule].advice


def findings(learning: Learning) -> list[Finding]:
    """What is found of one network."""
    found = list(_of_losses(learning))
    seen = summary(learning)
    if seen is None:
        found.append(("not judged", "The network has not been evaluated on held-out pictures yet."))
    else:
        kept = next(line for line in learning.lines if line["epoch"] == seen.kept_epoch)
        found += [*_of_fit(seen), *_of_length(seen), *_of_types(kept), *_of_degradation(seen)]
    return [Finding(rule, learning.name, says) for rule, says in found]


def teaching_findings(teaching: Teaching, student: Summary | None) -> list[Finding]:
    """What is found of the teachers together, and of the student against them."""
    found = [
        Finding("idle teacher", name, f"Its weight is {weight:.1%}, less than {IDLE_WEIGHT:.0%}.")
        for name, weight in zip(teaching.members, teaching.weights, strict=True)
        if weight < IDLE_WEIGHT
    ]
    together = teaching.figures["together"]
    if student is None:
        return found
    taught, own = together.get("clean_strict"), student.clean
    if "degraded_strict" in together:
        taught, own = together["degraded_strict"], student.degraded
    if own is None or taught is None:
        return found
    says = f"Strict accuracy is {own:.1%} of the student and {taught:.1%} of the teachers together"
    if taught - own > LARGEST_LEAD:
        found.append(
            Finding("behind its teachers", "student", f"{says}, over {_points(LARGEST_LEAD)} points more.")
        )
    elif own >= taught:
        found.append(Finding("ahead of its teachers", "student", f"{says}."))
    return found


def parity_findings(parity: Mapping[str, Parity]) -> list[Finding]:
    """Quantised students that a release would refuse."""
    return [
        Finding(
            "quantisation",
            f"student-{name}",
            f"{row.same_label:.2%} of {row.pictures:,} pictures keep the label of FP32, and "
            f"{_points(row.loss, 2)} points of accuracy are lost. A release needs {LEAST_SAME_LABEL:.0%} "
            f"and at most {_points(LARGEST_LOSS, 1)} points.",
        )
        for name, row in parity.items()
        if row.same_label < LEAST_SAME_LABEL or row.loss > LARGEST_LOSS
    ]


Found = Iterator[tuple[str, str]]


def _of_losses(learning: Learning) -> Found:
    if learning.diverged is not None:
        yield "diverged", f"A figure of epoch {learning.diverged} is no finite number."
    losses = [(int(line["epoch"]), line["loss"]) for line in learning.lines if line.get("loss", 0) > 0]
    times, epoch = max(((loss / before, epoch) for (_, before), (epoch, loss) in pairwise(losses)),
                       default=(0.0, 0))  # fmt: skip
    if times > SPIKE:
        yield "unsteady", f"The training loss of epoch {epoch} is {times:.1f} times that of the one before."


def _of_fit(seen: Summary) -> Found:
    overfits = seen.gap is not None and seen.gap > LARGEST_GAP
    if seen.gap is not None and overfits:
        yield (
            "overfitting",
            f"Strict accuracy is {_points(seen.gap, 1)} points higher in training than on held-out pictures, "
            f"more than {_points(LARGEST_GAP)}.",
        )
    elif seen.train is not None and seen.train < LEAST_LEARNED:
        yield (
            "underfitting",
            f"Strict accuracy in training is {seen.train:.1%}, less than {LEAST_LEARNED:.0%}, "
            "and hardly more than on held-out pictures.",
        )
    if seen.last_loss > (1 + LARGEST_RISE) * seen.lowest_loss > 0:
        rise = seen.last_loss / seen.lowest_loss - 1
        says = (
            f"The loss on held-out pictures is lowest in epoch {seen.best_epoch}, and {rise:.0%} higher now"
        )
        if seen.kept_epoch == seen.best_epoch:
            yield "best weights kept", f"{says}; the weights of that epoch were kept."
        else:
            yield "rising loss", f"{says}, and the last weights count."


def _of_length(seen: Summary) -> Found:
    reached = f"The loss on held-out pictures came within {TOLERANCE:.0%} of its lowest value"
    where = f"in epoch {seen.convergence_epoch} of {seen.epochs}"
    if not seen.ended:
        yield "unfinished", f"{seen.epochs} of {seen.planned} epochs are done."
    elif seen.convergence_epoch > LATE * seen.epochs:
        yield "still learning", f"{reached} only {where}."
    elif seen.convergence_epoch < EARLY * seen.epochs:
        yield "converged early", f"{reached} {where} already."


def _of_types(kept: Line) -> Found:
    shares = {label.value: kept.get(f"strict_{label}", 1.0) for label in LABELS}
    weak = [f"{share:.1%} on {name}" for name, share in shares.items() if share < WEAK_TYPE]
    if weak:
        yield "weak type", f"Strict accuracy is {', '.join(weak)}; at least {WEAK_TYPE:.0%} is wanted."


def _of_degradation(seen: Summary) -> Found:
    if seen.clean is not None and seen.degraded is not None and seen.clean - seen.degraded > LARGEST_DAMAGE:
        yield (
            "fragile",
            f"Strict accuracy is {_points(seen.clean - seen.degraded, 1)} points lower on degraded than on "
            f"clean pictures, more than {_points(LARGEST_DAMAGE)}.",
        )


def _points(share: float, digits: int = 0) -> str:
    """In points, hundredths of a share."""
    return f"{100 * share:.{digits}f}"
