"""The report on a training run: how it learned, what that means, and what the student gets wrong.

record.py    what a run's folder holds, as far as it is whole
findings.py  what the curves say in plain words, by rules with stated thresholds
answers.py   what the student says of the calibrate split
page.py      all of it as HTML
writing.py   from a folder to the two files

The test split is not looked at: whoever changes a run after reading a report has learned from it.
"""

from __future__ import annotations

from hybrid_logo.training.report.writing import write_report

__all__ = ["write_report"]
