"""Landscapes in detail: the type ``complex``."""

from __future__ import annotations

from .shapes import (
    circle,
    clip,
    document,
    ellipse,
    group,
    line,
    moved,
    path,
    polar,
    polygon,
    rectangle,
    turned,
)


def valley() -> str:
    """A river between mountains, in a round badge."""
    rays = [
        polygon([(250, 128), polar(250, 128, 330, angle), polar(250, 128, 330, angle + 9)], "#ffd98a")
        for angle in range(0, 360, 20)
    ]
    pines = []
    for x, y, size in (
        (62, 292, 1.0),
        (92, 306, 1.25),
        (124, 318, 0.9),
        (286, 312, 1.0),
        (318, 300, 1.3),
        (346, 286, 0.95),
        (40, 276, 0.8),
        (258, 322, 0.75),
    ):
        tiers = [
            polygon([(-24 + 4 * tier, -22 * tier), (24 - 4 * tier, -22 * tier), (0, -38 - 22 * tier)], fill)
            for tier, fill in enumerate(("#1f5e45", "#2a7a58", "#37966c"))
        ]
        pines.append(moved(rectangle(-4, 0, 8, 14, "#5b3a21") + "".join(tiers), x, y, size))
    birds = [
        line(f"M{x} {y}q8 -9 14 0q6 -9 14 0", "#3d3353", 3.5) for x, y in ((96, 92), (132, 74), (150, 104))
    ]
    ripples = [
        line(f"M{x} {y}h{length}", "#d8f3fb", 3)
        for x, y, length in ((188, 300, 22), (176, 322, 34), (200, 340, 40), (170, 356, 46), (196, 282, 14))
    ]
    flowers = [
        moved(
            "".join(turned(ellipse(0, -6, 3.4, 6, fill), 72 * petal, 0, 0) for petal in range(5))
            + circle(0, 0, 3, "#ffd23f"),
            x,
            y,
        )
        for x, y, fill in (
            (92, 346, "#e84a5f"),
            (116, 356, "#ffffff"),
            (280, 352, "#e84a5f"),
            (302, 340, "#b45ad6"),
            (128, 340, "#b45ad6"),
        )
    ]
    return document(
        400,
        400,
        clip("disc", circle(200, 200, 170, "#000")),
        circle(200, 200, 194, "#3d3353"),
        circle(200, 200, 182, "#f6e7c8"),
        group(
            rectangle(0, 0, 400, 400, "#ffc56b"),
            *rays,
            circle(250, 128, 40, "#fff4cf"),
            circle(250, 128, 31, "#ff8c42"),
            polygon(
                [(0, 260), (76, 150), (150, 240), (230, 130), (330, 250), (400, 190), (400, 400), (0, 400)],
                "#8e7cc3",
            ),
            polygon([(76, 150), (100, 180), (84, 176), (74, 190), (66, 174), (55, 180)], "#ffffff"),
            polygon([(230, 130), (262, 168), (244, 164), (232, 184), (220, 166), (200, 171)], "#ffffff"),
            polygon(
                [(-20, 300), (120, 190), (196, 286), (286, 204), (420, 310), (420, 400), (-20, 400)],
                "#5b6fae",
            ),
            polygon([(120, 190), (146, 222), (128, 216), (118, 232), (106, 214), (92, 212)], "#dfe8ff"),
            polygon([(286, 204), (316, 228), (298, 226), (288, 240), (276, 226), (262, 226)], "#dfe8ff"),
            path("M0 290C80 262 140 300 200 288S330 262 400 292V400H0Z", "#6fae5f"),
            path(
                "M198 282C214 300 160 310 176 330C190 346 130 360 120 400"
                "H290C280 360 232 344 226 326C220 308 222 296 206 281Z",
                "#5fc3e4",
            ),
            *ripples,
            path("M0 330C60 318 110 340 140 400H0Z", "#4d8f4a"),
            path("M400 324C340 316 280 350 272 400H400Z", "#4d8f4a"),
            *pines,
            *flowers,
            *birds,
            clip_path="url(#disc)",
        ),
        circle(200, 200, 170, "none", stroke="#3d3353", stroke_width=5),
    )


