"""The web page in a real browser: its answers are those of Python, and it sends nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from hybrid_logo import HybridClassifier
from hybrid_logo.export.pictures import drawn_logo
from tests.exports.devices import EXPORTS, Pictures, assert_same
from tests.exports.serving import Site
from tests.small_release import drawings

pytestmark = pytest.mark.slow

Look = Callable[[str], Any]

ANSWER = """
const ort = await import("./web/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs");
const { load } = await import("./web/hybrid.mjs");
const { decode } = await import("./web/pixels.mjs");
const { factsOf } = await import("./web/facts.mjs");
ort.env.wasm.numThreads = 1;
const hybrid = await load(ort, new Uint8Array(await (await fetch("web/hybrid.onnx")).arrayBuffer()));
const told = [];
for (const path of NAMES) {
  try {
    const picture = await decode(await (await fetch(path)).blob());
    const { refused, decidedBy, ...rest } = await hybrid.classify(picture, factsOf(picture.file));
    if (refused) throw { kind: refused };
    told.push({ status: "ok", decided_by: decidedBy, ...rest });
  } catch (error) {
    told.push({ status: "error", error: { kind: error.kind ?? String(error) } });
  }
}
return told;
"""

PAGE = """
const frame = document.body.appendChild(document.createElement("iframe"));
frame.style = "width: 390px; height: 800px";
frame.src = "web/index.html";
await new Promise((done) => (frame.onload = done));
const view = frame.contentWindow, page = frame.contentDocument;
const status = () => page.getElementById("status").textContent;
const until = async (found) => {
  for (let waited = 0; !found(); waited++) {
    if (waited > 2000) throw new Error(`waited in vain: ${page.body.innerText}`);
    await new Promise((done) => setTimeout(done, 50));
  }
};
const cards = () => [...page.querySelectorAll("#results > li")].reverse();
const told = () => cards().map((card) => ({
  name: card.querySelector(".name").textContent, label: card.dataset.label, error: card.dataset.error,
  uncertain: card.querySelector(".mark") ? !card.querySelector(".mark").hidden : null,
  says: card.querySelector(".says").innerText, who: card.querySelector(".who").textContent,
  why: [...card.querySelectorAll("td:first-child")].map((cell) => cell.textContent),
}));
const transfer = async (...names) => {
  const all = new view.DataTransfer();
  for (const name of names) all.items.add(new File([await (await fetch(name)).blob()], name));
  return all;
};
const drop = (all) => page.getElementById("drop").dispatchEvent(
  new view.DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: all }));
