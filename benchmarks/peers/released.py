"""Our own release as methods beside the peers: hybrid, student alone in two precisions, rules alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peer import Answer, Trained, learned_numbers

from hybrid_logo.bundle import Bundle, student_file
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.types import LogoType, Mode, Precision

__all__ = ["HYBRID", "pictures_seen", "released_methods"]

HYBRID = "hybrid"
RULE_FILES = ("rules.json", "router.json")


def released_methods(model: str | None) -> dict[str, Trained]:
    """Each way to ask a release, by a short name.

    Args:
        model: as for ``--model``.

    Raises:
        BundleError: the release cannot be used.
    """
    hybrid = HybridClassifier(Mode.HYBRID, model=model)
    bundle, chosen = hybrid.bundle, hybrid.precision
    seen = pictures_seen(bundle.manifest["training"])
    numbers = learned_numbers(bundle.student_model(Precision.FP32))
    neural = {precision: HybridClassifier(Mode.NEURAL, model=model, precision=precision)
              for precision in dict.fromkeys((chosen, Precision.FP32))}  # fmt: skip
    methods = {
        HYBRID: Trained(
            name=f"{bundle.name}, hybrid",
            about=f"rules, and the {chosen.value} student where they are unsure",
            answer=_answering(hybrid),
            pictures_seen=seen,
            parameters=numbers,
            size_mb=_size_mb(bundle, *RULE_FILES, student_file(chosen)),
        )
    }
    for precision, classifier in neural.items():
        methods[f"neural-{precision.value}"] = Trained(
            name=f"{bundle.name}, student alone, {precision.value}",
            about="the network that the hybrid asks, for every picture",
            answer=_answering(classifier),
            pictures_seen=seen,
            parameters=numbers,
            size_mb=_size_mb(bundle, student_file(precision)),
        )
    methods["rules"] = Trained(
        name=f"{bundle.name}, rules alone",
        about="the scorecard",
        answer=_answering(HybridClassifier(Mode.RULES, model=model)),
        size_mb=_size_mb(bundle, *RULE_FILES),
    )
    return methods


def pictures_seen(training: Mapping[str, Any]) -> int | None:
    """How many the student saw in all its runs, by what the manifest tells; None where it does not tell.

    What a teacher saw that it began with is counted, too: that of the student's own architecture.
    """
    total = 0
    try:
        student = training["settings"]["student"]
        drawings = {name: int(counts["drawings"]) for name, counts in training["examples"].items()}
        runs = [student["training"], student["fine_tuning"]]
        if student.get("begin_with_teacher"):
            teachers = training["settings"]["teachers"]
            runs += [one["training"] for one in teachers if one["architecture"] == "plain"][:1]
        for run in runs:
            if run is not None:
                shown = sum(round(share * drawings[name]) for name, share in run["sources"])
                total += int(run["epochs"]) * shown
    except (KeyError, TypeError, ValueError):
        return None
    return total


def _answering(classifier: HybridClassifier) -> Answer:
    def answer(data: bytes) -> LogoType:
        return classifier.classify(data).label

    return answer


def _size_mb(bundle: Bundle, *names: str) -> float:
    return sum((bundle.folder / name).stat().st_size for name in names) / 1e6
