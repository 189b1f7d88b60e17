"""``hybrid-logo data facts``, on drawings written here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.training import sources

Run = Callable[..., Any]

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'


@pytest.fixture
def drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str | bytes], str]:
    monkeypatch.chdir(tmp_path)

    def write(name: str, content: str | bytes) -> str:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    return write


def test_facts_are_printed_for_each_file(run: Run, drawing: Callable[..., str]) -> None:
    two = drawing(
        "two.svg", f'{HEAD}<rect width="8" height="16" fill="red"/><circle cx="12" cy="8" r="3"/></svg>'
    )
    ramp = drawing(
        "ramp.svg",
        "\ufeff"
        + f'{HEAD}<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/>'
        '</linearGradient><rect width="16" height="8" fill="url(#g)"/></svg>',
    )
    ran = run("data", "facts", two, ramp)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "two.svg: simple",
        "  2 shapes, 2 pieces, 0 of them small",
        "  2 flat colours (#ff0000 82%, #000000 18%)",
        "  0% under ramps, 0% in thin lines",
        "  outline 0.9, 65% of its box is ink",
        "ramp.svg: gradient",
        "  1 shapes, 1 pieces, 0 of them small",
        "  0 flat colours",
        "  100% under ramps (linear 100%), 0% in thin lines",
        "  outline 0.8, 100% of its box is ink",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "well-formed"),
        (b"\xff\xd8\xff\xe0", "UTF-8"),
        ("<svg", "well-formed"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + HEAD + "&a;</svg>", "DOCTYPE"),
        (HEAD + "</svg>", "draws nothing"),
    ],
)
def test_a_bad_file_is_named_and_the_others_are_told(
    run: Run, drawing: Callable[..., str], content: str | bytes, message: str
) -> None:
    good = drawing("good.svg", f'{HEAD}<path d="M0 0h9v9z"/></svg>')
    ran = run("data", "facts", drawing("bad.svg", content), good)
    assert ran.code == 1
    assert ran.err.startswith("bad.svg: ")
    assert message in ran.err
    assert "good.svg" in ran.out


def test_a_missing_file_a_folder_and_a_giant_are_told(
    run: Run, drawing: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LARGEST_DRAWING_BYTES", 1000)
    giant = drawing("giant.svg", " " * 1001)
    ran = run("data", "facts", "gone.svg", ".", giant)
    assert (ran.code, ran.out) == (1, "")
    assert [line.split(":")[0] for line in ran.err.splitlines()] == ["gone.svg", ".", "giant.svg"]


@pytest.mark.parametrize("words", [(), ("--check", "a.svg")])
def test_either_files_or_check(run: Run, words: tuple[str, ...]) -> None:
    ran = run("data", "facts", *words)
    assert (ran.code, ran.out) == (2, "")
    assert "--check" in ran.err


def test_check_measures_the_labeller(run: Run, tmp_path: Path) -> None:
    bodies = {
        "plain": '<rect width="9" height="9" fill="red"/>',
        "other": '<circle cx="8" cy="8" r="5"/>',
        "word": '<path d="M0 0h9v9z"/>',
    }
    folder = sources.set_folder(sources.icon_set("skill-icons"), tmp_path)
    folder.mkdir(parents=True)
    (folder / "icons.json").write_text(json.dumps({"icons": {k: {"body": v} for k, v in bodies.items()}}))
    labels = tmp_path / "labels.csv"
    labels.write_text(
        "set,name,label,also_accepted,clear,brand,split\n"
        "skill-icons,plain,simple,,1,plain,train\n"
        "skill-icons,other,gradient,simple,0,other,test\n"
        "skill-icons,word,text,,1,word,test\n"
    )
    ran = run("data", "facts", "--check", "--workers", 1, "--cache", tmp_path, "--labels", labels)
    assert (ran.code, ran.err) == (0, "")
    assert "The labels were made by a vision-language model" in ran.out
    rows = [line.split() for line in ran.out.splitlines() if line.startswith(("train", "test"))]
    assert rows == [
        ["train", "simple", "1", "100.0%", "100.0%", "1", "100.0%", "2.5-100.0%", "0.0%"],
        ["test", "gradient", "1", "0.0%", "100.0%", "0", "-", "0.0-100.0%", "0.0%"],
    ]
    assert "In use: pieces 36" in ran.out
    assert "Best on train: pieces" in ran.out
