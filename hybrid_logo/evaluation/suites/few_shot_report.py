"""What the few-shot suite found, as tables, sentences and charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hybrid_logo.evaluation.html.charts import Dot, dot_chart
from hybrid_logo.evaluation.html.markup import charts, figure, paragraph, table
from hybrid_logo.evaluation.results.written import Result, Table, interval

__all__ = ["html_section", "notes", "tables"]

METHODS = ("adapter", "nearest raw mean", "majority")
SHIFT = 0.12
"""Between the dots of one k, so that their intervals can be seen."""


def tables(result: Result) -> list[Table]:
    """Head and rows: accuracy of each method by task and pictures shown."""
    rows = [
        [task, str(figures["types"]), shots, *(_accuracy(row[method]) for method in METHODS)]
        for task, figures in result["tasks"].items()
        for shots, row in figures["shots"].items()
    ]
    return [(["task", "types", "pictures each", *METHODS], rows)] if rows else []


def notes(result: Result) -> list[str]:
    """Sentences that belong below the table."""
    if not result["tasks"]:
        return ["Few-shot learning needs the mode hybrid, whose answers it learns from; it was not measured."]
    drawn = ", ".join(f"{count:,} of {name}" for name, count in result["drawn"].items())
    model = result["model"]
    itself = "" if model is None else f" The model's own answers reach {model:.1%} here."
    told = [
        f"Mean accuracy over {result['episodes']} episodes drawn by seed {result['seed']}, with its 95% "
        "interval over episodes: it says how much depends on which pictures are shown, not how much on this "
        f"dataset. {result['pictures']:,} of {result['of']:,} pictures were answered. Each episode shows "
        "one picture each of some brands and asks about all pictures of other brands; accuracy is the mean "
        "over types.",
        "The four types anew: from measurements and from the model's own probabilities, which know these "
        f"types; it tells how well pictures are used, not whether a new type can be learned.{itself}",
        "One of the four held out: one type in turn against the other three, from measurements alone, since "
        "the student was trained on it. The measurements were still designed with these four types in mind.",
        f"Types drawn anew: {drawn}, drawn by a program in files of several kinds, against the pictures of "
        "the dataset as one type. Neither rules nor student have learned them, but they vary less than real "
        "ones and look like no logo: real types of a user's own are harder.",
        "Nearest raw mean: by the measurements as they are, each in its own unit. Majority: always one type.",
    ]
    left_out = [
        f"{shots} in {task}"
        for task, figures in result["tasks"].items()
        for shots in ("1", "5", "10")
        if shots not in figures["shots"]
    ]
    if left_out:
        told.append(f"Too few brands for these numbers of pictures each: {'; '.join(left_out)}.")
    return told


def html_section(result: Result) -> str:
    """A table, and a chart for each task; the page gives the heading."""
    drawn = [
        figure(_chart(figures["shots"]), f"{task[0].upper()}{task[1:]}: {figures['types']} types.")
        for task, figures in result["tasks"].items()
        if figures["shots"]
    ]
    return "\n".join(
        [*(table(*each) for each in tables(result)), *map(paragraph, notes(result)), charts(*drawn)]
    )


def _chart(shots: Mapping[str, Any]) -> str:
    """Accuracy against the number of pictures; the numbers stand side by side, whatever lies between."""
    series = {
        method: [
            Dot(place + SHIFT * (number - 1), row[method]["mean"], row[method]["low"], row[method]["high"])
            for place, row in enumerate(shots.values())
        ]
        for number, method in enumerate(METHODS)
    }
    return dot_chart(
        series,
        x_label="pictures of each type",
        y_label="accuracy",
        x_range=(-0.5, len(shots) - 0.5),
        y_range=(0.0, 1.0),
        x_ticks=[(float(place), name) for place, name in enumerate(shots)],
    )


def _accuracy(value: Mapping[str, float]) -> str:
    return interval(value["mean"], (value["low"], value["high"]))
