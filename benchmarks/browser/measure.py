"""How long a picture takes on the web page of exports/web, in a real browser without a window.

    python -m benchmarks.browser.measure FILE --out benchmarks/results

README.md beside this file says what is needed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import click
import numpy as np

from hybrid_logo.errors import HybridLogoError
from hybrid_logo.evaluation.measuring.environment import environment, result_name
from hybrid_logo.export.containers import read_record
from hybrid_logo.output import open_output
from tests.browser import NAMES, browser
from tests.exports.devices import ANSWERED, png_pictures
from tests.exports.serving import Site

__all__ = ["main", "summary"]

WEB = Path(__file__).resolve().parents[2] / "exports" / "web"
RUNTIME = "onnxruntime-web"
PASSES = 4
"""Over all pictures; the first warms up and does not count."""

SCRIPT = """
const ort = await import("./web/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs");
const { load } = await import("./web/hybrid.mjs");
const { decode } = await import("./web/pixels.mjs");
const { factsOf } = await import("./web/facts.mjs");
ort.env.wasm.numThreads = 1;
const graph = new Uint8Array(await (await fetch("hybrid.onnx")).arrayBuffer());
const started = performance.now();
const hybrid = await load(ort, graph);
const loading = performance.now() - started;
const passes = [];
for (let pass = 0; pass < PASSES; pass++) {
  const times = [];
  for (const path of NAMES) {
    const file = await (await fetch(path)).blob();
    const before = performance.now();
    const picture = await decode(file);
    const decoded = performance.now();
    await hybrid.classify(picture, factsOf(picture.file));
    times.push([performance.now() - before, performance.now() - decoded]);
  }
  passes.push(times);
}
return { loading, passes };
"""


def summary(loading: float, passes: list[list[list[float]]]) -> dict[str, float]:
    """Figures of the pictures; the time of each is its median over the passes behind the first.

    Args:
        loading: of the graph, in ms.
        passes: for each pass and picture, the whole time and that of the graph alone, in ms.
    """
    whole, graph = np.median(passes[1:], axis=0).T
    told = {
        "load_ms": loading,
        "median_ms": np.median(whole),
        "p95_ms": np.quantile(whole, 0.95),
        "graph_median_ms": np.median(graph),
    }
    return {name: round(float(value), 3) for name, value in told.items()}


@click.command()
@click.argument("artefact", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="For the JSON file."
)
@click.option(
    "--web",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=WEB,
    help="The page with its node_modules.  [default: exports/web]",
)
def main(artefact: Path, out: Path, web: Path) -> None:
    """Measure ARTEFACT, a file of hybrid-logo export hybrid."""
    try:
        told, path = _measured(artefact, out, web)
    except (HybridLogoError, OSError, subprocess.SubprocessError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"median {told['median_ms']:.1f} ms, p95 {told['p95_ms']:.1f} ms\nWritten: {path}")


def _measured(artefact: Path, out: Path, web: Path) -> tuple[dict[str, Any], Path]:
    """The figures, and the file that holds them."""
    package = web / "node_modules" / RUNTIME / "package.json"
    if not package.is_file():
        raise click.ClickException(f"{RUNTIME} is not there. Install it: cd {web} && npm install")
    if not any(map(shutil.which, NAMES)):
        raise click.ClickException("There is no browser. Install one: apt-get install chromium")
    record = read_record(artefact)
    if record.target != "hybrid":
        raise click.ClickException(
            f"{artefact.name} is no hybrid. Make one: hybrid-logo export hybrid --out DIR"
        )
    with tempfile.TemporaryDirectory() as folder:
        found = _times(artefact, web, Path(folder))
    facts = environment()
    facts["versions"][RUNTIME] = json.loads(package.read_text(encoding="utf-8"))["version"]
    version = subprocess.run([browser(), "--version"], capture_output=True, text=True, check=True).stdout
    result: dict[str, Any] = {
        "schema": 1,
        "model": record.release,
        "environment": facts,
        "dataset": {"name": "drawn PNG pictures", "pictures": ANSWERED},
        "browser": {"program": " ".join(version.split()[:2]), "passes": PASSES - 1, **summary(**found)},
    }
    out.mkdir(parents=True, exist_ok=True)
    path = out / result_name("browser", facts)
    with open_output(str(path)) as write:
        write(json.dumps(result, indent=2) + "\n")
    return result["browser"], path


def _times(artefact: Path, web: Path, folder: Path) -> dict[str, Any]:
    served = folder / "served"
    served.mkdir()
    (served / "web").symlink_to(web.resolve())
    (served / "hybrid.onnx").symlink_to(artefact.resolve())
    names = [path.name for path in png_pictures(served).paths[:ANSWERED]]
    script = SCRIPT.replace("PASSES", str(PASSES)).replace("NAMES", json.dumps(names))
    found: dict[str, Any] = Site(served).run(script, folder / "profile")
    return found


if __name__ == "__main__":
    main()
