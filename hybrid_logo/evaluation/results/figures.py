"""Figures in README.md and model cards: written from result files, never typed, and checked against them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hybrid_logo.errors import InputError, OutputError
from hybrid_logo.evaluation.results.tables import card_figures, readme_figures

__all__ = ["check_figures", "documents", "load_result", "write_figures"]

BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
_BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
_SOURCE = re.compile(r"^<!-- from (.+) -->$", re.MULTILINE)


def load_result(path: Path) -> dict[str, Any]:
    """Read one result file.

    Raises:
        InputError: it cannot be read or is none.
    """
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
        if result["schema"] != 1 or not {"dataset", "modes", "model", "environment"} <= result.keys():
            raise ValueError("not a benchmark result of schema 1")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} cannot be used ({error}). Write it anew: hybrid-logo benchmark --out DIR"
        ) from error
    return dict(result)


def write_figures(paths: Sequence[Path], root: Path) -> list[Path]:
    """Write the tables of these results into README.md and the card of their model.

    Args:
        paths: result files below ``root``, all of one model.
        root: the checkout.

    Returns:
        the documents that were written.

    Raises:
        InputError: results of several models, or files outside the checkout.
        OutputError: a document is missing or has no place for figures.
    """
    results = [load_result(path) for path in paths]
    models = sorted({result["model"] for result in results})
    if len(models) != 1:
        raise InputError(
            f"the results are of {len(models)} models ({', '.join(models)}). Give those of one model."
        )
    try:
        names = [path.resolve().relative_to(root.resolve()).as_posix() for path in paths]
    except ValueError:
        raise InputError(
            f"the results must lie in {root} to be checked later. Use --out benchmarks/results."
        ) from None
    written = []
    for document, render in documents(root, models[0]).items():
        text = _read(document)
        block = _block(names, render(results))
        start, end = _place(document, text)
        document.write_text(text[:start] + block + text[end:], encoding="utf-8")
        written.append(document)
    return written


def check_figures(root: Path) -> list[str]:
    """Compare every document with the result files that it names; one line for each that differs."""
    problems = []
    cards = [path.parent.name for path in sorted(root.glob("models/*/manifest.json"))]
    wanted = {path: render for model in cards for path, render in documents(root, model).items()}
    for document, render in wanted.items():
        text = _read(document)
        start, end = _place(document, text)
        found = text[start:end]
        names = _SOURCE.findall(found)
        title = document.relative_to(root)
        if not names:
            problems.append(f"{title} names no result files")
            continue
        try:
            results = [load_result(root / name) for name in names]
        except InputError as error:
            problems.append(f"{title}: {error}")
            continue
        if found != _block(names, render(results)):
            problems.append(f"{title} does not say what {', '.join(names)} say")
    return problems


def documents(root: Path, model: str) -> dict[Path, Callable[[Sequence[dict[str, Any]]], str]]:
    """The documents with figures of one model, and how each is written."""
    return {root / "README.md": readme_figures, root / "models" / model / "README.md": card_figures}


def _block(names: Sequence[str], text: str) -> str:
    sources = "\n".join(f"<!-- from {name} -->" for name in names)
    return f"{BEGIN}\n{sources}\n\n{text}\n\n{END}"


def _read(document: Path) -> str:
    try:
        return document.read_text(encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{document} cannot be read ({error}). Run this in a checkout.") from error


def _place(document: Path, text: str) -> tuple[int, int]:
    """Where the block lies in the text."""
    blocks = list(_BLOCK.finditer(text))
    if len(blocks) != 1:
        raise OutputError(
            f"{document} must hold one pair of {BEGIN} and {END}. Add them where figures belong."
        )
    return blocks[0].span()
