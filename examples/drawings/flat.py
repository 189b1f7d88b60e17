"""Few flat colours and few clean shapes: the type ``simple``."""

from __future__ import annotations

from .shapes import circle, clip, document, group, line, path, polar, polygon, rectangle, turned


def leaf() -> str:
    """A leaf of two halves about its vein."""
    return document(
        300,
        300,
        path("M66 234C12 124 104 26 274 26Z", "#3fae62"),
        path("M66 234C176 288 274 196 274 26Z", "#86cc7c"),
        line("M27 273L168 132", "#1f6b45", 17),
    )


def peak() -> str:
    """Two mountains under the sun, in a disc."""
    return document(
        320,
        320,
        clip("disc", circle(160, 160, 150, "#000")),
        group(
            rectangle(0, 0, 320, 320, "#20335c"),
            circle(222, 108, 34, "#ffc857"),
            polygon([(138, 330), (232, 196), (340, 330)], "#2a7f8e"),
            polygon([(-10, 330), (128, 110), (266, 330)], "#4db6a4"),
            clip_path="url(#disc)",
        ),
    )


def pinwheel() -> str:
    """Four blades about a hub."""
    blade = path("M160 160L160 24C214 24 262 66 262 118C262 134 256 148 246 160Z", "#ef476f")
    other = path("M160 160L160 24C214 24 262 66 262 118C262 134 256 148 246 160Z", "#118ab2")
    blades = [turned(blade if index % 2 else other, 90 * index, 160, 160) for index in range(4)]
    page = rectangle(0, 0, 320, 320, "#ffffff")
    return document(320, 320, page, *blades, circle(160, 160, 17, "#ffffff"))


def cube() -> str:
    """A cube of three flat faces, with a corner taken out."""
    corners = [polar(160, 160, 140, 60 * index - 90) for index in range(6)]
    notch = [polar(160, 160, 62, 60 * index - 90) for index in range(6)]
    centre = (160.0, 160.0)
    faces = [
        polygon([corners[5], corners[0], corners[1], centre], "#ffb703"),
        polygon([corners[1], corners[2], corners[3], centre], "#fb8500"),
        polygon([corners[3], corners[4], corners[5], centre], "#b35300"),
        polygon([notch[5], notch[0], notch[1], centre], "#b35300"),
        polygon([notch[1], notch[2], notch[3], centre], "#ffb703"),
        polygon([notch[3], notch[4], notch[5], centre], "#fb8500"),
    ]
    return document(320, 320, rectangle(0, 0, 320, 320, "#ffffff"), *faces)


def moon() -> str:
    """A crescent and a star."""
    crescent = "M196 30A132 132 0 1 0 290 204A104 104 0 1 1 196 30Z"
    spark = (
        "M246 62C250 92 258 100 288 104C258 108 250 116 246 146"
        "C242 116 234 108 204 104C234 100 242 92 246 62Z"
    )
    return document(320, 320, path(crescent, "#5a3fc0"), path(spark, "#ffc533"))
