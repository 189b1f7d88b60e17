"""A model release small enough to make in a test, and drawn logos of the four types to ask it about.

Its rules are written by hand and its student has random weights: what it says is often wrong, but each
way through the cascade is taken.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import MANIFEST, MODEL_CARD, student_file
from hybrid_logo.calibration import Calibration
from hybrid_logo.features import NAMES
from hybrid_logo.operating_points import OperatingPoint
from hybrid_logo.promises import EVERY_PICTURE, Certificate, Claim, PredictionSets
from hybrid_logo.router import INPUTS, Router
from hybrid_logo.rules import PairTable, RangeTable, Scorecard
from hybrid_logo.types import LABELS, LogoType, Precision

Pixels = NDArray[np.uint8]

NAME = "small-0.1"
SIDE = 32
EVERYTHING = (-100.0, 1000.0)

POINTS = {
    "ramp_share": ((0.05, 0.25), ((0.5, 0.3, -1, 0), (0, 0, 0.5, 0), (-1.5, -1, 3.5, 0))),
    "flat_color_count": ((2.1, 3.5), ((0.75, 0.5, -0.5, -1), (0, 0, 0, 0.5), (-1, -0.5, 0, 1.5))),
    "letter_row_count": ((2.2,), ((0.5, -1, 0, 0), (-0.5, 2, 0, 0))),
    "aspect_log2": ((1.25,), ((0.25, -0.5, 0, 0), (-0.5, 1, 0, 0))),
}


def scorecard() -> Scorecard:
    silent = ((), ((0.0, 0.0, 0.0, 0.0),))
    pair = PairTable(
        ("ramp_share", "flat_color_count"),
        ((0.1,), (2.5,)),
        (((0.5, 0, 0, 0), (0, 0, 0, 0.5)), ((0, 0, 0.75, 0), (0, 0, 0.25, 0.25))),
    )
    tables = [RangeTable(name, EVERYTHING, *POINTS.get(name, silent)) for name in NAMES]
    size = NAMES.index("ink_long_side_log2")
    tables[size] = replace(tables[size], seen=(3.0, 8.75))
    return Scorecard((0.25, 0.25, 0.0, -0.5), tables, [pair])


def certified(threshold: float, **changed: Any) -> Certificate:
    made = Certificate(
        claim=Claim.CONDITIONAL,
        group=EVERY_PICTURE,
        threshold=threshold,
        n=157,
        k=1,
        risk_upper=0.0299,
        target_risk=0.03,
        confidence=0.95,
        coverage=0.5,
        data_sha256="0" * 64,
    )
    return replace(made, **changed)


def operating_point(**changed: Any) -> OperatingPoint:
    made = OperatingPoint(
        promise=certified(0.8),
        certain=certified(0.9),
        groups=(certified(0.8, group="clean"), certified(0.8, claim=Claim.JOINT, n=314, coverage=0.5)),
        sets=(PredictionSets(0.9, 0.3, 100, "1" * 64), PredictionSets(0.99, 0.05, 100, "2" * 64)),
        rules_accepted=Calibration(0.0, 1.25, (0.125, 0.0, 0.0, -0.125)),
        asked=Calibration(0.75, 0.5, (0.0, 0.0, 0.125, 0.0)),
    )
    return replace(made, **changed)


def router(**changed: Any) -> Router:
    """Scores by the margin alone: sigmoid(margin - 1.5). ``changed``: of the router or of its point."""
    of_point = {name: changed.pop(name) for name in OperatingPoint.__slots__ if name in changed}
    point = operating_point(**of_point)
    made = Router(
        mean=(0.0,) * len(INPUTS),
        scale=(1.0,) * len(INPUTS),
        weights=tuple(float(name == "margin") for name in INPUTS),
        intercept=-1.5,
        rules_alone=Calibration(0.0, 0.9),
        student_alone=Calibration(0.75, 0.0),
        point=point,
        points=(
            replace(point, promise=certified(0.95, target_risk=0.02, risk_upper=0.0199)),
            replace(point, promise=certified(0.6, target_risk=0.1, risk_upper=0.0999)),
        ),
        unpromised=replace(point, promise=None, groups=()),
    )
    return replace(made, **changed)


def network(seed: int = 3) -> Any:
    """An untrained student whose answers differ from picture to picture."""
    import torch

    from hybrid_logo.training.network import StudentNetwork

    torch.manual_seed(seed)
    made = StudentNetwork(widths=(6, 6, 8, 8), depths=(1, 1, 1, 1))
    with torch.no_grad():
        views = torch.from_numpy(views_of_drawings(8))
        for _ in range(20):  # settles the running mean and variance of the normalisation
            made(views)
        pooled = made.eval().body(made.maps(views)).mean(dim=(2, 3))
        made.head.weight *= 4.0 / pooled.std(dim=0)
        made.head.bias.copy_(-(made.head.weight @ pooled.mean(dim=0)))
    return made


def write_release(folder: Path, models: dict[str, bytes], **changed: Any) -> Path:
    """Write a release; ``changed`` replaces parts of its router."""
    folder.mkdir(parents=True)
    contents = {
        "rules.json": json.dumps(scorecard().to_dict()).encode(),
        **{student_file(Precision(precision)): model for precision, model in models.items()},
    }
    files = {name: entry(content)["sha256"] for name, content in contents.items()}
    decides = router(**({"files": files} | changed))
    contents["router.json"] = json.dumps(decides.to_dict()).encode()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / MODEL_CARD).write_text("# A release for tests\n", encoding="utf-8")
    write_manifest(folder, manifest_of(contents, decides))
    return folder


def manifest_of(contents: dict[str, bytes], decides: Router) -> dict[str, Any]:
    return {
        "schema": 1,
        "name": NAME,
        "labels": [label.value for label in LABELS],
        "labels_from": "nobody",
        "preprocessing": {"student_side_px": SIDE},
        "opset": 18,
        "files": {name: entry(content) for name, content in contents.items()},
        "quantisation": {},
        "promise": None if decides.promise is None else asdict(decides.promise),
        "metrics": {},
        "training": {},
        "seed": 0,
    }


def entry(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def write_manifest(folder: Path, manifest: Any) -> None:
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def drawn(label: LogoType, seed: int, side: int = 256) -> Pixels:
    """A logo of that type, ``uint8[side, side, 4]`` RGBA on nothing."""
    random = np.random.default_rng((seed, LABELS.index(label)))
    canvas = np.zeros((side, side, 4), np.uint8)
    color = (*random.integers(0, 200, 3).tolist(), 255)
    middle = (side // 2, side // 2)
    match label:
        case LogoType.SIMPLE:
            cv2.circle(canvas, middle, int(side * random.uniform(0.25, 0.45)), color, -1)
            corner = int(side * random.uniform(0.3, 0.45))
            other = (*random.integers(0, 200, 3).tolist(), 255)
            cv2.rectangle(canvas, (corner, corner), (side - corner, side - corner), other, -1)
        case LogoType.TEXT:
            letters = "".join(random.choice(list("aemnrsuvxz"), random.integers(5, 9)))
            scale = side / 20 / len(letters)
            width = side // 28
            cv2.putText(canvas, letters, (4, side // 2), cv2.FONT_HERSHEY_SIMPLEX, scale, color, width)
        case LogoType.GRADIENT:
            cv2.circle(canvas, middle, int(side * random.uniform(0.3, 0.45)), color, -1)
            ramp = np.linspace(0, 1, side)[:, None, None] * random.uniform(60, 200, 3)
            canvas[..., :3] = np.clip(ramp + 20, 0, 255) * (canvas[..., 3:] > 0)
        case LogoType.COMPLEX:
            for _ in range(70):
                at = tuple(random.integers(side // 8, 7 * side // 8, 2).tolist())
                axes = tuple(random.integers(2, side // 10, 2).tolist())
                paint = (*random.integers(0, 256, 3).tolist(), 255)
                cv2.ellipse(canvas, at, axes, float(random.uniform(0, 180)), 0, 360, paint, -1)
    return canvas


def drawings(count: int, side: int = 256) -> list[Pixels]:
    """``count`` of each type, the types in turn."""
    return [drawn(label, seed, side) for seed in range(count) for label in LABELS]


def views_of_drawings(count: int, side: int = SIDE) -> Pixels:
    """What the student is shown of them: ``uint8[4 * count, side, side, 3]``."""
    from hybrid_logo.image import load_picture
    from hybrid_logo.ink import square_view

    return np.stack([square_view(load_picture(pixels), side) for pixels in drawings(count)])


def export(folder: Path) -> dict[str, bytes]:
    """The student's ONNX files per precision, made in ``folder`` by the code that makes the real ones."""
    from hybrid_logo.training.parity import QUANTISED
    from hybrid_logo.training.quantise import export_student, quantise_student

    paths = {precision.value: folder / student_file(precision) for precision in Precision}
    export_student(network(), SIDE, paths["fp32"])
    for precision in QUANTISED:
        quantise_student(paths["fp32"], paths[precision], views_of_drawings(12), precision)
    return {precision: path.read_bytes() for precision, path in paths.items()}


def labelled_set(cache: Path, labels: Path, **counts: int) -> Path:
    """Draw masters into ``cache`` and write the labels file; ``counts``: logos of each type per split.

    The icon set that lies beside them gives their facts.
    """
    from hybrid_logo.training.labels import LabelledLogo
    from hybrid_logo.training.rendering import master_path
    from tests.training.icon_files import BODIES, write_labels, write_set

    lines: list[str] = []
    bodies: dict[str, str] = {}
    seed = 0
    for split, count in counts.items():
        for _ in range(count):
            seed += 1
            for label in LABELS:
                name = f"{label}-{seed}"
                lines.append(f"skill-icons,{name},{label},,1,{name},{split}")
                bodies[name] = BODIES[label]
                row = LabelledLogo("skill-icons", name, label, frozenset([label]), True, name, split)
                path = master_path(row, cache)
                path.parent.mkdir(parents=True, exist_ok=True)
                bgra = cv2.cvtColor(drawn(label, seed), cv2.COLOR_RGBA2BGRA)
                path.write_bytes(cv2.imencode(".png", bgra)[1].tobytes())
    write_set(cache, "skill-icons", bodies)
    return write_labels(labels, *lines)
