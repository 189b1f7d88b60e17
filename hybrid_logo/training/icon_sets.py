"""The table of pinned icon sets: version, digest and licence of each npm package.

Licences are those that the packages state for the drawings; trademarks belong to their owners.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EACH_ITS_OWN", "FURTHER_SETS", "ICON_SETS", "IconSet"]


EACH_ITS_OWN = "open, each drawing its own"

CONVERSION = "c1"
"""To be changed whenever ``svg_packages`` makes other drawings of the pinned packages."""


@dataclass(frozen=True, slots=True)
class IconSet:
    """One pinned package.

    Attributes:
        name: the set's name, as in the labels file.
        package: the npm package.
        version: the pinned version.
        integrity: ``sha512-`` and the archive's digest in base64, as npm prints it.
        licence: SPDX name of the licence that the set declares, or ``EACH_ITS_OWN``.
        documents: where the package is not in the Iconify format: the folder in it that holds SVG
            documents, and the suffix of their files.
    """

    name: str
    package: str
    version: str
    integrity: str
    licence: str
    documents: tuple[str, str] | None = None

    @property
    def folder_name(self) -> str:
        """Name, version and, of a converted package, that of the conversion: none meets another's files."""
        return f"{self.name}-{self.version}" + (f"-{CONVERSION}" if self.documents else "")


ICON_SETS: tuple[IconSet, ...] = (
    IconSet(
        "logos",
        "@iconify-json/logos",
        "1.2.19",
        "sha512-ICjDNu2RW4xMk+0YAHyrTj/pW2BHgywcYyvf9DS16upalmSUbg+WqkEYJRim8iVOuVylyo9FFjzWLzACFhj8oA==",
        "CC0-1.0",
    ),
    IconSet(
        "token-branded",
        "@iconify-json/token-branded",
        "1.2.45",
        "sha512-yXsSH7oefq9AIch2h+a23ZK/3PcLDjejKh034VqnXyOWlCk4lEv0/Y4FQpEg0/GG7So2k6P2R4JQYyoW49olOg==",
        "MIT",
    ),
    IconSet(
        "devicon",
        "@iconify-json/devicon",
        "1.2.68",
        "sha512-4RNlCSNCSgDEOVMHkBOxgik9agJcVRcfXwAZcwMdIolWx/lvXHzo2kqcqTqQGviZuBbnv3L1lyd+CowyZE+I3g==",
        "MIT",
    ),
    IconSet(
        "vscode-icons",
        "@iconify-json/vscode-icons",
        "1.2.97",
        "sha512-nkqeEluYLK3JGXQqmQKHJHdrHYL/r09yz1RZLRl0qDoBdIlW2JQmTRDxc86lzwcmfIyTXib8CBDWEsBj5xVfWQ==",
        "MIT",
    ),
    IconSet(
        "skill-icons",
        "@iconify-json/skill-icons",
        "1.2.4",
        "sha512-S6iRKHGlGCb/zfx3Isv1TBe5PunbDE5FEwJcaXji60+yRZMrcFFtYEI1xivKqaGKXyVZ508yjGDItsehQdJmSg==",
        "MIT",
    ),
)
"""The sets with visual labels."""

