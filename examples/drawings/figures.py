"""Animals and machines in detail: the type ``complex``."""

from __future__ import annotations

from .shapes import (
    circle,
    document,
    ellipse,
    line,
    moved,
    path,
    polar,
    polygon,
    rectangle,
    star,
    turned,
)


def owl() -> str:
    """An owl on a branch, in a shield."""
    shield = "M200 14C258 44 318 54 376 52C384 190 340 318 200 388C60 318 16 190 24 52C82 54 142 44 200 14Z"
    feathers = []
    for row in range(6):
        for column in range(-3, 4):
            x, y = 200 + 26 * (column + 0.5 * (row % 2)), 214 + 19 * row
            if abs(x - 200) < 82 - 7 * row:
                colour = ("#e9c38b", "#c98f4e", "#f4ddb4")[(row + column) % 3]
                feathers.append(path(f"M{x - 13} {y}A13 17 0 0 0 {x + 13} {y}Z", colour))
    wings = [
        path(
            f"M{200 + side * 62} 176C{200 + side * 128} 210 {200 + side * 122} 296 {200 + side * 66} 332Z",
            fill,
        )
        for side, fill in ((-1, "#6f4322"), (1, "#6f4322"))
    ]
    bars = [
        line(f"M{200 + side * 76} {214 + 24 * row}q{side * 16} 4 {side * 26} 20", "#a8713a", 7)
        for side in (-1, 1)
        for row in range(4)
    ]
    eyes = []
    for x in (160, 240):
        eyes += [turned(ellipse(x, 122, 7, 17, "#c98f4e"), 30 * step, x, 150) for step in range(12)]
        eyes += [circle(x, 150, 31, "#fff3d6"), circle(x, 150, 22, "#f5a623"), circle(x, 150, 13, "#1d1a26")]
        eyes += [circle(x + 5, 145, 4.5, "#ffffff")]
    leaves = [
        moved(turned(path("M0 0C8 -16 26 -20 42 -14C34 4 18 10 0 0Z", fill), angle, 0, 0), x, y)
        for x, y, angle, fill in (
            (84, 326, 200, "#4f8a4c"),
            (104, 336, 40, "#76b06b"),
            (310, 326, -20, "#4f8a4c"),
            (292, 338, 130, "#76b06b"),
            (66, 318, 150, "#76b06b"),
        )
    ]
    claws = [line(f"M{x} 322v16", "#f0b64a", 9) for x in (168, 180, 192, 208, 220, 232)]
    stars = [
        star(x, y, radius, radius * 0.42, 5, "#ffe08a")
        for x, y, radius in (
            (70, 92, 13),
            (330, 92, 13),
            (54, 150, 8),
            (346, 150, 8),
            (94, 132, 6),
            (306, 132, 6),
        )
    ]
    return document(
        400,
        400,
        path(shield, "#15294b"),
        path(shield, "none", stroke="#d9a441", stroke_width=9, transform="translate(14 13) scale(0.93)"),
        *stars,
        path(
            "M118 92C132 66 150 84 164 92H236C250 84 268 66 282 92"
            "C292 130 290 168 276 190H124C110 168 108 130 118 92Z",
            "#8a5a2e",
        ),
        ellipse(200, 250, 88, 96, "#8a5a2e"),
        *wings,
        *bars,
        ellipse(200, 262, 62, 76, "#d9ab6a"),
        *feathers,
        path(
            "M112 76C142 92 172 104 200 128C228 104 258 92 288 76"
            "C280 120 250 132 200 140C150 132 120 120 112 76Z",
            "#5b3519",
        ),
        *eyes,
        path("M200 160L216 178L200 206L184 178Z", "#f0b64a"),
        path("M200 178L216 178L200 206Z", "#c98a1f"),
        line("M60 334C130 318 270 350 340 326", "#5c3a1c", 15),
        line("M70 331C130 318 270 346 330 326", "#8c6239", 4),
        *leaves,
        *claws,
    )


