"""The review sheet: one HTML file that needs nothing else, in which a person gives the right types."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from hybrid_logo.errors import PictureError
from hybrid_logo.evaluation.html.markup import picture
from hybrid_logo.image import Limits, load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.organize.plan import Placement
from hybrid_logo.output import open_output
from hybrid_logo.report import printable
from hybrid_logo.types import LABELS

__all__ = ["REVIEW", "write_review"]

REVIEW = "review.html"

SIDE = 160
"""Pixels of a picture on the sheet."""


def write_review(path: Path, target: Path, plan: Sequence[Placement], most: int, limits: Limits) -> None:
    """Write the sheet of the least sure pictures whose type no person has given yet.

    Args:
        path: the file.
        target: the folder in which the pictures are.
        plan: where they are, and what is known of them.
        most: pictures on the sheet.
        limits: how large a picture may be.

    Raises:
        OutputError: it cannot be written.
    """
    unsure = [placement for placement in plan if not placement.by_person]
    unsure.sort(key=lambda placement: (placement.answer.confidence, placement.key))
    shown = unsure[:most]
    # By its pictures a browser tells what was picked here from what was picked on another sheet.
    told = "\n".join(f"{placement.key} {placement.answer.sha256}" for placement in plan)
    data = {
        "key": f"hybrid-logo-review-{hashlib.sha256(told.encode()).hexdigest()[:16]}",
        "paths": [placement.key for placement in shown],
    }
    parts = {
        "NAME": escape(printable(Path(os.path.abspath(target)).name)),
        "SHOWN": f"{len(shown):,} of {len(plan):,} pictures.",
        "CARDS": "\n".join(_card(number, item, target, limits) for number, item in enumerate(shown)),
        # As an escape, no text can end the element that it stands in.
        "DATA": json.dumps(data).replace("<", "\\u003c"),
    }
    template = files("hybrid_logo.organize").joinpath("review.html").read_text(encoding="utf-8")
    with open_output(os.fspath(path)) as write:
        write(re.sub("@@([A-Z]+)@@", lambda marker: parts[marker[1]], template))


def _card(number: int, placement: Placement, target: Path, limits: Limits) -> str:
    answer = placement.answer
    choices = "".join(
        f"<label{' class=said' if label == answer.label else ''}>"
        f'<input type="radio" name="type-{number}" value="{label}">{label}</label>'
        for label in LABELS
    )
    return (
        f'<fieldset class="card" data-said="{answer.label}">{_picture(target / placement.path, limits)}'
        f'<div class="told"><p><strong>{answer.label}</strong> {answer.confidence:.1%}, '
        f'decided by {escape(answer.decided_by)}</p><p class="path">{escape(printable(placement.key))}</p>'
        f'<p class="why">{escape(printable(answer.reason))}</p>'
        f'<div class="types" role="radiogroup" aria-label="type">{choices}</div></div></fieldset>'
    )


def _picture(path: Path, limits: Limits) -> str:
    """What the student would see, as a PNG within the page."""
    try:
        view = square_view(load_picture(path, limits), SIDE)
    except PictureError as error:
        return f'<p class="why">{escape(printable(str(error)))}</p>'
    return picture(view)
