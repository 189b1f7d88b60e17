"""Compares what two programs have said about the same pictures.

Usage: python compare.py REFERENCE.jsonl OTHER.jsonl

Both hold one JSON object a line, as ``hybrid-logo classify --format jsonl`` and each example in exports/
print them. Exit code 0: at least 99.5% of the labels are the same; 1: fewer are; 2: the files cannot be
compared.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

LEAST_SAME = 0.995


def answers(path: str) -> dict[str, dict]:
    """Result of each picture, by its path."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return {result["path"]: result for result in map(json.loads, lines)}


def said(result: dict) -> str:
    """The label, or that there is none."""
    return result["label"] if result["status"] == "ok" else "error"


def gap(one: dict, other: dict) -> float:
    """Largest difference of a probability; 0 where there are none."""
    pairs = one.get("probabilities", {})
    return max((abs(value - other["probabilities"][label]) for label, value in pairs.items()), default=0.0)


def main(words: list[str]) -> int:
    """Compare two files."""
    if len(words) != 2:
        print(f"usage: python {sys.argv[0]} REFERENCE.jsonl OTHER.jsonl", file=sys.stderr)
        return 2
    try:
        reference, other = map(answers, words)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"no JSON lines of results ({error!r}). Give the output of --format jsonl.", file=sys.stderr)
        return 2
    if not reference or reference.keys() != other.keys():
        print("the files are not about the same pictures. Run both on the same list.", file=sys.stderr)
        return 2
    different = [path for path in reference if said(reference[path]) != said(other[path])]
    same = 1 - len(different) / len(reference)
    alike = [path for path in reference if path not in different]
    largest = max((gap(reference[path], other[path]) for path in alike), default=0.0)
    for path in different:
        print(f"{path}: {said(reference[path])}, here {said(other[path])}")
    print(f"{same:.2%} of {len(reference):,} labels are the same; largest gap of a probability {largest:.4f}")
    return 0 if same >= LEAST_SAME else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
