"""Suites that are more than a dataset: each is a module that measures in its own way on labelled pictures.

A module is named here by its path and imported only when it is asked for, since some need heavy packages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from hybrid_logo.errors import MissingExtraError
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.results.written import Table
from hybrid_logo.types import Mode

if TYPE_CHECKING:
    from hybrid_logo.classifier import HybridClassifier

__all__ = ["SHOWN_ONLY", "SPECIAL_SUITES", "SpecialSuite", "measured_suites", "special_suite"]

SPECIAL_SUITES: dict[str, str] = {
    "corruptions": "hybrid_logo.evaluation.suites.corruption_suite",
    "adversarial": "hybrid_logo.training.adversarial_suite",
    "few-shot": "hybrid_logo.evaluation.suites.few_shot",
    "svg": "hybrid_logo.vectorize.quality.suite",
}
"""What ``--suite`` calls it -> path of its module. The result of each goes under that name."""


SHOWN_ONLY = "shown_only"
"""Key of a suite's result that holds HTML for the report alone."""


class SpecialSuite(Protocol):
    """What such a module holds; ``result`` below is what its ``measure`` gave.

    A suite may take settings of its own as further keyword arguments of ``steps`` and ``measure``. What its
    result holds under ``SHOWN_ONLY`` is shown in the report and not saved.
    """

    NAME: str

    def steps(self, dataset: Dataset, classifiers: Mapping[Mode, HybridClassifier], **settings: Any) -> int:
        """How often ``measure`` will call ``advance``."""

    def measure(
        self,
        dataset: Dataset,
        classifiers: Mapping[Mode, HybridClassifier],
        seed: int,
        advance: Callable[[], object],
        **settings: Any,
    ) -> dict[str, Any]:
        """JSON-ready figures."""

    def tables(self, result: dict[str, Any]) -> list[Table]:
        """Head and rows of each table."""

    def notes(self, result: dict[str, Any]) -> list[str]:
        """Sentences that belong below the tables."""

    def html_section(self, result: dict[str, Any]) -> str:
        """What the report shows."""


def special_suite(name: str) -> SpecialSuite:
    """Import one suite.

    Raises:
        MissingExtraError: it needs a package that is not there.
    """
    try:
        return cast(SpecialSuite, import_module(SPECIAL_SUITES[name]))
    except ImportError as error:
        raise MissingExtraError(
            f"The suite {name} cannot be run ({error}). Install what is needed with: "
            "pip install 'hybrid-logo[train,svg]'"
        ) from error


def measured_suites(result: Mapping[str, Any]) -> list[tuple[SpecialSuite, dict[str, Any]]]:
    """The suites whose figures a result holds."""
    return [(special_suite(name), result[name]) for name in SPECIAL_SUITES if name in result]
