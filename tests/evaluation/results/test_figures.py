"""Figures in documents come from result files and are checked against them."""

from __future__ import annotations

import io
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from hybrid_logo.errors import InputError, OutputError
from hybrid_logo.evaluation.measuring.environment import environment, result_name
from hybrid_logo.evaluation.report.summary import print_summary
from hybrid_logo.evaluation.results import documents
from hybrid_logo.evaluation.results.figures import check_figures, load_result, write_figures
from hybrid_logo.evaluation.results.limits import broken_limits, headline
from hybrid_logo.evaluation.results.tables import card_figures, readme_figures
from hybrid_logo.evaluation.suites import special

BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"


def share(k: int, n: int) -> dict[str, Any]:
    return {"k": k, "n": n, "share": k / n if n else None, "low": 0.8, "high": 0.99}


def mode(strict: int) -> dict[str, Any]:
    row = {"recall": share(strict, 100), "precision": share(0, 0)}
    return {
        "strict": share(strict, 100),
        "accepted": share(95, 100),
        "clear": share(58, 60),
        "calibration": {"error": 0.021, "low": 0.0, "high": 0.04, "by_chance": 0.012, "n": 100},
        "classes": dict.fromkeys(("simple", "text", "gradient", "complex"), row),
        "confusion": [[25, 0, 0, 0], [1, 24, 0, 0], [0, 0, 25, 0], [3, 0, 0, 22]],
        "decided_by": {},
        "failed": {"blank": 3},
    }


@pytest.fixture
def result() -> dict[str, Any]:
    hybrid = mode(90)
    hybrid["decided_by"]["rules"] = {**mode(97), "coverage": share(45, 100)}
    times = {"median_ms": 1.0, "p95_ms": 2.0, "mean_ms": 1.25, "ratio_to_decode": 1.0}
    return {
        "schema": 1,
        "model": "logo4-test",
        "environment": {
            "date": "2025-01-31",
            "processor": "Some CPU (R) @ 2.50GHz",
            "versions": {"onnxruntime": "1.20.1", "opencv-python-headless": "4.12.0"},
        },
        "dataset": {
            "name": "test-degraded",
            "pictures": 100,
            "clear": 60,
            "seed": 7,
            "labels_from": "a model, no human annotator",
            "warnings": ["only 100 pictures"],
        },
        "modes": {"rules": mode(80), "hybrid": hybrid},
        "differences": {"hybrid - rules": {"strict": {"difference": 0.1, "low": 0.04, "high": 0.15}}},
        "times": {
            "decode alone": times,
            "rules without decoding": {**times, "median_ms": 0.3},
            "hybrid": {**times, "ratio_to_decode": 1.5},
        },
        "cost": {"peak_memory_mb": 101.4, "bundle_mb": 5.0, "student_mb": 0.9, "import_ms": 80.0},
    }


@pytest.fixture
def checkout(tmp_path: Path, result: dict[str, Any]) -> Path:
    (tmp_path / "README.md").write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    release = tmp_path / "models" / "logo4-test"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text("{}")
    (release / "README.md").write_text(f"# card\n{BEGIN}{END}\n")
    (tmp_path / "benchmarks" / "results").mkdir(parents=True)
    (tmp_path / "benchmarks" / "results" / "one.json").write_text(json.dumps(result))
    return tmp_path


def test_tables_hold_the_figures(result: dict[str, Any]) -> None:
    text = readme_figures([result])
    assert "| test-degraded | hybrid | 90.0% (80.0-99.0) | 95.0%" in text
    assert "| test-degraded | rules | 45.0% (80.0-99.0) | 97.0%" in text
    assert "2.1% (0.0-4.0) [1.2%]" in text
    assert "| test-degraded | hybrid | 1.00 | 2.00 | 1.25 | 1.50x |" in text
    assert "101 MB" in text
    assert "no human annotator" in text
    assert "seed 7" in text
    assert "count as wrong: 3 in test-degraded (blank)." in text
    card = card_figures([result])
    row = "| test-degraded | text | 90.0% (80.0-99.0) | - | 1 | 24 | 0 | 0 |"
    assert row in card
    assert row not in text
    assert set(text.splitlines()) < set(card.splitlines())


