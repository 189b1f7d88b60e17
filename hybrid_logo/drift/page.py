"""A comparison as one HTML file that needs nothing else: findings, and histograms over one another."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from hybrid_logo.drift.bins import bin_words
from hybrid_logo.drift.comparison import Change, Comparison
from hybrid_logo.drift.profile import Profile
from hybrid_logo.evaluation.html.charts import COLORS
from hybrid_logo.evaluation.html.markup import charts, document, paragraph, table
from hybrid_logo.features import UNITS

__all__ = ["html_page"]

WIDTH, HEIGHT, FOOT = 420, 110, 26
LOOKS = (("reference", COLORS[0], 0.55), ("now", COLORS[1], 0.55))


def html_page(comparison: Comparison, profile: Profile, reference: Profile, sentences: Sequence[str]) -> str:
    """The whole file.

    Args:
        comparison: of the two.
        profile: of the pictures of today.
        reference: what it was compared with.
        sentences: what was found, in words.
    """
    head = ("histogram", "changed most", "before", "now", "change", "limit", "")
    rows = [
        (
            *(change.name, change.where, f"{change.before:.1%}", f"{change.after:.1%}"),
            *(f"{change.index:.2f}", f"{change.limit:.2f}", "drift" if change.drifted else ""),
        )
        for change in comparison.changes
    ]
    figures = [_figure(change, profile, reference) for change in comparison.changes]
    legend = ", ".join(f'<span style="color:{color}">&#9632;</span> {name}' for name, color, _ in LOOKS)
    return document(
        "hybrid-logo drift",
        [
            *map(paragraph, sentences),
            "<p>Change: population stability index, less what chance alone shows. Limit: what chance and the "
            "tolerance explain.</p>",
            table(head, rows),
            f"<h2>Shares of pictures: {legend}</h2>",
            charts(*figures),
        ],
    )


def _figure(change: Change, profile: Profile, reference: Profile) -> str:
    counts = [each.histogram(change.name) for each in (reference, profile)]
    shares = [each / each.sum() for each in counts]
    words = bin_words(change.name)
    highest = max(share.max() for share in shares)
    step = WIDTH / len(words)
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT + FOOT}" role="img" aria-label="{escape(change.name)}">']
    for (name, color, opacity), share in zip(LOOKS, shares, strict=True):
        for index in np.flatnonzero(share).tolist():
            tall = share[index] / highest * HEIGHT
            parts.append(
                f'<rect x="{index * step + 1:.1f}" y="{HEIGHT - tall:.1f}" width="{step - 2:.1f}" '
                f'height="{tall:.1f}" fill="{color}" fill-opacity="{opacity}">'
                f"<title>{escape(words[index])}: {share[index]:.1%} ({name})</title></rect>"
            )
    parts.append(f'<line class="grid" x1="0" y1="{HEIGHT}" x2="{WIDTH}" y2="{HEIGHT}"/>')
    # First, middle and last bin are named; the others tell their values under the pointer.
    named = range(len(words)) if len(words) <= 4 else (0, len(words) // 2, len(words) - 1)
    for index in named:
        middle = (index + 0.5) * step
        anchor = "start" if middle < WIDTH / 8 else "end" if middle > WIDTH * 7 / 8 else "middle"
        at = {"start": 0.0, "end": float(WIDTH), "middle": middle}[anchor]
        parts.append(
            f'<text x="{at:.0f}" y="{HEIGHT + 16}" text-anchor="{anchor}">{escape(words[index])}</text>'
        )
    parts.append("</svg>")
    unit = f" ({escape(UNITS[change.name])})" if change.name in UNITS else ""
    title = f"<strong>{escape(change.name)}</strong>{unit}: {change.index:.2f}"
    title += f", limit {change.limit:.2f}{', <strong>drift</strong>' if change.drifted else ''}"
    return f"<figure>{''.join(parts)}<figcaption>{title}</figcaption></figure>"
