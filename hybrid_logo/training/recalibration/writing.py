"""The new release as a folder: complete or not there, and never over anything else."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hybrid_logo.bundle import MANIFEST, MODEL_CARD, PROFILE, Bundle, student_file
from hybrid_logo.errors import OutputError
from hybrid_logo.router import Router

__all__ = ["check_destination", "put_in_place", "unfinished_folder", "write_release"]


def check_destination(out: Path, *, force: bool, bundle: Bundle, inputs: Iterable[Path]) -> None:
    """Refuse a folder that holds, or lies in, what must stay as it is.

    Args:
        out: where the release goes.
        force: replace a release that stands there.
        bundle: the one that is fitted anew.
        inputs: folders and files that are read.

    Raises:
        OutputError: the release cannot go there.
    """
    target = out.resolve()
    for kept in (bundle.folder, *inputs):
        held = kept.resolve()
        if target.is_relative_to(held) or held.is_relative_to(target):
            raise OutputError(f"{out} and {kept} lie within each other. Name another folder with --out.")
    if target.exists() and not target.is_dir():
        raise OutputError(f"{out} is a file. Name a folder with --out.")
    if target.is_dir() and any(target.iterdir()):
        if not (target / MANIFEST).is_file():
            raise OutputError(f"{out} holds other files than a model release. Name a new folder with --out.")
        if not force:
            raise OutputError(
                f"{out} holds a model release. Name another folder, or replace it with --force."
            )
    above = next(folder for folder in target.parents if folder.exists())
    if not above.is_dir() or not os.access(above, os.W_OK):
        raise OutputError(f"{above} cannot be written to. Name another folder with --out.")


@contextmanager
def unfinished_folder(out: Path | None) -> Iterator[Path]:
    """A new folder beside ``out``, or a temporary one where nothing is kept; gone afterwards.

    Raises:
        OutputError: no folder can be made there.
    """
    try:
        if out is not None:
            out.resolve().parent.mkdir(parents=True, exist_ok=True)
        parent = None if out is None else out.resolve().parent
        made = Path(tempfile.mkdtemp(prefix=".hybrid-logo-", dir=parent))
    except OSError as error:
        raise OutputError(
            f"{out} cannot be made ({error.strerror}). Name another folder with --out."
        ) from error
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def write_release(
    folder: Path, bundle: Bundle, router: Router, profile: str | None, changed: Mapping[str, Any], card: str
) -> None:
    """Write every file of the release into ``folder``, which exists.

    Args:
        folder: of the release.
        bundle: whose rules and student are kept.
        router: the new one.
        profile: text of its profile; None for no such file.
        changed: entries of the manifest.
        card: text of the model card.

    Raises:
        OutputError: something cannot be written.
    """
    kept = ("rules.json", *map(student_file, bundle.precisions))
    try:
        for name in kept:
            shutil.copyfile(bundle.folder / name, folder / name)
        made = {"router.json": json.dumps(router.to_dict(), indent=1) + "\n"}
        if profile is not None:
            made[PROFILE] = profile
        files = {name: bundle.manifest["files"][name] for name in kept}
        for name, text in made.items():
            content = text.encode()
            (folder / name).write_bytes(content)
            files[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        promise = None if router.promise is None else asdict(router.promise)
        manifest = {**bundle.manifest, "files": files, "promise": promise, **changed}
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        (folder / MODEL_CARD).write_text(card, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"the release cannot be written ({error.strerror}). Free space, or name another folder by --out."
        ) from error


def put_in_place(folder: Path, out: Path) -> None:
    """Rename the finished ``folder`` to ``out``; what stands there goes when the new one is in place.

    Raises:
        OutputError: it cannot be renamed; what stood there is as it was.
    """
    target = out.resolve()
    mask = os.umask(0)
    os.umask(mask)
    try:
        folder.chmod(0o777 & ~mask)  # a temporary folder can be read by its owner only
        holder = Path(tempfile.mkdtemp(prefix=".hybrid-logo-", dir=target.parent))
        before = holder / target.name
        try:
            if target.exists():
                target.rename(before)
            folder.rename(target)
        except BaseException:
            if before.exists():
                before.rename(target)
            holder.rmdir()
            raise
    except OSError as error:
        raise OutputError(
            f"{out} cannot be put in place ({error.strerror}). Name another folder with --out."
        ) from error
    shutil.rmtree(holder, ignore_errors=True)
