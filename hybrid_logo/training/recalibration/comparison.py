"""What changed, as rows of text: what is certified, and both releases on held-out pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hybrid_logo.evaluation.statistics.metrics import Difference, Share
from hybrid_logo.operating_points import OperatingPoint
from hybrid_logo.promises import EVERY_PICTURE, Certificate, Claim
from hybrid_logo.router import Router
from hybrid_logo.training.recalibration.checking import Checked

__all__ = ["Comparison", "compared"]

NONE = "-"
WORDS = {
    Claim.CONDITIONAL: "wrong of accepted",
    Claim.JOINT: "accepted and wrong",
    Claim.DISAGREEMENT: "student disagrees",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table: the first cell of each row names it.

    Attributes:
        title: above the table.
        head: of its columns.
        rows: of text.
    """

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def markdown(self) -> str:
        """Title and table."""
        lines = [self.head, tuple("---" for _ in self.head), *self.rows]
        return f"{self.title}:\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def compared(before: Router, after: Router, checked: Checked) -> list[Comparison]:
    """What is certified, and what was measured.

    Args:
        before: router of the release of before.
        after: the new one.
        checked: both on held-out pictures.
    """
    return [
        Comparison(
            "Certified, each on its own pictures; upper bounds in brackets",
            ("", "before", "after"),
            [*_promises(before.point, after.point), _risks(before, after)],
        ),
        Comparison(
            f"Measured on the {checked.pictures:,} pictures kept for checking; 95% intervals",
            ("", "before", "after", "change (points)"),
            _measured(checked),
        ),
    ]


def _promises(before: OperatingPoint, after: OperatingPoint) -> list[tuple[str, ...]]:
    first, second = before.promise, after.promise
    rows = [
        _row("target risk", first, second, lambda each: f"{each.target_risk:g}"),
        _row("confidence", first, second, lambda each: f"{each.confidence:g}"),
        _row("threshold", first, second, lambda each: f"{each.threshold:g}"),
        _row("accepted by the rules", first, second, lambda each: f"{each.coverage:.1%}"),
        _row(f"{WORDS[Claim.CONDITIONAL]}: {EVERY_PICTURE}", first, second, _counts),
    ]
    theirs, mine = ({(each.claim, each.group): each for each in point.groups} for point in (before, after))
    rows += [
        _row(f"{WORDS[claim]}: {group}", theirs.get((claim, group)), mine.get((claim, group)), _counts)
        for claim, group in dict.fromkeys((*theirs, *mine))
    ]
    rows.append(_row("certain from (confidence, share)", before.certain, after.certain, _certain))
    return rows


def _row(
    name: str, before: Certificate | None, after: Certificate | None, told: Callable[[Certificate], str]
) -> tuple[str, ...]:
    return name, *(NONE if each is None else told(each) for each in (before, after))


def _counts(each: Certificate) -> str:
    return f"{each.k:,} of {each.n:,} ({each.risk_upper:.1%})"


def _certain(each: Certificate) -> str:
    return f"{each.threshold:g}, {each.coverage:.1%}"


def _risks(before: Router, after: Router) -> tuple[str, ...]:
    return "risks that can be asked for", *(
        ", ".join(f"{point.promise.target_risk:g}" for point in router.points if point.promise) or NONE
        for router in (before, after)
    )


def _measured(checked: Checked) -> list[tuple[str, ...]]:
    before, after = checked.before, checked.after
    rows: list[tuple[str, ...]] = [
        ("rules decide", _share(before.decided), _share(after.decided), ""),
        ("wrong of these", _share(before.wrong), _share(after.wrong), ""),
    ]
    for name, old in before.accuracies.items():
        gain = checked.gains.get(name)
        rows.append(
            (name, _share(old), _share(after.accuracies[name]), "" if gain is None else _signed(gain))
        )
    errors = (
        f"{each.error:.1%} {_interval(each.low, each.high)}"
        for each in (before.calibration, after.calibration)
    )
    return [*rows, ("calibration error", *errors, "")]


def _share(value: Share) -> str:
    return NONE if value.share is None else f"{value.share:.1%} {_interval(value.low, value.high)}"


def _interval(low: float, high: float) -> str:
    return f"({100 * low:.1f}-{100 * high:.1f})"


def _signed(value: Difference) -> str:
    return f"{100 * value.difference:+.1f} ({100 * value.low:+.1f} to {100 * value.high:+.1f})"
