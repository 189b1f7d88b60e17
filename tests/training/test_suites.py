"""The built-in suites."""

from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.training import labels, suites
from hybrid_logo.types import LABELS


def test_the_test_split_is_clean_or_degraded_by_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    master = np.zeros((64, 64, 4), np.uint8)
    master[16:48, 16:48] = (200, 30, 30, 255)
    logos = [
        labels.LabelledLogo("skill-icons", name, LABELS[0], frozenset(LABELS[:2]), False, "acme", "test")
        for name in "ab"
    ]
    monkeypatch.setattr(suites, "read_labels", lambda path, split: logos if split == "test" else [])
    monkeypatch.setattr(suites, "load_master", lambda logo, cache: master)

    clean = suites.built_in_suite("clean", 0)
    degraded = suites.built_in_suite("degraded", 0)
    assert [case.name for case in clean.cases] == ["skill-icons/a", "skill-icons/b"]
    assert {case.cluster for case in clean.cases} == {"acme"}
    assert "no human annotator" in clean.labels_from
    assert clean.cases[0].read() == clean.cases[1].read()
    assert degraded.cases[0].read() != degraded.cases[1].read()
    assert degraded.sha256() == suites.built_in_suite("degraded", 0).sha256()
    assert degraded.sha256() != suites.built_in_suite("degraded", 1).sha256()