@pytest.mark.parametrize(
    ("recorded", "told"),
    [({}, "INT8"), ({"precision": "int8"}, "INT8"), ({"precision": "fp32"}, "FP32")],
    ids=["of an earlier version", "int8", "fp32"],
)
def test_the_precision_of_the_student_is_told(
    recorded: dict[str, str], told: str, result: dict[str, Any]
) -> None:
    assert f"of which the {told} student 0.90 MB" in readme_figures([result | recorded])


def test_scores_and_complementarity_are_in_the_card_alone(whole_result: dict[str, Any]) -> None:
    text, card = readme_figures([whole_result]), card_figures([whole_result])
    for told in ("| many | rules: router |", "| many | all types | 120 |", "| many | hybrid | 2 | 700 |"):
        assert told in card
        assert told not in text
    assert "| many | hybrid, decoding taken off | 0.50 | 1.00 | 0.45 | 0.36x |" in text
    assert "hybrid takes 0.60x the mean time of neural on many" in text
    assert "confidence and largest probability and margin rank the rules' answers alike" in card


def test_results_of_this_version_and_the_one_before_stand_together(
    result: dict[str, Any], whole_result: dict[str, Any]
) -> None:
    assert "| test-degraded | hybrid |" in card_figures([result, whole_result])


def test_the_summary_tells_details_suites_and_next_steps(
    whole_result: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(special, "SPECIAL_SUITES", {"counting": "tests.evaluation.fake_suite"})
    whole_result["counting"] = {"counted": 3}
    stream = io.StringIO()
    print_summary(whole_result, Console(file=stream, width=120))
    text = stream.getvalue()
    for told in ("rules: router", "only", "700", "Counted 3 pictures.", "- 2 pictures got no answer"):
        assert told in text
    assert text.index("counting") < text.index("Next steps")


def test_of_several_suites_the_largest_memory_is_told(result: dict[str, Any]) -> None:
    larger = result | {"cost": result["cost"] | {"peak_memory_mb": 140.2}}
    for results in ([result, larger], [larger, result]):
        assert "Peak memory of the process: 140 MB" in readme_figures(results)


def test_a_result_without_times_has_no_time_table(result: dict[str, Any]) -> None:
    del result["times"], result["cost"]
    text = readme_figures([result])
    assert "median ms" not in text
    assert "Peak memory" not in text
    assert "\n\n\n" not in text


def test_the_summary_tells_figures_and_warnings(result: dict[str, Any]) -> None:
    stream = io.StringIO()
    print_summary(result, Console(file=stream, width=160))
    text = stream.getvalue()
    for told in ("90.0% (80.0-99.0)", "+10.0 (+4.0 to +15.0)", "Warning: only 100 pictures", "101 MB"):
        assert told in text


def test_figures_are_written_between_the_marks_and_then_match(checkout: Path) -> None:
    assert check_figures(checkout) == [
        "README.md names no result files",
        "models/logo4-test/README.md names no result files",
    ]
    source = checkout / "benchmarks" / "results" / "one.json"
    written = write_figures([source], checkout)
    assert written == [checkout / "README.md", checkout / "models" / "logo4-test" / "README.md"]
    text = (checkout / "README.md").read_text()
    assert text.startswith(f"before\n{BEGIN}\n<!-- from benchmarks/results/one.json -->\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text
    assert check_figures(checkout) == []
    write_figures([source], checkout)
    assert (checkout / "README.md").read_text() == text


def test_a_typed_figure_is_found(checkout: Path) -> None:
    write_figures([checkout / "benchmarks" / "results" / "one.json"], checkout)
    readme = checkout / "README.md"
    readme.write_text(readme.read_text().replace("90.0%", "99.0%"))
    assert check_figures(checkout) == ["README.md does not say what benchmarks/results/one.json say"]


def test_a_changed_or_missing_result_is_found(checkout: Path, result: dict[str, Any]) -> None:
    source = checkout / "benchmarks" / "results" / "one.json"
    write_figures([source], checkout)
    result["modes"]["hybrid"]["strict"] = share(91, 100)
    source.write_text(json.dumps(result))
    assert len(check_figures(checkout)) == 2
    source.unlink()
    assert all("cannot be used" in line for line in check_figures(checkout))
    assert len(check_figures(checkout)) == 2


def test_what_cannot_be_written_is_refused(checkout: Path, result: dict[str, Any], tmp_path: Path) -> None:
    results = checkout / "benchmarks" / "results"
    other = deepcopy(result)
    other["model"] = "another"
    (results / "two.json").write_text(json.dumps(other))
    with pytest.raises(InputError, match="2 models"):
        write_figures([results / "one.json", results / "two.json"], checkout)
    with pytest.raises(InputError, match="must lie in"):
        write_figures([results / "one.json"], checkout / "models")
    (checkout / "README.md").write_text("no marks")
    with pytest.raises(OutputError, match="one pair of"):
        write_figures([results / "one.json"], checkout)
    (checkout / "README.md").unlink()
    with pytest.raises(OutputError, match="cannot be read"):
        write_figures([results / "one.json"], checkout)


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 2}', '{"schema": 1}', "{"])
def test_a_file_that_is_no_result_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(InputError, match="cannot be used"):
        load_result(path)


def test_headline_names_what_limits_can_be_set_on(result: dict[str, Any]) -> None:
    assert headline(result) == {
        "strict": 0.9,
        "accepted": 0.95,
        "clear": 58 / 60,
        "calibration": 0.021,
        "coverage": 0.45,
        "rules_strict": 0.97,
        "rules_accepted": 0.95,
        "time_ratio": 1.5,
        "rules_ms": 0.3,
        "memory_mb": 101.4,
        "student_mb": 0.9,
        "import_ms": 80.0,
    }


def test_the_hybrids_time_is_compared_with_neurals(whole_result: dict[str, Any]) -> None:
    assert headline(whole_result)["neural_time_ratio"] == pytest.approx(0.45 / 0.75)


def test_rules_that_decide_nothing_cover_nothing(result: dict[str, Any]) -> None:
    result["modes"]["hybrid"]["decided_by"] = {}
    assert headline(result)["coverage"] == 0.0
    assert "rules_accepted" not in headline(result)


def test_limits_are_held_on_both_sides(result: dict[str, Any]) -> None:
    assert broken_limits(result, {"accepted": 0.95}, {"time_ratio": 1.5}) == []
    assert broken_limits(result, {"accepted": 0.96}, {"time_ratio": 1.4}) == [
        "accepted is 0.95, below its floor of 0.96",
        "time_ratio is 1.5, above its ceiling of 1.4",
    ]
    del result["times"]
    assert broken_limits(result, {}, {"time_ratio": 2}) == ["time_ratio was not measured, and 2 is its limit"]


def test_results_are_named_by_suite_day_processor_and_runtime(result: dict[str, Any]) -> None:
    assert (
        result_name("test-degraded", result["environment"])
        == result_name("test-degraded", result["environment"], "int8")
        == "test-degraded_2025-01-31_some-cpu-r-2.50ghz_ort1.20.1.json"
    )
    assert result_name("a", result["environment"], "int8-symmetric").endswith(
        "_ort1.20.1_int8-symmetric.json"
    )


def test_the_environment_of_this_machine_can_name_a_result() -> None:
    facts = environment()
    assert json.loads(json.dumps(facts)) == facts
    assert facts["processor"]
    assert set(facts["versions"]) == {
        "hybrid-logo",
        "python",
        "numpy",
        "opencv-python-headless",
        "onnxruntime",
    }
    assert result_name("a", facts).endswith(f"_ort{facts['versions']['onnxruntime']}.json")


def test_the_front_page_tells_of_the_release_that_is_used_when_none_is_named(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another release beside it has its card."""
    source = checkout / "benchmarks" / "results" / "one.json"
    monkeypatch.setattr(documents, "DEFAULT_BUNDLE", "logo4-used")
    (checkout / "models" / "logo4-used").mkdir()
    card = checkout / "models" / "logo4-test" / "README.md"
    before = (checkout / "README.md").read_text()
    assert write_figures([source], checkout) == [card]
    assert (checkout / "README.md").read_text() == before
    (checkout / "models" / "logo4-used").rmdir()
    assert write_figures([source], checkout) == [checkout / "README.md", card]
