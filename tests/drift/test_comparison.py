"""Comparing profiles: chance raises no alarm, a trivial change neither, a real one does."""

from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.drift import comparison
from hybrid_logo.drift.bins import EDGES, PARTS, SLICES
from hybrid_logo.drift.comparison import compare, stability_index
from hybrid_logo.drift.page import html_page
from hybrid_logo.drift.profile import Profile
from hybrid_logo.errors import InputError


def sample(pictures: int, random: np.random.Generator, lean: float = 0.0) -> Profile:
    """Draw ``pictures``; ``lean`` moves every histogram but that of outcomes upwards."""
    profile = Profile("m")
    for name, place in SLICES.items():
        bins = place.stop - place.start
        shares = np.zeros(bins)
        if name == "outcome":
            shares[0] = 1.0
        else:
            shares = np.exp(-(np.linspace(-2.0, 2.0, bins) ** 2) + lean * np.linspace(-1.0, 1.0, bins))
        profile.histogram(name)[:] = random.multinomial(pictures, shares / shares.sum())
    return profile


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(4)


@pytest.fixture(autouse=True)
def _fewer_divisions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "DIVISIONS", 400)


@pytest.mark.parametrize(("now", "then"), [(1, 3000), (20, 3000), (20, 20), (300, 300), (20_000, 20_000)])
def test_two_samples_of_the_same_pictures_raise_no_alarm(
    random: np.random.Generator, now: int, then: int
) -> None:
    found = compare(sample(now, random), sample(then, random))
    assert not found.drifted
    assert (found.pictures, found.reference_pictures) == (now, then)


def test_many_pictures_do_not_make_a_trivial_change_an_alarm(random: np.random.Generator) -> None:
    found = compare(sample(20_000, random, lean=0.2), sample(20_000, random))
    assert max(change.noise for change in found.changes) < 0.01
    assert sum(change.index > change.noise for change in found.changes) > 30
    assert not found.drifted


@pytest.mark.parametrize("pictures", [400, 20_000])
def test_a_real_change_is_found(random: np.random.Generator, pictures: int) -> None:
    found = compare(sample(pictures, random, lean=2.0), sample(3000, random))
    assert {change.name for change in found.drifted} >= EDGES.keys()
    assert found.changes[-1].name == "outcome"
    assert found.changes[-1].index == pytest.approx(0.0, abs=1e-12)


def test_a_total_change_is_found_in_20_pictures(random: np.random.Generator) -> None:
    then, now = sample(1000, random), sample(20, random)
    now.histogram("ramp_share")[:] = 0
    now.histogram("ramp_share")[-1] = 20
    then.histogram("ramp_share")[-1] = 0
    found = compare(now, then)
    assert found.drifted[0].name == "ramp_share"


def test_pictures_that_fail_are_a_change(random: np.random.Generator) -> None:
    now, then = sample(100, random), sample(3000, random)
    now.histogram("outcome")[3] = 30
    (change,) = compare(now, then).drifted
    assert (change.name, change.where) == ("outcome", "answered")
    assert change.before == 1.0
    assert change.after == pytest.approx(100 / 130)


def test_the_index_is_that_of_the_formula_less_what_chance_shows(random: np.random.Generator) -> None:
    before, after = np.array([500, 300, 200]), np.array([200, 300, 500])
    p, q = after / 1000, before / 1000
    assert stability_index(before, after) == pytest.approx(((p - q) * np.log(p / q)).sum(), rel=5e-3)
    assert stability_index(before, before) == 0.0
    # Against known shares, chance shows (bins - 1) / n on average: Yurdakul, 2018.
    raw = [stability_index(random.multinomial(2000, [0.5, 0.3, 0.2]), 2 * before) for _ in range(400)]
    assert np.mean(raw) == pytest.approx(2 / 2000, rel=0.15)
    now, then = sample(2000, random), sample(2000, random)
    assert np.mean([change.index for change in compare(now, then).changes]) < 0.005


def test_the_largest_move_is_told(random: np.random.Generator) -> None:
    now, then = sample(1000, random), sample(1000, random)
    for profile, low in ((then, 800), (now, 100)):
        profile.histogram("ramp_share")[:] = 0
        profile.histogram("ramp_share")[[0, 5]] = low, 1000 - low
    change = compare(now, then).changes[0]
    # From 0.002 to 0.1 the share is the same everywhere; the first edge is named.
    assert (change.name, change.where) == ("ramp_share", "0.002 or more")
    assert [change.before, change.after] == pytest.approx([0.2, 0.9])


def test_drift_comes_first_and_the_larger_change_before_the_smaller(random: np.random.Generator) -> None:
    changes = compare(sample(300, random, lean=0.9), sample(300, random)).changes
    order = [(not change.drifted, -change.index) for change in changes]
    assert order == sorted(order)
    assert 0 < sum(change.drifted for change in changes) < len(changes)


def test_the_same_profiles_give_the_same_comparison(random: np.random.Generator) -> None:
    now, then = sample(50, random), sample(60, random)
    assert compare(now, then) == compare(now, then)
    assert compare(now, then, seed=1) != compare(now, then)


def test_profiles_that_cannot_be_compared_are_refused(random: np.random.Generator) -> None:
    profile = sample(10, random)
    with pytest.raises(InputError, match="--model other"):
        compare(profile, Profile("other", profile.counts))
    with pytest.raises(InputError, match="without an answered picture"):
        compare(Profile("m"), profile)
    with pytest.raises(ValueError, match="tolerance"):
        compare(profile, profile, tolerance=0.0)


def test_the_page_shows_every_histogram_of_both(random: np.random.Generator) -> None:
    now, then = sample(500, random, lean=2.0), sample(500, random)
    page = html_page(compare(now, then), now, then, ["Drift: <so> it is."])
    assert page.count("<figure>") == len(PARTS) + len(EDGES)
    assert "Drift: &lt;so&gt; it is." in page
    drawn = sum(int((each.counts > 0).sum()) for each in (now, then))
    assert page.count("<rect ") == drawn
    assert "://" not in page
