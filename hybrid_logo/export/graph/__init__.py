"""The whole decision as one ONNX graph; module by module beside those of the package that it mirrors.

| here | there |
|---|---|
| ``ink``, ``page``, ``resizing`` | ``ink``: page, box, thumbnails, the student's view |
| ``planes``, ``components``, ``strokes``, ``ramps``, ``features`` | ``features``: pixels to named numbers |
| ``rules`` | ``rules``: numbers to points |
| ``deciding`` | ``router``, ``calibration``, ``decisions``: points to an answer, the student where asked |
| ``facts`` | ``picture``: what the file says about itself |
| ``tensor``, ``builder``, ``planar`` | how a graph is written down like NumPy |

Whole numbers are computed as OpenCV does, to the last level; only entropies may differ in their last digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybrid_logo.types import Precision

if TYPE_CHECKING:
    import onnx

    from hybrid_logo.bundle import Bundle

__all__ = ["hybrid_graph"]


def hybrid_graph(bundle: Bundle, precision: Precision = Precision.INT8) -> onnx.ModelProto:
    """The decision of ``bundle`` on one picture, from its decoded pixels on; the same bytes every time.

    Input: ``picture``, ``uint8[H, W, 3]`` RGB or ``uint8[H, W, 4]`` RGBA with straight alpha. Optional inputs
    tell what a file said about itself: ``page_tolerance``, ``flat_limit`` and ``reduction``, ``float32[1]``
    each. :func:`facts.feeds` has them for a file; without them the picture is taken for an array.

    Outputs, in this order:

    - ``label``: ``int64``, place in the metadata ``labels``; or what is wrong with the picture, -1 for the
      first of the metadata ``refused``, -2 for the second and so on.
    - ``probabilities``: ``float32[4]`` per label, 0 where refused.
    - ``confidence``: ``float32``, the largest of them.
    - ``decided_by``: ``int64``, place in the metadata ``decided_by``; -1 where refused.
    - ``evidence``: ``float32[5, 2]``, the loudest rows of the scorecard: place in the metadata ``evidence``,
      points for the rules' label over their runner-up; -1 where refused.
    - ``features``: ``float32[n]``, in the order of the metadata ``features``.

    Args:
        bundle: the model release.
        precision: of the student inside.

    Raises:
        BundleError: the release has no student in ``precision``.
        ExportError: the graph does not measure the features of this version.
    """
    from hybrid_logo.export.graph.hybrid import build

    return build(bundle, precision)
