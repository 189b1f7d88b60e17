"""The corruption suite with classifiers that are misled by some files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.evaluation.statistics.metrics import share
from hybrid_logo.evaluation.suites import corruption_suite
from hybrid_logo.evaluation.suites.corruption_report import promise_kept
from hybrid_logo.evaluation.suites.corruption_suite import (
    figures_of,
    html_section,
    measure,
    notes,
    steps,
    tables,
)
from hybrid_logo.evaluation.suites.corruptions import CORRUPTIONS
from hybrid_logo.types import LABELS, DecidedBy, FileResult, LogoType, Mode, Prediction
from tests.drawn_pictures import BLUE, disc

S, T, G, C = LogoType
NAMES = [corruption.name for corruption in CORRUPTIONS]


class Misled:
    """Says simple, by the rules; of JPEG files text, and where ``asked`` the student says so."""

    bundle = SimpleNamespace(router=SimpleNamespace(promise=SimpleNamespace(target_risk=0.03)))

    def __init__(self, asked: bool) -> None:
        self.asked = asked

    def classify_many(self, sources: Iterable[Any], batch_size: int = 32) -> Iterator[FileResult]:
        for source in sources:
            jpeg = source[:2] == b"\xff\xd8"
            label = T if jpeg else S
            scores = tuple(0.7 if each == label else 0.1 for each in LABELS)
            path = DecidedBy.STUDENT if jpeg and self.asked else DecidedBy.RULES
            yield FileResult("", Prediction(label, 0.7, True, scores, path, "said so"))  # type: ignore[arg-type]


def classifiers(**asked: bool) -> dict[Mode, HybridClassifier]:
    return {Mode(mode): cast(HybridClassifier, Misled(student)) for mode, student in asked.items()}


def case(number: int, *also: LogoType, data: bytes | None = None) -> Case:
    pixels = cv2.cvtColor(disc(24 + number, BLUE), cv2.COLOR_RGBA2BGRA)
    source = cv2.imencode(".png", pixels)[1].tobytes() if data is None else data
    return Case(f"logo{number}", source, S, frozenset([S, *also]), not also, f"brand{number}")


DATASET = Dataset(
    "tiny", [case(0), case(1), case(2, T), case(3, G), case(4, data=b"no picture")], "a test", 0
)


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    calls: list[None] = []
    asked = classifiers(rules=False, hybrid=True)
    found = measure(DATASET, asked, 0, lambda: calls.append(None))
    assert len(calls) == steps(DATASET, asked) == 5 * len(CORRUPTIONS)
    assert json.loads(json.dumps(found)) == found
    return found


def test_what_a_corruption_costs_is_counted_per_severity(result: dict[str, Any]) -> None:
    jpeg = result["modes"]["rules"]["corruptions"]["jpeg"]
    assert (result["pictures"], result["drawn"]) == (4, 5)
    assert jpeg["strict"] == [4, 0, 0, 0, 0, 0]
    assert jpeg["accepted"] == [4, 1, 1, 1, 1, 1]
    assert jpeg["by_rules"] == [4, 4, 4, 4, 4, 4]
    assert jpeg["by_rules_wrong"] == [0, 3, 3, 3, 3, 3]
    assert (jpeg["promise"]["k"], jpeg["promise"]["n"]) == (3, 4)
    assert result["modes"]["rules"]["corruptions"]["noise"]["accepted"] == [4] * 6


def test_what_the_student_decides_is_no_risk_of_the_rules(result: dict[str, Any]) -> None:
    jpeg = result["modes"]["hybrid"]["corruptions"]["jpeg twice"]
    assert jpeg["accepted"] == [4, 1, 1, 1, 1, 1]
    assert jpeg["by_rules"] == [4, 0, 0, 0, 0, 0]
    assert (jpeg["promise"]["k"], jpeg["promise"]["n"]) == (0, 0)


def test_possible_gradients_are_not_posterised(result: dict[str, Any]) -> None:
    found = result["modes"]["hybrid"]["corruptions"]
    assert {name: found[name]["pictures"] for name in ("posterised", "jpeg")} == {"posterised": 3, "jpeg": 4}


def test_mean_fall_and_worst_cell(result: dict[str, Any]) -> None:
    figures = result["modes"]["hybrid"]
    assert figures["clean"]["accepted"]["share"] == 1.0
    expected = 1 - 2 / len(CORRUPTIONS) * 3 / 4
    assert figures["mean"]["accepted"] == pytest.approx(expected)
    assert figures["relative_fall"]["accepted"] == pytest.approx(1 - expected)
    assert figures["worst"] == {"corruption": "jpeg", "severity": 1, "accepted": 0.25}


def test_the_promise_takes_one_severity_of_each_picture() -> None:
    outcomes = np.ones((400, len(CORRUPTIONS), 6, 3), bool)
    outcomes[:, :, 5, 1] = False  # wrong at severity 5 alone
    promise = figures_of(outcomes, np.ones((400, len(CORRUPTIONS)), bool), seed=1)["corruptions"]["webp"][
        "promise"
    ]
    assert promise["n"] == 400
    assert 50 < promise["k"] < 110


def test_the_sample_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corruption_suite, "PICTURES", 2)
    asked = classifiers(hybrid=True)
    found = measure(DATASET, asked, 3)
    assert (found["drawn"], found["of"]) == (2, 5)
    assert steps(DATASET, asked) == 2 * len(CORRUPTIONS)
    assert found == measure(DATASET, asked, 3)


@pytest.mark.parametrize(("wrong", "kept"), [(0, "kept"), (9, "open"), (30, "broken")])
def test_a_promise_is_kept_broken_or_open(wrong: int, kept: str) -> None:
    counted = share(wrong, 300)
    assert promise_kept({"low": counted.low, "high": counted.high}, 0.03) == kept


def test_tables_name_modes_corruptions_and_promises(result: dict[str, Any]) -> None:
    modes, cells, promises = tables(result)
    assert [row[0] for row in modes[1]] == ["rules", "hybrid"]
    assert [row[0] for row in cells[1]] == [row[0] for row in promises[1]] == NAMES
    assert all(len(row) == len(head) for head, rows in (modes, cells, promises) for row in rows)
    assert cells[1][0] == ["jpeg", "4", "100.0%", *["25.0%"] * 5]
    assert promises[1][0] == ["jpeg", "0.0%", "-", "open"]
    assert any("1 drawn pictures could not be opened" in note for note in notes(result))
    assert any("3.0%" in note for note in notes(result))


def test_the_report_is_sound_and_redder_where_more_is_lost(result: dict[str, Any]) -> None:
    root = ElementTree.fromstring(f"<div>{html_section(result)}</div>")
    row = next(line for line in root.iter("tr") if [cell.text for cell in line][:3] == ["jpeg", "4", "100%"])
    backgrounds = [cell.attrib["style"] for cell in list(row)[2:]]
    assert backgrounds[0].endswith("0.00)")
    assert backgrounds[1].endswith("0.70)")
    assert [cell.text for cell in list(row)[3:]] == ["25%"] * 5
    summaries = [summary.text for summary in root.iter("summary")]
    assert summaries == ["Accepted accuracy of rules", "What each severity is"]


def test_nothing_that_can_be_opened_is_a_result_too() -> None:
    broken = Dataset("x", [case(0, data=b"no")], "a test", 0)
    result = measure(broken, classifiers(rules=False), 0)
    assert result["modes"] == {}
    assert tables(result) == []
    assert "0 of 1 pictures" in html_section(result)
