"""Names what a file is that is none of the pictures read here, and what to do with it."""

from __future__ import annotations

import zlib
from typing import NoReturn

from hybrid_logo.errors import UnsupportedError, VectorError
from hybrid_logo.formats import gif, jpeg, png, tiff
from hybrid_logo.formats.facts import ends_early

__all__ = ["refuse"]

_HEAD = 65_536
_READ = "Formats read here are PNG, JPEG, WebP, GIF, BMP and TIFF."
_VECTOR = "This is an SVG: it is vector already and needs no conversion."

_CONTAINERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"%!PS", "a PostScript file"),
    (b"\xc5\xd0\xd3\xc6", "an EPS file"),
    (b"8BPS", "a Photoshop file"),
    (b"8BPB", "a Photoshop file"),
    (b"gimp xcf", "a GIMP file"),
    (b"\0\0\1\0", "an icon file (ICO)"),
    (b"\0\0\2\0", "a cursor file (CUR)"),
    (b"icns", "an Apple icon file (ICNS)"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000"),
    (b"\xff\x0a", "a JPEG XL"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL"),
    (b"v/1\1", "an OpenEXR"),
    (b"qoif", "a QOI"),
    (b"DDS ", "a DDS texture"),
    (b"PK\3\4", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"RIFF", "a RIFF file (sound or video)"),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM video"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_BRANDS = {b"avif": "an AVIF", b"avis": "an AVIF", b"heic": "an HEIC", b"heix": "an HEIC", b"mif1": "an HEIF"}
_SIGNATURES = (
    (png.SIGNATURE, "PNG"),
    (jpeg.SIGNATURE, "JPEG"),
    *((signature, "GIF") for signature in gif.SIGNATURES),
    *((signature, "TIFF") for signature in tiff.SIGNATURES),
    (b"RIFF", "WebP"),
)


def refuse(data: bytes) -> NoReturn:
    """Raise the error that says what these bytes are.

    Raises:
        VectorError: an SVG, plain or compressed.
        CorruptError: the first bytes of a known format and nothing more.
        UnsupportedError: everything else, named where it is known.
    """
    if len(data) >= 3 or data[0] > 127:  # one or two letters may begin any text
        for signature, format_name in _SIGNATURES:
            if len(data) < len(signature) and signature.startswith(data):
                raise ends_early(format_name)
    head = data[:_HEAD]
    if _is_svg(_text(_unzipped(data) if head[:2] == b"\x1f\x8b" else head)):
        raise VectorError(_VECTOR)
    name = _name(head)
    if name is None:
        raise UnsupportedError(f"This is not a picture. {_READ}")
    raise UnsupportedError(f"This is {name}, which is not read here. Export the logo as PNG. {_READ}")


def _name(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "an MP4 or HEIF file")
    for signature, name in _CONTAINERS:
        if head.startswith(signature):
            return name
    text = _text(head)
    if text is None:
        return None
    start = text.lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<head", "<body")):
        return "a web page (HTML)"
    return "an XML file" if start.startswith("<?xml") else "a text file"


def _unzipped(data: bytes) -> bytes:
    """At most the first 64 KiB inside a gzip file."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _HEAD)
    except zlib.error:
        return b""


def _text(head: bytes) -> str | None:
    """The head as text; None where it is binary."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[: len(head) & ~1].decode("utf-16", "ignore").removeprefix("\ufeff")
    if any(byte < 32 and byte not in b"\t\n\f\r" for byte in head[:1024]):
        return None
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A character cut at the end of a long head is no sign of anything; an old encoding is text too.
        encoding = "utf-8-sig" if error.start >= len(head) - 4 else "latin-1"
        text = head.decode(encoding, "ignore")
    return text


def _is_svg(text: str | None) -> bool:
    """Whether the first element is svg, after declarations, comments and a document type."""
    rest = (text or "").lstrip()
    while rest:
        if rest.startswith("<?"):
            end = rest.find("?>") + 2
        elif rest.startswith("<!--"):
            end = rest.find("-->") + 3
        elif rest[:9].upper() == "<!DOCTYPE":
            name = rest[9:64].split(None, 1)[:1]
            if name and name[0].lower().rstrip(">") == "svg":
                return True
            end = rest.find(">") + 1
        else:
            name = rest[1:64].replace(">", " ").replace("/", " ").split(None, 1)[:1]
            return rest[0] == "<" and bool(name) and name[0].lower().rpartition(":")[2] == "svg"
        if end < 4:
            return False
        rest = rest[end:].lstrip()
    return False
