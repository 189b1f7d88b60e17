from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_logo.errors import CorruptError, PictureError, UnsupportedError, VectorError
from hybrid_logo.header import read_header

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'
DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
ENTITIES = '<!DOCTYPE svg [ <!ENTITY ns "http://ns.example/"> <!ENTITY b "c"> ]>'


@pytest.mark.parametrize(
    "data",
    [
        SVG.encode(),
        b"<svg>",
        b"<svg/>",
        b"<SVG width='8'>",
        ("\ufeff" + SVG).encode(),
        SVG.encode("utf-16"),
        ("\ufeff" + SVG).encode("utf-16-be"),
        b" \r\n\t" + SVG.encode(),
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + SVG.encode(),
        b'<?xml version="1.0" encoding="ISO-8859-1"?><!-- caf\xe9 -->' + SVG.encode(),
        b"<!-- made by hand: <b> & more -->\n<!-- twice -->" + SVG.encode(),
        b"<?xml version='1.0'?>" + DOCTYPE.encode() + SVG.encode(),
        b"<?xml version='1.0'?><!-- x -->" + ENTITIES.encode() + SVG.encode(),
        b"<!doctype svg>" + SVG.encode(),
        b'<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>',
        b"<svg> " + ("é" * 40_000).encode(),
        b"<svg>" + ("é" * 40_000).encode(),
        gzip.compress(SVG.encode()),
        gzip.compress(b"<?xml version='1.0'?>" + SVG.encode())[:-4],
        SVG.encode()[:20],
    ],
)
def test_svg_is_vector_already(data: bytes) -> None:
    with pytest.raises(VectorError, match="no conversion"):
        read_header(data)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
        (b"\xc5\xd0\xd3\xc6" + bytes(30), "EPS"),
        (b"8BPS\0\1" + bytes(30), "Photoshop"),
        (b"\0\0\1\0\1\0" + bytes(30), "icon file"),
        (b"\0\0\0\x18ftypheic" + bytes(30), "HEIC"),
        (b"\0\0\0\x1cftypavif" + bytes(30), "AVIF"),
        (b"\0\0\0\x1cftypisom" + bytes(30), "MP4"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"PK\3\4" + bytes(30), "ZIP"),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(30), "RIFF"),
        (gzip.compress(b"some text"), "gzip"),
        (gzip.compress(b"<html><svg></svg></html>"), "gzip"),
        (b"\x1f\x8b\x08 broken", "gzip"),
        (b"<!DOCTYPE html><html><body><svg></svg></body>", "web page"),
        (b"\n <HTML lang=en>", "web page"),
        (b"<?xml version='1.0'?><rss><svg/></rss>", "XML"),
        (b"just words", "a text file"),
        (b"BMW is a car, not a bitmap", "a text file"),
        (b"GIF89 is a format", "a text file"),
        (b"<svgx></svgx>", "a text file"),
        (b"<!-- never closed", "a text file"),
        ("Größe in altem Zeichensatz".encode("latin-1"), "a text file"),
        ("wide words".encode("utf-16"), "a text file"),
        (b"\1\2\3\4 nothing known", "not a picture"),
        (bytes(64), "not a picture"),
    ],
)
def test_other_files_are_named(data: bytes, name: str) -> None:
    with pytest.raises(UnsupportedError, match=name) as caught:
        read_header(data)
    assert "PNG, JPEG" in str(caught.value)


@pytest.mark.parametrize("data", [b"\x89", b"\x89PNG\r\n\x1a", b"\xff", b"\xff\xd8", b"GIF8", b"II*", b"RIF"])
def test_the_start_of_a_picture_is_a_truncated_one(data: bytes) -> None:
    with pytest.raises(CorruptError, match="early"):
        read_header(data)


def test_a_gzip_bomb_is_opened_by_its_head_only() -> None:
    bomb = gzip.compress(b"<?xml version='1.0'?>" + bytes(50_000_000))
    with pytest.raises(UnsupportedError, match="gzip"):
        read_header(bomb)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
def test_any_bytes_get_a_typed_answer(data: bytes) -> None:
    with pytest.raises(PictureError):
        read_header(data)


@given(st.lists(st.sampled_from(["<!--", "-->", "<?", "?>", "<!DOCTYPE", "svg", "<svg", ">", " ", "["])))
def test_any_markup_ends(parts: list[str]) -> None:
    with pytest.raises(PictureError):
        read_header("".join(["<", *parts]).encode())
