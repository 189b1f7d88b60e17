from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from hybrid_logo.errors import CorruptError, InvalidArrayError, PictureError, TooLargeError, TooSmallError
from hybrid_logo.image import Limits, decode
from tests.picture_files import chunk, exif, logo, on_grey, one_of_every_kind, png_of_samples, saved

RGBA = np.asarray(logo())
RGB = np.asarray(logo("RGB"))
GREY = np.asarray(logo("L"))


def test_arrays_are_rgb() -> None:
    pure = np.zeros((5, 6, 3), np.uint8)
    pure[...] = (250, 20, 1)
    assert (decode(pure).pixels == (1, 20, 250)).all()


@pytest.mark.parametrize("array", [GREY, GREY[..., None]], ids=["[H, W]", "[H, W, 1]"])
def test_grey_arrays(array: Any) -> None:
    decoded = decode(array)
    assert np.array_equal(decoded.pixels, np.dstack([GREY] * 3))
    assert decoded.facts.format == "array"


def test_rgba_arrays() -> None:
    decoded = decode(RGBA)
    assert np.array_equal(decoded.pixels, RGBA[..., [2, 1, 0, 3]])
    assert decoded.facts.has_alpha
    opaque = np.dstack((RGB, np.full(RGB.shape[:2], 255, np.uint8)))
    decoded = decode(opaque)
    assert np.array_equal(decoded.pixels, RGB[..., ::-1])
    assert not decoded.facts.has_alpha


@pytest.mark.parametrize("change", [lambda a: a[::-1], lambda a: a[:, ::-2], lambda a: np.asfortranarray(a)])
def test_views_in_any_layout(change: Any) -> None:
    assert np.array_equal(decode(change(RGB)).pixels, change(RGB)[..., ::-1])


def test_the_array_is_copied_and_left_alone() -> None:
    for original in (RGB, RGBA, GREY):
        array = original.copy()
        pixels = decode(array).pixels
        array[:] = 7
        assert not (pixels == 7).all()
    decode(RGB)
    assert not RGB.flags.writeable


@given(
    hnp.arrays(
        np.uint8,
        st.one_of(
            hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9),
            st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 4])),
        ),
    )
)
def test_every_shape_that_is_allowed(array: Any) -> None:
    if min(array.shape[:2]) < 4:
        with pytest.raises(TooSmallError):
            decode(array)
        return
    decoded = decode(array)
    alpha = array.ndim == 3 and array.shape[2] == 4 and array[..., 3].min() < 255
    assert decoded.facts.has_alpha == alpha
    assert decoded.pixels.shape == (*array.shape[:2], 4 if alpha else 3)


@given(hnp.arrays(st.one_of(hnp.scalar_dtypes()), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0)))
def test_any_array_is_decoded_or_refused(array: Any) -> None:
    with contextlib.suppress(PictureError):
        assert decode(array).pixels.dtype == np.uint8


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (RGB / 255, r"array \* 255"),
        (np.full((8, 8, 3), np.nan), "NaN"),
        (np.full((8, 8, 3), np.inf, np.float32), "infinite"),
        (np.full((8, 8), np.nan, np.float16), "NaN"),
        (RGB.astype(np.uint16), "257"),
        (RGB.astype(np.int64), "0-255"),
        (RGB > 9, r"\* 255"),
        (RGB.astype(object), "object"),
        (RGB.astype(complex), "complex"),
        (np.array([["a" * 9] * 9] * 9), "uint8"),
        (np.zeros((8, 8), "datetime64[s]"), "datetime64"),
        (np.zeros((8, 8), [("r", "u1")]), "uint8"),
        (np.array(7, np.uint8), r"\(\)"),
        (np.zeros(64, np.uint8), r"\[H, W\]"),
        (np.zeros((8, 8, 2), np.uint8), r"\[H, W, 4\]"),
        (np.zeros((8, 8, 5), np.uint8), r"\[H, W, 4\]"),
        (np.zeros((3, 8, 8), np.uint8), "transpose"),
        (np.zeros((2, 8, 8, 3), np.uint8), "classify_many"),
        (np.zeros((0, 8, 3), np.uint8), "no pixels"),
        (np.zeros((8, 0), np.uint8), "no pixels"),
        (np.zeros((8, 8, 0), np.uint8), "no picture"),
        (np.ma.masked_equal(RGB, 0), "masked"),
    ],
)
def test_wrong_arrays_name_the_fix(array: Any, message: str) -> None:
    with pytest.raises(InvalidArrayError, match=message):
        decode(array)


def test_an_array_above_the_limit_is_not_copied() -> None:
    with pytest.raises(TooLargeError):
        decode(np.broadcast_to(np.uint8(0), (300_000, 300_000, 3)))
    with pytest.raises(TooLargeError):
        decode(RGB, Limits(max_pixels=64 * 48 - 1))


