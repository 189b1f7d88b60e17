"""Packages of SVG documents, as files and as strings in JavaScript, brought into Iconify JSON."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.rendering import render
from hybrid_logo.training.sources import Icon, icon_set, load_icons, set_folder, svg_text
from hybrid_logo.training.svg_packages import gather, icon_of_document
from tests.training.test_sources import FakeNpm, archive_of

DISC = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><circle cx="9" cy="9" r="8"/></svg>'
MODULE = """// One brand.
export const slug = "dune-io";
export const svg = `{svg}`;
export const variants = {{
  "default": `{svg}`,
  "mono": `{svg}`,
  "wordmark": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><style>\\`x\\`</style></svg>`
}};
export const license = "{licence}";
"""


def icon(svg: str) -> Icon:
    entry = icon_of_document(svg)
    return Icon(str(entry["body"]), *(float(entry[name]) for name in ("left", "top", "width", "height")))


@pytest.mark.parametrize(
    "svg",
    [
        DISC,
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-5 -5 30 30" fill="none" stroke="#c00" '
        'stroke-width="3" width="1em" height="1em"><path d="M0 0L20 20"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" width="64px" height="32" style="fill:#0a0">'
        '<rect width="50%" height="20"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><style>.a{fill:red}</style>'
        '<path class="a" d="M0 0h6v9H0z"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" '
        'viewBox="0,0,8,8"><defs><circle id="o" cx="4" cy="4" r="3"/></defs><use x:href="#o"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" id="all" class="b" viewBox="0 0 1e1 10"><style>#all path{'
        'fill:red}.b{stroke:blue}</style><path d="M2 2h6v5H2z"/></svg>',
    ],
)
def test_an_entry_draws_what_the_document_draws(svg: str) -> None:
    np.testing.assert_array_equal(render(svg_text(icon(svg)), 64), render(svg, 64))


@pytest.mark.parametrize(
    ("svg", "reason"),
    [
        ("<svg", "no well-formed XML"),
        ("", "no well-formed XML"),
        ("<svg/>", "and not <svg>"),
        ("<html xmlns='http://www.w3.org/2000/svg'/>", "and not <svg>"),
        (f"<!DOCTYPE svg [<!ENTITY a 'aa'>]>{DISC}", "document type"),
        (DISC.replace("0 0 40 20", "0 0 0 20"), "view is empty"),
        (DISC.replace("0 0 40 20", "0 0 inf 20"), "without end"),
        (DISC.replace("0 0 40 20", "0 0 40"), "plain numbers"),
        (DISC.replace('viewBox="0 0 40 20"', 'width="100%" height="20"'), "plain numbers"),
        (DISC.replace('viewBox="0 0 40 20"', ""), "plain numbers"),
        (DISC.replace("<circle", f"{'<g>' * 3000}{'</g>' * 3000}<circle"), "levels"),
    ],
)
def test_a_document_that_cannot_be_used_says_why(svg: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        icon_of_document(svg)


def test_files_become_entries_and_go(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "disc.svg").write_text(f"\ufeff{DISC}\n", encoding="utf-8")
    (tmp_path / "broken.svg").write_text("<svg", encoding="utf-8")
    (tmp_path / "latin.svg").write_bytes(DISC.encode() + b"\xff")
    (tmp_path / "LICENSE").write_text("MIT")
    with caplog.at_level(logging.WARNING):
        gather(tmp_path, ".svg", "shapes")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["LICENSE", "icons.json"]
    content = json.loads((tmp_path / "icons.json").read_text(encoding="utf-8"))
    icons = content["icons"]
    assert (content["prefix"], list(icons)) == ("shapes", ["disc"])
    assert (icons["disc"]["width"], icons["disc"]["height"]) == (40, 20)
    assert [record.args[0] for record in caplog.records if record.args] == ["broken", "latin.svg"]


def test_modules_give_the_variants_that_are_other_drawings(tmp_path: Path) -> None:
    (tmp_path / "dune-io.js").write_text(MODULE.format(svg=DISC, licence="CC0-1.0"))
    (tmp_path / "closed.js").write_text(MODULE.format(svg=DISC, licence="CC-BY-ND-2.0").replace("dune", "no"))
    (tmp_path / "index.js").write_text('export { default as dune } from "./dune-io.js";')
    gather(tmp_path, ".js", "shapes")
    icons = json.loads((tmp_path / "icons.json").read_text(encoding="utf-8"))["icons"]
    assert list(icons) == ["dune-io", "dune-io-wordmark"]
    assert {entry["license"] for entry in icons.values()} == {"CC0-1.0"}
    assert "`x`" in icons["dune-io-wordmark"]["body"]


@pytest.mark.parametrize(
    ("licence", "taken"),
    [
        *((name, True) for name in ("MIT", "Apache-2.0", "CC-BY-4.0", "CC-BY-SA-3.0", "GPL-3.0", "LGPL-2.1")),
        *(
            (name, False)
            for name in (
                "CC-BY-ND-4.0",
                "CC-BY-NC-4.0",
                "brand-use",
                "Unknown",
                "Trademark of X",
                "MIT AND CC-BY-NC-4.0",
            )
        ),
    ],
)
def test_only_open_licences_are_taken(tmp_path: Path, licence: str, taken: bool) -> None:
    (tmp_path / "own.js").write_text(MODULE.format(svg=DISC, licence="MIT").replace("dune-io", "own"))
    (tmp_path / "dune.js").write_text(MODULE.format(svg=DISC, licence=licence))
    gather(tmp_path, ".js", "shapes")
    icons = json.loads((tmp_path / "icons.json").read_text(encoding="utf-8"))["icons"]
    assert ("dune-io" in icons) is taken
    assert "own" in icons


@pytest.mark.parametrize("literal", ["\\n", "\\u00e9", "${size}"])
def test_what_javascript_would_have_to_work_out_is_left_out(
    tmp_path: Path, literal: str, caplog: pytest.LogCaptureFixture
) -> None:
    svg = DISC.replace("><circle", f">{literal}<circle")
    (tmp_path / "dune.js").write_text(MODULE.format(svg=svg, licence="MIT"))
    gather(tmp_path, ".js", "shapes")
    icons = json.loads((tmp_path / "icons.json").read_text(encoding="utf-8"))["icons"]
    assert list(icons) == ["dune-io-wordmark"]
    assert "JavaScript would have to be run" in caplog.text


def test_names_are_no_paths_and_stand_once(tmp_path: Path) -> None:
    module = MODULE.format(svg=DISC, licence="MIT")
    for name, slug in (("a", "dune-io"), ("b", "../dune"), ("c", "dune-io")):
        (tmp_path / f"{name}.js").write_text(module.replace("dune-io", slug))
    with pytest.raises(SourceError, match="two documents named dune-io"):
        gather(tmp_path, ".js", "shapes")
    for name, slug in (("a", "own"), ("b", "../dune")):
        (tmp_path / f"{name}.js").write_text(module.replace("dune-io", slug))
    (tmp_path / "c.js").unlink()
    gather(tmp_path, ".js", "shapes")
    icons = json.loads((tmp_path / "icons.json").read_text(encoding="utf-8"))["icons"]
    assert list(icons) == ["own", "own-wordmark"]


def test_a_package_without_documents_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.js").write_text("export {};")
    with pytest.raises(SourceError, match="holds no SVG document"):
        gather(tmp_path, ".js", "shapes")


def test_a_package_of_documents_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from hybrid_logo.training import sources

    npm = FakeNpm(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(npm.folder))
    members = {
        "package.json": b"{}",
        "LICENSE": b"MIT",
        "art/svg/disc.svg": DISC.encode(),
        "art/a.svg": b"<svg",
    }
    offered = npm.offer(archive_of({f"package/{name}": content for name, content in members.items()}))
    pinned = replace(offered, documents=("art/svg", ".svg"))
    folder = sources.fetch(pinned, tmp_path / "cache")
    assert sources.is_fetched(pinned, tmp_path / "cache")
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["LICENSE", "icons.json", "package.json", "verified.json"]
    monkeypatch.setattr(sources, "ICON_SETS", (pinned,))
    assert load_icons("shapes", tmp_path / "cache")["disc"].width == 40
    (folder / "icons.json").write_text("{}")
    assert not sources.is_fetched(pinned, tmp_path / "cache")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "drawings"), [("thesvg", 6499), ("lobehub", 950), ("super-tiny-icons", 364)]
)
def test_pinned_packages_are_fetched_for_real(tmp_path: Path, name: str, drawings: int) -> None:
    from hybrid_logo.training import sources

    sources.fetch(icon_set(name), tmp_path)
    content = json.loads((set_folder(icon_set(name), tmp_path) / "icons.json").read_text(encoding="utf-8"))
    assert len(content["icons"]) == drawings
    licences = {entry.get("license") for entry in content["icons"].values()}
    assert (licences == {None}) is (name != "thesvg")
