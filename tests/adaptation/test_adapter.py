"""The adapter and its file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.adaptation.adapter import Adapter
from hybrid_logo.errors import InputError
from tests.adaptation.made_up import answer, bundle, pictures

COUNTS = {"mascot": 8, "qr-code": 8, "signature": 8}


@pytest.fixture(scope="module")
def adapter() -> Adapter:
    return Adapter.fit(*pictures(COUNTS), bundle())


def test_types_are_learned_and_told(adapter: Adapter) -> None:
    answers, types = pictures(dict.fromkeys(COUNTS, 50), seed=5)
    told = [adapter.classify(each) for each in answers]
    assert sum(each.label == name for each, name in zip(told, types, strict=True)) > 130
    for each in told:
        assert 0 <= each.margin <= each.confidence <= 1
        assert each.calibrated


def test_pictures_left_out_come_in_the_order_given() -> None:
    answers, types = pictures({"a": 3, "b": 1, "c": 3}, apart=9.0)
    backwards = Adapter.fit(answers[::-1], types[::-1], bundle())
    assert [told.label if told else None for told in backwards.left_out] == ["c"] * 3 + [None] + ["a"] * 3
    assert backwards.pictures == (3, 1, 3)


def test_what_is_read_is_what_was_written(adapter: Adapter, tmp_path: Path) -> None:
    adapter.write(tmp_path / "a.json")
    again = Adapter.read(tmp_path / "a.json")
    assert again == replace(adapter, left_out=())
    asked = pictures({"x": 3, "y": 2}, seed=3)[0]
    assert [again.classify(each) for each in asked] == [adapter.classify(each) for each in asked]


def test_names_of_types_may_be_anything(tmp_path: Path) -> None:
    names = ["a b", "ключ", "caf\\udce9", '"quoted"\n']
    adapter = Adapter.fit(*pictures(dict.fromkeys(names, 2)), bundle())
    adapter.write(tmp_path / "a.json")
    assert set(Adapter.read(tmp_path / "a.json").types) == set(names)


def test_another_model_is_refused(adapter: Adapter) -> None:
    adapter.require(bundle())
    with pytest.raises(InputError, match=r"give --model imagined-1\.0, or make it again"):
        adapter.require(bundle(name="other-1.0"))
    with pytest.raises(InputError, match=r"before rules.json of imagined-1.0 changed: make it again"):
        adapter.require(bundle(**{"rules.json": "c" * 64}))
    with pytest.raises(InputError, match=r"extra\.onnx"):
        adapter.require(bundle(**{"extra.onnx": "c" * 64}))
    with pytest.raises(ValueError, match=r"other-1\.0"):
        adapter.classify(answer([50.0] * len(adapter.middle), model="other-1.0"))


def _without(key: str) -> Any:
    return lambda data: data.pop(key)


@pytest.mark.parametrize(
    "spoil",
    [
        _without("weights"),
        _without("schema"),
        lambda data: data.update(schema=2),
        lambda data: data.update(more=1),
        lambda data: data.update(inputs=data["inputs"][::-1]),
        lambda data: data.update(types=["a", "a", "b"]),
        lambda data: data.update(types=["a", "b", 3]),
        lambda data: data.update(types=[]),
        lambda data: data.update(pictures=[1, 2]),
        lambda data: data.update(pictures=[1, 2, True]),
        lambda data: data.update(method="magic"),
        lambda data: data.update(temperature=0),
        lambda data: data.update(temperature="NaN"),
        lambda data: data.update(calibrated=1),
        lambda data: data.update(files=[]),
        lambda data: data.update(model=None),
        lambda data: data["weights"].pop(),
        lambda data: data["weights"][0].pop(),
        lambda data: data["weights"].__setitem__(0, "text"),
        lambda data: data["weights"][0].__setitem__(0, float("nan")),
        lambda data: data["scale"].__setitem__(0, 0.0),
        lambda data: data["middle"].__setitem__(0, 10**400),
        lambda data: data["intercepts"].__setitem__(0, None),
    ],
)
def test_a_malformed_file_is_refused(adapter: Adapter, tmp_path: Path, spoil: Any) -> None:
    data = json.loads(adapter.to_json())
    spoil(data)
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputError, match="make it again with hybrid-logo adapt"):
        Adapter.read(tmp_path / "a.json")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_what_is_no_adapter_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(InputError, match="make it again with hybrid-logo adapt"):
        Adapter.read(tmp_path / "a.json")
    with pytest.raises(InputError, match="cannot be read"):
        Adapter.read(tmp_path)
