from __future__ import annotations

import csv
import io
import json
import os
import re

import pytest

from hybrid_logo.errors import CorruptError
from hybrid_logo.report import FORMATS, CsvReport, HumanReport, Report, Tally, printable
from hybrid_logo.types import DecidedBy, FileResult, LogoType, Prediction

AWKWARD = [
    'comma,quote".png',
    "line\nfeed.png",
    "return\r.png",
    "caf\udce9.png",
    "ключ.png",
    "\x1b[31m.png",
    "'=1+1",
]


def good(path: str = "in/a.png", *, certain: bool = True, evidence: bool = True) -> FileResult:
    prediction = Prediction(
        LogoType.GRADIENT,
        confidence=0.9812,
        certain=certain,
        scores=(0.006, 0.004, 0.9812, 0.0088),
        decided_by=DecidedBy.RULES,
        reason='ramps, "steady", cover 0.61 of the ink',
        evidence=(("ramp_share", 2.1), ("flat_colors", -0.4)) if evidence else (),
        score=0.97,
        threshold=0.93,
        model="logo4-9.9",
        time_ms=0.8,
    )
    return FileResult(path, prediction)


def bad(path: str = "in/b.png") -> FileResult:
    return FileResult.from_error(path, CorruptError("cut short, at byte 12: export it again"))


def text_of(report: Report, *results: FileResult) -> str:
    return report.opening() + "".join(report.entry(result) for result in results) + report.closing()


def test_json_is_one_array_of_the_schema() -> None:
    results = [good(), bad(), good("c.png", evidence=False)]
    assert json.loads(text_of(FORMATS["json"](), *results)) == [result.to_dict() for result in results]


def test_json_of_no_result_is_an_empty_array() -> None:
    assert json.loads(text_of(FORMATS["json"]())) == []


def test_jsonl_is_one_object_per_line_whatever_the_names() -> None:
    results = [good(name) for name in AWKWARD]
    lines = text_of(FORMATS["jsonl"](), *results).splitlines()
    assert [json.loads(line) for line in lines] == [result.to_dict() for result in results]


def test_json_gives_back_names_that_are_no_utf8() -> None:
    name = os.fsdecode(b"caf\xe9.png")
    line = text_of(FORMATS["jsonl"](), good(name)).encode("utf-8", "backslashreplace")
    assert os.fsencode(json.loads(line)["path"]) == b"caf\xe9.png"


def test_label_is_one_word_per_result() -> None:
    assert text_of(FORMATS["label"](), good(), bad(), good()) == "gradient\nerror\ngradient\n"


def test_csv_holds_the_fields_of_the_schema() -> None:
    ok, failed = csv.DictReader(io.StringIO(text_of(CsvReport(), good(), bad())))
    assert list(ok) == list(CsvReport.COLUMNS)
    fields = good().to_dict()
    probabilities = {f"probability_{name}": value for name, value in fields.pop("probabilities").items()}
    assert json.loads(ok.pop("evidence")) == fields.pop("evidence")
    assert json.loads(ok.pop("certain")) == fields.pop("certain")
    assert {name: text for name, text in ok.items() if text} == {
        name: str(value) for name, value in (fields | probabilities).items()
    }
    assert {name: text for name, text in failed.items() if text} == {
        "schema": "1",
        "path": "in/b.png",
        "status": "error",
        "error_kind": "corrupt",
        "error_message": "cut short, at byte 12: export it again",
    }


def test_csv_columns_are_stable() -> None:
    assert CsvReport().opening() == (
        "schema,path,status,label,confidence,certain,probability_simple,probability_text,probability_gradient,"
        "probability_complex,decided_by,reason,evidence,score,threshold,model,time_ms,error_kind,error_message\n"
    )


def test_csv_quotes_what_needs_it() -> None:
    text = text_of(CsvReport(), *(good(name) for name in AWKWARD))
    assert [row["path"] for row in csv.DictReader(io.StringIO(text, newline=""))] == AWKWARD


def test_human_lines_are_aligned() -> None:
    text = text_of(HumanReport(), good("first.png"), bad("second.png"), good("third.png", certain=False))
    lines = text.splitlines()
    assert [re.split(r"  +", line) for line in lines] == [
        ["gradient", "98.1%", "rules", "first.png"],
        ["error", "corrupt", "second.png: cut short, at byte 12: export it again"],
        ["gradient", "98.1%? rules", "third.png"],
    ]
    assert (
        len({line.index(name) for line, name in zip(lines, ("first", "second", "third"), strict=True)}) == 1
    )


def test_explain_adds_the_reason_and_a_table() -> None:
    line, reason, first, second = text_of(HumanReport(explain=True), good()).splitlines()
    assert line == text_of(HumanReport(), good()).rstrip("\n")
    assert reason.strip() == 'ramps, "steady", cover 0.61 of the ink'
    assert (first.split(), second.split()) == (["ramp_share", "+2.10"], ["flat_colors", "-0.40"])
    assert first.index(".") == second.index(".")


def test_explain_without_evidence_gives_the_reason_alone() -> None:
    assert len(text_of(HumanReport(explain=True), good(evidence=False)).splitlines()) == 2
    assert len(text_of(HumanReport(explain=True), bad()).splitlines()) == 1


def test_colour_changes_nothing_else() -> None:
    plain = text_of(HumanReport(), good(), bad())
    coloured = text_of(HumanReport(color=True), good(), bad())
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain
    assert coloured.count("\x1b[") == 4


@pytest.mark.parametrize("name", AWKWARD)
def test_no_name_breaks_out_of_its_human_line(name: str) -> None:
    for result in (good(name), bad(name)):
        line = text_of(HumanReport(), result)
        assert line.isascii() or "ключ" in line
        assert line.rstrip("\n").isprintable()
        assert line.count("\n") == 1


def test_printable_keeps_what_can_be_shown() -> None:
    assert printable("ключ, café, 标志.png") == "ключ, café, 标志.png"
    assert printable("a\tb\udce9\u202e") == "a\\tb\\udce9\\u202e"


def test_tally_counts_who_decided() -> None:
    tally = Tally()
    for result in (good(), bad(), good(), bad(), bad()):
        tally.add(result)
    assert (tally.total, tally.decided["rules"], tally.decided["student"], tally.failed) == (5, 2, 0, 3)
    assert tally.sentence(2.0) == "5 pictures: 2 by rules, 3 failed; 2.00 s (2 per second)"


def test_tally_of_nothing_and_of_one() -> None:
    tally = Tally()
    assert tally.sentence(0.0) == "0 pictures; 0.00 s"
    tally.add(good())
    assert tally.sentence(0.5) == "1 picture: 1 by rules; 0.50 s (2 per second)"
