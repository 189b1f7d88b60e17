"""Other ways to tell types of logos, on the labels and pictures of our release: train, measure, write down.

    python benchmarks/peers/run.py --out benchmarks/results

README.md beside this file says what is needed and how long it takes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
from boosted_trees import BoostedTrees
from majority import Majority
from measuring import measure
from networks import Learning, TimmNetwork
from peer import Peer, Trained
from released import released_methods
from split_pictures import SplitPictures
from table import TABLE, as_markdown
from two_presets import TwoPresets
from yolo import Yolo

from hybrid_logo.errors import HybridLogoError, MissingExtraError, OutputError
from hybrid_logo.evaluation.measuring.environment import environment
from hybrid_logo.training.corpus import CorpusSettings
from hybrid_logo.training.labels import SPLITS
from hybrid_logo.training.settings import read_settings
from hybrid_logo.training.suites import LABELS_FROM

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[2]
EFFICIENT_SHARE = 0.5
"""EfficientNet-B0 needs much longer for a picture than the others, and sees this share of their pictures."""
PACKAGES = ("torch", "timm", "scikit-learn", "ultralytics", "vtracer", "resvg-py")
NAMES = ("majority", "boosted-trees", "mobilenetv3-small", "efficientnet-b0", "yolo11n-cls", "two-presets")


def peers(pictures: int, init: str, threads: int) -> dict[str, Peer]:
    """Every peer by its short name, the quick ones first.

    Args:
        pictures: that a network sees.
        init: see ``Learning``.
        threads: processor threads and processes.
    """
    learning = Learning(pictures=pictures, init=init, threads=threads)
    less = Learning(pictures=max(1, round(EFFICIENT_SHARE * pictures)), init=init, threads=threads)
    found: Sequence[Peer] = (
        Majority(),
        BoostedTrees(),
        TimmNetwork("MobileNetV3-Small", "mobilenetv3_small_100", learning),
        TimmNetwork("EfficientNet-B0", "efficientnet_b0", less),
        Yolo(learning),
        TwoPresets(workers=threads),
    )
    return dict(zip(NAMES, found, strict=True))


def train_all(
    chosen: dict[str, Peer], pictures: SplitPictures, work: Path
) -> tuple[dict[str, Trained], dict[str, str]]:
    """Those that have learned by their short names, and why the others were skipped.

    Args:
        chosen: peers.
        pictures: what they learn from.
        work: receives a folder for each.

    Raises:
        SourceError: labels, pictures or a folder cannot be used.
    """
    trained, skipped = {}, {}
    for name, peer in chosen.items():
        try:
            trained[name] = peer.trained(pictures, work / name)
        except MissingExtraError as error:
            skipped[name] = str(error)
            click.echo(f"Skipped: {name}. {error}", err=True)
    return trained, skipped


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for peers.json.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="This peer alone; can be repeated.")
@click.option(
    "--pictures",
    type=click.FloatRange(min=0.001),
    default=60.0,
    show_default=True,
    metavar="THOUSANDS",
    help=f"Pictures that a network sees in training; EfficientNet-B0 sees {EFFICIENT_SHARE:g} times as many.",
)
@click.option(
    "--init",
    type=click.Choice(["random", "pretrained"]),
    default="random",
    show_default=True,
    help="Weights that the networks of timm start from; pretrained ones are fetched.",
)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs/peers"),
    show_default=True,
    help="Folder for what the peers learn.",
)
@click.option("--resume", is_flag=True, help="Go on with what --work holds; a finished peer learns no more.")
@click.option(
    "--split",
    type=click.Choice([split for split in SPLITS if split != "train"]),
    default="test",
    show_default=True,
    help="Measure on this one; calibrate while a peer is still being changed.",
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Measure on N pictures drawn by the seed.")
@click.option(
    "--timed",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    metavar="N",
    help="Take times on N of the pictures; 0: none.",
)
@click.option(
    "--copies",
    type=click.IntRange(0),
    default=read_settings("release").corpus.labelled_copies,
    show_default=True,
    help="Degraded copies of each training logo; by default those of our release.",
)
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True, help="For training.")
@click.option("--model", metavar="NAME_OR_FOLDER", help="Our release, if another than the usual one.")
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Cache folder.")
@click.option("--labels", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Labels file.")
@click.option("--write", is_flag=True, help="Measure nothing: write the tables of docs/PEERS.md.")
@click.option("--check", is_flag=True, help="Measure nothing: exit with 1 where docs/PEERS.md differs.")
def main(write: bool, check: bool, **options: Any) -> None:
    """Train peers on the labels and pictures of our release and measure all of them in one run.

    Exit code 0: done, also where a peer was skipped, which the result tells; 1: --check found a difference;
    2: nothing could be done.
    """
    try:
        if write:
            click.echo(f"Written: {TABLE.write(ROOT)}")
        elif not check:
            _measure_all(**options)
        if check and TABLE.differs(ROOT):
            click.echo(f"{TABLE.document} does not say what {TABLE.result} says. Run with --write.", err=True)
            sys.exit(1)
    except HybridLogoError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)


def _measure_all(
    *,
    out: Path | None,
    only: tuple[str, ...],
    pictures: float,
    init: str,
    work: Path,
    resume: bool,
    split: str,
    limit: int | None,
    timed: int,
    copies: int,
    threads: int,
    model: str | None,
    cache: Path | None,
    labels: Path | None,
) -> None:
    if not resume and work.is_dir() and any(work.iterdir()):
        raise OutputError(
            f"{work} holds earlier work. Go on with --resume, or name another folder with --work."
        )
    methods = released_methods(model)
    corpus = CorpusSettings(labelled_copies=copies)
    shown = SplitPictures(corpus, cache=cache, labels=labels, workers=threads)
    every = peers(max(1, round(1000 * pictures)), init, threads)
    chosen = {name: peer for name, peer in every.items() if not only or name in only}
    trained, skipped = train_all(chosen, shown, work)
    methods |= trained
    told = ("name", "about", "pictures_seen", "parameters", "size_mb")
    where = environment()
    where["versions"] |= _versions()
    result = {
        "labels_from": LABELS_FROM,
        "environment": where,
        "settings": {
            "pictures": round(1000 * pictures),
            "init": init,
            "logos": len(shown.logos),
            "copies": copies,
            "side_px": corpus.side,
            "split": split,
            "timed": timed,
        },
        "methods": {name: {key: getattr(method, key) for key in told} for name, method in methods.items()},
        "skipped": skipped,
        "suites": {suite.name: measure(suite, methods, timed) for suite in shown.suites(split, limit)},
    }
    click.echo(as_markdown(result))
    if out is None:
        click.echo("Nothing was saved. To save the result: --out DIR", err=True)
        return
    TABLE.write_result(result, out / TABLE.result.name)
    click.echo(f"Written: {out / TABLE.result.name}", err=True)


def _versions() -> dict[str, str]:
    """Of the packages that peers need, as far as they are installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    main()
