from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hybrid_logo.errors import MissingExtraError, SourceError
from hybrid_logo.training import rendering, sources
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.rendering import load_master, master_path, read_master, render, render_masters
from hybrid_logo.types import LogoType


def document(body: str, width: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">{body}</svg>'
    )


def rectangle(width: float, height: float, colour: str, more: str = "") -> str:
    return document(f'<rect width="{width}" height="{height}" fill="{colour}" {more}/>', width, height)


@pytest.mark.parametrize(
    ("width", "height", "side", "expected"),
    [
        (10, 10, 64, (64, 64)),
        (200, 100, 64, (32, 64)),
        (100, 200, 64, (64, 32)),
        (3, 2, 510, (340, 510)),
        (1000, 1000, 16, (16, 16)),
    ],
)
def test_longer_side_is_as_asked(width: float, height: float, side: int, expected: tuple[int, int]) -> None:
    pixels = render(rectangle(width, height, "#123456"), side)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (*expected, 4)
    assert (pixels == (0x12, 0x34, 0x56, 255)).all()


def test_alpha_is_straight_and_channels_are_rgba() -> None:
    pixels = render(rectangle(8, 8, "#ff8000", 'fill-opacity="0.5"'), 32)
    red, green, blue, alpha = pixels[16, 16]
    assert 127 <= alpha <= 128
    assert (red, blue) == (255, 0)
    assert 126 <= green <= 130


def test_page_is_transparent() -> None:
    pixels = render(document('<rect x="4" width="4" height="8" fill="red"/>', 8, 8), 32)
    assert (pixels[:, :15, 3] == 0).all()
    assert (pixels[:, 17:] == (255, 0, 0, 255)).all()


@pytest.mark.parametrize("ratio", [100, 1000, 100_000])
def test_elongated_drawing_lies_in_a_strip_of_eight_pixels(ratio: int) -> None:
    wide = render(rectangle(ratio, 1, "#000"), 64)
    assert wide.shape == (8, 64, 4)
    rows = wide[..., 3].any(axis=1)
    assert rows.sum() == 1
    assert rows[3:5].any()
    assert render(rectangle(1, ratio, "#000"), 64).shape == (64, 8, 4)


def test_system_fonts_are_not_used() -> None:
    with pytest.raises(SourceError, match="draws nothing"):
        render(document('<text y="10" font-family="serif">A</text>', 12, 12), 64)


@pytest.mark.parametrize(
    "text", ["", "<svg", "no drawing", "<html/>", document("<path", 4, 4), document("</g>", 4, 4)]
)
def test_text_that_is_no_svg_is_a_typed_error(text: str) -> None:
    with pytest.raises(SourceError, match="cannot be drawn"):
        render(text, 64)


@pytest.mark.parametrize(
    "body", ["", '<rect width="4" height="4" fill="none"/>', '<rect x="90" width="4" height="4"/>']
)
def test_empty_drawing_is_a_typed_error(body: str) -> None:
    with pytest.raises(SourceError, match="draws nothing"):
        render(document(body, 8, 8), 64)


@pytest.mark.parametrize("side", [0, -1, 7, 100_000])
def test_absurd_size_is_a_callers_mistake(side: int) -> None:
    with pytest.raises(ValueError, match="longer_side_px"):
        render(rectangle(8, 8, "red"), side)


def test_missing_extra_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'hybrid-logo\[train\]'"):
        render(rectangle(8, 8, "red"), 64)


