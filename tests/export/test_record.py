"""What an artefact says about itself, in and out of JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import ArtefactError
from hybrid_logo.export.record import UNSEALED, Record


@pytest.fixture
def record(bundle: Bundle) -> Record:
    return Record("ort", "int8", bundle.manifest, {"onnxruntime": "1.2.3"}, parity={"same": 1.0})


def test_it_comes_back_from_json(record: Record) -> None:
    assert Record.from_json(record.to_json(), "a.ort") == record


def test_the_release_is_known_by_its_whole_manifest(record: Record, bundle: Bundle) -> None:
    record.require_release(bundle)
    other = replace(record, manifest=record.manifest | {"seed": 7})
    with pytest.raises(ArtefactError, match="hybrid-logo export ort --out DIR"):
        other.require_release(bundle)


def test_new_figures_break_the_seal(record: Record) -> None:
    changed = replace(record, seal="f" * 64).with_parity({"same": 0.999})
    assert changed.seal == UNSEALED
    assert changed.parity == {"same": 0.999}


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"schema": None},
        {"unknown": 1},
        {"target": 3},
        {"seal": None},
        {"files": []},
        {"parity": None},
        {"made_with": "all"},
        {"manifest": {}},
        {"manifest": None},
        {"manifest": {"name": 1, "labels": ["simple", "text", "gradient", "complex"]}},
        {"manifest": {"name": "a", "labels": ["text", "simple", "gradient", "complex"]}},
    ],
)
def test_a_malformed_record_is_told(record: Record, change: dict[str, object]) -> None:
    text = json.dumps(json.loads(record.to_json()) | change)
    with pytest.raises(ArtefactError, match=r"a\.ort"):
        Record.from_json(text, "a.ort")


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, "1"])
def test_no_record_is_told(text: str) -> None:
    with pytest.raises(ArtefactError, match=r"a\.ort"):
        Record.from_json(text, "a.ort")
