"""The model card of a release that was fitted to somebody's pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hybrid_logo.bundle import Bundle
from hybrid_logo.router import Router
from hybrid_logo.training.recalibration.checking import Checked
from hybrid_logo.training.recalibration.comparison import compared

__all__ = ["model_card"]


def model_card(name: str, bundle: Bundle, router: Router, facts: Mapping[str, Any], checked: Checked) -> str:
    """The whole text.

    Args:
        name: of the release.
        bundle: the release that it was made from.
        router: the new one.
        facts: what it was fitted to.
        checked: both releases on held-out pictures.
    """
    tables = "\n\n".join(each.markdown() for each in compared(bundle.router, router, checked))
    counts = ", ".join(f"{count:,} {label}" for label, count in facts["labels"].items())
    parts = ", ".join(
        f"{part['pictures']:,} pictures of {part['clusters']:,} logos to {use}"
        for use, part in facts["parts"].items()
        if part["pictures"]
    )
    aside = ", ".join(f"{count:,} {why}" for why, count in facts["left_out"].items() if count)
    return f"""# Model card: {name}

Says how a logo must be converted to SVG: `simple`, `text`, `gradient` or `complex`. Rules and student are
those of `{bundle.name}`; when the rules answer alone, the promise that goes with it, and the probabilities
were fitted anew to one collection of pictures with `hybrid-logo calibrate`.

## Fitted to

`{facts["name"]}`: {facts["pictures"]:,} pictures of {facts["clusters"]:,} logos ({counts}), labelled by
their owner; {parts}. {f"Left out: {aside}. " if aside else ""}Seed {facts["seed"]}, SHA-256
`{facts["sha256"]}`. {facts["score"][0].upper()}{facts["score"][1:]}.

## Figures

{tables}

Before: `{bundle.name}`. What is promised holds for pictures like those that it was fitted to, and for no
others: `hybrid-logo drift` tells whether pictures have changed.

## Made of

- `rules.json` and `student-*.onnx`: as in `{bundle.name}`. What they were trained on stands in
  `manifest.json` under `training`.
- `router.json`: fitted anew.
- `profile.json`: what the pictures look like that certify, for `hybrid-logo drift`.
- `manifest.json`: sizes and hashes of these files; `training.calibrated_on` holds all that is told here.
"""
