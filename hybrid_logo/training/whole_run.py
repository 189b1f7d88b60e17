"""A whole run, from labels to release: ``hybrid-logo train all``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import SourceError
from hybrid_logo.training.console import tell
from hybrid_logo.training.pipeline import Run
from hybrid_logo.training.release import keep_other_release
from hybrid_logo.training.teaching import NOBODY_TEACHES

__all__ = ["train_everything"]


def train_everything(run: Run, name: str, folder: Path) -> Bundle:
    """All steps in their order; each is told on standard error when it begins.

    Raises:
        SourceError: a step fails; or ``folder`` holds the release of another run, or there is nobody to teach
            the student, which is told before anything is learned.
    """
    keep_other_release(folder, run.folder)
    settings = run.settings
    teaches = settings.student.needs_teachers and not run.is_taught_by_others()
    if teaches and not (settings.teachers or settings.trees):
        raise SourceError(NOBODY_TEACHES)
    steps: dict[str, Callable[[], object]] = {"rules": run.fit_rules}
    steps |= {"teachers": run.fit_teachers} if teaches else {}
    steps |= {"student": run.fit_student, "router": run.fit_router}
    for number, (step, work) in enumerate(steps.items(), start=1):
        tell(f"Step {number} of {len(steps) + 1}: {step}")
        work()
    tell(f"Step {len(steps) + 1} of {len(steps) + 1}: release")
    return run.release(name, folder)
