"""Fitting a model release to somebody's own labelled pictures (extra ``calibrate``).

Needs scikit-learn and scipy beyond run time, and nothing else of the extra ``train``.
"""
