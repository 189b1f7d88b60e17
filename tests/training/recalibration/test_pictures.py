"""Reading somebody's pictures: each once, copies together, what cannot be used told with numbers."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import InputError
from hybrid_logo.evaluation.pictures.datasets import read_dataset
from hybrid_logo.features import measure
from hybrid_logo.image import load_picture
from hybrid_logo.training.recalibration.pictures import Labelled, read_labelled, read_unlabelled
from hybrid_logo.types import LABELS, Precision
from tests.small_release import drawn
from tests.training.recalibration.own_pictures import SIDE, png, write_folder, write_table


@pytest.fixture(scope="module")
def bundle(small_release: Path) -> Bundle:
    return Bundle.load(small_release)


def read(path: Path, bundle: Bundle) -> Labelled:
    return read_labelled(read_dataset(path, 0), path, bundle)


def test_pictures_are_measured_in_their_order(tmp_path: Path, bundle: Bundle) -> None:
    labelled = read(write_folder(tmp_path / "logos", 9), bundle)
    names = [case.name for case in labelled.dataset.cases]
    assert len(names) == 36 == len(set(labelled.clusters))
    assert [LABELS[label] for label in labelled.labels] == [name.split("/")[0] for name in names]
    assert set(labelled.measured.logits) == set(Precision)
    for position in (0, 20, 35):
        values = measure(load_picture(tmp_path / "logos" / names[position]))
        assert (labelled.measured.features[position] == values).all()
    logits = labelled.measured.logits[Precision.FP32]
    assert logits.shape == (36, 4)
    assert len(np.unique(logits, axis=0)) == 36


def test_the_same_bytes_count_once_within_a_type(tmp_path: Path, bundle: Bundle) -> None:
    root = write_folder(tmp_path, 4)
    shutil.copy(root / "text" / "0.png", root / "text" / "again.png")
    labelled = read(root, bundle)
    assert len(labelled.labels) == 16
    assert labelled.left_out["copies of the same bytes"] == 1


def test_the_same_bytes_in_two_types_are_refused(tmp_path: Path, bundle: Bundle) -> None:
    root = write_folder(tmp_path, 4)
    shutil.copy(root / "text" / "0.png", root / "simple" / "again.png")
    with pytest.raises(InputError, match=r"1 pictures have .*simple/again.png \(simple\) and text/0.png"):
        read(root, bundle)


def test_what_cannot_be_answered_is_named_and_left_out(tmp_path: Path, bundle: Bundle) -> None:
    root = write_folder(tmp_path, 4)
    (root / "text" / "0.png").write_bytes(b"no picture")
    (root / "simple" / "empty.png").touch()
    (root / "gradient" / "empty.png").touch()  # two empty files contradict nobody
    labelled = read(root, bundle)
    assert len(labelled.labels) == 15
    assert labelled.left_out["unreadable"] == 3
    told = " ".join(labelled.warnings)
    assert "3 pictures cannot be answered" in told
    assert "0.png (unsupported)" in told


def test_pictures_that_hardly_differ_are_one_logo(tmp_path: Path, bundle: Bundle) -> None:
    root = write_folder(tmp_path, 4)
    (root / "complex" / "larger.png").write_bytes(png(drawn(LABELS[3], 0, 2 * SIDE)))
    near = drawn(LABELS[2], 1, SIDE)
    near[..., :3] = cv2.add(near[..., :3], 2)
    (root / "gradient" / "lighter.png").write_bytes(png(near))
    labelled = read(root, bundle)
    cluster_of = {case.name: case.cluster for case in labelled.dataset.cases}
    assert cluster_of["gradient/lighter.png"] == cluster_of["gradient/1.png"] != cluster_of["gradient/2.png"]
    assert any("no clusters are given" in told for told in labelled.warnings)
    assert len(set(cluster_of.values())) == 16 + (cluster_of["complex/larger.png"] == "complex/larger.png")


def test_clusters_and_groups_of_a_table_are_taken_as_they_are(tmp_path: Path, bundle: Bundle) -> None:
    table = write_table(write_folder(tmp_path, 4), groups={"text": "scans", "simple": "web"})
    labelled = read(table, bundle)
    assert all(cluster.startswith("brand ") for cluster in labelled.clusters)
    assert not any("no clusters" in told for told in labelled.warnings)
    assert {name: int(flags.sum()) for name, flags in labelled.groups.items()} == {"scans": 4, "web": 4}
    assert (labelled.labels[labelled.groups["scans"]] == LABELS.index(LABELS[1])).all()


@pytest.mark.parametrize("name", ["all", "unlabelled"])
def test_names_of_certificates_are_no_groups(tmp_path: Path, bundle: Bundle, name: str) -> None:
    table = write_table(write_folder(tmp_path, 4), groups={"text": name})
    with pytest.raises(InputError, match="may not be called"):
        read(table, bundle)


def test_one_type_alone_is_refused_and_an_absent_one_is_told(tmp_path: Path, bundle: Bundle) -> None:
    root = write_folder(tmp_path, 4)
    shutil.rmtree(root / "complex")
    assert any("0 pictures of complex, the new release" in told for told in read(root, bundle).warnings)
    for label in ("text", "gradient"):
        shutil.rmtree(root / label)
    with pytest.raises(InputError, match="All 4 pictures that can be used are simple"):
        read(root, bundle)


def test_no_readable_picture_is_refused(tmp_path: Path, bundle: Bundle) -> None:
    for label in LABELS:
        (tmp_path / label).mkdir()
        (tmp_path / label / "a.png").write_text(f"no picture of {label}")
    with pytest.raises(InputError, match="can be read"):
        read(tmp_path, bundle)


def test_unlabelled_pictures_are_other_ones_and_each_is_there_once(tmp_path: Path, bundle: Bundle) -> None:
    root = write_folder(tmp_path / "labelled", 3)
    labelled = read_dataset(root, 0)
    other = tmp_path / "other"
    write_folder(other, 3, first=20)
    shutil.copy(root / "text" / "0.png", other / "known.png")
    shutil.copy(other / "text" / "20.png", other / "again.png")
    (other / "broken.png").write_text("no picture")
    measured, left_out, warnings = read_unlabelled(other, labelled, bundle)
    near = left_out["hardly different from another"]
    assert left_out["labelled or of the same bytes as another"] == 2
    assert left_out["unreadable"] == 1
    assert len(measured.features) == 12 - near > 8
    assert "broken.png (unsupported)" in warnings[0]


def test_a_folder_without_other_pictures_is_refused(tmp_path: Path, bundle: Bundle) -> None:
    root = write_folder(tmp_path / "labelled", 2)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds 0 pictures"):
        read_unlabelled(tmp_path / "empty", read_dataset(root, 0), bundle)
    with pytest.raises(InputError, match="0 of 8 pictures"):
        read_unlabelled(root, read_dataset(root, 0), bundle)
