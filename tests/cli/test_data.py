"""``hybrid-logo data`` in this process, without a network."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.errors import SourceGoneError
from hybrid_logo.training import archives, fonts, sources
from hybrid_logo.training.labels import find_labels
from hybrid_logo.training.sources import IconSet

Run = Callable[..., Any]

HEAD = "set,name,label,also_accepted,clear,brand,split\n"
ICONS = {
    "icons": {name: {"body": f'<rect width="16" height="16" fill="{name}"/>'} for name in ("red", "blue")}
}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache in which the set skill-icons has two logos."""
    folder = sources.set_folder(sources.icon_set("skill-icons"), tmp_path / "cache")
    folder.mkdir(parents=True)
    (folder / "icons.json").write_text(json.dumps(ICONS))
    return tmp_path / "cache"


@pytest.fixture
def labels(tmp_path: Path) -> Callable[..., Path]:
    def write(*names: str) -> Path:
        path = tmp_path / "labels.csv"
        path.write_text(HEAD + "".join(f"skill-icons,{name},simple,,1,{name},train\n" for name in names))
        return path

    return write


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A table of one set, and an npm that hands it out; what npm was asked for."""
    archive = tmp_path / "shapes.tgz"
    members = {"icons.json": json.dumps(ICONS).encode(), "info.json": b"{}", "package.json": b"{}"}
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    pinned = IconSet("shapes", "@icons/shapes", "3.2.1", f"sha512-{digest}", "CC0-1.0")
    asked: list[str] = []

    def pack(wanted: str, _: Path) -> Path:
        asked.append(wanted)
        return archive

    monkeypatch.setattr(sources, "ICON_SETS", (pinned,))
    monkeypatch.setattr(archives, "pack", pack)
    return asked


def test_fetch_shows_each_set_with_version_licence_and_logos(
    run: Run, packed: list[str], tmp_path: Path
) -> None:
    ran = run("data", "fetch", "--cache", tmp_path / "new")
    assert ran.code == 0
    row = next(line for line in ran.out.splitlines() if "shapes" in line)
    assert [word.strip() for word in row.strip("│").split("│")] == ["shapes", "3.2.1", "CC0-1.0", "2"]
    assert str(tmp_path / "new") in ran.err
    assert packed == ["@icons/shapes@3.2.1"]


def test_fetch_of_all_brings_the_sets_without_labels_too(
    run: Run, packed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pinned,) = sources.ICON_SETS
    monkeypatch.setattr(fonts, "FONT_FAMILIES", ())
    monkeypatch.setattr(sources, "FURTHER_SETS", (replace(pinned, name="more", package="@icons/more"),))
    assert run("data", "fetch", "--cache", tmp_path / "new").code == 0
    assert packed == ["@icons/shapes@3.2.1"]
    ran = run("data", "fetch", "--all", "--cache", tmp_path / "new")
    assert (ran.code, packed) == (0, ["@icons/shapes@3.2.1", "@icons/more@3.2.1"])
    assert "more" in ran.out


@pytest.mark.parametrize(
    "words", [("--all", "--set", "shapes"), ("--fonts", "--all"), ("--fonts", "--set", "a")]
)
def test_fetch_takes_one_choice(run: Run, packed: list[str], tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = run("data", "fetch", *words, "--cache", tmp_path)
    assert (ran.code, ran.out, packed) == (2, "", [])
    assert "Use one of --set, --all and --fonts." in ran.err


def test_fetch_of_fonts_counts_them_and_tells_what_is_gone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def pack(wanted: str, _: Path) -> Path:
        asked.append(wanted)
        raise SourceGoneError(f"does not offer {wanted}")

    monkeypatch.setattr(archives, "pack", pack)
    monkeypatch.setattr(fonts, "FONT_FAMILIES", fonts.FONT_FAMILIES[:2])
    wanted = [f"{family.package}@{family.version}" for family in fonts.FONT_FAMILIES]
    ran = run("data", "fetch", "--fonts", "--cache", tmp_path)
    assert (ran.code, sorted(asked)) == (1, sorted(wanted))
    assert ran.out == "Fonts: 0 fetched, 0 kept, 2 skipped (none)\n"
    monkeypatch.setattr(fonts, "fetch_fonts", lambda *_: fonts.FetchReport(1, 1, ()))
    ran = run("data", "fetch", "--fonts", "--cache", tmp_path)
    assert (ran.code, ran.out) == (0, "Fonts: 1 fetched, 1 kept, 0 skipped (2 OFL-1.1)\n")


def test_a_set_that_is_gone_is_left_out_where_there_are_others(
    run: Run, packed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pinned,) = sources.ICON_SETS
    offered = archives.pack

    def pack(wanted: str, folder: Path) -> Path:
        if "gone" in wanted:
            raise SourceGoneError(f"npm does not offer {wanted}")
        return offered(wanted, folder)

    monkeypatch.setattr(archives, "pack", pack)
    gone = replace(pinned, name="gone", package="@icons/gone")
    monkeypatch.setattr(sources, "ICON_SETS", (gone, pinned))
    ran = run("data", "fetch", "--cache", tmp_path / "new")
    assert ran.code == 1
    assert "gone is left out: npm does not offer @icons/gone@3.2.1" in ran.err
    rows = [line.split() for line in ran.out.splitlines() if "3.2.1" in line]
    assert [(row[1], row[-2]) for row in rows] == [("gone", "gone"), ("shapes", "2")]
    alone = run("data", "fetch", "--set", "gone", "--cache", tmp_path / "new")
    assert (alone.code, alone.out) == (2, "")
    assert alone.err == "Error: npm does not offer @icons/gone@3.2.1\n"


def test_fetch_keeps_what_is_there(run: Run, packed: list[str], tmp_path: Path) -> None:
    first = run("data", "fetch", "--cache", tmp_path / "new")
    second = run("data", "fetch", "--set", "shapes", "--set", "shapes", "--cache", tmp_path / "new")
    assert (second.code, second.out) == (0, first.out)
    assert len(packed) == 1


def test_fetch_of_an_unknown_set_names_the_known_ones(run: Run, tmp_path: Path) -> None:
    ran = run("data", "fetch", "--set", "nothing", "--cache", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "skill-icons" in ran.err


def test_fetch_without_npm_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = run("data", "fetch", "--cache", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "Error: npm was not found" in ran.err
    assert "Traceback" not in ran.err


def test_render_draws_then_keeps(run: Run, cache: Path, labels: Callable[..., Path]) -> None:
    words = ("data", "render", "--size", 64, "--cache", cache, "--labels", labels("red", "blue"))
    first, second = run(*words), run(*words)
    assert (first.code, first.err, second.code, second.err) == (0, "", 0, "")
    assert first.out.startswith("2 drawn, 0 kept, 0 skipped")
    assert second.out.startswith("0 drawn, 2 kept, 0 skipped")
    assert {path.name for path in (cache / "masters" / "64").rglob("*.png")} == {"red.png", "blue.png"}


def test_render_names_what_it_skips(cache: Path, labels: Callable[..., Path]) -> None:
    """In a process of its own: under pytest, log lines do not reach standard error."""
    words = ["data", "render", "--size", "64", "--cache", cache, "--labels", labels("red", "green")]
    ran = subprocess.run(
        [sys.executable, "-m", "hybrid_logo", *words], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert ran.stdout.startswith("1 drawn, 0 kept, 1 skipped")
    assert ran.stderr == "skill-icons/green was skipped: the icon set has no such logo\n"


def test_render_of_a_set_that_is_not_fetched_names_the_command(
    run: Run, tmp_path: Path, labels: Callable[..., Path]
) -> None:
    ran = run("data", "render", "--cache", tmp_path / "new", "--labels", labels("red"))
    assert (ran.code, ran.out) == (2, "")
    assert "hybrid-logo data fetch --set skill-icons" in ran.err


@pytest.mark.parametrize("size", ["7", "100000", "many"])
def test_render_refuses_absurd_sizes(run: Run, size: str) -> None:
    ran = run("data", "render", "--size", size)
    assert (ran.code, ran.out) == (2, "")
    assert "--size" in ran.err


def test_list_counts_the_rows_of_the_file(run: Run) -> None:
    with find_labels().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counts = Counter((row["set"], row["split"], row["label"]) for row in rows)
    counts.update(("all", row["split"], row["label"]) for row in rows)
    ran = run("data", "list")
    assert (ran.code, ran.err) == (0, "")
    cells = [[word.strip() for word in line.strip("│").split("│")] for line in ran.out.splitlines()]
    shown = {
        (row[0], row[1]): [int(cell.replace(",", "")) for cell in row[2:]] for row in cells if len(row) == 7
    }
    assert set(shown) == {(name, split) for name, split, _ in counts}
    for (name, split), numbers in shown.items():
        expected = [counts[name, split, label] for label in ("simple", "text", "gradient", "complex")]
        assert numbers == [*expected, sum(expected)]


def test_list_of_a_wrong_file_names_its_line(run: Run, labels: Callable[..., Path]) -> None:
    ran = run("data", "list", "--labels", labels("red", "red"))
    assert (ran.code, ran.out) == (2, "")
    assert "line 3" in ran.err
