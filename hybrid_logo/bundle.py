"""A model release: found, verified, loaded.

A release is one folder: ``manifest.json`` names every other file with its size and sha256. A file that
is missing, changed or not named is refused, so that what answers is what was released and measured.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hybrid_logo.errors import BundleError, BundleInvalidError, BundleNotFoundError
from hybrid_logo.router import Router
from hybrid_logo.rules import Scorecard
from hybrid_logo.types import LABELS, Precision

__all__ = [
    "DEFAULT_BUNDLE",
    "MODEL_VARIABLE",
    "PROFILE",
    "Bundle",
    "find_bundle",
    "read_manifest",
    "student_file",
]

SCHEMA = 1
DEFAULT_BUNDLE = "logo4-0.8"
MODEL_VARIABLE = "HYBRID_LOGO_MODEL"
MANIFEST = "manifest.json"
PROFILE = "profile.json"
"""Histograms of the pictures that certified the release, for ``hybrid-logo drift``."""
MODEL_CARD = "README.md"
"""Text for people, written after the release was measured; nothing is computed from it."""
MANIFEST_KEYS = frozenset(
    ("schema", "name", "labels", "preprocessing", "opset", "files", "quantisation", "promise", "metrics")
) | frozenset(("labels_from", "training", "seed"))
ARM = frozenset(("aarch64", "arm64"))
"""What ``platform.machine`` calls 64-bit ARM, in lower case."""


def student_file(precision: Precision) -> str:
    """Name of the student's file in a release."""
    return f"student-{precision}.onnx"


REQUIRED = frozenset(
    ("rules.json", "router.json", student_file(Precision.INT8), student_file(Precision.FP32))
)
"""Files of every release; the first one had no symmetric student."""


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """A verified model release.

    Attributes:
        folder: where it lies.
        manifest: ``manifest.json``.
        scorecard: the rules.
        router: thresholds, promises and calibration; without any promise where the files are not those
            that it was certified with.
    """

    folder: Path
    manifest: dict[str, Any]
    scorecard: Scorecard
    router: Router

    @property
    def name(self) -> str:
        """Name of the release, such as "logo4-0.1"."""
        return str(self.manifest["name"])

    @property
    def side(self) -> int:
        """Height and width of the student's view, in pixels."""
        return int(self.manifest["preprocessing"]["student_side_px"])

    @property
    def precisions(self) -> tuple[Precision, ...]:
        """Precisions of the student that the release holds."""
        return tuple(each for each in Precision if student_file(each) in self.manifest["files"])

    def precision(self, asked: Precision | str | None = None) -> Precision:
        """The precision that runs here: what is asked, else what suits this processor.

        Nobody asked, 64-bit ARM takes the symmetric student where the release holds it; every other
        processor, and every other release, the INT8 one that is safe everywhere.

        Raises:
            ValueError: there is no such precision.
            BundleError: the release has no student of it.
        """
        if asked is None:
            on_arm = platform.machine().lower() in ARM and Precision.INT8_SYMMETRIC in self.precisions
            return Precision.INT8_SYMMETRIC if on_arm else Precision.INT8
        if asked not in tuple(Precision):
            raise ValueError(f"the precision must be one of {', '.join(Precision)}, not {asked!r}")
        if asked not in self.precisions:
            raise BundleError(
                f"{self.name} has no student in {asked}, only in {', '.join(self.precisions)}. "
                "Ask for one of these, or take another model release."
            )
        return Precision(asked)

    def student_model(self, precision: Precision | str | None = None) -> bytes:
        """The bytes of the student's ONNX file; ``precision`` as for :meth:`precision`."""
        name = student_file(self.precision(precision))
        return _verified(self.folder, name, self.manifest["files"][name])

    @classmethod
    def load(cls, model: str | os.PathLike[str] | None = None) -> Bundle:
        """Find, verify and load a release.

        Args:
            model: a folder, or the name of a release in the package; else the variable
                HYBRID_LOGO_MODEL, else the release that this version was made with.

        Raises:
            BundleNotFoundError: there is none.
            BundleInvalidError: it is tampered with, incomplete or of another schema.
        """
        folder = find_bundle(model)
        manifest = read_manifest(folder)
        contents = {name: _verified(folder, name, entry) for name, entry in manifest["files"].items()}
        present = {path.name for path in folder.iterdir() if path.is_file()}
        strange = present - contents.keys() - {MANIFEST, MODEL_CARD}
        if strange:
            raise BundleInvalidError(
                f"{folder} holds files that its manifest does not name: {', '.join(sorted(strange))}. "
                "Remove them, or install the bundle again."
            )
        scorecard = Scorecard.from_dict(_parsed(contents["rules.json"], "rules.json"))
        router = Router.from_dict(_parsed(contents["router.json"], "router.json"))
        answering = {"rules.json", *map(student_file, Precision)} & contents.keys()
        hashes = {name: manifest["files"][name]["sha256"] for name in answering}
        return cls(folder, manifest, scorecard, router.checked(hashes))


