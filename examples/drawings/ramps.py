"""Smooth colour ramps: the type ``gradient``."""

from __future__ import annotations

from .shapes import circle, clip, document, group, line, linear, path, radial, rectangle


def orb() -> str:
    """A glowing ball with a light from above."""
    return document(
        320,
        320,
        radial("body", (120, 100), 230, "#ffe29a", "#ff8a5c", "#d6336c", "#5f1a8b"),
        radial("shine", (118, 78), 74, "#ffffffe0", "#ffffff00"),
        radial("glow", (196, 300), 130, "#ff9ec7b0", "#ff9ec700"),
        circle(160, 160, 148, "url(#body)"),
        circle(160, 160, 148, "url(#glow)"),
        circle(118, 78, 74, "url(#shine)"),
    )


def wave() -> str:
    """Ribbons of water in a disc."""
    return document(
        320,
        320,
        linear("sky", (0, 10), (0, 310), "#d9f6ff", "#7fd8f5"),
        linear("far", (0, 90), (320, 260), "#56c8f0", "#2f6fe0"),
        linear("middle", (0, 150), (320, 300), "#2fd0c8", "#1a56c4"),
        linear("near", (0, 200), (320, 320), "#1b8fd8", "#1b1f7a"),
        clip("disc", circle(160, 160, 148, "#000")),
        rectangle(0, 0, 320, 320, "#ffffff"),
        group(
            rectangle(0, 0, 320, 320, "url(#sky)"),
            path("M0 150C60 80 120 90 176 130S280 170 320 110V320H0Z", "url(#far)"),
            path("M0 210C50 150 110 150 168 190S270 220 320 168V320H0Z", "url(#middle)"),
            path("M0 262C60 210 120 212 180 240S280 264 320 226V320H0Z", "url(#near)"),
            clip_path="url(#disc)",
        ),
    )


def flame() -> str:
    """A flame within a flame."""
    outer = (
        "M168 14C186 84 268 116 268 206C268 268 220 308 160 308C98 308 52 266 52 206"
        "C52 160 80 132 96 96C108 116 114 128 116 148C146 116 166 74 168 14Z"
    )
    inner = (
        "M172 142C178 184 216 198 216 244C216 280 192 300 160 300C128 300 106 280 106 246"
        "C106 222 120 206 128 188C136 198 140 206 142 216C158 198 170 176 172 142Z"
    )
    return document(
        320,
        320,
        linear("outer", (160, 14), (160, 308), "#ff4e8b", "#ff5a36", "#ff9f1c"),
        linear("inner", (160, 142), (160, 300), "#ffd166", "#fff6d6"),
        path(outer, "url(#outer)"),
        path(inner, "url(#inner)"),
    )


def plane() -> str:
    """A folded paper plane on a tile of sunset colours."""
    return document(
        320,
        320,
        linear("tile", (20, 20), (300, 300), "#7b2ff7", "#f107a3", "#ff9a44"),
        linear("fold", (130, 200), (190, 150), "#d8c8ff", "#ffffff"),
        rectangle(0, 0, 320, 320, "#ffffff"),
        rectangle(12, 12, 296, 296, "url(#tile)", rx=72),
        path("M246 76L62 156L122 180Z", "#ffffff"),
        path("M246 76L122 180L132 242L160 200Z", "url(#fold)"),
        path("M246 76L150 192L212 222Z", "#ffffff"),
    )


def loop() -> str:
    """An endless band; one lobe passes over the other."""
    lobe = "M200 110C170 62 138 40 104 40A70 70 0 0 0 104 180C138 180 170 158 200 110"
    other = "M200 110C230 62 262 40 296 40A70 70 0 0 1 296 180C262 180 230 158 200 110"
    return document(
        400,
        220,
        linear("left", (40, 60), (230, 150), "#00d2ff", "#3a47d5"),
        linear("right", (170, 60), (370, 170), "#3a47d5", "#c13bd6", "#ff5e7e"),
        line(lobe, "url(#left)", 42),
        line(other, "url(#right)", 42),
    )