def logo(name: str) -> LabelledLogo:
    return LabelledLogo(
        "devicon", name, LogoType.SIMPLE, frozenset({LogoType.SIMPLE}), clear=True, brand=name, split="train"
    )


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache with a set of three good drawings, a damaged one and an empty one."""
    icons = {
        name: {"body": f'<rect width="16" height="16" fill="{name}"/>'} for name in ("red", "lime", "blue")
    }
    icons |= {"damaged": {"body": "<path"}, "empty": {"body": ""}}
    folder = sources.set_folder(sources.icon_set("devicon"), tmp_path)
    folder.mkdir(parents=True)
    (folder / "icons.json").write_text(json.dumps({"icons": icons}), encoding="utf-8")
    return tmp_path


def test_masters_are_lossless_pictures_named_by_set_and_logo(cache: Path) -> None:
    report = render_masters([logo("red"), logo("blue")], cache, 64)
    assert (report.rendered, report.kept, report.skipped) == (2, 0, ())
    assert (load_master(logo("red"), cache, 64) == (255, 0, 0, 255)).all()
    path = master_path(logo("blue"), cache, 64)
    assert path == cache / "masters" / "64" / sources.icon_set("devicon").folder_name / "blue.png"
    with Image.open(path) as picture:  # another reader than the one in the module
        assert picture.mode == "RGBA"
        assert picture.size == (64, 64)
        assert picture.getpixel((5, 5)) == (0, 0, 255, 255)


def test_masters_that_are_there_are_kept(cache: Path) -> None:
    render_masters([logo("red")], cache, 64)
    before = master_path(logo("red"), cache, 64).stat().st_mtime_ns
    report = render_masters([logo("red"), logo("lime")], cache, 64)
    assert (report.rendered, report.kept) == (1, 1)
    assert master_path(logo("red"), cache, 64).stat().st_mtime_ns == before


def test_masters_of_another_size_are_drawn_anew(cache: Path) -> None:
    render_masters([logo("red")], cache, 64)
    assert render_masters([logo("red")], cache, 32).rendered == 1
    assert load_master(logo("red"), cache, 32).shape == (32, 32, 4)


def test_bad_drawings_are_skipped_logged_and_reported(cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    wanted = [logo(name) for name in ("damaged", "red", "empty", "absent")]
    with caplog.at_level(logging.WARNING, logger=rendering.__name__):
        report = render_masters(wanted, cache, 64)
    assert (report.rendered, report.kept) == (1, 0)
    assert {title for title, _ in report.skipped} == {"devicon/damaged", "devicon/empty", "devicon/absent"}
    for title, reason in report.skipped:
        assert f"{title} was skipped: {reason}" in caplog.messages
    assert not master_path(logo("damaged"), cache, 64).exists()


def test_no_part_files_are_left(cache: Path) -> None:
    render_masters([logo("red"), logo("empty")], cache, 64)
    assert [path.name for path in master_path(logo("red"), cache, 64).parent.iterdir()] == ["red.png"]


def test_progress_stays_silent_where_there_is_no_terminal(
    cache: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    render_masters([logo("red")], cache, 64)
    assert capfd.readouterr() == ("", "")


def test_set_that_is_not_fetched_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="data fetch --set devicon"):
        render_masters([logo("red")], tmp_path, 64)


def test_cache_that_cannot_be_written_is_a_typed_error(cache: Path) -> None:
    (cache / "masters").write_text("in the way")
    with pytest.raises(SourceError, match="cannot be written"):
        render_masters([logo("red")], cache, 64)


@pytest.mark.parametrize("content", [None, b"", b"no picture"])
def test_master_that_cannot_be_read_names_the_command(cache: Path, content: bytes | None) -> None:
    path = master_path(logo("red"), cache, 64)
    path.parent.mkdir(parents=True)
    if content is not None:
        path.write_bytes(content)
    for read in (lambda: load_master(logo("red"), cache, 64), lambda: read_master(path)):
        with pytest.raises(SourceError, match=r"hybrid-logo data render .*hybrid-logo data compose"):
            read()


def test_any_picture_that_was_drawn_here_is_read(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 7, 4), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "drawn.png")
    found = read_master(tmp_path / "drawn.png")
    assert found.dtype == np.uint8
    assert (found == pixels).all()


@pytest.mark.slow
def test_spawned_processes_draw_the_same_pixels(tmp_path: Path) -> None:
    names = [f"shape{index}" for index in range(40)]
    body = '<circle cx="8" cy="8" r="{}" fill="#{:06x}"/>'
    icons = {name: {"body": body.format(2 + index % 6, index * 40_001)} for index, name in enumerate(names)}
    for folder in ("one", "two"):
        home = sources.set_folder(sources.icon_set("devicon"), tmp_path / folder)
        home.mkdir(parents=True)
        (home / "icons.json").write_text(json.dumps({"icons": icons}), encoding="utf-8")
    logos = [logo(name) for name in names]
    assert render_masters(logos, tmp_path / "one", 64, workers=1).rendered == 40
    assert render_masters(logos, tmp_path / "two", 64, workers=2).rendered == 40
    for each in logos:
        first, second = (master_path(each, tmp_path / folder, 64).read_bytes() for folder in ("one", "two"))
        assert first == second
