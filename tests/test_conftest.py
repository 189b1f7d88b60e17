"""The rule that nothing is skipped under CI, shown on a small suite run by another pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SUITES = {
    "in_a_test": "import pytest\n\ndef test_it():\n    pytest.skip('no such thing')\n",
    "by_a_mark": "import pytest\n\n@pytest.mark.skip(reason='no such thing')\ndef test_it():\n    pass\n",
    "of_a_module": "import pytest\n\npytest.importorskip('no_such_thing')\n\ndef test_it():\n    pass\n",
    "expected_failure": "import pytest\n\n@pytest.mark.xfail\ndef test_it():\n    assert False\n",
}


def run_suite(folder: Path, source: str, *, ci: bool) -> subprocess.CompletedProcess[str]:
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "test_suite.py").write_text(source)
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    if ci:
        environment["CI"] = "true"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)],
        env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("suite", ["in_a_test", "by_a_mark", "of_a_module"])
def test_a_skip_fails_under_ci(tmp_path: Path, suite: str) -> None:
    result = run_suite(tmp_path, SUITES[suite], ci=True)
    assert result.returncode != 0
    assert "nothing may be skipped under CI" in result.stdout
    assert "no such thing" in result.stdout or "no_such_thing" in result.stdout


def test_a_skip_stays_a_skip_elsewhere(tmp_path: Path) -> None:
    result = run_suite(tmp_path, SUITES["in_a_test"], ci=False)
    assert result.returncode == 0
    assert "1 skipped" in result.stdout


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    result = run_suite(tmp_path, SUITES["expected_failure"], ci=True)
    assert result.returncode == 0
    assert "1 xfailed" in result.stdout
