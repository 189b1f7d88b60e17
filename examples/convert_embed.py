"""Convert one picture that is in memory to SVG: ``python examples/convert_embed.py PICTURE``."""

from __future__ import annotations

import sys
from pathlib import Path

from hybrid_logo import HybridClassifier, PictureError
from hybrid_logo.vectorize import Converter, strategy_for


def main() -> int:
    """Print the SVG of the picture that the command line names; the exit status is 1 where there is none."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    picture = Path(sys.argv[1]).read_bytes()  # in your program: an upload, a row, a message
    classifier = HybridClassifier()
    try:
        prediction = classifier.classify(picture)
        advice = strategy_for(prediction)  # enough for a tracer of your own
        with Converter(classifier, time_limit_s=30) as converter:  # keep it: it owns a worker process
            conversion = converter.convert(picture, prediction=prediction)
    except PictureError as error:  # bad pictures, and those that cannot be traced within the limits
        print(f"{error.kind}: {error}", file=sys.stderr)
        return 1
    print(f"{prediction.label}: at most {advice.most_colors} colours", file=sys.stderr)
    print(conversion.svg, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
