"""Draw the example logos again: ``python examples/draw_logos.py [FOLDER]``.

They are this project's own, free of fonts and of other people's marks, and under its licence. The first word
of a file's name is its type. Needs the extra ``train`` (for resvg) and Pillow, which writes the formats.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drawings import figures, flat, ramps, scenes, wordmarks
from PIL import Image

from hybrid_logo.training.rendering import render

LOGOS: dict[str, tuple[Callable[[], str], int, str]] = {
    "simple-leaf.png": (flat.leaf, 256, "RGBA"),
    "simple-peak.webp": (flat.peak, 320, "RGBA"),
    "simple-pinwheel.bmp": (flat.pinwheel, 160, "P"),
    "simple-cube.png": (flat.cube, 320, "RGB"),
    "simple-moon.gif": (flat.moon, 256, "P"),
    "text-orbit.png": (wordmarks.orbit, 512, "RGBA"),
    "text-bloom.jpg": (wordmarks.bloom, 480, "RGB"),
    "text-norden.gif": (wordmarks.norden, 480, "P"),
    "text-volta.png": (wordmarks.volta, 400, "P"),
    "text-harbor.tiff": (wordmarks.harbor, 512, "RGB"),
    "gradient-orb.png": (ramps.orb, 224, "RGBA"),
    "gradient-wave.jpg": (ramps.wave, 320, "RGB"),
    "gradient-flame.webp": (ramps.flame, 320, "RGBA"),
    "gradient-plane.png": (ramps.plane, 192, "RGB"),
    "gradient-loop.png": (ramps.loop, 320, "RGBA"),
    "complex-owl.png": (figures.owl, 256, "RGBA"),
    "complex-valley.webp": (scenes.valley, 384, "RGBA"),
    "complex-city.png": (scenes.city, 384, "P"),
    "complex-robot.jpg": (figures.robot, 320, "RGB"),
    "complex-reef.gif": (scenes.reef, 256, "P"),
}
"""File name -> drawing, longer side in pixels, and how colours are stored."""

PALETTE_COLOURS = 63
"""Colours of an indexed file; GIF takes one more entry for its transparent pixels."""


def write(picture: Image.Image, path: Path, mode: str) -> None:
    """Write a drawing as the kind of file that its name asks for.

    Args:
        picture: RGBA with straight alpha.
        path: the file.
        mode: ``RGBA`` keeps the transparency, ``RGB`` lays the drawing on white, ``P`` indexes its colours.
    """
    options: dict[str, dict[str, Any]] = {
        ".gif": {"optimize": False},
        ".jpg": {"quality": 88},
        ".png": {"optimize": True},
        ".tiff": {"compression": "tiff_lzw"},
        ".webp": {"quality": 86, "method": 6},
    }
    chosen = options.get(path.suffix, {})
    if mode != "RGBA":
        page = Image.new("RGBA", picture.size, "white")
        opaque = Image.alpha_composite(page, picture).convert("RGB")
        if mode == "P":
            outside = picture.getchannel("A").point(lambda value: 255 * (value < 128))
            picture = opaque.quantize(PALETTE_COLOURS, dither=Image.Dither.NONE)
            if path.suffix == ".gif" and outside.getextrema()[1]:
                picture.paste(PALETTE_COLOURS, mask=outside)
                chosen = chosen | {"transparency": PALETTE_COLOURS}
        else:
            picture = opaque
    picture.save(path, **chosen)


def main() -> None:
    """Draw all logos into the folder that the command line names."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "logos"
    folder.mkdir(parents=True, exist_ok=True)
    for name, (draw, longer_side_px, mode) in LOGOS.items():
        write(Image.fromarray(render(draw(), longer_side_px)), folder / name, mode)
        print(folder / name)


if __name__ == "__main__":
    main()
