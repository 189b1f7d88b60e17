from __future__ import annotations

import base64
import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from hybrid_logo.errors import SourceError, SourceGoneError
from hybrid_logo.training import sources
from hybrid_logo.training.icon_sets import EACH_ITS_OWN
from hybrid_logo.training.sources import Icon, IconSet

ICONS = {
    "prefix": "shapes",
    "width": 24,
    "height": 12,
    "icons": {
        "bar": {"body": '<path d="M0 0h24v12H0z"/>'},
        "shifted": {"body": "<g/>", "left": -3, "top": 2.5, "width": 7, "height": 9},
    },
    "aliases": {"rod": {"parent": "bar"}},
}
GOOD = {
    "package/icons.json": json.dumps(ICONS).encode(),
    "package/info.json": b'{"license": {"spdx": "MIT"}}',
    "package/package.json": b"{}",
    "package/LICENSE.txt": b"do what you like",
    "package/index.js": b"throw 1",
}

FAKE_NPM = """#!{python}
import pathlib, shutil, sys
here = pathlib.Path(__file__).parent
with (here / "calls").open("a") as calls:
    print(*sys.argv[1:], file=calls)
message = here / "message"
if message.exists():
    print(message.read_text(), file=sys.stderr)
    raise SystemExit(1)
for archive in (here / "registry").iterdir():
    shutil.copy(archive, ".")
"""


def archive_of(members: dict[str, bytes], links: tuple[str, ...] = ()) -> bytes:
    """A gzipped tar of plain files, with symbolic links to /etc/passwd under the names in ``links``."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for name in links:
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(link)
    return buffer.getvalue()


class FakeNpm:
    """An npm that hands out one archive or fails with a message, and counts its calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "registry").mkdir(parents=True)
        program = folder / "npm"
        program.write_text(FAKE_NPM.format(python=sys.executable))
        program.chmod(0o755)

    def offer(self, archive: bytes) -> IconSet:
        (self.folder / "registry" / "shapes-1.0.0.tgz").write_bytes(archive)
        digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
        return IconSet("shapes", "@icons/shapes", "1.0.0", f"sha512-{digest}", "MIT")

    def fail(self, message: str) -> None:
        (self.folder / "message").write_text(message)

    @property
    def calls(self) -> list[str]:
        log = self.folder / "calls"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeNpm:
    fake = FakeNpm(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(fake.folder))
    return fake


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def use_set(monkeypatch: pytest.MonkeyPatch, pinned: IconSet) -> None:
    monkeypatch.setattr(sources, "ICON_SETS", (pinned,))


def test_table_is_pinned_exactly() -> None:
    assert [pinned.name for pinned in sources.ICON_SETS] == [
        "logos",
        "token-branded",
        "devicon",
        "vscode-icons",
        "skill-icons",
    ]
    names = [pinned.name for pinned in (*sources.ICON_SETS, *sources.FURTHER_SETS)]
    assert len(set(names)) == len(names)
    for pinned in (*sources.ICON_SETS, *sources.FURTHER_SETS):
        assert sources.icon_set(pinned.name) is pinned
        assert pinned.licence in {"CC0-1.0", "MIT", "Apache-2.0", EACH_ITS_OWN}
        assert len(pinned.version.split(".")) == 3
        assert all(part.isdigit() for part in pinned.version.split("."))
        algorithm, _, digest = pinned.integrity.partition("-")
        assert algorithm == "sha512"
        assert len(base64.b64decode(digest, validate=True)) == 64


def test_unknown_set_names_the_known_ones() -> None:
    with pytest.raises(SourceError, match="skill-icons"):
        sources.icon_set("nothing")


def test_cache_folder_prefers_argument_then_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYBRID_LOGO_CACHE", str(tmp_path / "named"))
    assert sources.cache_folder(tmp_path) == tmp_path
    assert sources.cache_folder() == tmp_path / "named"
    monkeypatch.delenv("HYBRID_LOGO_CACHE")
    assert sources.cache_folder() == Path.home() / ".cache" / "hybrid-logo"


def test_fetch_keeps_what_is_needed_and_the_licence(npm: FakeNpm, cache: Path) -> None:
    pinned = npm.offer(archive_of(GOOD))
    assert not sources.is_fetched(pinned, cache)
    folder = sources.fetch(pinned, cache)
    assert sources.is_fetched(pinned, cache)
    assert sorted(path.name for path in folder.iterdir()) == [
        "LICENSE.txt",
        "icons.json",
        "info.json",
        "package.json",
        "verified.json",
    ]
    assert (folder / "icons.json").read_bytes() == GOOD["package/icons.json"]
    assert npm.calls == ["pack @icons/shapes@1.0.0 --ignore-scripts"]
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_fetched_set_is_not_fetched_again(npm: FakeNpm, cache: Path) -> None:
    pinned = npm.offer(archive_of(GOOD))
    sources.fetch(pinned, cache)
    sources.fetch(pinned, cache)
    assert len(npm.calls) == 1


