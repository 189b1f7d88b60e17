"""What a student may take on devices that were not at hand: estimates, from what others measured on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hybrid_logo.evaluation.results.artefact_tables import networks
from hybrid_logo.evaluation.results.written import Result, markdown_table

__all__ = ["DEVICES", "Device", "device_figures"]

HEAD = ["device", "MobileNet v1 there", "rate", "estimate for the student"]

REFERENCE_MULTIPLY_ADDS = 569e6
"""Of MobileNet v1 at 224 px: table in research/slim/nets/mobilenet_v1.md of github.com/tensorflow/models."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device on which somebody has measured MobileNet v1 at 224 px.

    Attributes:
        name: with what of it was used.
        reference_ms: mean time of one picture there, in ms: the tables of benchmark/README.md of
            github.com/Tencent/ncnn.
    """

    name: str
    reference_ms: float

    @property
    def rate(self) -> float:
        """Multiply-adds in a second that were sustained."""
        return REFERENCE_MULTIPLY_ADDS / self.reference_ms * 1000.0


DEVICES: dict[str, Sequence[Device]] = {
    "raspberry-pi": (
        Device("Raspberry Pi 4 B, one Cortex-A72 core at 1.8 GHz, INT8", 84.82),
        Device("Raspberry Pi Zero 2 W, one Cortex-A53 core at 1.0 GHz, INT8", 286.75),
    ),
    "jetson": (
        Device("Jetson AGX Orin, one Cortex-A78AE core at 2.2 GHz, INT8", 16.14),
        Device("Jetson AGX Orin, GPU through Vulkan, FP16", 2.23),
    ),
    "phone": (
        Device("Snapdragon 855+, one large core, INT8", 11.72),
        Device("Snapdragon 675, one core, INT8", 59.39),
    ),
}
"""Folder in exports/ -> devices of its page."""


def device_figures(page: str) -> Callable[[Sequence[Result]], str]:
    """How the page of some devices is written from results with artefacts."""

    def write(results: Sequence[Result]) -> str:
        students = networks([row for result in results for row in result.get("artefacts", ())])
        if not students:
            return "The operations of this student were not counted, so nothing is estimated."
        told = []
        for student in students:
            rows = [
                [
                    device.name,
                    f"{device.reference_ms:.1f} ms",
                    f"{device.rate / 1e9:.1f} G/s",
                    f"{student['multiply_adds'] / device.rate * 1000.0:.1f} ms",
                ]
                for device in DEVICES[page]
            ]
            told += [
                f"One picture of {student['side_px']} px takes the student "
                f"{student['multiply_adds'] / 1e6:.1f} million multiply-adds; it has "
                f"{student['parameters']:,} parameters.",
                markdown_table((HEAD, rows)),
            ]
        return "\n\n".join([*told, MEANING])

    return write


MEANING = (
    "**These times are estimates; nothing was run on such a device.** Each is the number of multiply-adds "
    "divided by the rate that MobileNet v1 at 224 px (569 million, by the table in "
    "research/slim/nets/mobilenet_v1.md of github.com/tensorflow/models) sustains there with ncnn (mean "
    "times in benchmark/README.md of github.com/Tencent/ncnn). Another runtime reaches another rate, and a "
    "small network less than a large one, above all on a GPU. Decoding, features and rules come on top; "
    "where the rules decide, the student is not asked."
)
