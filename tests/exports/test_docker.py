"""The image: its steps work without an engine, and the Dockerfile takes no others."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exports.devices import EXPORTS, run

STEPS = EXPORTS / "docker" / "steps.sh"
DOCKERFILE = (EXPORTS / "docker" / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps use this Python, and what they install does not see this checkout."""
    monkeypatch.setenv("PYTHON", sys.executable)
    for name in ("PYTHONPATH", "HYBRID_LOGO_MODEL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.slow
@pytest.mark.usefixtures("bare")
def test_the_steps_make_a_tool_that_works(tmp_path: Path) -> None:
    run([STEPS, "build", EXPORTS.parent, tmp_path / "wheels"], tmp_path)
    run([STEPS, "install", tmp_path / "wheels", tmp_path / "app"], tmp_path, timeout=900)
    assert run([STEPS, "check", tmp_path / "app"], tmp_path).stdout.strip()
    logos = EXPORTS.parent / "examples" / "logos"
    entry = re.search(r'^ENTRYPOINT \["/(app/bin/hybrid-logo)", "classify"\]$', DOCKERFILE, re.MULTILINE)
    assert entry is not None
    done = run([tmp_path / entry[1], "classify", logos, "--format", "jsonl"], tmp_path)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(list(logos.iterdir()))
    assert {answer["status"] for answer in answers} == {"ok"}
    assert not list((tmp_path / "app").glob("lib/*/site-packages/pip"))


def test_the_dockerfile_calls_steps_that_exist() -> None:
    called = re.findall(r"/source/exports/docker/steps\.sh (\w+ .+?)(?: \\)?$", DOCKERFILE, re.MULTILINE)
    assert called == ["build /source /wheels", "install /wheels /app", "check /app"]
    described = re.findall(r"^#     steps\.sh (\w+)", STEPS.read_text(encoding="utf-8"), re.MULTILINE)
    assert described == [words.split()[0] for words in called]
    assert os.access(STEPS, os.X_OK)


def test_what_the_image_is_built_from_reaches_the_engine() -> None:
    kept = re.findall(r"^!(.+)$", (EXPORTS / "docker" / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    assert {"hybrid_logo", "models", "setup.cfg", "pyproject.toml", "exports/docker/steps.sh"} <= set(kept)
    assert all((EXPORTS.parent / name).exists() for name in kept)


@pytest.mark.parametrize("words", [[], ["build"], ["install", "a"], ["remove", "a"]])
def test_wrong_usage_is_told(words: list[str], tmp_path: Path) -> None:
    done = subprocess.run([STEPS, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "steps.sh install WHEELS HOME" in done.stderr
