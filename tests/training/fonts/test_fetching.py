from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hybrid_logo.errors import SourceError, SourceGoneError
from hybrid_logo.training import archives
from hybrid_logo.training.fonts import (
    FONT_FAMILIES,
    FontFamily,
    fetch_font,
    fetch_fonts,
    font_path,
    is_font_fetched,
    load_font,
)
from tests.training.fonts.tiny_font import package_of, tiny_font


def members(name: str) -> dict[str, bytes]:
    return {
        f"files/{name}-latin-400-normal.woff": b"the font",
        f"files/{name}-latin-700-normal.woff": b"another weight",
        "files/LICENSE-of-nothing/evil": b"too deep",
        "LICENSE": b"open",
        "package.json": b"{}",
        "index.css": b"",
    }


class Registry:
    """What npm offers, and what it was asked for."""

    def __init__(self) -> None:
        self.archives: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.lock = threading.Lock()

    def offer(self, name: str, content: dict[str, bytes] | None = None) -> FontFamily:
        family, archive = package_of(name, members(name) if content is None else content)
        self.archives[f"@fontsource/{name}@1.0.0"] = archive
        return family

    def pack(self, wanted: str, folder: Path) -> Path:
        with self.lock:
            self.asked.append(wanted)
        if wanted not in self.archives:
            raise SourceGoneError(f"does not offer {wanted}")
        archive = folder / "a.tgz"
        archive.write_bytes(self.archives[wanted])
        return archive


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    made = Registry()
    monkeypatch.setattr(archives, "pack", made.pack)
    return made


def test_the_font_lies_beside_its_licence_and_is_fetched_once(registry: Registry, tmp_path: Path) -> None:
    family = registry.offer("tiny")
    assert not is_font_fetched(family, tmp_path)
    path = fetch_font(family, tmp_path)
    assert path == font_path(family, tmp_path) == tmp_path / "fonts" / "tiny-1.0.0" / family.file
    assert path.read_bytes() == b"the font"
    assert {file.name for file in path.parent.iterdir()} == {
        family.file, "LICENSE", "package.json", "verified.json"
    }  # fmt: skip
    assert is_font_fetched(family, tmp_path)
    fetch_font(family, tmp_path)
    assert registry.asked == ["@fontsource/tiny@1.0.0"]


@pytest.mark.parametrize("damage", ["tiny-latin-400-normal.woff", "LICENSE", "verified.json"])
def test_a_damaged_font_is_fetched_again(registry: Registry, tmp_path: Path, damage: str) -> None:
    family = registry.offer("tiny")
    path = fetch_font(family, tmp_path)
    (path.parent / damage).write_bytes(b"[]")
    assert not is_font_fetched(family, tmp_path)
    assert fetch_font(family, tmp_path).read_bytes() == b"the font"
    assert is_font_fetched(family, tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "../{}",
        "files/../../{}",
        "files/../{}",
        "files/deeper/{}",
        "other/{}",
        "files/files/{}",
    ],
)
def test_only_the_named_folder_is_unpacked(registry: Registry, tmp_path: Path, path: str) -> None:
    family = registry.offer("tiny", {path.format("tiny-latin-400-normal.woff"): b"evil"} | members("tiny"))
    assert fetch_font(family, tmp_path).read_bytes() == b"the font"
    assert all(file.read_bytes() != b"evil" for file in tmp_path.rglob("*") if file.is_file())


def test_a_name_in_two_folders_is_refused(registry: Registry, tmp_path: Path) -> None:
    family = registry.offer("tiny", {"files/LICENSE": b""} | members("tiny"))
    with pytest.raises(SourceError, match="twice"):
        fetch_font(family, tmp_path)


def test_a_package_without_the_font_is_refused(registry: Registry, tmp_path: Path) -> None:
    family = registry.offer("tiny", {"LICENSE": b"", "tiny-latin-700-normal.woff": b""})
    with pytest.raises(SourceError, match=r"lacks tiny-latin-400-normal\.woff"):
        fetch_font(family, tmp_path)
    assert not list((tmp_path / "fonts").iterdir())


def test_a_tampered_archive_is_refused(registry: Registry, tmp_path: Path) -> None:
    family = registry.offer("tiny")
    registry.offer("tiny", members("tiny") | {"LICENSE": b"closed"})
    with pytest.raises(SourceError, match="not the archive that is pinned"):
        fetch_font(family, tmp_path)
    assert not list((tmp_path / "fonts").iterdir())


def test_many_are_fetched_and_a_gone_one_is_skipped(
    registry: Registry, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    families = [registry.offer(f"f{number}") for number in range(9)]
    fetch_font(families[3], tmp_path)
    del registry.archives["@fontsource/f5@1.0.0"]
    report = fetch_fonts(families, tmp_path, downloads=3)
    assert (report.fetched, report.kept) == (7, 1)
    assert report.skipped == (("f5", "does not offer @fontsource/f5@1.0.0"),)
    assert "f5 was skipped" in caplog.text
    assert sorted(registry.asked) == sorted(f"@fontsource/f{number}@1.0.0" for number in range(9))
    assert [is_font_fetched(family, tmp_path) for family in families] == [number != 5 for number in range(9)]
    registry.offer("f5")
    assert fetch_fonts(families, tmp_path).fetched == 1
    with pytest.raises(SourceGoneError):
        fetch_font(FONT_FAMILIES[0], tmp_path)


def raising(error: Exception) -> Callable[..., None]:
    def function(*_: object) -> None:
        raise error

    return function


def test_a_full_disk_ends_the_run_and_keeps_what_is_there(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    families = [registry.offer(f"f{number}") for number in range(30)]
    fetch_font(families[0], tmp_path)
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr("hybrid_logo.training.archives.shutil.copyfileobj", raising(full))
    with pytest.raises(SourceError, match=r"full.*--cache"):
        fetch_fonts(families, tmp_path, downloads=1)
    assert len(registry.asked) < 10, "what has not begun is not begun any more"
    assert [path.name for path in (tmp_path / "fonts").iterdir()] == ["f0-1.0.0"]


def test_an_npm_that_fails_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "pack", raising(SourceError("npm was not found")))
    with pytest.raises(SourceError, match="npm was not found"):
        fetch_fonts(FONT_FAMILIES[:4], tmp_path)


def test_a_fetched_font_can_be_opened(registry: Registry, tmp_path: Path) -> None:
    family = registry.offer("tiny", {"files/tiny-latin-400-normal.woff": tiny_font()})
    fetch_font(family, tmp_path)
    assert load_font(family, tmp_path).covers("AV")


@pytest.mark.slow
def test_one_family_is_fetched_for_real(tmp_path: Path) -> None:
    family = next(family for family in FONT_FAMILIES if family.name == "press-start-2p")
    fetch_font(family, tmp_path)
    assert is_font_fetched(family, tmp_path)
    assert load_font(family, tmp_path).outline("Logo 24").characters == 6
