"""How good the answers are: the benchmark. ``running`` puts its parts together."""
