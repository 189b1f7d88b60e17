"""What the documents say is what the program does."""

from __future__ import annotations

import csv
import doctest
import importlib
import math
import re
from collections import Counter
from pathlib import Path

import click
import pytest

from hybrid_logo import errors
from hybrid_logo.cli import main
from hybrid_logo.types import DecidedBy, FileResult, LogoType, Prediction

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODULES_WITH_DOCTESTS = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted((ROOT / "hybrid_logo").rglob("*.py"))
    if path.name != "__init__.py" and ">>> " in path.read_text(encoding="utf-8")
]


def shell_lines() -> list[str]:
    """The one-line commands of README.md that make an environment: set up and run, then test."""
    return re.findall(r"^```sh\n(python3 -m venv .+)\n```$", README, flags=re.MULTILINE)


def table_keys(heading: str) -> list[str]:
    """First column of the table below the paragraph with ``heading``, without its back-ticks."""
    table = README.partition(heading)[2].split("\n\n")[1]
    return re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)


def commands(group: click.Group, prefix: str = "hybrid-logo") -> dict[str, click.Command]:
    """Every command that does something, by the words that call it."""
    found: dict[str, click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        words = f"{prefix} {name}"
        found |= commands(command, words) if isinstance(command, click.Group) else {words: command}
    return found


def make_lines(target: str) -> list[str]:
    recipe = re.search(
        rf"^{target}:\n((?:\t.+\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert recipe is not None
    return [line.strip() for line in recipe[1].splitlines()]


def test_readme_makefile_and_ci_call_the_same_lines() -> None:
    demo, test = shell_lines()
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert make_lines("demo") == [demo]
    assert make_lines("test") == [test]
    assert f"({test})" in ci
    assert make_lines("slow")[0] in ci
    assert f"({make_lines('check')[0]})" in ci


def test_the_lines_do_what_they_promise() -> None:
    demo, test = shell_lines()
    assert demo.endswith("hybrid-logo classify examples/logos")
    assert "[dev,train]" in test
    assert test.endswith('pytest -m "not slow"')


def test_readme_samples_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, attempted = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf-8")
    assert attempted >= 5
    assert failed == 0


@pytest.mark.parametrize("name", MODULES_WITH_DOCTESTS)
def test_samples_in_docstrings_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, attempted = doctest.testmod(importlib.import_module(name))
    assert attempted > 0
    assert failed == 0


@pytest.mark.parametrize(("words", "command"), commands(main).items())
def test_every_command_has_help_and_is_in_the_readme(words: str, command: click.Command) -> None:
    assert command.help
    assert re.search(rf"{re.escape(words)}\b", README)


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    known = set(commands(main))
    told = set(
        re.findall(r"^(?:\.venv/bin/)?(hybrid-logo [a-z][a-z-]*(?: [a-z][a-z-]*)?)", README, re.MULTILINE)
    )
    told |= set(re.findall(r"`(hybrid-logo [a-z][a-z-]*(?: [a-z][a-z-]*)?)", README))
    assert {words for words in told if words not in known and words.rsplit(" ", 1)[0] not in known} == set()


def test_result_tables_hold_every_key() -> None:
    prediction = Prediction(LogoType.TEXT, 0.9, True, (0.02, 0.9, 0.03, 0.05), DecidedBy.BOTH, "letters")
    assert table_keys("One schema in JSON") == list(FileResult("a.png", prediction).to_dict())
    failed = FileResult.from_error("b.png", errors.EmptyFileError("no bytes")).to_dict()
    assert list(failed) == ["schema", "path", "status", "error"]
    assert table_keys("are followed by `error` alone") == list(failed["error"])


def test_every_kind_of_error_is_told() -> None:
    kinds = {cls.kind for cls in errors.PictureError.__subclasses__()}
    (row,) = re.findall(r"^\| `kind` \| (.+) \|$", README, flags=re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == kinds


def test_every_type_is_told() -> None:
    assert re.findall(r"^\| `(simple|text|gradient|complex)` \|", README, flags=re.MULTILINE) == list(
        LogoType
    )


def test_counts_of_labels_are_those_of_the_file() -> None:
    with (ROOT / "benchmarks" / "labels" / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clear = sum(row["clear"] == "1" for row in rows)
    assert f"{len(rows):,} real logos of five icon sets, {clear:,} of them clear" in " ".join(README.split())
    told = re.findall(
        r"^\| ([\w-]+) \| `@iconify-json/[\w-]+` \| [\w.-]+ \| ([\d,]+) \|$", README, re.MULTILINE
    )
    assert {name: int(count.replace(",", "")) for name, count in told} == Counter(row["set"] for row in rows)


def test_figures_have_their_place() -> None:
    assert README.count("<!-- figures:begin -->") == README.count("<!-- figures:end -->") == 1
    assert README.index("<!-- figures:begin -->") < README.index("<!-- figures:end -->")
    assert "no human annotator" in README


def test_certificate_table_of_the_method_is_exact() -> None:
    """Smallest n for which k errors are improbable enough at a true rate of 3%, by summing the tail."""

    def pictures_needed(errors_seen: int) -> int:
        n = errors_seen + 1
        while sum(math.comb(n, k) * 0.03**k * 0.97 ** (n - k) for k in range(errors_seen + 1)) > 0.05:
            n += 1
        return n

    method = (ROOT / "docs" / "METHOD.md").read_text(encoding="utf-8")
    assert f"| pictures | {' | '.join(str(pictures_needed(k)) for k in range(4))} |" in method


def test_a_version_has_an_entry_in_the_changelog() -> None:
    from hybrid_logo import __version__

    assert re.search(rf"^## {re.escape(__version__)}\b", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_every_model_release_has_an_entry_in_its_changelog() -> None:
    changelog = (ROOT / "models" / "CHANGELOG.md").read_text(encoding="utf-8")
    released = {path.parent.name for path in (ROOT / "models").glob("*/manifest.json")}
    assert released == set(re.findall(r"^## (\S+)", changelog, flags=re.MULTILINE))


@pytest.mark.parametrize(
    "path", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")], ids=lambda p: p.name
)
def test_files_that_documents_name_exist(path: Path) -> None:
    named = re.findall(
        r"\b((?:docs|benchmarks|models|exports|tests|examples)/[\w./-]*[\w])", path.read_text()
    )
    assert {name for name in named if not (ROOT / name).exists() and "<" not in name} == set()
