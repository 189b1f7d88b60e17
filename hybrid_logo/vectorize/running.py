"""Many pictures, several at once: results come in the order of the inputs."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import OutputError, PictureError
from hybrid_logo.output import open_output
from hybrid_logo.types import FileResult
from hybrid_logo.vectorize.converter import Converter
from hybrid_logo.vectorize.results import ConversionResult

__all__ = ["convert_files", "prepare_folders"]


def convert_files(
    items: Iterable[str | FileResult],
    outputs: Mapping[str, Path],
    classifier: HybridClassifier,
    *,
    workers: int,
    time_limit_s: float,
    memory_limit_bytes: int,
) -> Generator[ConversionResult, None, None]:
    """Convert each file and write its SVG, which appears whole or not at all.

    Args:
        items: paths, and results of folders that could not be listed.
        outputs: the file for each path.
        classifier: says the types.
        workers: processes that convert at the same time; their number changes no result.
        time_limit_s: for one picture.
        memory_limit_bytes: of one process.

    Raises:
        OutputError: an SVG cannot be written; those before it are there.
        MissingExtraError: the extra ``svg`` is not installed.
    """
    free: SimpleQueue[Converter] = SimpleQueue()
    under_way: deque[Future[ConversionResult]] = deque()

    def one(item: str | FileResult) -> ConversionResult:
        if isinstance(item, FileResult):
            return ConversionResult(item.path, error_kind=item.error_kind, error_message=item.error_message)
        converter = free.get()
        try:
            conversion = converter.convert(item)
        except PictureError as error:
            return ConversionResult.from_error(item, error)
        finally:
            free.put(converter)
        with open_output(str(outputs[item])) as write:
            write(conversion.svg)
        return ConversionResult(item, outputs[item], conversion)

    with ExitStack() as stack:
        converters = [
            stack.enter_context(
                Converter(classifier, time_limit_s=time_limit_s, memory_limit_bytes=memory_limit_bytes)
            )
            for _ in range(workers)
        ]
        for converter in converters:
            free.put(converter)
        pool = ThreadPoolExecutor(workers)
        try:
            for item in items:
                under_way.append(pool.submit(one, item))
                if len(under_way) >= 3 * workers:
                    yield under_way[0].result()
                    under_way.popleft()
            while under_way:
                yield under_way[0].result()
                under_way.popleft()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            if under_way:  # stopped early, and the pictures under way may be slow ones
                for converter in converters:
                    converter.close()
            pool.shutdown()


def prepare_folders(outputs: Iterable[Path]) -> None:
    """Make the folders that the files go to.

    Raises:
        OutputError: one cannot be made.
    """
    for folder in sorted({path.parent for path in outputs}):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"the folder {str(folder)!r} cannot be made ({error.strerror}): name another one with --out"
            ) from error
