"""Parts of the web page that need no browser, against the code of the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import pytest

from hybrid_logo.export.graph.facts import DEFAULTS, feeds
from hybrid_logo.features import NAMES, phrase
from hybrid_logo.image import decode
from tests.exports.devices import EXPORTS, program, run
from tests.small_release import drawings


def ask(script: str, folder: Path) -> Any:
    """What a script for Node prints, as JSON; ``WEB`` stands for the folder of the page."""
    path = folder / "ask.mjs"
    path.write_text(script.replace("WEB", (EXPORTS / "web").as_uri()), encoding="utf-8")
    return json.loads(run([program("node", "nodejs"), path], folder).stdout)


def test_facts_of_files_are_those_of_python(tmp_path: Path) -> None:
    logo = cv2.resize(drawings(1)[0][..., :3], (48, 48))
    jpeg = [cv2.imencode(".jpg", logo, [cv2.IMWRITE_JPEG_QUALITY, quality])[1] for quality in range(1, 101)]
    progressive = cv2.imencode(".jpg", logo, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_QUALITY, 33])[
        1
    ]
    files = [*jpeg, progressive, *(cv2.imencode(kind, logo)[1] for kind in (".png", ".webp", ".bmp"))]
    for place, content in enumerate(files):
        (tmp_path / f"{place}.bin").write_bytes(content.tobytes())
    told = ask(
        f"""
        import {{ readFileSync }} from "node:fs";
        import {{ factsOf }} from "WEB/facts.mjs";
        const facts = [...Array({len(files)}).keys()].map((place) => factsOf(readFileSync(`${{place}}.bin`)));
        console.log(JSON.stringify(facts));
        """,
        tmp_path,
    )
    expected = [
        {
            name: float(value[0])
            for name, value in feeds(decode(content.tobytes())).items()
            if name in DEFAULTS
        }
        for content in files
    ]
    assert told == expected
    assert {facts["flat_limit"] for facts in told} >= {2, 3, 6, 12}


@pytest.mark.parametrize("cut", [1, 4, 30, 170, 300])
def test_a_jpeg_that_ends_early_has_facts_too(cut: int, tmp_path: Path) -> None:
    content = cv2.imencode(".jpg", drawings(1)[0][..., :3])[1].tobytes()
    (tmp_path / "cut.jpg").write_bytes(content[:cut])
    read = 'import { readFileSync } from "node:fs"; import { factsOf } from "WEB/facts.mjs";'
    told = ask(read + 'console.log(JSON.stringify(factsOf(readFileSync("cut.jpg"))))', tmp_path)
    assert told["flat_limit"] in range(2, 13)


def test_metadata_are_read_and_inputs_become_required(hybrid: Path, tmp_path: Path) -> None:
    told = ask(
        f"""
        import {{ readFileSync, writeFileSync }} from "node:fs";
        import {{ metadataOf, withoutDefaults }} from "WEB/onnx.mjs";
        const file = readFileSync("{hybrid}");
        writeFileSync("required.onnx", withoutDefaults(file, {json.dumps(list(DEFAULTS))}));
        console.log(JSON.stringify(metadataOf(file)));
        """,
        tmp_path,
    )
    model = onnx.load(hybrid)
    assert told == {entry.key: entry.value for entry in model.metadata_props}
    required = onnx.load(tmp_path / "required.onnx")
    kept = [each for each in model.graph.initializer if each.name not in DEFAULTS]
    assert len(kept) == len(model.graph.initializer) - len(DEFAULTS)
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    assert required == model


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"\x3a\xff\xff\x03abc", b"<html>no model</html>"])
def test_what_is_no_model_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "wrong.onnx").write_bytes(content)
    told = ask(
        """
        import { readFileSync } from "node:fs";
        import { load } from "WEB/hybrid.mjs";
        const said = await load({}, readFileSync("wrong.onnx")).catch((error) => error.message);
        console.log(JSON.stringify(said));
        """,
        tmp_path,
    )
    assert told == "it is no hybrid graph, or only a part of one"


def test_phrases_are_those_of_python(hybrid: Path, tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    values = [round(float(random.uniform(0.03, 5.7)), 3) for _ in NAMES]
    told = ask(
        f"""
        import {{ readFileSync }} from "node:fs";
        import {{ metadataOf }} from "WEB/onnx.mjs";
        import {{ phrase }} from "WEB/hybrid.mjs";
        const features = JSON.parse(metadataOf(readFileSync("{hybrid}")).features);
        const values = {json.dumps(values)};
        console.log(JSON.stringify(features.map((feature, place) => phrase(feature, values[place]))));
        """,
        tmp_path,
    )
    assert told == [phrase(name, value) for name, value in zip(NAMES, values, strict=True)]
