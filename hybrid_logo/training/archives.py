"""Packages through the ordinary npm client, checked before they are unpacked.

``npm pack`` is used so that a user's own registry, proxy and credentials apply.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Collection
from pathlib import Path, PurePosixPath

from hybrid_logo.errors import SourceError, SourceGoneError

__all__ = ["bring", "check_integrity", "is_unpacked", "pack", "sha256", "unpack"]

PACK_SECONDS = 600.0
LARGEST_MEMBER_BYTES = 256 * 1024 * 1024
RECORD = "verified.json"


def is_unpacked(folder: Path, integrity: str, needed: Collection[str]) -> bool:
    """Whether ``bring`` filled ``folder`` from the pinned archive and no file has changed since."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return (
            record["integrity"] == integrity
            and set(needed) <= record["sha256"].keys()
            and all(sha256(folder / name) == digest for name, digest in record["sha256"].items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def bring(
    package: str,
    version: str,
    integrity: str,
    folder: Path,
    is_wanted: Callable[[str], bool],
    needed: Collection[str],
    subfolders: Collection[str] = (),
    prepare: Callable[[Path], None] | None = None,
) -> None:
    """Fetch, check and unpack a package; ``folder`` appears only when all of it is there.

    Args:
        package: the npm package.
        version: the pinned version.
        integrity: see ``check_integrity``.
        folder: where the files and their record ``verified.json`` will lie; what is there is replaced.
        is_wanted: see ``unpack``.
        needed: file names without which the package is of no use.
        subfolders: see ``unpack``.
        prepare: turns what was unpacked, in the folder that it is given, into what is kept.

    Raises:
        SourceError: see ``pack``, ``check_integrity`` and ``unpack``; or a needed file is not in it.
        OSError: the disk is full or cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
        work = Path(name)
        archive = pack(f"{package}@{version}", work)
        check_integrity(archive, integrity)
        unpacked = work / "unpacked"
        unpacked.mkdir()
        digests = unpack(archive, unpacked, is_wanted, subfolders)
        lacking = sorted(set(needed) - digests.keys())
        if lacking:
            raise SourceError(f"{archive.name} lacks {', '.join(lacking)}. Pin another version.")
        if prepare is not None:
            prepare(unpacked)
            digests = {path.name: sha256(path) for path in sorted(unpacked.iterdir())}
        record = {"package": package, "version": version, "integrity": integrity, "sha256": digests}
        (unpacked / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        if folder.exists():  # damaged, or it would not have been asked for
            shutil.rmtree(folder)
        unpacked.rename(folder)


def pack(wanted: str, folder: Path) -> Path:
    """Run ``npm pack`` in ``folder``. Scripts of the package are not run.

    Args:
        wanted: package and version, as in ``@scope/name@1.2.3``.
        folder: an empty folder that can be written.

    Returns:
        the archive that npm left there.

    Raises:
        SourceGoneError: the registry does not offer the version.
        SourceError: npm is missing or cannot reach its registry.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SourceError(
            "npm was not found, and icon sets and fonts are fetched with it. Install Node.js with npm "
            "(on Debian: apt-get install npm), then run the command again."
        )
    try:
        done = subprocess.run(
            [npm, "pack", wanted, "--ignore-scripts"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PACK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"npm did not bring {wanted} within {PACK_SECONDS:.0f} s. Check the network and run the command "
            "again; what is already in the cache is kept."
        ) from None
    except OSError as error:
        raise SourceError(f"{npm} cannot be run ({error}). Check it with: npm --version") from error
    if done.returncode != 0:
        raise _failure(wanted, done.returncode, done.stderr)
    archives = sorted(folder.glob("*.tgz"))
    if len(archives) != 1:
        raise SourceError(
            f"npm pack {wanted} left {len(archives)} archives where one was expected. "
            "Check with `npm --version` that npm is not older than 7."
        )
    return archives[0]


def check_integrity(archive: Path, integrity: str) -> None:
    """Compare an archive with its pinned digest.

    Args:
        archive: the file.
        integrity: ``sha512-`` and the digest in base64, as npm prints it.

    Raises:
        SourceError: they differ.
    """
    with archive.open("rb") as file:
        digest = base64.b64encode(hashlib.file_digest(file, "sha512").digest()).decode("ascii")
    if f"sha512-{digest}" != integrity:
        raise SourceError(
            f"{archive.name} is not the archive that is pinned: expected {integrity}, got sha512-{digest}. "
            "It was not unpacked. Check which registry npm uses: npm config get registry"
        )


def unpack(
    archive: Path, folder: Path, is_wanted: Callable[[str], bool], subfolders: Collection[str] = ()
) -> dict[str, str]:
    """Copy wanted files out of an npm archive.

    Only plain files that lie directly in the package's folder or in one of ``subfolders`` are looked at, and
    each is written under its base name: no path from the archive reaches the disk.

    Args:
        archive: a gzipped tar file.
        folder: where the files are written.
        is_wanted: tells by base name whether a file is kept.
        subfolders: paths of folders in the package's folder.

    Returns:
        sha256 in hexadecimal by file name.

    Raises:
        SourceError: the archive is damaged, or holds a wanted file twice or of an absurd size.
    """
    places = {("package",), *(PurePosixPath("package", name).parts for name in subfolders)}
    digests: dict[str, str] = {}
    try:
        with tarfile.open(archive, "r:gz") as content:
            for member in content:
                parts = PurePosixPath(member.name).parts
                if parts[:-1] not in places or not member.isfile() or not is_wanted(parts[-1]):
                    continue
                name = parts[-1]
                if name in digests or member.size > LARGEST_MEMBER_BYTES:
                    raise tarfile.TarError(f"{member.name} stands there twice or has {member.size} bytes")
                source = content.extractfile(member)
                assert source is not None  # a plain file has content
                with source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
                digests[name] = sha256(folder / name)
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(
            f"{archive.name} cannot be unpacked ({error}). Run the command again; if it fails again, "
            "the pinned version is bad: report it."
        ) from error
    return digests


def sha256(path: Path) -> str:
    """The file's digest in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _failure(wanted: str, status: int, stderr: str) -> SourceError:
    """What a failure of npm means to the reader."""
    code = re.search(r"npm (?:error|ERR!) code (\S+)", stderr)
    name = code.group(1) if code else f"exit status {status}"
    if name in ("E404", "ETARGET", "ENOVERSIONS"):
        return SourceGoneError(
            f"The registry that npm uses does not offer {wanted} ({name}). "
            "Look at `npm config get registry`: a mirror may lack it; "
            "where it was withdrawn, another version must be pinned."
        )
    if name in ("ENOSPC", "EDQUOT"):
        return SourceError(
            f"The disk is full: npm could not save {wanted}. Free some space and run the command again."
        )
    lines = [line for line in stderr.splitlines() if re.match(r"npm (error|ERR!) ", line)]
    detail = "; ".join(line.split(maxsplit=2)[-1] for line in lines[1:3]) or "no message"
    return SourceError(
        f"npm could not fetch {wanted} ({name}: {detail}). Check the network with `npm ping` and run the "
        "command again; what is already in the cache is kept."
    )