@pytest.mark.parametrize(
    "mode", ["1", "L", "P", "LA", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV", "La", "RGBa"]
)
def test_pillow_images_of_every_mode(mode: str) -> None:
    image = logo("LA").convert("La") if mode == "La" else logo().convert(mode)
    decoded = decode(image)
    alpha = mode in ("P", "LA", "La", "PA", "RGBA", "RGBa")  # Pillow makes an RGBA palette here
    source = image.convert("LA") if mode == "La" else image
    expected = np.asarray(source.convert("RGBA"))[..., [2, 1, 0, 3]]
    assert decoded.facts.has_alpha == alpha
    assert decoded.facts.format == "array"
    assert np.abs(on_grey(decoded.pixels) - on_grey(expected)).max() == 0


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_pillow_images_of_16_bits_are_rounded(mode: str) -> None:
    deep = np.random.default_rng(3).integers(0, 65_536, (7, 9), dtype=np.uint16)
    ordered = deep.astype(">u2" if mode == "I;16B" else "<u2")
    decoded = decode(Image.frombytes(mode, (9, 7), ordered.tobytes()))
    assert np.array_equal(decoded.pixels[..., 0], np.rint(deep / 257))
    assert decoded.facts.bits_per_channel == 16


@pytest.mark.parametrize("mode", ["I", "F", "LAB"])
def test_pillow_images_without_colors_are_refused(mode: str) -> None:
    with pytest.raises(InvalidArrayError, match=mode):
        decode(Image.new(mode, (9, 9)))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_opened_file_shows_what_its_path_shows(orientation: int) -> None:
    data = saved(logo("RGB"), "JPEG", exif=exif(orientation))
    with Image.open(io.BytesIO(data)) as image:
        decoded = decode(image)
    assert np.array_equal(decoded.pixels, decode(data).pixels)
    assert decoded.facts.width == (48 if orientation >= 5 else 64)


@pytest.mark.parametrize("kind", [kind for kind in one_of_every_kind() if kind.startswith(("png", "gif"))])
def test_pillow_and_the_decoder_agree_on(kind: str) -> None:
    data = one_of_every_kind()[kind]
    with Image.open(io.BytesIO(data)) as image:
        from_image = decode(image)
    from_bytes = decode(data)
    if kind == "gif part":  # Pillow paints the canvas outside the first frame, browsers do not
        from_image.pixels[from_bytes.pixels[..., 3] == 0] = 0
    if from_image.facts.has_alpha == from_bytes.facts.has_alpha:
        # Pillow itself cuts 16-bit colours down instead of rounding them.
        tolerance = 1 if kind == "png 16 bit" else 0
        assert np.abs(on_grey(from_image.pixels) - on_grey(from_bytes.pixels)).max() <= tolerance
    else:
        assert kind == "gif part"


def test_a_16_bit_color_key_survives_pillow() -> None:
    deep = np.arange(64).reshape(8, 8) * 900
    data = png_of_samples(deep, 16, 0, chunk(b"tRNS", (9000).to_bytes(2, "big")))
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(decode(image).pixels, decode(data).pixels)


def test_a_truncated_file_behind_a_pillow_image_is_damage() -> None:
    for kind in ("png noise", "jpeg", "webp lossy"):
        data = one_of_every_kind()[kind]
        try:
            image = Image.open(io.BytesIO(data[: len(data) - 40]))
        except OSError:  # WebP is read when it is opened
            continue
        with image, pytest.raises(CorruptError, match="again"):
            decode(image)


def test_a_closed_pillow_image_is_refused(tmp_path: Any) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(saved(logo(), "PNG"))
    image = Image.open(path)
    image.close()
    with pytest.raises(CorruptError):
        decode(image)


def test_a_large_pillow_image_is_refused_before_it_is_loaded() -> None:
    with Image.open(io.BytesIO(saved(logo(), "PNG"))) as image:
        with pytest.raises(TooLargeError):
            decode(image, Limits(max_pixels=9))
        with pytest.raises(TooSmallError):
            decode(image.resize((3, 90)))


@pytest.mark.parametrize("source", [None, 7, 1.5, [[1, 2]], [RGB], {"a": 1}, object(), Image, np.uint8(3)])
def test_other_objects_are_a_mistake_of_the_caller(source: Any) -> None:
    with pytest.raises(TypeError, match="a picture is a path"):
        decode(source)


def test_an_open_file_is_a_mistake_with_a_hint() -> None:
    with pytest.raises(TypeError, match=r"read\(\)"):
        decode(io.BytesIO(saved(logo(), "PNG")))


def test_pillow_is_not_imported_by_the_package() -> None:
    code = "import sys, hybrid_logo.image; print('PIL' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
