"""The student's session: what it is made from, what it refuses, and that answers never depend on company."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from hybrid_logo.errors import BundleInvalidError, ProviderError
from hybrid_logo.student import Student
from hybrid_logo.types import LABELS
from tests.small_release import SIDE, views_of_drawings

Shape = list[int | str]


@pytest.fixture(scope="module")
def views() -> NDArray[np.uint8]:
    """Pictures of all types, and noise: ``uint8[32, SIDE, SIDE, 3]``."""
    noise = np.random.default_rng(0).integers(0, 256, (16, SIDE, SIDE, 3), np.uint8)
    return np.concatenate([views_of_drawings(4), noise])


def model(
    taken: Shape, given: Shape, kind: int = TensorProto.UINT8, answers: int = TensorProto.FLOAT
) -> bytes:
    """Sums all pixels of a picture into each answer; the shapes are as told."""
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["pictures"], ["numbers"], to=TensorProto.FLOAT),
            helper.make_node("ReduceSum", ["numbers", "axes"], ["sums"], keepdims=0),
            helper.make_node("Unsqueeze", ["sums", "one"], ["column"]),
            helper.make_node("Concat", ["column"] * int(given[-1]), ["joined"], axis=1),
            helper.make_node("Cast", ["joined"], ["logits"], to=answers),
        ],
        "sums",
        [helper.make_tensor_value_info("pictures", kind, taken)],
        [helper.make_tensor_value_info("logits", answers, given)],
        [
            helper.make_tensor("axes", TensorProto.INT64, [len(taken) - 1], list(range(1, len(taken)))),
            helper.make_tensor("one", TensorProto.INT64, [1], [1]),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(made)
    return bytes(made.SerializeToString())


def test_a_model_of_the_right_form_answers_in_order() -> None:
    student = Student(model(["N", 8, 8, 3], ["N", 4]))
    assert student.side == 8
    views = np.stack([np.full((8, 8, 3), level, np.uint8) for level in (0, 1, 255)])
    logits = student.logits(views)
    assert logits.dtype == np.float32
    assert logits.tolist() == [[192.0 * level] * 4 for level in (0, 1, 255)]


@pytest.mark.parametrize(
    ("taken", "given", "kinds"),
    [
        (["N", 8, 8, 3], ["N", 4], {"kind": TensorProto.FLOAT}),
        (["N", 8, 8, 3], ["N", 4], {"answers": TensorProto.DOUBLE}),
        (["N", 3, 8, 8], ["N", 4], {}),
        (["N", 8, 8, 1], ["N", 4], {}),
        (["N", 8, 9, 3], ["N", 4], {}),
        (["N", "H", "H", 3], ["N", 4], {}),
        (["N", 8, 3], ["N", 4], {}),
        (["N", 8, 8, 3], ["N", 3], {}),
        ([1, 8, 8, 3], [1, 4], {}),
        ([32, 8, 8, 3], [32, 4], {}),
    ],
    ids=str,
)
def test_a_model_of_another_form_is_refused(taken: Shape, given: Shape, kinds: dict[str, int]) -> None:
    with pytest.raises(BundleInvalidError, match="Install the bundle again"):
        Student(model(taken, given, **kinds))


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08" * 100])
def test_bytes_that_are_no_model_are_refused(content: bytes) -> None:
    with pytest.raises(BundleInvalidError, match="Install the bundle again"):
        Student(content)


def test_a_cut_model_is_refused(small_models: dict[str, bytes]) -> None:
    for length in range(1, len(small_models["int8"]) - 1, 1501):
        with pytest.raises(BundleInvalidError):
            Student(small_models["int8"][:length])


@pytest.mark.parametrize(
    "providers", [("CUDAExecutionProvider",), ("NoSuchProvider", "CPUExecutionProvider")]
)
def test_a_provider_that_is_not_here_is_refused(
    providers: tuple[str, ...], small_models: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(ProviderError, match=rf"no {providers[0]} here, only CPUExecutionProvider\."):
        Student(small_models["int8"], providers=providers)


def test_a_provider_that_is_silently_replaced_is_refused(
    small_models: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """ONNX Runtime falls back to the processor where a provider cannot be started."""
    whole = onnxruntime.InferenceSession

    def fall_back(content: bytes, options: Any, providers: list[str]) -> Any:
        return whole(content, options, providers=["CPUExecutionProvider"])

    monkeypatch.setattr(
        onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"]
    )
    monkeypatch.setattr(onnxruntime, "InferenceSession", fall_back)
    with pytest.raises(ProviderError, match=r"CUDAExecutionProvider was asked for, .* gave CPU"):
        Student(small_models["int8"], providers=["CUDAExecutionProvider"])


@pytest.mark.parametrize(
    "views",
    [
        np.zeros((2, SIDE, SIDE, 3), np.float32),
        np.zeros((2, SIDE, SIDE, 3), np.int8),
        np.zeros((SIDE, SIDE, 3), np.uint8),
        np.zeros((2, SIDE, SIDE, 4), np.uint8),
        np.zeros((2, SIDE - 1, SIDE, 3), np.uint8),
        np.zeros((2, 3, SIDE, SIDE), np.uint8),
    ],
    ids=lambda views: f"{views.dtype} {views.shape}",
)
def test_views_of_another_form_are_refused(views: Any, small_models: dict[str, bytes]) -> None:
    student = Student(small_models["int8"])
    with pytest.raises(ValueError, match=rf"takes uint8 \[N, {SIDE}, {SIDE}, 3\], not {views.dtype}"):
        student.logits(views)


@pytest.mark.parametrize("variant", ["int8", "fp32"])
def test_alone_or_in_a_batch_the_answer_is_the_same(
    variant: str, views: NDArray[np.uint8], small_models: dict[str, bytes]
) -> None:
    student = Student(small_models[variant])
    together = student.logits(views)
    assert together.shape == (32, len(LABELS))
    assert len(np.unique(together.argmax(axis=1))) > 1
    alone = np.concatenate([student.logits(views[[row]]) for row in range(32)])
    turned = student.logits(views[::-1])[::-1]
    assert alone == pytest.approx(together, abs=1e-4)
    assert turned == pytest.approx(together, abs=1e-4)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_do_not_change_the_answer(
    threads: int, views: NDArray[np.uint8], small_models: dict[str, bytes]
) -> None:
    expected = Student(small_models["int8"]).logits(views)
    assert Student(small_models["int8"], threads=threads).logits(views) == pytest.approx(expected, abs=1e-4)


def test_threads_and_memory_are_set_as_asked(
    small_models: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[onnxruntime.SessionOptions] = []
    whole = onnxruntime.InferenceSession

    def keep(content: bytes, options: onnxruntime.SessionOptions, providers: list[str]) -> Any:
        made.append(options)
        return whole(content, options, providers=providers)

    monkeypatch.setattr(onnxruntime, "InferenceSession", keep)
    Student(small_models["int8"], threads=3)
    (options,) = made
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (3, 1)
    assert options.enable_cpu_mem_arena is False
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"


def test_one_session_serves_many_threads(views: NDArray[np.uint8], small_models: dict[str, bytes]) -> None:
    student = Student(small_models["int8"])
    expected = student.logits(views)

    def ask(turn: int) -> bool:
        start = turn % 24
        return bool(
            np.allclose(student.logits(views[start : start + 8]), expected[start : start + 8], atol=1e-4)
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))


def test_sessions_may_be_made_at_once(views: NDArray[np.uint8], small_models: dict[str, bytes]) -> None:
    expected = Student(small_models["int8"]).logits(views)
    with ThreadPoolExecutor(8) as pool:
        students = list(pool.map(lambda _: Student(small_models["int8"]), range(16)))
    assert all(np.allclose(student.logits(views), expected, atol=1e-4) for student in students)
