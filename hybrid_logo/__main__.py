"""``python -m hybrid_logo``: the same as the command ``hybrid-logo``."""

from hybrid_logo.cli import main

if __name__ == "__main__":
    main(prog_name="hybrid-logo")
