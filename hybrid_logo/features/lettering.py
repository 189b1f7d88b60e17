"""Separate shapes, rows of letters and the rhythm of strokes."""

from __future__ import annotations

from math import log2

from hybrid_logo.features.found import Found
from hybrid_logo.features.registry import feature


@feature("log2(1 + components)", "{:.0f} separate shapes")
def component_count(found: Found) -> float:
    """Connected shapes of the drawn ink."""
    return log2(1 + found.components.count)


@feature("interquartile range over median", "heights of the shapes spread by {:.2f}")
def component_height_spread(found: Found) -> float:
    """How unequal the heights of the shapes are."""
    return found.components.height_spread


@feature("log2(1 + components)", "{:.0f} shapes stand in one row")
def letter_row_count(found: Found) -> float:
    """Shapes of like height on one baseline."""
    return log2(1 + found.components.row_count)


@feature("fraction of drawn ink, 0-1", "a row of like shapes holds {:.2f} of the drawing")
def letter_row_share(found: Found) -> float:
    """Drawn ink in that row."""
    return found.components.row_area_share


@feature("changes per row", "{:.1f} changes along a row")
def row_transitions(found: Found) -> float:
    """Changes between drawn and empty along a row, mean."""
    return found.strokes.row_transitions


@feature("changes per row", "{:.0f} changes along the busiest rows")
def row_transitions_high(found: Found) -> float:
    """Changes along a row, 90th percentile."""
    return found.strokes.row_transitions_high


@feature("changes per column", "{:.1f} changes down a column")
def column_transitions(found: Found) -> float:
    """Changes down a column, mean."""
    return found.strokes.column_transitions


@feature("fraction of columns, 0-1", "{:.2f} of the columns are empty")
def empty_column_share(found: Found) -> float:
    """Columns without ink: gaps between letters."""
    return found.strokes.empty_column_share


@feature("fraction of rows, 0-1", "{:.2f} of the rows are empty")
def empty_row_share(found: Found) -> float:
    """Rows without ink: gaps between lines."""
    return found.strokes.empty_row_share


@feature("log2(1 + runs)", "{:.0f} groups of columns hold ink")
def column_run_count(found: Found) -> float:
    """Groups of columns that hold ink: separate letters."""
    return log2(1 + found.strokes.column_runs)


@feature("fraction of box height", "strokes are {:.2f} of the height thick")
def stroke_thickness(found: Found) -> float:
    """Mean thickness of the strokes."""
    return found.strokes.thickness


@feature("fraction, 0-1", "rows are {:.2f} evenly filled")
def row_evenness(found: Found) -> float:
    """Mean drawn pixels per row over the most in one row."""
    return found.strokes.row_evenness
