"""Suites that are more than a dataset: corruptions, attacks, few examples."""
