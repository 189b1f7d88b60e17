"""Makes picture files of every kind in memory; Pillow, an independent decoder, says what they show."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

Pixels = NDArray[np.uint8]


def logo(mode: str = "RGBA", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """A disc and a half transparent bar; no symmetry, so that every turn shows."""
    width, height = size
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((width // 12, height // 9, width * 5 // 8, height * 5 // 6), fill=(200, 30, 60, 255))
    draw.rectangle((width // 2, height // 5, width - 4, height * 5 // 8), fill=(20, 90, 200, 128))
    draw.rectangle((2, height - 6, width // 3, height - 3), fill=(250, 220, 10, 255))
    return image if mode == "RGBA" else image.convert(mode)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def animated(format: str, mode: str = "RGB", **options: Any) -> bytes:
    """Three frames: the logo and two turned copies."""
    first = logo(mode)
    return saved(first, format, save_all=True, append_images=[first.rotate(90), first.rotate(180)], **options)


def exif(orientation: int) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = orientation
    return block


def as_pillow_shows(data: bytes) -> Pixels:
    """``uint8[H, W, 4]`` BGRA of the first frame, upright, decoded by Pillow."""
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image)
        return np.asarray(upright.convert("RGBA"))[..., [2, 1, 0, 3]]


def on_grey(pixels: Pixels) -> NDArray[np.float64]:
    """BGR or BGRA laid on middle grey, so that colours hidden under transparency do not count."""
    colors = pixels[..., :3].astype(float)
    if pixels.shape[2] == 3:
        return colors
    alpha = pixels[..., 3:] / 255
    return colors * alpha + 128 * (1 - alpha)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int,
    height: int,
    bits: int,
    color_type: int,
    rows: bytes,
    *,
    extra: bytes = b"",
    compressed: bytes | None = None,
) -> bytes:
    """A PNG from raw ``rows``, each with its filter byte; ``extra`` chunks come before the data."""
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(rows) if compressed is None else compressed)
        + chunk(b"IEND", b"")
    )


def png_of_samples(
    samples: NDArray[np.integer[Any]], bits: int, color_type: int, extra: bytes = b""
) -> bytes:
    """A PNG of ``samples[H, W]`` or ``[H, W, C]`` at any bit depth."""
    height, width = samples.shape[:2]
    rows = b""
    for row in samples.reshape(height, -1):
        text = "".join(format(int(value), f"0{bits}b") for value in row)
        rows += b"\0" + int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")
    return png(width, height, bits, color_type, rows, extra=extra)


def adam7_png(samples: Pixels) -> bytes:
    """An interlaced RGB PNG of ``samples[H, W, 3]``; Pillow cannot write one."""
    height, width = samples.shape[:2]
    passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]
    rows = b"".join(
        b"\0" + samples[y, x::across].tobytes()
        for x, y0, across, down in passes
        for y in range(y0, height, down)
        if x < width
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


GIF_COLORS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))


def gif(
    canvas: tuple[int, int],
    boxes: list[tuple[int, int, int, int]],
    transparent: int | None = None,
    local_table: bool = False,
) -> bytes:
    """A GIF of one frame a box (x, y, width, height); frame n shows colour (i + n) % 4 at pixel i."""
    table = b"".join(map(bytes, GIF_COLORS))
    out = b"GIF89a" + struct.pack("<HHBBB", *canvas, 0 if local_table else 0x81, 2, 0)
    out += b"" if local_table else table
    for number, (x, y, width, height) in enumerate(boxes):
        flag = int(transparent is not None)
        out += b"\x21\xf9\x04" + bytes([flag, 0, 0, transparent or 0, 0])
        out += b"," + struct.pack("<HHHHB", x, y, width, height, 0x81 if local_table else 0)
        out += table if local_table else b""
        # A clear code before every second pixel keeps all codes at three bits.
        codes = []
        for pixel in range(width * height):
            codes += [4] * (pixel % 2 == 0) + [(pixel + number) % 4]
        bits = sum(code << 3 * place for place, code in enumerate([*codes, 5]))
        packed = bits.to_bytes(-(-3 * (len(codes) + 1) // 8), "little")
        parts = (packed[start : start + 255] for start in range(0, len(packed), 255))
        out += b"\x02" + b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
    return out + b";"


def bmp(
    size: tuple[int, int], bits: int, body: bytes, *, compression: int = 0, masks: tuple[int, ...] = ()
) -> bytes:
    """A BMP; a negative height means rows from top to bottom; four ``masks`` need the larger header."""
    header_size = 56 if len(masks) == 4 else 40
    header = struct.pack("<IiiHHIIiiII", header_size, *size, 1, bits, compression, len(body), 0, 0, 0, 0)
    header += struct.pack(f"<{len(masks)}I", *masks)
    offset = 14 + len(header)
    return b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset) + header + body


def tiff(tags: dict[int, tuple[int, ...]], body: bytes, order: str = "<", big: bool = False) -> bytes:
    """A TIFF of one strip holding ``body``; ``tags`` may overrule what follows from nothing."""
    base = 16 if big else 8
    tags = {259: (1,), 273: (base,), 279: (len(body),), **tags}
    at = base + len(body)
    count, entry, inline = ("Q", "HHQ", 8) if big else ("H", "HHI", 4)
    entries, extra = b"", b""
    extra_at = at + struct.calcsize(order + count) + len(tags) * (20 if big else 12) + inline
    for tag, values in sorted(tags.items()):
        wide = any(value > 0xFFFF for value in values) or tag in (273, 279)
        packed = struct.pack(f"{order}{len(values)}{'I' if wide else 'H'}", *values)
        entries += struct.pack(order + entry, tag, 4 if wide else 3, len(values))
        if len(packed) > inline:
            entries += struct.pack(order + ("Q" if big else "I"), extra_at + len(extra))
            extra += packed
        else:
            entries += packed.ljust(inline, b"\0")
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(order + "HHHQ", 43, 8, 0, at) if big else struct.pack(order + "HI", 42, at)
    return mark + head + body + struct.pack(order + count, len(tags)) + entries + bytes(inline) + extra


def tiff_of_samples(samples: NDArray[Any], photometric: int = 2, order: str = "<", **extra: int) -> bytes:
    """An uncompressed TIFF of ``uint8`` or ``uint16`` samples; ``alpha=1|2|0``, ``orientation=1-8``."""
    height, width = samples.shape[:2]
    channels = 1 if samples.ndim == 2 else samples.shape[2]
    tags: dict[int, tuple[int, ...]] = {
        256: (width,),
        257: (height,),
        258: (samples.itemsize * 8,) * channels,
        262: (photometric,),
        277: (channels,),
        278: (height,),
    }
    if "alpha" in extra:
        tags[338] = (extra["alpha"],)
    if "orientation" in extra:
        tags[274] = (extra["orientation"],)
    return tiff(tags, samples.astype(samples.dtype.newbyteorder(order)).tobytes(), order)


def one_of_every_kind() -> dict[str, bytes]:
    """Small complete files of every format and of its variants; each decodes."""
    rgb, rgba = logo("RGB"), logo()
    noise = np.random.default_rng(7).integers(0, 256, (24, 32, 4), dtype=np.uint8)
    return {
        "png rgb": saved(rgb, "PNG"),
        "png rgba": saved(rgba, "PNG"),
        "png grey": saved(logo("L"), "PNG"),
        "png palette": saved(rgb.quantize(8), "PNG", transparency=0),
        "png 16 bit": png_of_samples(noise[..., :3].astype(np.uint16) * 200, 16, 2),
        "png interlaced": adam7_png(noise[..., :3]),
        "png animated": animated("PNG"),
        "png noise": saved(Image.fromarray(noise), "PNG"),
        "jpeg": saved(rgb, "JPEG"),
        "jpeg progressive": saved(rgb, "JPEG", progressive=True),
        "jpeg grey": saved(logo("L"), "JPEG"),
        "jpeg cmyk": saved(logo("CMYK"), "JPEG"),
        "jpeg turned": saved(rgb, "JPEG", exif=exif(6)),
        "jpeg restarts": saved(rgb, "JPEG", restart_marker_rows=1),
        "webp lossy": saved(rgb, "WEBP"),
        "webp lossless": saved(rgba, "WEBP", lossless=True),
        "webp alpha": saved(rgba, "WEBP"),
        "webp animated": animated("WEBP", "RGBA", lossless=True),
        "gif": saved(rgb, "GIF"),
        "gif transparent": saved(rgba, "GIF"),
        "gif animated": animated("GIF"),
        "gif part": gif((20, 16), [(5, 4, 8, 6), (0, 0, 20, 16)], transparent=1),
        "bmp": saved(rgb, "BMP"),
        "bmp palette": saved(rgb.quantize(8), "BMP"),
        "bmp 1 bit": saved(logo("1"), "BMP"),
        "bmp alpha": bmp(
            (32, 24), 32, noise.tobytes(), compression=3, masks=(0xFF0000, 0xFF00, 0xFF, 0xFF << 24)
        ),
        "tiff": saved(rgb, "TIFF"),
        "tiff lzw": saved(rgba, "TIFF", compression="tiff_lzw"),
        "tiff deflate": saved(rgb, "TIFF", compression="tiff_deflate"),
        "tiff jpeg": saved(rgb, "TIFF", compression="jpeg"),
        "tiff cmyk": saved(logo("CMYK"), "TIFF"),
        "tiff 16 bit": tiff_of_samples(noise.astype(np.uint16) * 200, order=">", alpha=2),
    }
