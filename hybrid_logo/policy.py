"""What a caller asks of the answers: how sure, how fast, how wide a set."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT_POLICY", "Policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a caller asks of the hybrid's answers.

    Attributes:
        target_risk: share of the rules' answers that may be wrong, as certified in the release, 0-1; None
            for the one that the release was made with.
        time_budget_ms: time for one picture, from its bytes to the answer. Where asking the student would
            take longer, as timed on this machine, the rules answer though they are unsure, and the answer
            is not ``certain``. None for no limit.
        min_confidence: an answer of less confidence is never ``certain``, 0-1.
        coverage: probability with which a prediction set holds the label, 0-1; None for no sets.

    Raises:
        ValueError: a value lies outside its range.
    """

    target_risk: float | None = None
    time_budget_ms: float | None = None
    min_confidence: float = 0.0
    coverage: float | None = None

    def __post_init__(self) -> None:
        for name in ("target_risk", "coverage"):
            value = getattr(self, name)
            if value is not None and not 0.0 < value < 1.0:
                raise ValueError(f"{name} must lie between 0 and 1, not {value}")
        if self.time_budget_ms is not None and not self.time_budget_ms >= 0.0:
            raise ValueError(f"time_budget_ms must be 0 or more, not {self.time_budget_ms}")
        if not 0.0 <= self.min_confidence <= 1.0:
            raise ValueError(f"min_confidence must lie in 0-1, not {self.min_confidence}")


DEFAULT_POLICY = Policy()
