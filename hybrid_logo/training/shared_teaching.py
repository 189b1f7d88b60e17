"""What the teachers of another run said, for a run that shows the same pictures, at any side.

A student for small devices sees smaller views than the teachers did; it need not pay for teachers of its own.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from hybrid_logo.errors import SourceError
from hybrid_logo.training.beginning import keep_held_out
from hybrid_logo.training.examples import rows_of_same_pictures
from hybrid_logo.training.labels import read_labels
from hybrid_logo.training.learning import parallel
from hybrid_logo.training.pipeline import Run
from hybrid_logo.training.settings import settings_of
from hybrid_logo.training.teaching import load_teaching, store_teaching

__all__ = ["run_of", "take_teaching"]


def take_teaching(run: Run, other: Run) -> None:
    """Give ``run`` what the teachers of ``other`` said, as ``Run.fit_teachers`` would leave it.

    Raises:
        SourceError: the teachers of ``other`` were not asked, did not see a picture of ``run``, or may have
            learned from a brand that ``run`` holds out; or the student of ``run`` is to begin with its
            teacher.
    """
    if run.settings.student.begin_with_teacher and not run.settings.begin_with:
        raise SourceError(
            "This student begins with its teacher, and --from brings what teachers said, not the teachers. "
            "Give --set student.begin_with_teacher=false or --begin-with, or train teachers without --from."
        )
    mine, theirs = run.examples(), other.examples()
    said = load_teaching(theirs, other.folder / "teachers")
    from_it = replace(run.settings, begin_with=str(other.folder))
    keep_held_out(from_it, run.folder, read_labels(run.labels), run.labels is None)
    rows = rows_of_same_pictures(mine, theirs)
    strange = int((rows < 0).sum())
    if strange:
        raise SourceError(
            f"The teachers in {other.folder} did not see {strange} of {len(rows)} pictures of this run. Give "
            "both the same corpus but for the side and fewer copies, or train teachers without --from."
        )
    if not parallel.is_first():
        return
    record = json.loads((other.folder / "teachers" / "teaching.json").read_text(encoding="utf-8"))
    # The networks stay behind: they answer views of their own side.
    store_teaching(mine, said[rows], run.folder / "teachers", {"taken_from": other.folder.name, "of": record})


def run_of(folder: Path, like: Run) -> Run:
    """The run that ``folder`` holds, with the settings that it was begun with.

    Args:
        folder: of a run.
        like: another one; gives cache, labels and workers.

    Raises:
        SourceError: ``folder`` holds no run of this version.
    """
    return Run(folder, settings_of(folder), like.cache, like.labels, like.workers)
