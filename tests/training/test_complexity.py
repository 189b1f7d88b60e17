"""Parameters and multiplications, counted by hand."""

from __future__ import annotations

from pathlib import Path

from hybrid_logo.training.complexity import complexity
from tests.small_release import SIDE


def test_every_weight_counts_at_each_place_of_its_output(
    small_models: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "fp32.onnx"
    path.write_bytes(small_models["fp32"])
    weights, biases, multiplications = 8 * 4, 4, 8 * 4  # of the head
    side = SIDE
    for taken, given in [(5, 6), (6, 6), (6, 8), (8, 8)]:
        side //= 2
        weights += 9 * taken * given
        biases += given  # normalisation, folded in
        multiplications += 9 * taken * given * side * side
    found = complexity(path)
    assert found.parameters == weights + biases
    assert found.multiply_adds == multiplications