def city() -> str:
    """A row of houses by night, mirrored in water."""
    houses = (
        (18, 118, 52, "#3a4a8c", "#ffd66b"),
        (70, 176, 44, "#5b3f8f", "#ff9f7a"),
        (114, 92, 46, "#2f6f8f", "#ffe9a8"),
        (160, 214, 50, "#7a3f73", "#ffd66b"),
        (210, 140, 42, "#354a7d", "#9fe3ff"),
        (252, 188, 48, "#45619e", "#ffe9a8"),
        (300, 104, 40, "#8a4a63", "#ffd66b"),
        (340, 152, 44, "#3f5f7f", "#ff9f7a"),
    )
    skyline, mirror = [], []
    for index, (x, height, width, wall, light) in enumerate(houses):
        top = 280 - height
        skyline.append(rectangle(x, top, width, height, wall))
        roof = (
            polygon([(x, top), (x + width, top), (x + width / 2, top - 26)], wall),
            rectangle(x + width / 2 - 2, top - 34, 4, 34, "#c9d1f2")
            + circle(x + width / 2, top - 36, 4, "#ff5a5f"),
            rectangle(x + 6, top - 12, width - 12, 12, wall)
            + rectangle(x + 14, top - 22, width - 28, 10, wall),
        )
        skyline.append(roof[index % 3])
        for row in range(int(height // 22)):
            for column in range(3):
                lit = (row * 5 + column * 3 + index * 7) % 4 != 0
                skyline.append(
                    rectangle(
                        x + 7 + column * (width - 22) / 2,
                        top + 10 + 21 * row,
                        9,
                        12,
                        light if lit else "#1b2247",
                    )
                )
        mirror.append(rectangle(x, 292, width, height * 0.32, wall, opacity=0.75))
    stars = [
        circle((37 * index) % 392 + 4, 16 + (53 * index) % 120, 1.6 + index % 3 * 0.7, "#fff6d0")
        for index in range(26)
    ]
    waves = [
        line(f"M{20 + (61 * index) % 330} {302 + 9 * index}h{28 + (17 * index) % 40}", "#9fc3ff", 3)
        for index in range(7)
    ]
    return document(
        400,
        400,
        clip("tile", rectangle(0, 0, 400, 400, "#000", rx=64)),
        group(
            rectangle(0, 0, 400, 400, "#141a3a"),
            *stars,
            circle(318, 74, 36, "#f7e7b4"),
            circle(306, 66, 7, "#e3cf92"),
            circle(328, 84, 10, "#e3cf92"),
            circle(322, 58, 4, "#e3cf92"),
            *skyline,
            rectangle(0, 280, 400, 12, "#0c1028"),
            rectangle(0, 292, 400, 108, "#1f3a78"),
            *mirror,
            *waves,
            path("M150 338H250L232 362H168Z", "#e4572e"),
            polygon([(196, 332), (196, 272), (158, 332)], "#fff4e0"),
            polygon([(202, 332), (202, 284), (236, 332)], "#ffd66b"),
            clip_path="url(#tile)",
        ),
    )


def reef() -> str:
    """A scaly fish among corals."""
    scales = []
    for row in range(7):
        for column in range(8):
            x, y = 132 + 20 * column + 10 * (row % 2), 146 + 15 * row
            if ((x - 206) / 92) ** 2 + ((y - 190) / 58) ** 2 < 0.86:
                fill = ("#ff9f1c", "#ffbf69", "#ff7b3a")[(row + 2 * column) % 3]
                scales.append(path(f"M{x} {y - 10}A11 11 0 0 1 {x} {y + 10}Z", fill))
    stripes = [
        path(
            f"M{x} {y}C{x + 22} {y + 30} {x + 22} {350 - y} {x} {380 - y}"
            f"C{x + 10} {350 - y} {x + 10} {y + 30} {x} {y}Z",
            "#ffffff",
        )
        for x, y in ((148, 146), (212, 131))
    ]
    fins = [
        line(f"M{x} 134L{x + 18} {96 + 3 * index}", "#d65a1e", 4)
        for index, x in enumerate(range(164, 250, 14))
    ]
    tail = [line(f"M296 190L{338 + index % 2 * 4} {140 + 17 * index}", "#d65a1e", 4) for index in range(7)]
    weeds = [
        line(f"M{x} 372C{x - 22} {352 - rise} {x + 26} {330 - rise} {x} {300 - rise}", fill, 9)
        for x, rise, fill in (
            (44, 40, "#2a9d6f"),
            (64, 0, "#52c48a"),
            (352, 50, "#2a9d6f"),
            (334, 6, "#52c48a"),
            (26, -10, "#7ddba8"),
        )
    ]
    corals = []
    for x, y, size, fill in (
        (112, 366, 1.0, "#e84a7f"),
        (292, 368, 1.1, "#b45ad6"),
        (206, 376, 0.8, "#ff6f61"),
    ):
        branches = [
            f"M0 0L{side * 26} -34L{side * 20} -62M{side * 26} -34L{side * 46} -56" for side in (-1, 1)
        ]
        corals.append(
            moved(line("M0 0V-66M0 -36L-12 -54M0 -30L12 -48" + "".join(branches), fill, 9), x, y, size)
        )
    bubbles = [
        circle(x, y, radius, "none", stroke="#d6f5ff", stroke_width=3.5)
        + circle(x - radius / 3, y - radius / 3, radius / 4, "#ffffff")
        for x, y, radius in (
            (92, 150, 10),
            (78, 118, 7),
            (96, 92, 12),
            (70, 66, 6),
            (318, 96, 8),
            (334, 70, 11),
            (106, 60, 5),
        )
    ]
    pebbles = [
        ellipse(30 + 43 * index, 372 + 5 * (index % 2), 20, 9, ("#c9a36a", "#e0c08a", "#a98450")[index % 3])
        for index in range(9)
    ]
    return document(
        400,
        400,
        clip("disc", circle(200, 200, 188, "#000")),
        group(
            rectangle(0, 0, 400, 400, "#0f5e8c"),
            path("M0 70C60 50 120 90 200 70S340 50 400 74V0H0Z", "#3fa7d6"),
            path("M0 34C70 20 130 50 200 34S330 18 400 36V0H0Z", "#8fd3f0"),
            path("M0 330C80 310 130 344 200 332S330 316 400 336V400H0Z", "#0b4468"),
            path("M0 362C80 346 130 370 200 360S330 350 400 366V400H0Z", "#f2d9a2"),
            *weeds,
            *corals,
            *pebbles,
            path(
                "M280 190C300 170 326 138 352 132C342 168 342 212 352 248C326 242 300 210 280 190Z", "#ff7b3a"
            ),
            *tail,
            path("M150 140C170 92 232 84 268 112C262 130 256 140 244 150Z", "#ff7b3a"),
            *fins,
            path("M182 240C190 272 222 282 246 274C240 256 238 246 236 234Z", "#ff7b3a"),
            ellipse(206, 190, 98, 62, "#f3722c"),
            *scales,
            *stripes,
            path(
                "M108 190C112 158 132 138 158 130C148 168 148 212 158 250C132 242 112 222 108 190Z", "#ffbf69"
            ),
            circle(140, 176, 14, "#ffffff"),
            circle(137, 176, 8, "#1b263b"),
            circle(134, 173, 3, "#ffffff"),
            line("M110 200C118 208 128 208 134 202", "#a63c0c", 4),
            path("M196 196C214 186 236 192 244 206C230 218 208 218 196 196Z", "#d65a1e"),
            *bubbles,
            clip_path="url(#disc)",
        ),
        circle(200, 200, 188, "none", stroke="#f2d9a2", stroke_width=10),
        circle(200, 200, 196, "none", stroke="#0b4468", stroke_width=6),
    )
