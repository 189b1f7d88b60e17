"""Native gradient fills: smooth areas are found, a fill is fitted to each, and their outlines are traced."""

from hybrid_logo.vectorize.gradients.conversion import convert_gradient

__all__ = ["convert_gradient"]
