"""Tables beyond accuracy and time: scores of the router, who is right alone, pictures per second."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hybrid_logo.evaluation.results.written import Result, Rows, Tables, interval, signed
from hybrid_logo.evaluation.statistics.complementarity import ALL_TYPES, GROUPS
from hybrid_logo.evaluation.statistics.selective import TARGET_RISKS

__all__ = ["detail_notes", "detail_tables"]

SCORE_HEAD = ["pictures", "ranked by", "area", "excess area", "area above the first row"]
COVERAGE_HEAD = ["pictures", "ranked by", *(f"coverage at {risk:.0%} observed" for risk in TARGET_RISKS)]
GROUP_HEAD = ["pictures", "label", "count", *GROUPS, "oracle", "hybrid", "kept where one is right"]
THROUGHPUT_HEAD = [
    "pictures",
    "mode",
    "workers",
    "pictures per second",
    "slowest to fastest window",
    "of 1 worker",
]


def detail_tables(results: Sequence[Result]) -> Tables:
    """Head and rows of each table that has rows; results of earlier versions have none of them."""
    found = {
        "scores": (SCORE_HEAD, _ranked_rows(results, _areas)),
        "coverage": (COVERAGE_HEAD, _ranked_rows(results, _coverages)),
        "complementarity": (GROUP_HEAD, _group_rows(results)),
        "throughput": (THROUGHPUT_HEAD, _throughput_rows(results)),
    }
    return {name: (head, rows) for name, (head, rows) in found.items() if rows}


def detail_notes(results: Sequence[Result]) -> dict[str, list[str]]:
    """Sentences that belong below each table, by its name."""
    tables = detail_tables(results)
    told: dict[str, list[str]] = {}
    if "coverage" in tables:
        told["coverage"] = [
            "Area: mean accepted error over all coverages (AURC), 0 is best; excess area: above the best "
            "ranking of the same answers. Rows that begin with 'rules' rank the rules' answers by the score "
            "named, as a router would; the others rank a mode's answers by their own confidence. Intervals: "
            "95%, bootstrapped over brands. Coverage at an observed risk is what this very sample shows, no "
            "certificate.",
            *(note for result in results for note in _alike(result)),
        ]
    if "complementarity" in tables:
        told["complementarity"] = [
            "Right means accepted. Oracle: what a router would reach that always asks the one that is right.",
            *(note for result in results for note in _hybrid_beyond(result)),
        ]
    return told


def _ranked_rows(results: Sequence[Result], written: Callable[[Result], list[str]]) -> Rows:
    rows = []
    for result in results:
        ranked = [(f"rules: {name}", row) for name, row in result.get("rules_alone", {}).items()]
        ranked += [
            (f"{mode}: confidence", row["selective"])
            for mode, row in result["modes"].items()
            if "selective" in row and mode != "rules"
        ]
        rows += [
            [result["dataset"]["name"], name, *written(row)] for name, row in ranked if "area_interval" in row
        ]
    return rows


def _areas(row: Result) -> list[str]:
    return [
        interval(row["area"], row["area_interval"], 2),
        interval(row["excess_area"], row["excess_area_interval"], 2),
        signed(row["area_above_first"], 2) if "area_above_first" in row else "-",
    ]


def _coverages(row: Result) -> list[str]:
    return [
        interval(row["coverage_at_observed_risk"][risk], row["coverage_interval"][risk])
        for risk in map(str, TARGET_RISKS)
    ]


def _alike(result: Result) -> list[str]:
    """Scores with one curve order the pictures alike: two rows then say one thing."""
    names: dict[str, list[str]] = {}
    for name, row in result.get("rules_alone", {}).items():
        names.setdefault(str(row["curve"]), []).append(name)
    return [
        f"On {result['dataset']['name']}, {' and '.join(group)} rank the rules' answers alike."
        for group in names.values()
        if len(group) > 1
    ]


def _group_rows(results: Sequence[Result]) -> Rows:
    return [
        [
            result["dataset"]["name"],
            label,
            f"{row['pictures']:,}",
            *(f"{row['groups'][name]:,}" for name in GROUPS),
            f"{row['oracle']['share']:.1%}",
            f"{row['hybrid']['share']:.1%}" if "hybrid" in row else "-",
            f"{row['kept']['k']:,} of {row['kept']['n']:,}" if "kept" in row else "-",
        ]
        for result in results
        for label, row in result.get("complementarity", {}).items()
    ]


def _hybrid_beyond(result: Result) -> list[str]:
    row = result.get("complementarity", {}).get(ALL_TYPES, {})
    if "hybrid_right" not in row:
        return []
    right, groups = row["hybrid_right"], row["groups"]
    told = [f"{right[name]:,} of {groups[name]:,} ({name})" for name in GROUPS]
    return [f"On {result['dataset']['name']}, the hybrid gets right: {', '.join(told)}."]


def _throughput_rows(results: Sequence[Result]) -> Rows:
    return [
        [
            result["dataset"]["name"],
            mode,
            str(row["workers"]),
            f"{row['pictures_per_second']:,.0f}",
            f"{row['slowest']:,.0f}-{row['fastest']:,.0f}",
            f"{row['pictures_per_second'] / counts[0]['pictures_per_second']:.2f}x",
        ]
        for result in results
        for mode, counts in result.get("throughput", {}).items()
        for row in counts
    ]
