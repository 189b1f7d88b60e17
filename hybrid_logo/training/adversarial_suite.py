"""The adversarial suite: the student by its gradient, the hybrid by its labels, the router by its score.

The attack on the student needs the extra ``train``; where it is missing, the result says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hybrid_logo.bundle import Bundle
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import SourceError
from hybrid_logo.evaluation.html.charts import line_chart
from hybrid_logo.evaluation.html.markup import charts, paragraph, table
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.evaluation.pictures.originals import drawn_cases, drawn_count
from hybrid_logo.evaluation.results.written import Result, Table, counted
from hybrid_logo.evaluation.suites.black_box import LARGEST_SIDE_PX, attack_hybrid, attack_router
from hybrid_logo.types import Mode

__all__ = ["NAME", "PICTURES", "html_section", "measure", "notes", "steps", "tables"]

NAME = "adversarial"
PICTURES = 100
"""Pictures that are attacked."""

STUDENT, HYBRID, ROUTER = "student", "hybrid", "router"
TITLES = {
    STUDENT: "FP32 student, by its gradient",
    HYBRID: "hybrid, by its labels",
    ROUTER: "router, by its score",
}
"""What is attacked, and by what the attacker sees."""


def steps(dataset: Dataset, classifiers: Mapping[Mode, HybridClassifier]) -> int:
    """How often ``measure`` calls ``advance``."""
    return len(TITLES) * drawn_count(dataset, PICTURES)


def measure(
    dataset: Dataset,
    classifiers: Mapping[Mode, HybridClassifier],
    seed: int,
    advance: Callable[[], object] = lambda: None,
) -> dict[str, Any]:
    """Attack a sample in three ways.

    Args:
        dataset: labelled pictures.
        classifiers: any of them brings the student; the hybrid is attacked itself, the router through hybrid
            and rules.
        seed: of the sample and of all that is drawn.
        advance: called once for each picture and attack.

    Returns:
        JSON-ready: per attack its counts, or ``measured`` false and ``why``.
    """
    cases = drawn_cases(dataset, PICTURES, seed)
    hybrid, rules = classifiers.get(Mode.HYBRID), classifiers.get(Mode.RULES)
    attacks = {STUDENT: _on_student(cases, next(iter(classifiers.values())).bundle, seed, advance)}
    if hybrid is None:
        attacks[HYBRID] = _not_measured("the mode hybrid is needed", cases, advance)
    else:
        attacks[HYBRID] = attack_hybrid(cases, hybrid, seed, advance)
    if hybrid is None or rules is None:
        attacks[ROUTER] = _not_measured("the modes hybrid and rules are needed", cases, advance)
    else:
        attacks[ROUTER] = attack_router(cases, hybrid, rules, seed, advance)
    return {
        "drawn": len(cases),
        "of": len(dataset.cases),
        "seed": seed,
        "largest_side_px": LARGEST_SIDE_PX,
        "attacks": attacks,
    }


def tables(result: Result) -> list[Table]:
    """Head and rows: one row for each attack and budget that was measured."""
    head = ["attacked", "levels", "broken", "median queries", "INT8 broken too", "wrong before"]
    rows = []
    for name, attack in _measured(result):
        for row in attack["budgets"]:
            spent = row.get("median_queries")
            rows.append(
                [
                    TITLES[name],
                    str(row["levels"]),
                    counted(row["broken"]),
                    "-" if spent is None else f"{spent:.0f}",
                    counted(row["int8"]) if "int8" in row else "-",
                    f"{attack['already']} of {attack['pictures']}",
                ]
            )
    return [(head, rows)] if rows else []


def notes(result: Result) -> list[str]:
    """Sentences that belong below the table."""
    attacks = result["attacks"]
    told = [
        f"{result['drawn']:,} of {result['of']:,} pictures, one of each brand, drawn by seed "
        f"{result['seed']}. Broken: an accepted answer became one that is not, with no sample changed by "
        "more than the levels; shares of those that were not wrong before, with exact 95% intervals. "
        "Attacks find what they can: the true shares may be higher."
    ]
    for name, attack in attacks.items():
        if not attack["measured"]:
            told.append(f"Not measured: {TITLES[name]}. {attack['why']}")
    if attacks[STUDENT]["measured"]:
        told.append(
            f"Gradient: projected gradient descent on the student's view, {attacks[STUDENT]['steps']} steps "
            "of a quarter of the budget (at least one level) from a random start (Madry et al. 2018); what "
            "it finds is shown to the INT8 student."
        )
    if attacks[HYBRID]["measured"]:
        told.append(
            f"Labels: rays of signs (Chen and Gu 2020), at most {attacks[HYBRID]['queries']:,} answers a "
            f"picture, on decoded pixels of at most {result['largest_side_px']} px."
        )
    if attacks[ROUTER]["measured"]:
        told.append(
            "Score: random squares (Andriushchenko et al. 2020) make the rules wrong and then raise the "
            f"router's score until it lets them decide; at most {attacks[ROUTER]['queries']:,} answers at "
            "each budget. Wrong before: the rules decided wrongly already."
        )
    return told


def html_section(result: Result) -> str:
    """The table, a chart and the notes; the page gives the heading."""
    parts = [table(head, rows) for head, rows in tables(result)]
    series = {
        name: [(row["levels"], row["broken"]["share"]) for row in attack["budgets"]]
        for name, attack in _measured(result)
        if attack["budgets"][0]["broken"]["n"]
    }
    if series:
        chart = line_chart(
            series,
            x_label="levels that a sample may change",
            y_label="accepted answers broken",
            x_range=(0.0, 16.0),
            x_format="{:.0f}",
            y_format="{:.0%}",
            marks=True,
        )
        parts.append(charts(f"<figure>{chart}</figure>"))
    return "\n".join([*parts, *map(paragraph, notes(result))])


def _on_student(
    cases: Sequence[Case], bundle: Bundle, seed: int, advance: Callable[[], object]
) -> dict[str, Any]:
    """The white-box attack, or why there is none."""
    try:
        from hybrid_logo.training.student_attack import attack_student
    except ImportError as error:
        why = f"{error.name or error} is missing. Install it with: pip install 'hybrid-logo[train]'"
        return _not_measured(why, cases, advance)
    try:
        return attack_student(cases, bundle, seed, advance)
    except SourceError as error:
        return _not_measured(str(error), cases, advance)


def _not_measured(why: str, cases: Sequence[Case], advance: Callable[[], object]) -> dict[str, Any]:
    for _ in cases:
        advance()
    return {"measured": False, "why": why}


def _measured(result: Result) -> list[tuple[str, dict[str, Any]]]:
    return [(name, attack) for name, attack in result["attacks"].items() if attack["measured"]]