def find_bundle(model: str | os.PathLike[str] | None = None) -> Path:
    """The folder of a release; see :meth:`Bundle.load`. Nothing is verified.

    Raises:
        BundleNotFoundError: there is none.
    """
    wanted = os.fspath(model) if model is not None else os.environ.get(MODEL_VARIABLE) or None
    folders = [root / (wanted if wanted is not None else DEFAULT_BUNDLE) for root in _roots()]
    if wanted is not None:  # the default is never taken from the working directory
        folders.insert(0, Path(wanted))
    for folder in folders:
        if os.path.isfile(folder / MANIFEST):
            return folder
    names = sorted(path.parent.name for root in _roots() for path in root.glob(f"*/{MANIFEST}"))
    known = f" Releases here: {', '.join(names)}." if names else ""
    raise BundleNotFoundError(
        f"There is no model release {wanted or DEFAULT_BUNDLE!r}.{known} Give the name of a release or a "
        f"folder that holds {MANIFEST}, by --model or the variable {MODEL_VARIABLE}."
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """``manifest.json`` of a release, its form checked.

    Raises:
        BundleInvalidError: it cannot be read, is of another schema or has unknown or missing keys.
    """
    path = folder / MANIFEST
    try:
        manifest = _parsed(path.read_bytes(), MANIFEST)
    except OSError as error:
        raise BundleInvalidError(
            f"{path} cannot be read ({error.strerror}). Install the bundle again."
        ) from error
    if manifest.get("schema") != SCHEMA:
        raise BundleInvalidError(
            f"{path} has schema {manifest.get('schema')!r}, this version reads {SCHEMA}. "
            "Install the version of hybrid-logo that the bundle was made for."
        )
    wrong = MANIFEST_KEYS ^ manifest.keys()
    if wrong:
        raise BundleInvalidError(
            f"{path} lacks or adds the keys {', '.join(sorted(wrong))}. Install the bundle again."
        )
    if manifest["labels"] != [label.value for label in LABELS]:
        raise BundleInvalidError(
            f"{path} has the labels {manifest['labels']}, this version {[label.value for label in LABELS]}. "
            "Install the version of hybrid-logo that the bundle was made for."
        )
    files = manifest["files"]
    if not isinstance(files, dict) or not files.keys() >= REQUIRED:
        raise BundleInvalidError(f"{path} must name {', '.join(sorted(REQUIRED))}. Install the bundle again.")
    seen = manifest["preprocessing"]
    if not isinstance(seen, dict) or not isinstance(seen.get("student_side_px"), int):
        raise BundleInvalidError(f"{path} does not say student_side_px. Install the bundle again.")
    return manifest


@cache
def _roots() -> tuple[Path, ...]:
    """Folders that hold releases: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).resolve().parent
    return tuple(root for root in (package / "models", package.parent / "models") if root.is_dir())


def _verified(folder: Path, name: str, entry: Any) -> bytes:
    path = folder / name
    if Path(name).name != name or "\0" in name or not isinstance(entry, dict):
        raise BundleInvalidError(
            f"{folder}/{MANIFEST} names {name!r}, which is no file name with its size and sha256. "
            "Install the bundle again."
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleInvalidError(
            f"{path} cannot be read ({error.strerror}). Install the bundle again."
        ) from error
    if len(content) != entry.get("bytes") or hashlib.sha256(content).hexdigest() != entry.get("sha256"):
        raise BundleInvalidError(
            f"{path} is not the file that was released: its size or sha256 differs. Install the bundle again."
        )
    return content


def _parsed(content: bytes, name: str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BundleInvalidError(f"{name} is no JSON ({error}). Install the bundle again.") from error
    if not isinstance(data, dict):
        raise BundleInvalidError(f"{name} must hold one JSON object. Install the bundle again.")
    return data
