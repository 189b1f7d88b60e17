"""Facts behind a label, worked out from a vector drawing: shapes, colours, ramps, detail.

Each painted shape is drawn in a colour of its own without anti-aliasing, so that its visible mask is exact.
"""

from hybrid_logo.training.facts.measure import Facts, measure_facts
from hybrid_logo.training.facts.table import facts_of_set

__all__ = ["Facts", "facts_of_set", "measure_facts"]
