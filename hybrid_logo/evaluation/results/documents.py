"""Which documents show which results, and how each is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from hybrid_logo.bundle import DEFAULT_BUNDLE
from hybrid_logo.errors import MissingExtraError
from hybrid_logo.evaluation.results.artefact_tables import artefact_figures
from hybrid_logo.evaluation.results.device_tables import DEVICES, device_figures
from hybrid_logo.evaluation.results.tables import card_figures, readme_figures
from hybrid_logo.evaluation.results.written import Result

__all__ = ["KINDS", "Kind", "kind_of"]

SVG_TABLES = "hybrid_logo.vectorize.quality.table"
"""Imported only when it is asked for, as the suite itself is: it belongs to the extra ``svg``."""

Write = Callable[[Sequence[Result]], str]
"""Takes results of one model; gives Markdown."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Results that the same documents show.

    Attributes:
        mark: name of the comments around their figures.
        keys: a result that holds one of these is of this kind.
        documents: takes the checkout and the name of a model; gives the documents and how each is written.
        optional: whether a document may be missing or hold no figures yet.
    """

    mark: str
    keys: tuple[str, ...]
    documents: Callable[[Path, str], dict[Path, Write]]
    optional: bool = True

    @property
    def begin(self) -> str:
        """The comment before the figures."""
        return f"<!-- {self.mark}:begin -->"

    @property
    def end(self) -> str:
        """The comment behind them."""
        return f"<!-- {self.mark}:end -->"


def kind_of(result: Result) -> Kind:
    """The first kind that the result belongs to; every result that was loaded has one."""
    return next(kind for kind in KINDS if any(key in result for key in kind.keys))


def _of_artefacts(root: Path, _model: str) -> dict[Path, Write]:
    pages = {root / "exports" / page / "README.md": device_figures(page) for page in DEVICES}
    return {root / "exports" / "README.md": artefact_figures} | pages


def _of_vectors(root: Path, _model: str) -> dict[Path, Write]:
    return {root / "docs" / "VECTORIZE.md": _svg_figures}


def _of_answers(root: Path, model: str) -> dict[Path, Write]:
    """Every release has a card; README.md tells of the one that is used when none is named."""
    card: dict[Path, Write] = {root / "models" / model / "README.md": card_figures}
    others = model != DEFAULT_BUNDLE and (root / "models" / DEFAULT_BUNDLE).is_dir()
    return card if others else {root / "README.md": readme_figures} | card


def _svg_figures(results: Sequence[Result]) -> str:
    try:
        lines = cast(Callable[[Result], list[str]], import_module(SVG_TABLES).svg_lines)
    except ImportError as error:
        raise MissingExtraError(
            f"The tables of the suite svg cannot be written ({error}). Install what is needed with: "
            "pip install 'hybrid-logo[svg]'"
        ) from error
    return "\n\n".join("\n".join(lines(result)) for result in results)


KINDS = (
    Kind("artefacts", ("artefacts", "browser"), _of_artefacts),
    Kind("svg", ("svg",), _of_vectors),
    Kind("figures", ("modes",), _of_answers, optional=False),
)
"""The first that fits is taken: a run with the suite svg has answers too, and is not one for README.md."""
