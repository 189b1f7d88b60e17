"""Tells how a logo picture must be converted to SVG: simple, text, gradient or complex.

A scorecard of rules answers what it can; a small neural network, the student, answers the rest.

    from hybrid_logo import HybridClassifier

    prediction = HybridClassifier().classify("logo.png")
    prediction.label, prediction.confidence, prediction.reason

``import hybrid_logo`` is cheap: numpy, OpenCV and ONNX Runtime are loaded when a name that needs them
is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hybrid_logo.errors import (
    ArtefactError,
    BlankError,
    BundleError,
    BundleInvalidError,
    BundleNotFoundError,
    ConversionError,
    CorruptError,
    EmptyFileError,
    ExportError,
    HybridLogoError,
    InputError,
    InvalidArrayError,
    MissingExtraError,
    OutputError,
    ParityError,
    PictureError,
    ProviderError,
    SourceError,
    SourceGoneError,
    TooLargeError,
    TooSmallError,
    UnreadableError,
    UnsupportedError,
    VectorError,
)
from hybrid_logo.policy import Policy
from hybrid_logo.types import (
    LABELS,
    DecidedBy,
    FileResult,
    LogoType,
    Mode,
    Precision,
    Prediction,
    UserType,
)

if TYPE_CHECKING:
    from hybrid_logo.classifier import HybridClassifier
    from hybrid_logo.image import Limits

__version__ = "0.1.0"

__all__ = [
    "LABELS",
    "ArtefactError",
    "BlankError",
    "BundleError",
    "BundleInvalidError",
    "BundleNotFoundError",
    "ConversionError",
    "CorruptError",
    "DecidedBy",
    "EmptyFileError",
    "ExportError",
    "FileResult",
    "HybridClassifier",
    "HybridLogoError",
    "InputError",
    "InvalidArrayError",
    "Limits",
    "LogoType",
    "MissingExtraError",
    "Mode",
    "OutputError",
    "ParityError",
    "PictureError",
    "Policy",
    "Precision",
    "Prediction",
    "ProviderError",
    "SourceError",
    "SourceGoneError",
    "TooLargeError",
    "TooSmallError",
    "UnreadableError",
    "UnsupportedError",
    "UserType",
    "VectorError",
    "__version__",
]

_LAZY = {"HybridClassifier": "hybrid_logo.classifier", "Limits": "hybrid_logo.image"}


def __getattr__(name: str) -> Any:
    """Load a name that needs numpy, OpenCV or ONNX Runtime at its first use (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_LAZY))
