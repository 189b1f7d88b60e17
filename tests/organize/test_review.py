from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np

from hybrid_logo.image import DEFAULT_LIMITS
from hybrid_logo.organize.journal import Answer
from hybrid_logo.organize.plan import Placement
from hybrid_logo.organize.review import write_review
from hybrid_logo.types import LABELS, LogoType

WICKED = 'a</script><script>alert("1")</script>@@CARDS@@\n.png'


class Page(HTMLParser):
    """What a browser would find."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script" and data.strip():
            self.scripts.append(data)


def sheet(tmp_path: Path, most: int = 10) -> Page:
    plan = []
    for number, (source, confidence) in enumerate(
        (("sure.png", 0.99), (WICKED, 0.4), ("b.png", 0.6), ("c.png", 0.3))
    ):
        picture = np.full((40, 40, 3), 255, np.uint8)
        picture[10:30, 10:30] = (number * 50, 40, 90)
        goal = tmp_path / "train" / "text" / f"{number}.png"
        goal.parent.mkdir(parents=True, exist_ok=True)
        goal.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
        answer = Answer(source, 1, 1, "", b"", LogoType.TEXT, confidence, "rules", "<b>because</b>")
        plan.append(Placement(answer, "a", "a", "train", LogoType.TEXT, source == "c.png", goal.name))
    write_review(tmp_path / "review.html", tmp_path, plan, most, DEFAULT_LIMITS)
    return Page((tmp_path / "review.html").read_text(encoding="utf-8"))


def test_the_least_sure_come_first_without_those_a_person_has_seen(tmp_path: Path) -> None:
    page = sheet(tmp_path)
    assert json.loads(page.scripts[0])["paths"] == [WICKED, "b.png", "sure.png"]
    cards = [attributes for tag, attributes in page.tags if tag == "fieldset"]
    assert [card["data-said"] for card in cards] == ["text"] * 3
    radios = [attributes for tag, attributes in page.tags if tag == "input"]
    assert [radio["value"] for radio in radios] == [*LABELS] * 3
    assert [radio["name"] for radio in radios[::4]] == ["type-0", "type-1", "type-2"]
    assert json.loads(sheet(tmp_path, 1).scripts[0])["paths"] == [WICKED]


def test_no_name_becomes_a_part_of_the_page(tmp_path: Path) -> None:
    page = sheet(tmp_path)
    assert [tag for tag, _ in page.tags].count("script") == 2
    assert "b" not in {tag for tag, _ in page.tags}
    assert "alert" not in page.scripts[1]


def test_the_page_needs_nothing_else(tmp_path: Path) -> None:
    page = sheet(tmp_path)
    sources = [
        value for _, attributes in page.tags for name in ("src", "href") if (value := attributes.get(name))
    ]
    assert len(sources) == 3
    for source in sources:
        picture = base64.b64decode(source.removeprefix("data:image/png;base64,"), validate=True)
        assert cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR).shape == (160, 160, 3)
    assert not re.search(r"https?:|@import|url\(", (tmp_path / "review.html").read_text())
