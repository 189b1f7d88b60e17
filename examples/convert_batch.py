"""Convert a folder with two workers, one JSON object a line: ``python examples/convert_batch.py IN OUT``."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

from hybrid_logo import HybridClassifier, PictureError
from hybrid_logo.vectorize import Converter

WORKERS = 2


def main() -> int:
    """Write an SVG beside each line; the exit status is 1 where a picture could not be converted."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    pictures = sorted(path for path in source.iterdir() if path.is_file())
    target.mkdir(exist_ok=True)
    classifier = HybridClassifier()  # one for all: it may be shared by threads
    free: SimpleQueue[Converter] = SimpleQueue()

    def convert(path: Path) -> dict[str, object]:
        converter = free.get()
        try:
            conversion = converter.convert(path)
        except PictureError as error:  # a bad picture is a result; the others go on
            return {"path": str(path), "error": error.kind}
        finally:
            free.put(converter)
        (target / f"{path.name}.svg").write_text(conversion.svg, encoding="utf-8")
        return {"path": str(path), **conversion.to_dict()["quality"]}

    failed = 0
    with ExitStack() as stack, ThreadPoolExecutor(WORKERS) as pool:
        for _ in range(WORKERS):
            free.put(stack.enter_context(Converter(classifier)))
        for result in pool.map(convert, pictures):
            print(json.dumps(result))
            failed += "error" in result
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
