"""Converts logos to SVG the way their type asks for (extra ``svg``: VTracer and resvg).

    from hybrid_logo.vectorize import convert

    conversion = convert("logo.png")
    conversion.svg, conversion.prediction, conversion.strategy, conversion.quality

Who has a tracer already takes only the advice: ``strategy_for(HybridClassifier().classify("logo.png"))``.
What is heavy is loaded when a name that needs it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hybrid_logo.vectorize.strategies import Strategy, strategy_for

if TYPE_CHECKING:
    from hybrid_logo.vectorize.converter import Conversion, Converter, convert

__all__ = ["Conversion", "Converter", "Strategy", "convert", "strategy_for"]


def __getattr__(name: str) -> Any:
    """Load the converter at its first use (PEP 562), so that its workers need not."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module("hybrid_logo.vectorize.converter"), name)
    globals()[name] = value
    return value
