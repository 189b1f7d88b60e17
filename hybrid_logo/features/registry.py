"""The list of features: each property names its unit and the words that say its value."""

from __future__ import annotations

from collections.abc import Callable

from hybrid_logo.features.found import Found

__all__ = ["FEATURES", "feature"]

Property = Callable[[Found], float]

FEATURES: dict[str, tuple[str, str, Property]] = {}
"""Name -> unit, words, function; in the order in which the properties were defined."""


def feature(unit: str, words: str) -> Callable[[Property], Property]:
    """Add a property to the list.

    Args:
        unit: of its value.
        words: a format string that says the value, freed of its logarithm.
    """

    def register(function: Property) -> Property:
        FEATURES[function.__name__] = (unit, words, function)
        return function

    return register
