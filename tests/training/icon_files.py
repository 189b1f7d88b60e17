"""Icon sets as they lie in the cache when they are fetched, with drawings whose facts are plain to see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from hybrid_logo.training.labels import COLUMNS
from hybrid_logo.training.sources import icon_set, set_folder
from hybrid_logo.types import LABELS

RAMP = '<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>'
DISC = '<circle cx="50" cy="50" r="40" fill="teal"/>'
RING = '<circle cx="50" cy="50" r="30" fill="none" stroke="red" stroke-width="9"/>'
CROSS = '<path d="M40 5h20v35h35v20H60v35H40V60H5V40h35z" fill="green"/>'
WEDGE = '<path d="M5 5h60L5 95z" fill="navy"/>'
STAIRS = '<path d="M5 95V70h30V45h30V20h30v75z" fill="purple"/>'
RAMP_DISC = f'{RAMP}<circle cx="50" cy="50" r="40" fill="url(#g)"/>'
RAMP_WEDGE = f'{RAMP}<path d="M95 5H35l60 90z" fill="url(#g)"/>'
FACETS = "".join(
    f'<rect x="{x}" y="{y}" width="8" height="8" fill="hsl({(x * 7 + y * 3) % 360},90%,50%)"/>'
    for x in range(1, 100, 10)
    for y in range(1, 100, 10)
    if x + y < 120
)
"""Complex by its pieces and colours."""
DOTS = "".join(
    f'<circle cx="{x}" cy="{y}" r="3" fill="#{x:02x}40{y:02x}"/>'
    for x in (10, 35, 60, 85)
    for y in (10, 35, 60, 85)
)
"""Near the boundary between simple and complex."""
BODIES = dict(zip(LABELS, (DISC, STAIRS, RAMP_DISC, FACETS), strict=True))
"""A drawing for each type, as far as facts tell."""


def write_set(cache: Path, name: str, drawings: Mapping[str, str]) -> None:
    """As ``data fetch`` would have brought it."""
    folder = set_folder(icon_set(name), cache)
    folder.mkdir(parents=True, exist_ok=True)
    icons = {key: {"body": body, "width": 100, "height": 100} for key, body in drawings.items()}
    (folder / "icons.json").write_text(json.dumps({"icons": icons}), encoding="utf-8")


def write_labels(path: Path, *rows: str) -> Path:
    """``set,name,label,also_accepted,clear,brand,split`` each."""
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return path
