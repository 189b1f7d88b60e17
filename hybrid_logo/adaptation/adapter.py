"""The adapter: the user's own types, learned for one model release, and the file that holds them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.adaptation.inputs import INPUTS, inputs_of, middle_and_scale
from hybrid_logo.adaptation.learning import METHODS, learn
from hybrid_logo.bundle import Bundle
from hybrid_logo.calibration import softmax
from hybrid_logo.errors import InputError
from hybrid_logo.features import NAMES
from hybrid_logo.output import open_output
from hybrid_logo.types import Prediction, UserType

__all__ = ["Adapter"]

SCHEMA = 1
_AGAIN = "make it again with hybrid-logo adapt DIR --out FILE"

Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Adapter:
    """Tells types that a user has defined by a few pictures of each.

    Attributes:
        model: name of the model release whose answers it was fitted to.
        files: name -> SHA-256 of the files of that release.
        types: the names of the types.
        pictures: of each type.
        method: how the model was fitted, a key of ``learning.METHODS``.
        middle, scale: standardise the measurements, in the order of ``features.NAMES``.
        weights: per type one for each of ``inputs.INPUTS``.
        intercepts: one per type.
        temperature: the scores are divided by it.
        calibrated: whether the temperature was fitted to pictures.
        left_out: how each picture was told while it was left out, in the order of ``fit``; None for the only
            picture of a type. No file holds it.
    """

    model: str
    files: Mapping[str, str]
    types: tuple[str, ...]
    pictures: tuple[int, ...]
    method: str
    middle: Row
    scale: Row
    weights: tuple[Row, ...]
    intercepts: Row
    temperature: float
    calibrated: bool
    left_out: tuple[UserType | None, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.types)
        if count < 2 or len(set(self.types)) != count or not all(self.types):
            raise ValueError("at least two types with different names are needed")
        if not len(self.pictures) == len(self.weights) == len(self.intercepts) == count:
            raise ValueError(f"pictures, weights and intercepts must be those of {count} types")
        if min(self.pictures) < 1 or self.method not in METHODS:
            raise ValueError("each type needs a picture, and the method must be known")
        if not len(self.middle) == len(self.scale) == len(NAMES):
            raise ValueError(f"{len(NAMES)} measurements are needed")
        if any(len(row) != len(INPUTS) for row in self.weights):
            raise ValueError(f"{len(INPUTS)} weights of each type are needed")
        numbers = [*self.middle, *self.scale, *self.intercepts, self.temperature, *chain(*self.weights)]
        if not np.isfinite(numbers).all() or min(*self.scale, self.temperature) <= 0:
            raise ValueError("numbers must be finite, scales and temperature above 0")

    @classmethod
    def fit(cls, predictions: Sequence[Prediction], types: Sequence[str], bundle: Bundle) -> Adapter:
        """Learn types from answers about a few pictures of each.

        Args:
            predictions: answers of the mode "hybrid".
            types: the name of each picture's type.
            bundle: the model release that answered.

        Raises:
            ValueError: there is one type only, or an answer holds no measurements.
        """
        names = tuple(sorted(set(types)))
        numbers = np.array([names.index(name) for name in types], np.int64)
        middle, scale = middle_and_scale(bundle.scorecard)
        learned = learn(inputs_of(predictions, middle, scale), numbers)
        held = Counter(types)
        return cls(
            model=bundle.name,
            files=_files(bundle),
            types=names,
            pictures=tuple(held[name] for name in names),
            method=learned.method,
            middle=tuple(middle.tolist()),
            scale=tuple(scale.tolist()),
            weights=tuple(map(tuple, learned.weights.tolist())),
            intercepts=tuple(learned.intercepts.tolist()),
            temperature=learned.temperature,
            calibrated=learned.calibrated,
            left_out=tuple(
                None if np.isnan(row).any() else _told(names, row, learned.calibrated)
                for row in learned.left_out
            ),
        )

    def classify(self, prediction: Prediction) -> UserType:
        """Which of the types the picture of an answer is.

        Raises:
            ValueError: the answer is not of the mode "hybrid", or of another model.
        """
        if prediction.model != self.model:
            raise ValueError(f"an adapter to {self.model} cannot read an answer of {prediction.model}")
        inputs = inputs_of([prediction], np.array(self.middle), np.array(self.scale))[0]
        scores = np.array(self.weights) @ inputs + np.array(self.intercepts)
        return _told(self.types, softmax(scores / self.temperature), self.calibrated)

    def require(self, bundle: Bundle, name: str = "the adapter") -> None:
        """Refuse to work with another model release than the one that it was fitted to.

        Args:
            bundle: the release in use.
            name: what a message calls the adapter.

        Raises:
            InputError: the release has another name or other files.
        """
        if bundle.name != self.model:
            raise InputError(
                f"{name} was made with the model {self.model}, and this run uses {bundle.name}: "
                f"give --model {self.model}, or {_AGAIN}"
            )
        present = _files(bundle)
        changed = sorted(
            key for key in present.keys() | self.files if present.get(key) != self.files.get(key)
        )
        if changed:
            raise InputError(f"{name} was made before {', '.join(changed)} of {self.model} changed: {_AGAIN}")

    def to_json(self) -> str:
        """The text of an adapter file."""
        data = {"schema": SCHEMA, "inputs": list(INPUTS), **asdict(self)}
        del data["left_out"]
        lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in data.items())
        return f"{{\n{lines}\n}}\n"

    def write(self, path: str | PathLike[str]) -> None:
        """Write the file; it appears whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        with open_output(str(path)) as write:
            write(self.to_json())

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Adapter:
        """Read what :meth:`write` wrote.

        Raises:
            InputError: the file cannot be read, or is no adapter of this version.
        """
        try:
            data = json.loads(Path(path).read_bytes())
        except OSError as error:
            raise InputError(f"{str(path)!r} cannot be read ({error.strerror}): {_AGAIN}") from error
        except (ValueError, RecursionError) as error:
            raise InputError(f"{str(path)!r} is no adapter ({error}): {_AGAIN}") from error
        try:
            return cls._from_dict(data)
        except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
            raise InputError(f"{str(path)!r} is no adapter that can be used ({error}): {_AGAIN}") from error

    @classmethod
    def _from_dict(cls, data: Any) -> Adapter:
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise ValueError(f"it is no JSON object of schema {SCHEMA}")
        if data.keys() != {"schema", "inputs", *(each.name for each in fields(cls))} - {"left_out"}:
            raise ValueError("its keys are not those of an adapter")
        if data["inputs"] != list(INPUTS):
            raise ValueError("it was fitted to other measurements than this version takes")
        words = [data["model"], data["method"], *data["types"], *data["files"].values()]
        if not all(isinstance(word, str) for word in words) or not isinstance(data["calibrated"], bool):
            raise ValueError("names must be texts, and calibrated true or false")
        if any(type(count) is not int for count in data["pictures"]):
            raise ValueError("pictures must be whole numbers")
        return cls(
            model=data["model"],
            files=dict(data["files"]),
            types=tuple(data["types"]),
            pictures=tuple(data["pictures"]),
            method=data["method"],
            middle=_row(data["middle"]),
            scale=_row(data["scale"]),
            weights=tuple(map(_row, data["weights"])),
            intercepts=_row(data["intercepts"]),
            temperature=float(data["temperature"]),
            calibrated=data["calibrated"],
        )


def _row(values: Sequence[Any]) -> Row:
    if not isinstance(values, list) or any(type(value) not in (int, float) for value in values):
        raise ValueError("a list of numbers is needed")
    return tuple(map(float, values))


def _files(bundle: Bundle) -> dict[str, str]:
    return {name: str(entry["sha256"]) for name, entry in bundle.manifest["files"].items()}


def _told(types: Sequence[str], probabilities: NDArray[np.float64], calibrated: bool) -> UserType:
    best, second = np.argsort(-probabilities, kind="stable")[:2].tolist()
    confidence = float(probabilities[best])
    return UserType(types[best], confidence, confidence - float(probabilities[second]), calibrated)