FURTHER_SETS: tuple[IconSet, ...] = (
    IconSet(
        "cryptocurrency-color",
        "@iconify-json/cryptocurrency-color",
        "1.2.4",
        "sha512-8vjIfTAAMg0zo3/CdVWV7YjViY1L/q4TFfjROmqRPCRPhM6iVecW4TzMFS8hxm48S2Ge69SNM1yC8FmHT+jfHw==",
        "CC0-1.0",
    ),
    IconSet(
        "fluent-emoji",
        "@iconify-json/fluent-emoji",
        "1.2.7",
        "sha512-D8G6bKAyIsyxP1rzZtIWr/gg/fO4Rg1+DyCWlfqKK4h8W+4Em/Y0P6QYgJUQTlUcagzJvSyg+9OBv4hz4Hc/QA==",
        "MIT",
    ),
    IconSet(
        "fluent-emoji-flat",
        "@iconify-json/fluent-emoji-flat",
        "1.2.6",
        "sha512-RY47RgPb47fYUiyrA64sIOL0+UU02s29sXpNBbIQRBUlPlfNFTKUmZDERGuxDs/7yNGWqQYvuaSYM1M4fRXlUw==",
        "MIT",
    ),
    IconSet(
        "noto",
        "@iconify-json/noto",
        "1.2.9",
        "sha512-DQiuXENbun41ch+XPSV55H9FaWKpHTyz46YIKtSaKYD4fIDDzL1tR6H4np/T38jfrTAeI3rcKF0mqHYeZVAuaw==",
        "Apache-2.0",
    ),
    IconSet(
        "material-icon-theme",
        "@iconify-json/material-icon-theme",
        "1.2.70",
        "sha512-pctYpp6/3f0TfNoX+yqiC1HRBDxL7+ybOe70MrdyvUa4KcGdtpbsyc4E1qHQTkPIkpU7+0kfP2MYU2C7BfmNrw==",
        "MIT",
    ),
    IconSet(
        "flat-color-icons",
        "@iconify-json/flat-color-icons",
        "1.2.3",
        "sha512-KcmJ7CY0TKFv5GuBjiS4/v++jEcNXna1jfY+yq014tnw/MN/jMI2oYpoMHGuIpYtUqDu7eove+WySnOYO8nS3w==",
        "MIT",
    ),
    IconSet(
        "circle-flags",
        "@iconify-json/circle-flags",
        "1.2.11",
        "sha512-vrx2btOkTQ4/P75ElEDnjXShmNTwInXuhhpIQQ6U6YUTdxfWyvm/4ijNG8FX8iWFr+sqqQRCvXpm2RfRtjVXfg==",
        "MIT",
    ),
    IconSet(
        "meteocons",
        "@iconify-json/meteocons",
        "1.2.4",
        "sha512-E7YV02ql5WmJgAOpXU/hoF9Mdshq73KjwR6fBxZ5SrqMJghMa3CIcRG6NQGwP4I1uBOhIjOFlAikYoPAKuT56A==",
        "MIT",
    ),
    IconSet(
        "simple-icons",
        "@iconify-json/simple-icons",
        "1.2.102",
        "sha512-IwbAj1ZI6LBy+qU7sVYxB1wgbSSIDKjY9I0BnnpjfIdlqfXoYnBb80UvYA0WkodUFWfQyL4AjaKMg48fqX8sIw==",
        "CC0-1.0",
    ),
    IconSet(
        "fxemoji",
        "@iconify-json/fxemoji",
        "1.2.2",
        "sha512-UAasRaxzFUKfIGSmLwnoarsssA4LX0VLLuEmplIqM6ZNQqIQRtav8tZ4H1neTlBreXuMQyAifr5jP4kn78DpiQ==",
        "Apache-2.0",
    ),
    IconSet(
        "thesvg",
        "@thesvg/icons",
        "3.3.8",
        "sha512-3NbRF2NT7LMURWY8eVqQiVdsi5PVjV+9g8182IuNgMAvJcaDgB5pCjy+DhNyazwQrvFBpWB8vafNF7n3YSf6Fw==",
        EACH_ITS_OWN,
        ("dist", ".js"),
    ),
    IconSet(
        "lobehub",
        "@lobehub/icons-static-svg",
        "1.95.1",
        "sha512-Hw7EPPgVnC4NZLXBfTNJG6hyQgqECfUPC11VVXodPSr1aebKcFxDZlSpxhWwYNdCc6bhxps/x5TtXoPmfKH2ag==",
        "MIT",
        ("icons", ".svg"),
    ),
    IconSet(
        "super-tiny-icons",
        "super-tiny-icons",
        "0.6.0",
        "sha512-xJ7jIAO8qCnmXQBcHdBA4oSdvyiDM4aWX/mViWaLNhBnDE9/xwsKTakObdhEUs36JZ/rfzqI+Uc72LgnPxvPUw==",
        "MIT",
        ("images/svg", ".svg"),
    ),
)
"""Drawings that accuracy is not measured on.

The last three hold brands, most of which stand in other sets too: of these three only drawings with further
visual labels are learned from.
"""
