"""Shared by all tests: under CI nothing may be skipped."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest


def _refuse_skip(report: Any) -> None:
    """Turn a skip into a failure where CI is set; an expected failure (xfail) stays what it is."""
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped under CI; install what is missing. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    _refuse_skip(report)
    return report
