"""The command line: one module per command, imported only when the command is asked for."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from hybrid_logo import __version__
from hybrid_logo.errors import HybridLogoError
from hybrid_logo.output import discard_standard_output

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "classify": "Say which type each logo is.",
    "check": "Check the installation and the model.",
    "rules": "Print the scorecard of the rules.",
    "data": "Bring, draw and count the training logos.",
    "train": "Train rules, student and router, and release them.",
    "convert": "Convert logos to SVG, each the way its type asks for.",
    "benchmark": "Measure rules, neural and hybrid on labelled pictures.",
    "export": "Make an artefact for another runtime.",
    "inspect": "Show what an exported artefact says about itself.",
    "calibrate": "Fit the model to your own labelled pictures.",
    "adapt": "Learn types of your own from a few pictures each.",
    "drift": "Tell whether pictures changed since calibration.",
}
"""Each is the object ``command`` in the module of that name; the text is the first line of its help."""

_INTERRUPTED = 130
_BROKEN_PIPE = 141


class _Failure(click.ClickException):
    """Shown as ``Error: message``."""

    exit_code = 2


class _LazyGroup(click.Group):
    """Imports a command when it is called, not when the list of commands is printed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"hybrid_logo.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, *rest: Any, **settings: Any) -> Any:
        """Run with every standard stream open and able to print any file name.

        A stream that is closed would lend its number to the next file that is opened.
        """
        for number in range(3):
            try:
                os.fstat(number)
            except OSError:
                os.open(os.devnull, os.O_RDWR)
        for name in ("stdin", "stdout", "stderr"):
            if getattr(sys, name) is None:
                setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(args, *rest, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; show an error of this package as one line."""
        try:
            return super().invoke(ctx)
        except HybridLogoError as error:
            raise _Failure(str(error)) from error
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except BrokenPipeError:
            discard_standard_output()
            ctx.exit(_BROKEN_PIPE)


def _show_version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if not asked or ctx.resilient_parsing:
        return
    from hybrid_logo.bundle import find_bundle, read_manifest

    try:
        model = read_manifest(find_bundle())["name"]
    except HybridLogoError as error:
        model = f"none ({error})"
    click.echo(f"hybrid-logo {__version__}, model {model}")
    ctx.exit()


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version of the tool and the name of the model, and exit.",
)
def main() -> None:
    """Tells how a logo picture must be converted to SVG: simple, text, gradient or complex."""