def robot() -> str:
    """A friendly robot with its tools."""
    ink = "#22303c"
    rivets = [circle(x, y, 4, "#7d8fa0") for x in (126, 274) for y in (216, 240, 264, 288)]
    buttons = [
        circle(150 + 22 * index, 284, 8, fill)
        for index, fill in enumerate(("#ef476f", "#ffd166", "#06d6a0", "#118ab2", "#9b5de5"))
    ]
    teeth = [
        polygon(
            [
                polar(330, 300, 34, 36 * tooth - 9),
                polar(330, 300, 46, 36 * tooth - 6),
                polar(330, 300, 46, 36 * tooth + 6),
                polar(330, 300, 34, 36 * tooth + 9),
            ],
            "#f4a259",
        )
        for tooth in range(10)
    ]
    hatch = [line(f"M{134 + 11 * index} 322l-12 14", "#9fb3c4", 3) for index in range(14)]
    rings = [
        rectangle(x, y, 26, 9, fill, rx=4)
        for x in (62, 312)
        for y, fill in ((214, "#9fb3c4"), (226, "#7d8fa0"), (238, "#9fb3c4"), (250, "#7d8fa0"))
    ]
    gauge = [turned(line("M222 246h-5", ink, 2.4), angle, 200, 246) for angle in range(180, 361, 30)]
    return document(
        400,
        400,
        rectangle(0, 0, 400, 400, "#ffffff"),
        ellipse(200, 384, 120, 10, "#dde5ec"),
        line("M200 78V44", ink, 8),
        circle(200, 36, 15, "#ef476f", stroke=ink, stroke_width=5),
        circle(195, 31, 4, "#ffd0da"),
        rectangle(96, 112, 20, 48, "#f4a259", rx=8, stroke=ink, stroke_width=5),
        rectangle(284, 112, 20, 48, "#f4a259", rx=8, stroke=ink, stroke_width=5),
        rectangle(112, 76, 176, 112, "#8ecae6", rx=30, stroke=ink, stroke_width=6),
        path("M124 104C128 90 136 84 150 84H210C176 92 140 110 126 150Z", "#c4e6f5"),
        rectangle(132, 102, 136, 56, "#1d3557", rx=24, stroke=ink, stroke_width=5),
        circle(166, 130, 17, "#06d6a0"),
        circle(166, 130, 8, "#e9fff8"),
        circle(234, 130, 17, "#06d6a0"),
        circle(234, 130, 8, "#e9fff8"),
        line("M180 174H220", ink, 5),
        rectangle(182, 188, 36, 14, "#7d8fa0", stroke=ink, stroke_width=4),
        line("M110 214H75M290 214H325", ink, 9),
        *rings,
        rectangle(108, 200, 184, 142, "#e9eef2", rx=22, stroke=ink, stroke_width=6),
        rectangle(142, 214, 116, 56, "#ffd166", rx=10, stroke=ink, stroke_width=4),
        path("M174 248A26 26 0 0 1 226 248Z", "#ffffff", stroke=ink, stroke_width=3),
        *gauge,
        line("M200 247L214 232", "#ef476f", 4),
        line("M150 228h10M150 240h10M150 252h10M240 228h10M240 240h10M240 252h10", ink, 3),
        *rivets,
        *buttons,
        *hatch,
        line("M75 260V286", ink, 9),
        path(
            "M52 284C52 268 98 268 98 284V306L86 300V288H64V300L52 306Z",
            "#f4a259",
            stroke=ink,
            stroke_width=4,
        ),
        *teeth,
        circle(330, 300, 36, "#f4a259", stroke=ink, stroke_width=4),
        circle(330, 300, 15, "#ffffff", stroke=ink, stroke_width=4),
        rectangle(136, 342, 40, 30, "#7d8fa0", rx=6, stroke=ink, stroke_width=5),
        rectangle(224, 342, 40, 30, "#7d8fa0", rx=6, stroke=ink, stroke_width=5),
        rectangle(124, 366, 60, 18, "#ef476f", rx=9, stroke=ink, stroke_width=5),
        rectangle(216, 366, 60, 18, "#ef476f", rx=9, stroke=ink, stroke_width=5),
    )