@pytest.mark.parametrize("damage", ["icons.json", "verified.json", "LICENSE.txt"])
def test_damaged_set_is_fetched_again(npm: FakeNpm, cache: Path, damage: str) -> None:
    pinned = npm.offer(archive_of(GOOD))
    folder = sources.fetch(pinned, cache)
    (folder / damage).write_bytes(b"[]")
    assert not sources.is_fetched(pinned, cache)
    sources.fetch(pinned, cache)
    assert sources.is_fetched(pinned, cache)
    assert len(npm.calls) == 2


def test_tampered_archive_is_refused_and_not_unpacked(npm: FakeNpm, cache: Path) -> None:
    pinned = npm.offer(archive_of(GOOD))
    npm.offer(archive_of(GOOD | {"package/icons.json": b'{"icons": {}}'}))
    with pytest.raises(SourceError, match="not the archive that is pinned"):
        sources.fetch(pinned, cache)
    assert not list((cache / "sets").iterdir())


def test_refusal_leaves_an_older_copy_alone(npm: FakeNpm, cache: Path) -> None:
    pinned = npm.offer(archive_of(GOOD))
    folder = sources.fetch(pinned, cache)
    (folder / "LICENSE.txt").unlink()
    npm.offer(archive_of({}))
    with pytest.raises(SourceError, match="pinned"):
        sources.fetch(pinned, cache)
    assert (folder / "icons.json").read_bytes() == GOOD["package/icons.json"]


@pytest.mark.parametrize(
    "name",
    [
        "../icons.json",
        "package/../../icons.json",
        "/tmp/icons.json",
        "package/deeper/icons.json",
        "package/../icons.json",
        "icons.json",
    ],
)
def test_no_path_of_the_archive_reaches_the_disk(npm: FakeNpm, cache: Path, name: str) -> None:
    members = {name: b"evil"} | GOOD
    folder = sources.fetch(npm.offer(archive_of(members)), cache)
    written = [path for path in cache.rglob("*") if path.is_file()]
    assert {path.parent for path in written} == {folder}
    assert all(path.read_bytes() != b"evil" for path in written)


def test_links_in_the_archive_are_ignored(npm: FakeNpm, cache: Path) -> None:
    folder = sources.fetch(npm.offer(archive_of(GOOD, links=("package/LICENSE",))), cache)
    assert not any(path.is_symlink() for path in folder.iterdir())
    assert not (folder / "LICENSE").exists()


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no archive", id="text"),
        pytest.param(archive_of(GOOD)[:-40], id="truncated"),
        pytest.param(archive_of(GOOD)[:30] + bytes(60) + archive_of(GOOD)[90:], id="garbled"),
        pytest.param(archive_of({"package/icons.json": b"{}"}), id="incomplete"),
    ],
)
def test_bad_archive_of_the_right_digest_is_a_typed_error(npm: FakeNpm, cache: Path, archive: bytes) -> None:
    with pytest.raises(SourceError, match=r"cannot be unpacked|lacks info\.json, package\.json"):
        sources.fetch(npm.offer(archive), cache)
    assert not list((cache / "sets").iterdir())


def test_file_that_stands_twice_in_the_archive_is_refused(npm: FakeNpm, cache: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for content in (b"{}", b"[]"):
            member = tarfile.TarInfo("package/icons.json")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    with pytest.raises(SourceError, match="twice"):
        sources.fetch(npm.offer(buffer.getvalue()), cache)


def test_missing_npm_says_how_to_get_it(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match=r"npm was not found.*apt-get install npm"):
        sources.fetch(sources.ICON_SETS[0], cache)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("npm error code E404\nnpm error 404 Not Found", "does not offer @icons/shapes@1.0.0"),
        ("npm ERR! code E404\nnpm ERR! 404 Not Found", "does not offer"),
        ("npm error code ETARGET\nnpm error notarget No matching version", "does not offer"),
        (
            "npm error code ENOTFOUND\nnpm error syscall getaddrinfo",
            r"ENOTFOUND: syscall getaddrinfo.*network",
        ),
        ("npm error code ECONNREFUSED", r"ECONNREFUSED.*network"),
        ("npm error code ENOSPC\nnpm error nospc", "disk is full"),
        ("Segmentation fault", r"exit status 1.*network"),
    ],
)
def test_npm_failures_are_explained(npm: FakeNpm, cache: Path, message: str, expected: str) -> None:
    pinned = npm.offer(archive_of(GOOD))
    npm.fail(message)
    with pytest.raises(SourceError, match=expected):
        sources.fetch(pinned, cache)
    assert not list((cache / "sets").iterdir())


@pytest.mark.parametrize(("code", "gone"), [("E404", True), ("ETARGET", True), ("ECONNREFUSED", False)])
def test_what_is_gone_is_told_from_what_failed(npm: FakeNpm, cache: Path, code: str, gone: bool) -> None:
    pinned = npm.offer(archive_of(GOOD))
    npm.fail(f"npm error code {code}")
    with pytest.raises(SourceError) as raised:
        sources.fetch(pinned, cache)
    assert isinstance(raised.value, SourceGoneError) is gone


