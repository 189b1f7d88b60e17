"""Figures in documents: written from result files, never typed, and checked against them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from hybrid_logo.errors import HybridLogoError, InputError, OutputError
from hybrid_logo.evaluation.results.documents import KINDS, Kind, Write, kind_of
from hybrid_logo.output import open_output

__all__ = ["check_figures", "load_result", "write_figures"]

EVERY_KEY = tuple(key for kind in KINDS for key in kind.keys)
_SOURCE = re.compile(r"^<!-- from (.+) -->$", re.MULTILINE)


def load_result(path: Path, keys: Collection[str] = ("modes",)) -> dict[str, Any]:
    """Read one result file.

    Args:
        path: of JSON.
        keys: the result must hold one of these, by default answers.

    Raises:
        InputError: it cannot be read or is none.
    """
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
        if result["schema"] != 1 or not {"dataset", "model", "environment"} <= result.keys():
            raise ValueError("not a benchmark result of schema 1")
        if result.keys().isdisjoint(keys):
            raise ValueError(f"it holds no {' or '.join(keys)}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} cannot be used ({error}). Write it anew: hybrid-logo benchmark --out DIR"
        ) from error
    return dict(result)


def write_figures(paths: Sequence[Path], root: Path) -> list[Path]:
    """Write the tables of these results into the documents of their kinds.

    Args:
        paths: result files below ``root``; all of one kind must be of one model.
        root: the checkout.

    Returns:
        the documents that were written; all or none.

    Raises:
        InputError: results of several models, or files outside the checkout.
        OutputError: a document is missing or has no place for figures.
    """
    results = {path: load_result(path, EVERY_KEY) for path in paths}
    texts: dict[Path, str] = {}
    for kind in KINDS:
        own = {path: result for path, result in results.items() if kind_of(result) is kind}
        if own:
            texts |= _texts(kind, own, root)
    for document, text in texts.items():
        with open_output(str(document)) as write:
            write(text)
    return list(texts)


def check_figures(root: Path) -> list[str]:
    """Compare every document with the result files that it names; one line for each that differs."""
    models = [path.parent.name for path in sorted(root.glob("models/*/manifest.json"))]
    problems = []
    for kind in KINDS:
        wanted = {path: write for model in models for path, write in kind.documents(root, model).items()}
        problems += [line for path, write in wanted.items() if (line := _found(path, write, kind, root))]
    return problems


def _found(document: Path, write: Write, kind: Kind, root: Path) -> str:
    """As ``_problem``; what cannot be compared at all does not hide the other documents."""
    try:
        return _problem(document, write, kind, root)
    except HybridLogoError as error:
        return f"{document.relative_to(root)}: {error}"


def _texts(kind: Kind, results: Mapping[Path, dict[str, Any]], root: Path) -> dict[Path, str]:
    """The documents of a kind with the tables of these results in their place."""
    found, names = list(results.values()), _names(list(results), root)
    texts = {}
    for document, write in kind.documents(root, _one_model(found)).items():
        text = _read(document)
        start, end = _place(document, text, kind)
        texts[document] = text[:start] + _block(kind, names, _written(write, found)) + text[end:]
    return texts


def _problem(document: Path, write: Write, kind: Kind, root: Path) -> str:
    """What is wrong with one document; empty where nothing is."""
    if kind.optional and not document.is_file():
        return ""
    text = _read(document)
    if kind.optional and kind.begin not in text:
        return ""
    start, end = _place(document, text, kind)
    found = text[start:end]
    names = _SOURCE.findall(found)
    title = document.relative_to(root)
    if not names:
        empty = not found.removeprefix(kind.begin).removesuffix(kind.end).strip()
        return "" if kind.optional and empty else f"{title} names no result files"
    try:
        told = _written(write, [load_result(root / name, kind.keys) for name in names])
    except InputError as error:
        return f"{title}: {error}"
    return "" if found == _block(kind, names, told) else f"{title} does not say what {', '.join(names)} say"


def _written(write: Write, results: Sequence[dict[str, Any]]) -> str:
    try:
        return write(results)
    except (LookupError, TypeError) as error:
        raise InputError(
            f"a result holds other figures than are shown now ({error!r}). Measure it anew: hybrid-logo "
            "benchmark --out DIR"
        ) from error


def _one_model(results: Sequence[dict[str, Any]]) -> str:
    models = sorted({result["model"] for result in results})
    if len(models) != 1:
        raise InputError(
            f"the results are of {len(models)} models ({', '.join(models)}). Give those of one model."
        )
    return str(models[0])


def _names(paths: Sequence[Path], root: Path) -> list[str]:
    try:
        return [path.resolve().relative_to(root.resolve()).as_posix() for path in paths]
    except ValueError:
        raise InputError(
            f"the results must lie in {root} to be checked later. Use --out benchmarks/results."
        ) from None


def _block(kind: Kind, names: Sequence[str], text: str) -> str:
    sources = "\n".join(f"<!-- from {name} -->" for name in names)
    return f"{kind.begin}\n{sources}\n\n{text}\n\n{kind.end}"


def _read(document: Path) -> str:
    try:
        return document.read_text(encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{document} cannot be read ({error}). Run this in a checkout.") from error


def _place(document: Path, text: str, kind: Kind) -> tuple[int, int]:
    """Where the block lies in the text."""
    block = re.compile(f"{re.escape(kind.begin)}.*?{re.escape(kind.end)}", re.DOTALL)
    blocks = list(block.finditer(text))
    if len(blocks) != 1:
        raise OutputError(
            f"{document} must hold one pair of {kind.begin} and {kind.end}. Add them where figures belong."
        )
    return blocks[0].span()
