"""Where a figure was measured: processor, versions, day."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hybrid_logo import __version__

__all__ = ["environment", "processor", "result_name"]

PACKAGES = ("numpy", "opencv-python-headless", "onnxruntime")


def processor() -> str:
    """Model name of the CPU, or the machine type where the system does not tell."""
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def environment() -> dict[str, Any]:
    """JSON-ready facts about this machine and these versions."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {
            "hybrid-logo": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
    }


def result_name(dataset: str, facts: dict[str, Any], precision: str = "int8") -> str:
    """File name of a result: dataset, day, CPU, ONNX Runtime version, and a precision other than INT8."""
    parts = [dataset, facts["date"], facts["processor"], f"ort{facts['versions']['onnxruntime']}"]
    parts += [] if precision == "int8" else [precision]
    return "_".join(re.sub(r"[^a-z0-9.]+", "-", part.lower()).strip("-") for part in parts) + ".json"
