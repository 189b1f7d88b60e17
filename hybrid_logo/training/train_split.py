"""Labelled logos that may be learned from: the split ``train`` without relatives of what is measured on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.leaks import held_out, leaks_of_set

__all__ = ["logos_to_learn_from"]


def logos_to_learn_from(
    logos: Sequence[LabelledLogo], cache: Path | None = None, workers: int = 2
) -> list[LabelledLogo]:
    """The logos of the split ``train`` whose brand is no relative of one of another split.

    The splits keep the names of brands apart; one brand may still stand in two of them under two names. Where
    the name or the look of one drawing tells that, all of its brand are left out.

    Args:
        logos: with visual labels, of all splits.
        cache: the cache folder; see ``cache_folder``.
        workers: processes.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: a set is not fetched or the cache cannot be written.
    """
    known = held_out(logos, cache, workers)
    train = [logo for logo in logos if logo.split == "train"]
    sets = dict.fromkeys(logo.set for logo in train)
    leaks = {(leak.set, leak.name) for name in sets for leak in leaks_of_set(name, known, cache, workers)}
    related = {logo.brand for logo in train if logo.key in leaks or known.by_name(logo.brand) is not None}
    return [logo for logo in train if logo.brand not in related]
