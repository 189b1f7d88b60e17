"""What OpenVINO makes of the INT8 student, whose random weights here are too coarse for the gate."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hybrid_logo.bundle import Bundle
from hybrid_logo.export import openvino_ir
from hybrid_logo.export.containers import read_record
from hybrid_logo.export.record import Record
from hybrid_logo.student import Student
from tests.small_release import views_of_drawings


def test_int8_stays_int8(bundle: Bundle, tmp_path: Path) -> None:
    path = tmp_path / "student.xml"
    openvino_ir.write(bundle, Record("openvino", "int8", bundle.manifest, {}), path)
    record = read_record(path)
    assert set(record.files) == {"student.bin"}
    facts = openvino_ir.read_back(path, record)
    assert (facts.stored_in, facts.computed_in, facts.provider) == ("int8", "int8", "CPU")
    views = views_of_drawings(2)
    expected = Student(bundle.student_model("int8")).logits(views)
    np.testing.assert_allclose(openvino_ir.load(path, record, 1).logits(views), expected, atol=0.6)
