"""``hybrid-logo inspect``: what an exported artefact says about itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hybrid_logo.output import open_output

if TYPE_CHECKING:
    from hybrid_logo.export.record import Record

__all__ = ["command"]


@click.command("inspect")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help="human: a table. json: the whole record with the manifest of the release.",
)
def command(file: Path, format_name: str) -> None:
    """Show what an exported artefact says about itself.

    The record travels inside FILE and is printed after FILE was found to be as it was exported. It tells the
    target, the precision, the figures of the gate and the manifest of the model release.

    Exit code 2: FILE is damaged, or no artefact of this tool.
    """
    from hybrid_logo.export.containers import PLACES, read_record

    record = read_record(file)
    if format_name == "json":
        text = json.dumps(json.loads(record.to_json()), indent=2) + "\n"
    else:
        text = _table(file, record, PLACES[file.suffix])
    with open_output(None) as write:
        write(text)


def _table(file: Path, record: Record, place: str) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("what", "found", title=str(file), title_justify="left")
    for what, found in _rows(file, record, place):
        table.add_row(Text(what), Text(found))
    console = Console()
    with console.capture() as captured:
        console.print(table)
    return captured.get() + "The whole manifest: --format json\n"


def _rows(file: Path, record: Record, place: str) -> list[tuple[str, str]]:
    from hybrid_logo.export.judging import size_of

    manifest: Any = record.manifest
    parity = record.parity
    rows = [
        ("target", record.target),
        ("precision", record.precision),
        ("release", f"{record.release}, {len(manifest['files'])} files, opset {manifest['opset']}"),
        ("answers", ", ".join(manifest["labels"])),
        ("made with", ", ".join(f"{name} {version}" for name, version in record.made_with.items())),
        ("size", f"{size_of(file, record) / 1e6:.3f} MB"),
        ("seal", "intact (sha256)"),
        ("record", place),
    ]
    if record.files:
        rows.append(("files beside it", ", ".join(record.files)))
    if record.device:
        rows.append(("bound to", record.device))
    if parity:
        same = "every number the same" if parity["identical"] else f"largest gap {parity['largest_gap']:.4f}"
        rows.append(("parity", f"{parity['same']:.2%} of {parity['pictures_from']} ({same})"))
        rows.append(("against", parity["reference"]))
        rows.append(("time", f"{parity['median_ms']:.2f} ms on one core of {parity['processor']}"))
    return rows
