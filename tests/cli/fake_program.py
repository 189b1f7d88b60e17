"""``hybrid-logo`` with the fake classifier, as a program: SECONDS is the time it takes per picture."""

from __future__ import annotations

import os

from fake_classifier import FakeClassifier

from hybrid_logo.cli import main, options

if __name__ == "__main__":
    seconds = float(os.environ.get("SECONDS", "0"))
    options.make_classifier = lambda *_, **__: FakeClassifier(seconds)  # type: ignore[assignment,return-value]
    main(prog_name="hybrid-logo")
