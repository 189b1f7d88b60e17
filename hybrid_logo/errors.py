"""Every error this package raises, on one page.

    HybridLogoError
    ├── PictureError            one picture cannot be answered; the others can
    │   ├── UnreadableError       "unreadable"   the file cannot be opened (rights, dangling link, folder)
    │   ├── EmptyFileError        "empty"        there are no bytes
    │   ├── UnsupportedError      "unsupported"  not a picture format that is read here
    │   ├── VectorError           "vector"       an SVG: it is vector already
    │   ├── CorruptError          "corrupt"      truncated or damaged
    │   ├── TooLargeError         "too_large"    more pixels or bytes than the limit
    │   ├── TooSmallError         "too_small"    fewer pixels than a logo needs
    │   ├── BlankError            "blank"        nothing is drawn: transparent or one flat colour
    │   ├── InvalidArrayError     "invalid_array"  an array of a wrong type, shape or value
    │   └── ConversionError       "conversion"   it cannot be traced: too slow, too large, a broken tracer
    ├── BundleError             the model release cannot be used
    │   ├── BundleNotFoundError
    │   └── BundleInvalidError    tampered, incomplete or of another schema
    ├── ProviderError           ONNX Runtime did not give the provider that was asked for
    ├── MissingExtraError       an optional package or program is not installed
    ├── ExportError             an artefact for another runtime cannot be made
    │   ├── ParityError           what was made answers otherwise than the release, or in another precision
    │   └── ArtefactError         an artefact is damaged, of another release or of another runtime
    ├── SourceError             training data could not be fetched or read
    │   └── SourceGoneError       the registry does not offer it any more
    ├── InputError              the list of pictures cannot be read
    └── OutputError             results cannot be written or continued

Each message ends with what to do. A ``PictureError`` becomes a result with ``status: error``
wherever several pictures are answered; everything else is a caller's mistake or a broken installation.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "ArtefactError",
    "BlankError",
    "BundleError",
    "BundleInvalidError",
    "BundleNotFoundError",
    "ConversionError",
    "CorruptError",
    "EmptyFileError",
    "ExportError",
    "HybridLogoError",
    "InputError",
    "InvalidArrayError",
    "MissingExtraError",
    "OutputError",
    "ParityError",
    "PictureError",
    "ProviderError",
    "SourceError",
    "SourceGoneError",
    "TooLargeError",
    "TooSmallError",
    "UnreadableError",
    "UnsupportedError",
    "VectorError",
]


class HybridLogoError(Exception):
    """Base of all errors raised on purpose by this package."""


class PictureError(HybridLogoError):
    """One picture cannot be answered. ``kind`` is the word used in results."""

    kind: ClassVar[str] = "picture"


class UnreadableError(PictureError):
    """The file cannot be opened or read."""

    kind = "unreadable"


class EmptyFileError(PictureError):
    """The input has no bytes."""

    kind = "empty"


class UnsupportedError(PictureError):
    """The bytes are not in a picture format that is read here."""

    kind = "unsupported"


class VectorError(PictureError):
    """The input is an SVG and needs no conversion."""

    kind = "vector"


class CorruptError(PictureError):
    """The picture is truncated or damaged."""

    kind = "corrupt"


class TooLargeError(PictureError):
    """The picture has more pixels or bytes than the limit."""

    kind = "too_large"


class TooSmallError(PictureError):
    """The picture has too few pixels to be judged."""

    kind = "too_small"


class BlankError(PictureError):
    """Nothing is drawn: everything is transparent or of one flat colour."""

    kind = "blank"


class InvalidArrayError(PictureError):
    """An array has a type, shape or value that is no picture."""

    kind = "invalid_array"


class ConversionError(PictureError):
    """The picture cannot be converted to SVG: the tracer failed, took too long or too much memory."""

    kind = "conversion"


class BundleError(HybridLogoError):
    """The model release cannot be used."""


class BundleNotFoundError(BundleError):
    """No model release stands where one was looked for."""


class BundleInvalidError(BundleError):
    """A model release is tampered with, incomplete or of another schema."""


class ProviderError(HybridLogoError):
    """ONNX Runtime did not give the execution provider that was asked for."""


class MissingExtraError(HybridLogoError):
    """An optional package or program is not installed."""


class ExportError(HybridLogoError):
    """An artefact for another runtime cannot be made."""


class ParityError(ExportError):
    """What was made answers otherwise than the release, or computes in another precision than asked."""


class ArtefactError(ExportError):
    """An artefact is damaged, of another release or made for another runtime."""


class SourceError(HybridLogoError):
    """Training data could not be fetched or read."""


class SourceGoneError(SourceError):
    """The registry does not offer a pinned package any more."""


class InputError(HybridLogoError):
    """The list of pictures cannot be read."""


class OutputError(HybridLogoError):
    """Results cannot be written, or a file of results cannot be continued."""
