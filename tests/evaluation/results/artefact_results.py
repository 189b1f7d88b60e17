"""Results with artefacts and of a browser, as they are written when these are measured."""

from __future__ import annotations

from typing import Any

ENVIRONMENT = {
    "date": "2025-01-31",
    "processor": "Some CPU",
    "versions": {"onnxruntime": "1.20.1", "opencv-python-headless": "4.12.0", "onnxruntime-web": "1.21.0"},
}
STUDENT = {"side_px": 96, "int8_bytes": 669_000, "parameters": 630_340, "multiply_adds": 75_479_680}


def share(k: int, n: int) -> dict[str, Any]:
    return {"k": k, "n": n, "share": k / n, "low": 0.8, "high": 0.99}


def row(name: str, **changed: Any) -> dict[str, Any]:
    """One artefact, with figures of its own where they are given."""
    return {
        "name": name,
        "skipped": "",
        "target": "",
        "precision": "int8",
        "size_bytes": 4_000_000,
        "load_ms": 51.6,
        "median_ms": 1.234,
        "p95_ms": 5.678,
        "memory_mb": 131.4,
        "cold_start_s": 0.432,
        "cold_start_memory_mb": 98.7,
        "strict": share(90, 100),
        "accepted": share(97, 100),
        "agreement": share(100, 100),
        "pictures": 100,
        "asked": 100,
        "student": STUDENT,
    } | changed


def artefact_result(*rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": 1,
        "model": "logo4-test",
        "precision": "int8",
        "environment": ENVIRONMENT,
        "dataset": {
            "name": "test-degraded",
            "pictures": 100,
            "clear": 60,
            "seed": 7,
            "labels_from": "a model, no human annotator",
        },
        "artefacts": [row("logo4-test"), *rows],
    }


def browser_result() -> dict[str, Any]:
    return {
        "schema": 1,
        "model": "logo4-test",
        "environment": ENVIRONMENT,
        "dataset": {"name": "drawn PNG pictures", "pictures": 100},
        "browser": {
            "program": "Chromium 131",
            "load_ms": 210.4,
            "median_ms": 6.54,
            "p95_ms": 11.2,
            "graph_median_ms": 5.9,
        },
    }
