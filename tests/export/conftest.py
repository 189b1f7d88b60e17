"""Artefacts of the small release, made once."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.export import parity
from hybrid_logo.export.exporting import Exported, export
from hybrid_logo.export.pictures import GatePictures
from hybrid_logo.export.targets import find_target
from tests.export.small_exports import Make, drawn_pictures, silent


@pytest.fixture(scope="session")
def pictures() -> GatePictures:
    return drawn_pictures()


@pytest.fixture(scope="session")
def bundle(small_release: Path) -> Bundle:
    return Bundle.load(small_release)


@pytest.fixture(scope="session")
def make(bundle: Bundle, pictures: GatePictures, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Export a target of the small release; the same artefact for the same words."""
    made: dict[tuple[str, str | None], Exported] = {}

    def export_once(name: str, precision: str | None = None) -> Exported:
        if (name, precision) not in made:
            folder = tmp_path_factory.mktemp("exports")
            with mock.patch.object(parity, "TIMED", 2):
                made[name, precision] = export(
                    find_target(name), precision, bundle, folder, lambda: pictures, silent
                )
        return made[name, precision]

    return export_once
