"""``hybrid-logo rules``: the scorecard as a person reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli import options
from hybrid_logo.output import open_output
from hybrid_logo.types import LABELS

if TYPE_CHECKING:
    from rich.table import Table

    from hybrid_logo.rules import PairTable, RangeTable, Scorecard

__all__ = ["command"]


@click.command("rules")
@options.model_option
@click.option("--feature", metavar="NAME", help="Print the tables of this feature only, its pairs included.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help="human: tables. json: the form that the model release holds.",
)
def command(model: str | None, feature: str | None, format_name: str) -> None:
    """Print the scorecard of the rules.

    Each range of a feature gives points to each type, and so do the ranges of a few pairs of features; the
    type with the largest sum is the verdict of the rules. One point is one nat of log-odds.
    """
    from hybrid_logo.bundle import Bundle

    scorecard = Bundle.load(model).scorecard
    ranges = [table for table in scorecard.ranges if feature in (None, table.feature)]
    pairs = [table for table in scorecard.pairs if feature is None or feature in table.features]
    if not ranges:
        names = ", ".join(table.feature for table in scorecard.ranges)
        raise click.BadParameter(
            f"there is no {feature!r}; the features are {names}.", param_hint="--feature"
        )
    if format_name == "json":
        fields = scorecard.to_dict()
        fields["ranges"] = [row for row in fields["ranges"] if feature in (None, row["feature"])]
        fields["pairs"] = [row for row in fields["pairs"] if feature is None or feature in row["features"]]
        text = json.dumps(fields, indent=2) + "\n"
    else:
        text = _text(scorecard, ranges, pairs)
    with open_output(None) as write:
        write(text)


def _text(scorecard: Scorecard, ranges: Sequence[RangeTable], pairs: Sequence[PairTable]) -> str:
    from rich.console import Console

    console = Console()
    with console.capture() as captured:
        start = ", ".join(
            f"{label.value} {points:+.2f}" for label, points in zip(LABELS, scorecard.base, strict=True)
        )
        console.print(f"Points before anything is measured: {start}", highlight=False, soft_wrap=True)
        for single in ranges:
            console.print(_range_table(single))
        for pair in pairs:
            console.print(_pair_table(pair))
    return captured.get()


def _range_table(table: RangeTable) -> Table:
    from hybrid_logo.features import UNITS

    low, high = table.seen
    printed = _new_table(
        f"{table.feature} ({UNITS[table.feature]})", f"silent outside {low:.4g} to {high:.4g}", ["range"]
    )
    for words, points in zip(_ranges(table.edges), table.points, strict=True):
        printed.add_row(words, *_signed(points))
    return printed


def _pair_table(pair: PairTable) -> Table:
    printed = _new_table(" x ".join(pair.features), None, pair.features)
    for first, line in zip(_ranges(pair.edges[0]), pair.points, strict=True):
        for second, points in zip(_ranges(pair.edges[1]), line, strict=True):
            printed.add_row(first, second, *_signed(points))
        printed.add_section()
    return printed


def _new_table(title: str, caption: str | None, columns: Sequence[str]) -> Table:
    from rich.table import Table

    table = Table(*columns, title=title, caption=caption, title_justify="left", caption_justify="left")
    for label in LABELS:
        table.add_column(label.value, justify="right")
    return table


def _ranges(edges: Sequence[float]) -> list[str]:
    """Words for the ranges that ``edges`` divide: one more than there are edges."""
    if not edges:
        return ["any"]
    inner = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)]
    return [f"below {edges[0]:.4g}", *inner, f"{edges[-1]:.4g} and above"]


def _signed(points: Sequence[float]) -> list[str]:
    return [f"{value:+.2f}" for value in points]