"""


@pytest.fixture
def folder(site: Path, tmp_path: Path) -> Path:
    """Served: the page with its packages, without a copy of them."""
    web = tmp_path / "served" / "web"
    web.mkdir(parents=True)
    for path in (site / "web").iterdir():
        (web / path.name).symlink_to(path)
    return web.parent


@pytest.fixture
def look(folder: Path, tmp_path: Path) -> Look:
    return lambda script: Site(folder).run(script, tmp_path / "profile")


def test_it_answers_as_python_does(look: Look, folder: Path, pictures: Pictures) -> None:
    for path in pictures.paths:
        shutil.copy(path, folder)
    names = json.dumps([path.name for path in pictures.paths])
    assert_same(pictures.expected, look(ANSWER.replace("NAMES", names)))


def test_compressed_pictures_are_answered_alike(look: Look, folder: Path) -> None:
    """Decoders round in other places, so a probability may move; see the README of the page."""
    random = np.random.default_rng(3)
    files = [content for content in (drawn_logo(random) for _ in range(60)) if content[:2] == b"\xff\xd8"]
    logos = [cv2.cvtColor(logo, cv2.COLOR_RGBA2BGRA) for logo in drawings(2)]
    files += [cv2.imencode(kind, logo)[1].tobytes() for logo in logos for kind in (".webp", ".jpg")]
    for place, content in enumerate(files):
        (folder / f"{place}").write_bytes(content)
    told = look(ANSWER.replace("NAMES", json.dumps([str(place) for place in range(len(files))])))
    expected = [result.to_dict() for result in HybridClassifier(precision="int8").classify_many(files)]
    gaps = []
    for here, there in zip(expected, told, strict=True):
        assert there["label"] == here["label"]
        gaps += [abs(there["probabilities"][label] - share) for label, share in here["probabilities"].items()]
    assert max(gaps) <= 0.02


def test_no_pixel_is_changed_that_matters(look: Look, folder: Path) -> None:
    """Every colour under every alpha: a canvas multiplies, and the graph gets the same product."""
    color, alpha = np.meshgrid(np.arange(256), np.arange(256))
    rgba = np.dstack([color, (7 * color + 13) % 256, 255 - color, alpha]).astype(np.uint8)
    cv2.imwrite(str(folder / "all.png"), cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA))
    told = look("""
        const { decode } = await import("./web/pixels.mjs");
        return [...(await decode(await (await fetch("all.png")).blob())).data];
    """)
    decoded = np.array(told, np.uint8).reshape(rgba.shape)

    def product(pixels: np.ndarray) -> np.ndarray:
        return np.rint(pixels[..., :3].astype(np.float32) * pixels[..., 3:] / np.float32(255))

    assert (decoded[..., 3] == rgba[..., 3]).all()
    assert (product(decoded) == product(rgba)).all()


def test_logos_are_dropped_chosen_and_pasted(look: Look, folder: Path) -> None:
    logos = EXPORTS.parent / "examples" / "logos"
    names = ["simple-leaf.png", "gradient-wave.jpg", "complex-valley.webp", "text-norden.gif"]
    for name in names:
        shutil.copy(logos / name, folder)
    classifier = HybridClassifier(precision="int8")
    random = np.random.default_rng(4)
    drawn = (drawn_logo(random) for _ in range(500))
    odd = next(content for content in drawn if not classifier.classify(content).certain)
    (folder / "odd").write_bytes(odd)
    found = look(
        PAGE
        + f"""
        await until(() => status() === "Ready.");
        drop(await transfer({json.dumps(names[0])}, {json.dumps(names[1])}));
        const picker = page.getElementById("files");
        picker.files = (await transfer({json.dumps(names[2])})).files;
        picker.dispatchEvent(new view.Event("change", {{ bubbles: true }}));
        const pasted = await transfer({json.dumps(names[3])}, "odd");
        page.dispatchEvent(new view.ClipboardEvent("paste", {{ clipboardData: pasted, bubbles: true }}));
        await until(() => cards().length === 5 && status() === "2 of 2 answered.");
        picker.focus();
        const wide = page.documentElement.scrollWidth > view.innerWidth;
        return {{ told: told(), focused: page.activeElement === picker, wide }};
        """
    )
    assert [card["name"] for card in found["told"]] == [*names, "odd"]
    for card in found["told"]:
        answer = classifier.classify(folder / card["name"])
        assert card["label"] == answer.label.value
        assert card["uncertain"] is not answer.certain
        assert card["says"].split()[:2] == [answer.label.value, f"{100 * answer.confidence:.1f}"]
        assert card["who"].endswith("by the rules alone") is (answer.decided_by.value == "rules")
        assert len(card["why"]) == 5
    assert {card["uncertain"] for card in found["told"]} == {True, False}
    assert found["focused"]
    assert not found["wide"]


def test_nothing_is_asked_for_after_the_page_has_loaded(folder: Path, tmp_path: Path) -> None:
    shutil.copy(EXPORTS.parent / "examples" / "logos" / "simple-leaf.png", folder)
    site = Site(folder)
    found = site.run(
        PAGE
        + """
        await until(() => status() === "Ready.");
        const all = await transfer("simple-leaf.png");
        await fetch("test.html?dropped");
        drop(all);
        await until(() => status() === "1 of 1 answered.");
        let refused = 0;
        page.addEventListener("securitypolicyviolation", () => refused++);
        const elsewhere = location.origin.replace("127.0.0.1", "localhost") + "/web/style.css";
        new view.Image().src = elsewhere;
        const reached = await view.fetch(elsewhere, { mode: "no-cors" }).then(() => true, () => false);
        await until(() => refused === 2);
        return reached;
        """,
        tmp_path / "profile",
    )
    assert found is False
    after = site.asked[site.asked.index("/test.html?dropped") + 1 :]
    assert [path for path in after if path != "/favicon.ico"] == []


def test_bad_pictures_are_told_and_the_others_answered(look: Look, folder: Path) -> None:
    logo = cv2.imencode(".png", cv2.cvtColor(drawings(1)[0], cv2.COLOR_RGBA2BGRA))[1].tobytes()
    vast = cv2.imencode(".png", np.zeros((8001, 8001), np.uint8))[1].tobytes()
    files = {
        "empty": b"",
        "unsupported": b"These are no pixels.",
        "vector": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "corrupt": logo[:300],
        "blank": cv2.imencode(".png", np.full((40, 40, 3), 255, np.uint8))[1].tobytes(),
        "too_small": cv2.imencode(".png", np.zeros((2, 2, 3), np.uint8))[1].tobytes(),
        "too_large": vast,
        "good": logo,
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    found = look(
        PAGE
        + f"""
        await until(() => status() === "Ready.");
        drop(await transfer(...{json.dumps(list(files))}));
        await until(() => cards().length === {len(files)} && status().endsWith("answered."));
        const unsupported = cards()[1].querySelector("img");
        await until(() => view.getComputedStyle(unsupported).visibility === "hidden");
        return {{ told: told(), status: status() }};
        """
    )
    assert found["status"] == f"1 of {len(files)} answered."
    for card in found["told"][:-1]:
        assert card["error"] == card["name"]
        assert card["says"].strip().endswith(".")
    assert found["told"][-1]["label"]


@pytest.mark.parametrize(
    ("missing", "command"), [("hybrid.onnx", "npm run model"), ("node_modules", "npm install")]
)
def test_what_is_missing_is_told_with_the_command(
    missing: str, command: str, look: Look, folder: Path
) -> None:
    (folder / "web" / missing).unlink()
    assert command in look(
        PAGE + 'await until(() => page.getElementById("status").className); return status();'
    )


def test_a_damaged_model_is_told(look: Look, folder: Path) -> None:
    (folder / "web" / "hybrid.onnx").unlink()
    (folder / "web" / "hybrid.onnx").write_bytes(b"<html>")
    told = look(PAGE + 'await until(() => page.getElementById("status").className); return status();')
    assert "cannot be loaded" in told
    assert "npm run model" in told
