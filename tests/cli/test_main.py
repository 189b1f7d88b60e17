"""The group: help, version, errors, what is imported when."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from hybrid_logo import errors
from hybrid_logo.cli import COMMANDS, classify, main, options

ROOT = Path(__file__).parents[2]


def all_commands(group: click.Group) -> Iterator[click.Command]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield command
        if isinstance(command, click.Group):
            yield from all_commands(command)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_says_what_their_help_says(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert command.get_short_help_str(limit=100).rstrip(".") == COMMANDS[name].rstrip(".")


@pytest.mark.parametrize("command", [main, *all_commands(main)], ids=lambda command: str(command.name))
def test_every_command_and_every_option_has_help(command: click.Command) -> None:
    assert command.help
    without = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
    assert without == []


def test_help_lists_every_command(run: Callable[..., object]) -> None:
    out = run("--help").out  # type: ignore[attr-defined]
    assert all(f"  {name} " in out and text in out for name, text in COMMANDS.items())


LIBRARIES = ["numpy", "cv2", "onnxruntime", "rich", "torch"]


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        (["--help"], LIBRARIES),
        (["classify", "--help"], LIBRARIES),
        (["nonsense"], LIBRARIES),
        ([], LIBRARIES),
        (["--version"], ["onnxruntime", "rich", "torch"]),
    ],
)
def test_what_answers_at_once_loads_little(words: list[str], unwanted: list[str]) -> None:
    program = (
        "import sys\n"
        "from hybrid_logo.cli import main\n"
        "try:\n"
        f"    main({words!r}, prog_name='hybrid-logo')\n"
        "except SystemExit:\n"
        f"    sys.exit(str(set({unwanted!r}) & set(sys.modules)).replace('set()', '') or None)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_unknown_command_is_wrong_usage(run: Callable[..., object]) -> None:
    ran = run("nonsense")
    assert ran.code == 2  # type: ignore[attr-defined]
    assert "nonsense" in ran.err  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "error",
    [
        errors.BundleNotFoundError("no model stands in x: name a folder that holds manifest.json"),
        errors.BundleInvalidError("tampered"),
        errors.ProviderError("not given"),
        errors.MissingExtraError("not installed"),
        errors.SourceError("not fetched"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_of_the_package_are_one_line(
    error: errors.HybridLogoError, run: Callable[..., object], logos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(options, "make_classifier", fail)
    ran = run("classify", logos)
    assert (ran.code, ran.out, ran.err) == (2, "", f"Error: {error}\n")  # type: ignore[attr-defined]


def test_the_limits_told_are_the_limits_used() -> None:
    limits = options.make_limits(None, None)
    for name in ("max_pixels", "max_bytes"):
        (option,) = (p for p in classify.command.params if p.name == name)
        assert isinstance(option, click.Option)
        assert f"[default: {getattr(limits, name)}]" in str(option.help)
        assert getattr(options.make_limits(**{"max_pixels": None, "max_bytes": None, name: 7}), name) == 7
