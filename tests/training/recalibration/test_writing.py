"""The new release appears whole, and over nothing that must stay."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hybrid_logo.bundle import MANIFEST, Bundle
from hybrid_logo.errors import OutputError
from hybrid_logo.training.recalibration.writing import (
    check_destination,
    put_in_place,
    unfinished_folder,
    write_release,
)


@pytest.fixture
def bundle(small_release: Path) -> Bundle:
    return Bundle.load(small_release)


def made(folder: Path, bundle: Bundle, **changed: object) -> Path:
    write_release(folder, bundle, bundle.router, "{}", {"name": "new", **changed}, "# Card\n")
    return folder


def test_a_release_is_complete_and_loads(tmp_path: Path, bundle: Bundle) -> None:
    loaded = Bundle.load(made(tmp_path, bundle))
    assert loaded.name == "new"
    assert loaded.router == bundle.router
    assert loaded.router.changed == ()
    assert {path.name for path in tmp_path.iterdir()} == {
        *(path.name for path in bundle.folder.iterdir()),
        "profile.json",
    }


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("pictures/new", "lie within each other"),
        (".", "lie within each other"),
        ("a file", "is a file"),
        ("a file/new", "cannot be written"),
        ("notes", "other files than a model release"),
        ("release", "--force"),
    ],
)
def test_what_must_stay_is_not_written_over(tmp_path: Path, bundle: Bundle, out: str, told: str) -> None:
    pictures = tmp_path / "pictures"
    for folder in (pictures, tmp_path / "notes", tmp_path / "release"):
        folder.mkdir()
    (tmp_path / "a file").touch()
    (tmp_path / "notes" / "mine.txt").touch()
    (tmp_path / "release" / MANIFEST).touch()
    with pytest.raises(OutputError, match=told):
        check_destination(tmp_path / out, force=False, bundle=bundle, inputs=[pictures])
    if out not in ("release", "notes"):
        with pytest.raises(OutputError, match=told):
            check_destination(tmp_path / out, force=True, bundle=bundle, inputs=[pictures])


def test_the_release_that_is_read_is_never_replaced(bundle: Bundle) -> None:
    for out in (bundle.folder, bundle.folder / "new", bundle.folder.parent):
        with pytest.raises(OutputError, match="within each other"):
            check_destination(out, force=True, bundle=bundle, inputs=[])


def test_force_replaces_a_release_and_nothing_else(tmp_path: Path, bundle: Bundle) -> None:
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / MANIFEST).touch()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").touch()
    check_destination(tmp_path / "release", force=True, bundle=bundle, inputs=[])
    with pytest.raises(OutputError, match="other files"):
        check_destination(tmp_path / "notes", force=True, bundle=bundle, inputs=[])
    (tmp_path / "empty").mkdir()
    check_destination(tmp_path / "empty", force=False, bundle=bundle, inputs=[])


def test_a_folder_appears_when_it_is_finished(tmp_path: Path, bundle: Bundle) -> None:
    out = tmp_path / "deep" / "new"
    with unfinished_folder(out) as folder:
        made(folder, bundle)
        assert not out.exists()
        put_in_place(folder, out)
    assert Bundle.load(out).name == "new"
    assert [path.name for path in out.parent.iterdir()] == ["new"]
    assert stat.S_IMODE(out.stat().st_mode) & 0o500 == 0o500
    assert stat.S_IMODE(out.stat().st_mode) == stat.S_IMODE((tmp_path / "deep").stat().st_mode)


def test_a_failure_leaves_what_was_there(
    tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "release"
    out.mkdir()
    made(out, bundle, name="old")

    def fail() -> None:
        with unfinished_folder(out) as folder:
            made(folder, bundle)
            rename = Path.rename

            def renamed(self: Path, target: Path) -> Path:
                if self == folder:
                    raise OSError(28, "No space left on device")
                return rename(self, target)

            monkeypatch.setattr(Path, "rename", renamed)
            put_in_place(folder, out)

    with pytest.raises(OutputError, match="No space left"):
        fail()
    monkeypatch.undo()
    assert Bundle.load(out).name == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_a_new_release_takes_the_place_of_the_old_one(tmp_path: Path, bundle: Bundle) -> None:
    out = tmp_path / "release"
    out.mkdir()
    made(out, bundle, name="old")
    with unfinished_folder(out) as folder:
        put_in_place(made(folder, bundle), out)
    assert Bundle.load(out).name == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_where_nothing_is_kept_nothing_is_left(bundle: Bundle) -> None:
    with unfinished_folder(None) as folder:
        made(folder, bundle)
    assert not folder.exists()
