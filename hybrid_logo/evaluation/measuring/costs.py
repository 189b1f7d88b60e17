"""What the answers cost: the times, throughput, memory and sizes of one benchmark run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from hybrid_logo.bundle import student_file
from hybrid_logo.evaluation.measuring import throughput, timing
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.types import Mode

if TYPE_CHECKING:
    from hybrid_logo.classifier import HybridClassifier

__all__ = ["measure_costs", "steps"]

ROUNDS = 3


def steps(pictures: int, modes: int) -> int:
    """How often ``measure_costs`` calls ``advance``."""
    return ROUNDS * pictures + modes * len(throughput.worker_counts())


def measure_costs(
    dataset: Dataset,
    classifiers: Mapping[Mode, HybridClassifier],
    model: str | None,
    advance: Callable[[], object] = lambda: None,
) -> dict[str, Any]:
    """Figures under ``times``, ``throughput`` and ``cost``.

    Args:
        dataset: the pictures to take times and memory on.
        classifiers: per mode; memory is that of the last one.
        model: as for ``--model``.
        advance: called as often as ``steps`` says.
    """
    pictures = [case.read() for case in dataset.cases]
    used = next(iter(classifiers.values()))
    bundle, precision = used.bundle, used.precision
    paths = [
        timing.decoding_alone(),
        timing.decoding_with_checks(),
        timing.rules_without_decoding(bundle.scorecard.judge),
        *(timing.whole_path(mode.value, classifier.classify) for mode, classifier in classifiers.items()),
    ]
    times = timing.time_paths(pictures, paths, seed=dataset.seed, rounds=ROUNDS, advance=advance)
    per_second = throughput.measure_throughput(
        pictures,
        [mode.value for mode in classifiers],
        model=model,
        precision=precision,
        workers=throughput.worker_counts(),
        advance=advance,
    )
    files = {f"{number:06d}.png": data for number, data in enumerate(pictures)}
    size = {path.name: path.stat().st_size for path in bundle.folder.iterdir()}
    return {
        "times": times,
        "throughput": per_second,
        "cost": {
            "timed_pictures": len(pictures),
            "peak_memory_mb": timing.peak_memory_mb(files, list(classifiers)[-1].value, model, precision),
            "bundle_mb": sum(size.values()) / 1e6,
            "student_mb": size[student_file(precision)] / 1e6,
            "import_ms": timing.import_ms(),
        },
    }
