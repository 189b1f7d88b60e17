"""Composer: draws logos the way brands do, with a label that is exact because the drawing is known.

Shapes, words and icons are put together as SVG, measured by ``training.facts`` and labelled by
``training.labeller``; everything follows from a seed.
"""

from hybrid_logo.training.composer.composing import Composition, compose
from hybrid_logo.training.composer.materials import Materials, load_materials
from hybrid_logo.training.composer.table import ComposedLogo, compose_all, composed_folder

__all__ = [
    "ComposedLogo",
    "Composition",
    "Materials",
    "compose",
    "compose_all",
    "composed_folder",
    "load_materials",
]
