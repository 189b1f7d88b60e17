from __future__ import annotations

import pytest

from hybrid_logo.features import registry
from hybrid_logo.features.found import Found, find
from tests.drawn_pictures import RED, flat, picture


def test_a_property_is_listed_by_its_name_and_stays_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "FEATURES", {})

    @registry.feature("pixels", "{:.0f} px of ink")
    def ink_pixels(found: Found) -> float:
        return float(found.planes.ink_pixels)

    assert list(registry.FEATURES) == ["ink_pixels"]
    assert registry.FEATURES["ink_pixels"] == ("pixels", "{:.0f} px of ink", ink_pixels)
    assert ink_pixels(find(picture(flat(5, 6, RED)))) == 30.0
