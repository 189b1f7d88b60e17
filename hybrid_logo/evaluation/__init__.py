"""How good the answers are: metrics, promises, times and the benchmark."""
