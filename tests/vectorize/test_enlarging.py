from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.vectorize.enlarging import enlarge, has_hard_edges
from hybrid_logo.vectorize.mixing import Shares, share_out
from hybrid_logo.vectorize.snapping import premultiplied
from tests.drawn_pictures import RED, disc

PALETTE = np.array([(0, 0, 0, 0), (*RED, 255)], np.float32)


def shares_of(alpha: np.ndarray) -> Shares:
    ink = np.broadcast_to(np.uint8(1), alpha.shape)
    return Shares(ink.copy(), np.zeros(alpha.shape, np.uint8), alpha.astype(np.float32))


@pytest.mark.parametrize("scale", [1, 3, 6])
def test_a_disc_keeps_its_area(scale: int) -> None:
    pixels = disc(48, RED)
    large = enlarge(share_out(premultiplied(pixels), PALETTE, noise=2), 2, scale)
    assert large.shape == (48 * scale, 48 * scale)
    assert large.sum() / scale**2 == pytest.approx(pixels[..., 3].sum() / 255, rel=0.02)


def test_an_edge_lies_where_the_share_puts_it() -> None:
    alpha = np.zeros((12, 12))
    alpha[:, 6:] = 1
    alpha[:, 5] = 0.25
    edge = enlarge(shares_of(alpha), 2, 8)[48].argmax() / 8
    assert edge == pytest.approx(5.75, abs=0.15)


def test_sharpening_keeps_a_faint_stroke() -> None:
    alpha = np.zeros((12, 12))
    alpha[:, 6] = 0.48
    assert not enlarge(shares_of(alpha), 2, 4).any()
    assert enlarge(shares_of(alpha), 2, 4, sharpness=1.0).any()


def test_hard_edges_are_known() -> None:
    smooth = disc(48, RED)[..., 3] / 255
    assert not has_hard_edges(shares_of(smooth))
    assert has_hard_edges(shares_of(np.round(smooth)))


def test_rough_edges_are_evened_out() -> None:
    """The staircase of a slanted hard edge has fewer steps of a whole pixel."""
    y, x = np.mgrid[:40, :40]
    alpha = (x > 0.3 * y + 8).astype(float)
    widths = [enlarge(shares_of(alpha), 2, 4, rough=rough).argmax(1) for rough in (False, True)]
    jumps = [np.abs(np.diff(width[16:-16])).max() for width in widths]
    assert jumps[1] < jumps[0]
