"""Classify a folder and print one JSON object a line: ``python examples/batch.py FOLDER``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from hybrid_logo import HybridClassifier


def main() -> int:
    """Answer for every file below the folder; the exit status is 1 where a file could not be answered."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    pictures = sorted(path for path in Path(sys.argv[1]).rglob("*") if path.is_file())
    failed = 0
    for result in HybridClassifier().classify_many(pictures):  # one at a time: memory does not grow
        print(json.dumps(result.to_dict()))
        failed += result.status == "error"  # a bad picture is a result; the others go on
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
