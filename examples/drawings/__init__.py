"""The example logos as SVG, drawn by this project for this project. Their names mean no existing brand.

Each function returns a whole SVG document and is deterministic.
"""
