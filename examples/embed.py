"""Classify one picture that is in memory: ``python examples/embed.py PICTURE``."""

from __future__ import annotations

import sys
from pathlib import Path

from hybrid_logo import HybridClassifier, PictureError


def main() -> int:
    """Answer for the picture that the command line names; the exit status is 1 where that is impossible."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    classifier = HybridClassifier()  # reads and checks the model release: make one and keep it
    picture = Path(sys.argv[1]).read_bytes()  # in your program: an upload, a row, a message
    try:
        prediction = classifier.classify(picture)
    except PictureError as error:  # every way in which a picture can be bad
        print(f"{error.kind}: {error}", file=sys.stderr)
        return 1
    sure = "certain" if prediction.certain else "not certain"
    print(f"{prediction.label} ({prediction.confidence:.2f}, {sure}): {prediction.reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