def test_npm_that_leaves_no_archive_is_an_error(npm: FakeNpm, cache: Path) -> None:
    pinned = npm.offer(archive_of(GOOD))
    (npm.folder / "registry" / "shapes-1.0.0.tgz").unlink()
    with pytest.raises(SourceError, match="left 0 archives"):
        sources.fetch(pinned, cache)


def test_npm_that_hangs_is_given_up(npm: FakeNpm, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = npm.offer(archive_of(GOOD))
    (npm.folder / "npm").write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    monkeypatch.setattr("hybrid_logo.training.archives.PACK_SECONDS", 0.2)
    with pytest.raises(SourceError, match="did not bring"):
        sources.fetch(pinned, cache)


def test_npm_that_cannot_be_run_is_an_error(npm: FakeNpm, cache: Path) -> None:
    pinned = npm.offer(archive_of(GOOD))
    (npm.folder / "npm").write_text("#!/nowhere/at/all\n")
    with pytest.raises(SourceError, match="cannot be run"):
        sources.fetch(pinned, cache)


def test_cache_that_cannot_be_written_is_an_error(npm: FakeNpm, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SourceError, match="cannot be written"):
        sources.fetch(npm.offer(archive_of(GOOD)), tmp_path / "file")


def test_full_disk_says_so(npm: FakeNpm, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("hybrid_logo.training.archives.shutil.copyfileobj", full)
    with pytest.raises(SourceError, match=r"full.*HYBRID_LOGO_CACHE"):
        sources.fetch(npm.offer(archive_of(GOOD)), cache)
    assert not list((cache / "sets").iterdir())


def test_icons_take_the_defaults_of_their_set(
    npm: FakeNpm, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = npm.offer(archive_of(GOOD))
    use_set(monkeypatch, pinned)
    sources.fetch(pinned, cache)
    assert sources.load_icons("shapes", cache) == {
        "bar": Icon('<path d="M0 0h24v12H0z"/>', 0, 0, 24, 12),
        "shifted": Icon("<g/>", -3, 2.5, 7, 9),
    }


def test_icons_without_any_size_take_the_format_default(
    npm: FakeNpm, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = npm.offer(archive_of(GOOD | {"package/icons.json": b'{"icons": {"dot": {"body": ""}}}'}))
    use_set(monkeypatch, pinned)
    sources.fetch(pinned, cache)
    assert sources.load_icons("shapes", cache)["dot"] == Icon("", 0, 0, 16, 16)


def test_icons_follow_a_new_archive(npm: FakeNpm, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = npm.offer(archive_of(GOOD))
    use_set(monkeypatch, first)
    sources.fetch(first, cache)
    assert "bar" in sources.load_icons("shapes", cache)
    second = npm.offer(archive_of(GOOD | {"package/icons.json": b'{"icons": {}}'}))
    sources.fetch(second, cache)
    assert sources.load_icons("shapes", cache) == {}


def test_set_that_is_not_fetched_names_the_command(cache: Path) -> None:
    with pytest.raises(SourceError, match="hybrid-logo data fetch --set devicon"):
        sources.load_icons("devicon", cache)


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"{}", b'{"icons": []}', b'{"icons": {"a": {}}}', b'{"icons": {"a": 1}}', b"\xff"],
)
def test_icons_that_are_no_iconify_json_are_a_typed_error(cache: Path, content: bytes) -> None:
    folder = sources.set_folder(sources.ICON_SETS[0], cache)
    folder.mkdir(parents=True)
    (folder / "icons.json").write_bytes(content)
    with pytest.raises(SourceError, match="cannot be read as Iconify JSON"):
        sources.load_icons("logos", cache)


def test_svg_text_is_a_document_with_the_icons_window() -> None:
    from xml.etree import ElementTree

    text = sources.svg_text(Icon('<use xlink:href="#a"/>', -3, 2.5, 7, 9))
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib == {"viewBox": "-3 2.5 7 9", "width": "7", "height": "9"}
    assert root[0].attrib == {"{http://www.w3.org/1999/xlink}href": "#a"}


@pytest.mark.slow
def test_smallest_set_is_fetched_for_real(cache: Path) -> None:
    pinned = sources.icon_set("skill-icons")
    folder = sources.fetch(pinned, cache)
    assert sources.is_fetched(pinned, cache)
    licence = json.loads((folder / "info.json").read_text(encoding="utf-8"))["license"]
    assert licence["spdx"] == pinned.licence
    assert json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"] == pinned.version
    assert len(sources.load_icons(pinned.name, cache)) == 400


@pytest.mark.slow
def test_registry_that_cannot_be_reached_is_explained(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real npm client, pointed at a port where nobody answers."""
    assert subprocess.run(["npm", "--version"], capture_output=True, check=True).stdout
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(cache / "npm"))
    with pytest.raises(SourceError, match=r"ECONNREFUSED.*npm ping"):
        sources.fetch(sources.icon_set("skill-icons"), cache)
