"""Making a model release: sources, labels, drawing, learning (extra ``train``).

Nothing at run time imports this package.
"""
