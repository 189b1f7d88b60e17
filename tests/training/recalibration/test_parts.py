"""Drawing the parts, and finding copies."""

from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.training.recalibration.parts import (
    LOGOS_TO_REFIT,
    near_identical,
    split,
)

RANDOM = np.random.default_rng(4)


@pytest.mark.parametrize("logos", [80, LOGOS_TO_REFIT + 40])
def test_parts_are_disjoint_and_hold_whole_clusters(logos: int) -> None:
    clusters = [f"brand {number}" for number in range(logos) for _ in range(3)]
    labels = np.repeat(RANDOM.integers(0, 4, logos), 3)
    parts = split(labels, clusters, seed=1)
    assert (parts.fit.astype(int) + parts.certify + parts.check == 1).all()
    for part in (parts.fit, parts.certify, parts.check):
        assert (part.reshape(-1, 3).sum(axis=1) % 3 == 0).all()
    expected = (0.0, 0.8, 0.2) if logos < LOGOS_TO_REFIT else (0.3, 0.5, 0.2)
    for part, share in zip((parts.fit, parts.certify, parts.check), expected, strict=True):
        for label in range(4):
            assert part[labels == label].mean() == pytest.approx(share, abs=2.5 / (labels == label).sum() * 3)


def test_the_split_follows_its_seed_and_never_the_order_of_types() -> None:
    labels = RANDOM.integers(0, 4, 200)
    clusters = [str(number) for number in range(200)]
    first, again, other = (split(labels, clusters, seed).check for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_whether_a_score_is_fitted_follows_from_the_number_of_logos_alone() -> None:
    """Labels must not decide which pictures certify."""
    clusters = [str(number) for number in range(300)]
    for labels in (np.zeros(300, np.int64), RANDOM.integers(0, 4, 300)):
        assert not split(labels, clusters, 0).fit.any()


def test_a_single_cluster_certifies() -> None:
    parts = split(np.array([0, 1]), ["same", "same"], 0)
    assert parts.certify.all()


def test_near_pictures_form_chains() -> None:
    base = np.full((6, 30), 100, np.uint8)
    base[1] += 5  # near the first
    base[2] += 10  # near the second only
    base[3] += 60
    base[5] += 62
    base[4] = 0
    assert near_identical(base).tolist() == [0, 0, 0, 3, 4, 3]


def test_chunks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    shrunk = np.repeat(RANDOM.integers(0, 255, (40, 48), dtype=np.uint8), 2, axis=0)[RANDOM.permutation(80)]
    at_once = near_identical(shrunk)
    monkeypatch.setattr("hybrid_logo.training.recalibration.parts.CHUNK", 7)
    assert (near_identical(shrunk) == at_once).all()
    assert len(np.unique(at_once)) == 40
