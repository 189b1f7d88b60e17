"""The cascade: who answers, in which order, with what numbers, and what a shared or sent classifier does."""

from __future__ import annotations

import doctest
import json
import multiprocessing
import operator
import os
import pickle
import shutil
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from hybrid_logo import classifier as module
from hybrid_logo.bundle import MANIFEST
from hybrid_logo.calibration import Calibration
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import (
    BlankError,
    BundleError,
    BundleInvalidError,
    BundleNotFoundError,
    CorruptError,
    EmptyFileError,
    InvalidArrayError,
    PictureError,
    TooLargeError,
    TooSmallError,
    UnreadableError,
    UnsupportedError,
    VectorError,
)
from hybrid_logo.features import measure
from hybrid_logo.image import Limits, decode, load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.policy import Policy
from hybrid_logo.rules import Verdict
from hybrid_logo.student import Student
from hybrid_logo.types import LABELS, DecidedBy, LogoType, Mode, Precision, Prediction
from tests.picture_files import saved
from tests.small_release import NAME, SIDE, drawings, drawn, entry, write_manifest, write_release

Pixels = NDArray[np.uint8]

LOGOS = drawings(6)
LARGE = drawn(LogoType.SIMPLE, 0, side=1200)
"""Its ink is larger than anything that the rules of the small release have seen."""


def make(release: Path, mode: Mode | str = Mode.HYBRID, **settings: Any) -> HybridClassifier:
    return HybridClassifier(mode, model=release, **settings)


@pytest.fixture
def changed_release(tmp_path: Path, small_models: dict[str, bytes]) -> Callable[..., Path]:
    """A release whose router differs in some parts."""
    return lambda **changed: write_release(tmp_path / "changed", small_models, **changed)


def judged(made: HybridClassifier, source: Any) -> tuple[Verdict, float]:
    """Verdict and score, taken from the parts of the bundle."""
    values = measure(load_picture(source))
    verdict = made.bundle.scorecard.judge(values)
    return verdict, made.bundle.router.score(verdict, values)


def student_logits(made: HybridClassifier, source: Any) -> NDArray[np.float32]:
    student = Student(made.bundle.student_model(made.precision))
    return student.logits(square_view(load_picture(source), SIDE)[None])[0]


def same(one: Prediction, other: Prediction) -> bool:
    """All but the time; the student's numbers may differ in the last digits from batch to batch."""
    plain, twin = (
        {
            name: value
            for name, value in answer.to_dict().items()
            if name not in ("time_ms", "probabilities", "confidence")
        }
        for answer in (one, other)
    )
    return plain == twin and np.allclose(one.scores, other.scores, atol=1e-4)


def forbidden(*_: Any, **__: Any) -> Any:
    raise AssertionError("this must not be called")


@pytest.mark.parametrize("mode", Mode)
def test_answers_in_every_mode_keep_their_promises(mode: Mode, small_release: Path) -> None:
    made = make(small_release, mode)
    certain = made.bundle.router.certain
    assert certain is not None
    for pixels in [*LOGOS, LARGE]:
        answer = made.classify(pixels)
        assert sum(answer.scores) == pytest.approx(1.0)
        assert answer.label == LABELS[int(np.argmax(answer.scores))]
        assert answer.confidence == max(answer.scores) < 1.0
        assert answer.certain is (mode is Mode.HYBRID and answer.confidence >= certain.threshold)
        assert answer.model == NAME
        assert answer.time_ms is not None
        assert answer.time_ms > 0
        assert len(answer.reason) > 10


def test_hybrid_rules_decide_from_the_threshold_on(small_release: Path) -> None:
    made = make(small_release)
    promise = made.bundle.router.promise
    assert promise is not None
    paths = []
    for pixels in [*LOGOS, LARGE]:
        answer = made.classify(pixels)
        verdict, score = judged(made, pixels)
        assert (answer.score, answer.threshold) == (score, promise.threshold)
        assert answer.evidence == verdict.evidence()
        paths.append(answer.decided_by)
        if score >= promise.threshold and not verdict.outside:
            assert answer.decided_by is DecidedBy.RULES
            expected = made.bundle.router.point.rules_accepted.probabilities(verdict.points, None)
        else:
            assert answer.decided_by is DecidedBy.BOTH
            logits = student_logits(made, pixels)
            expected = made.bundle.router.point.asked.probabilities(verdict.points, logits)
        assert answer.scores == pytest.approx(expected, abs=1e-4)
    assert {DecidedBy.RULES, DecidedBy.BOTH} == set(paths)


def test_rules_alone_never_make_a_session(small_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "Student", forbidden)
    monkeypatch.setattr(module, "square_view", forbidden)
    made = make(small_release, "rules")
    for answer, pixels in zip(map(made.classify, LOGOS), LOGOS, strict=True):
        verdict, _ = judged(made, pixels)
        assert answer.decided_by is DecidedBy.RULES
        assert (answer.score, answer.threshold) == (None, None)
        assert answer.evidence == verdict.evidence()
        assert answer.scores == pytest.approx(
            made.bundle.router.rules_alone.probabilities(verdict.points, None)
        )


def test_student_alone_has_no_evidence_and_measures_nothing(
    small_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "measure", forbidden)
    made = make(small_release, "neural")
    for answer, pixels in zip(map(made.classify, LOGOS), LOGOS, strict=True):
        assert answer.decided_by is DecidedBy.STUDENT
        assert (answer.score, answer.threshold, answer.evidence) == (None, None, ())
        expected = made.bundle.router.student_alone.probabilities(None, student_logits(made, pixels))
        assert answer.scores == pytest.approx(expected, abs=1e-4)


def test_the_session_is_made_when_first_asked(small_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(small_release)
    by_rules = next(pixels for pixels in LOGOS if made.classify(pixels).decided_by is DecidedBy.RULES)
    monkeypatch.setattr(module, "Student", forbidden)
    assert make(small_release).classify(by_rules).decided_by is DecidedBy.RULES


def test_without_a_promise_the_student_is_asked_for_all(changed_release: Callable[..., Path]) -> None:
    answers = list(make(changed_release(promise=None)).classify_many(LOGOS))
    for result in answers:
        assert result.prediction is not None
        assert result.prediction.decided_by is DecidedBy.BOTH
        assert result.prediction.threshold is None
        assert result.prediction.score is not None
        assert "no threshold of the rules could be certified" in result.prediction.reason


def test_without_a_certificate_nothing_is_certain(changed_release: Callable[..., Path]) -> None:
    answers = make(changed_release(certain=None)).classify_many(LOGOS)
    assert [answer.prediction.certain for answer in answers if answer.prediction] == [False] * len(LOGOS)


def test_a_student_that_is_not_fused_decides_alone(changed_release: Callable[..., Path]) -> None:
    made = make(changed_release(promise=None, asked=Calibration(0.75, 0.0)))
    for pixels in LOGOS:
        answer = made.classify(pixels)
        assert answer.decided_by is DecidedBy.STUDENT
        assert answer.label == LABELS[int(student_logits(made, pixels).argmax())]


def test_outside_the_range_of_training_the_rules_do_not_decide(small_release: Path) -> None:
    hybrid = make(small_release).classify(LARGE)
    assert hybrid.score is not None
    assert hybrid.threshold is not None
    assert hybrid.score >= hybrid.threshold  # the same drawing is decided by rules at its usual size
    assert make(small_release).classify(drawn(LogoType.SIMPLE, 0)).decided_by is DecidedBy.RULES
    assert hybrid.decided_by is DecidedBy.BOTH
    assert "ink_long_side_log2 lies outside the range that the rules know" in hybrid.reason
    alone = make(small_release, "rules").classify(LARGE)
    assert alone.reason.endswith("; outside the range seen in training: ink_long_side_log2")
    assert alone.confidence >= 0.9
    assert not alone.certain


def test_reason_says_truly_what_the_student_said(small_release: Path) -> None:
    made = make(small_release)
    kinds = set()
    for pixels in drawings(12):
        answer = made.classify(pixels)
        if answer.decided_by is DecidedBy.RULES:
            continue
        verdict, score = judged(made, pixels)
        student = LABELS[int(student_logits(made, pixels).argmax())]
        assert f"the rules were unsure ({score:.2f} of 0.80)" in answer.reason
        if answer.reason.endswith("and the student agrees"):
            assert student == verdict.label == answer.label
            kinds.add("agrees")
        else:
            assert answer.reason.startswith(f"the student says {student};")
            assert f"leaning to {verdict.label}" in answer.reason
            assert answer.reason.endswith(f"both together say {answer.label}") is (student != answer.label)
            kinds.add("overrules" if student == answer.label else "overruled")
    assert kinds == {"agrees", "overrules", "overruled"}


def bad_inputs(folder: Path) -> dict[str, tuple[Any, type[PictureError]]]:
    (folder / "empty.png").touch()
    (folder / "folder.png").mkdir()
    (folder / "text.png").write_text("not a picture")
    whole = saved(Image.fromarray(LOGOS[0]), "PNG")
    return {
        "missing": (folder / "missing.png", UnreadableError),
        "folder": (folder / "folder.png", UnreadableError),
        "empty file": (str(folder / "empty.png"), EmptyFileError),
        "text": (folder / "text.png", UnsupportedError),
        "cut": (whole[: len(whole) // 2], CorruptError),
        "no bytes": (b"", EmptyFileError),
        "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', VectorError),
        "transparent": (np.zeros((20, 20, 4), np.uint8), BlankError),
        "one colour": (np.full((20, 20, 3), 7, np.uint8), BlankError),
        "one pixel": (np.zeros((1, 1, 3), np.uint8), TooSmallError),
        "too large": (np.zeros((1200, 1000, 3), np.uint8), TooLargeError),
        "floats": (np.ones((20, 20, 3)), InvalidArrayError),
        "a batch": (np.zeros((2, 20, 20, 3), np.uint8), InvalidArrayError),
    }


LIMITS = Limits(max_pixels=1_000_000)


@pytest.mark.parametrize("mode", Mode)
def test_bad_pictures_raise_alone_and_become_results_in_a_row(
    mode: Mode, small_release: Path, tmp_path: Path
) -> None:
    made = make(small_release, mode, limits=LIMITS)
    bad = bad_inputs(tmp_path)
    for source, expected in bad.values():
        with pytest.raises(expected):
            made.classify(source)
    mixed: list[Any] = []
    for place, (source, _) in enumerate(bad.values()):
        mixed += [source, LOGOS[place % len(LOGOS)]]
    for batch_size in (1, 4, 100):
        results = list(made.classify_many(mixed, batch_size))
        assert len(results) == len(mixed)
        for (source, expected), result in zip(bad.values(), results[::2], strict=True):
            assert (result.status, result.error_kind) == ("error", expected.kind)
            assert result.path == (str(source) if isinstance(source, str | Path) else "")
            assert result.error_message
        for pixels, result in zip(mixed[1::2], results[1::2], strict=True):
            assert result.prediction is not None
            assert same(result.prediction, made.classify(pixels))


@pytest.mark.parametrize("source", [42, None, ["a.png"], object()], ids=repr)
def test_what_holds_no_picture_is_the_callers_mistake(source: Any, small_release: Path) -> None:
    made = make(small_release, "rules")
    with pytest.raises(TypeError):
        made.classify(source)
    with pytest.raises(TypeError):
        list(made.classify_many([LOGOS[0], source]))


def test_every_kind_of_source_is_answered_alike(small_release: Path, tmp_path: Path) -> None:
    image = Image.fromarray(LOGOS[0])
    data = saved(image, "PNG")
    path = tmp_path / "logo.png"
    path.write_bytes(data)
    sources = [path, str(path), data, bytearray(data), memoryview(data), LOGOS[0], image]
    made = make(small_release)
    results = list(made.classify_many(sources))
    assert [result.path for result in results] == [str(path), str(path), "", "", "", "", ""]
    expected = made.classify(path)
    for result in results:
        assert result.prediction is not None
        assert same(result.prediction, expected)
    assert same(made.classify(decode(data)), expected)


def test_paths_in_results_are_text_whatever_the_file_name(small_release: Path, tmp_path: Path) -> None:
    """``os.scandir`` of a folder named by bytes gives paths whose names are bytes."""
    for name in (b"a.png", b"caf\xe9.png"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(
            saved(Image.fromarray(LOGOS[0]), "PNG")
        )
    (tmp_path / "empty.png").touch()
    entries: list[Any] = sorted(os.scandir(os.fsencode(tmp_path)), key=lambda entry: bytes(entry.name))
    assert isinstance(entries[0].path, bytes)
    results = list(make(small_release).classify_many(entries))
    assert [result.path for result in results] == [os.fsdecode(entry.path) for entry in entries]
    assert [result.status for result in results] == ["ok", "ok", "error"]
    json.dumps([result.to_dict() for result in results])


def test_sources_are_taken_one_batch_at_a_time_when_results_are(small_release: Path) -> None:
    taken = 0

    def pictures() -> Iterator[Pixels]:
        nonlocal taken
        for taken in range(1, 1001):
            yield LOGOS[taken % len(LOGOS)]

    results = make(small_release).classify_many(pictures(), batch_size=5)
    assert taken == 0
    for done in range(1, 23):
        next(results)
        assert done <= taken <= 5 * -(-done // 5)
    results.close()  # type: ignore[attr-defined]
    assert taken == 25


def test_pictures_are_let_go(small_release: Path) -> None:
    """However long the row, only those of two batches are in memory."""
    alive: set[int] = set()
    most = 0

    def pictures() -> Iterator[Pixels]:
        nonlocal most
        for number in range(120):
            pixels = LOGOS[number % len(LOGOS)].copy()
            alive.add(number)
            weakref.finalize(pixels, alive.discard, number)
            most = max(most, len(alive))
            yield pixels

    assert sum(1 for _ in make(small_release).classify_many(pictures(), batch_size=4)) == 120
    assert most <= 2 * 4 + 1
    assert not alive


def test_nothing_in_nothing_out(small_release: Path) -> None:
    assert list(make(small_release).classify_many([])) == []


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_holds_at_least_one(batch_size: int, small_release: Path) -> None:
    with pytest.raises(ValueError, match="batch_size"):
        list(make(small_release).classify_many(LOGOS, batch_size))


@pytest.mark.parametrize("mode", Mode)
def test_the_batch_does_not_change_the_answer(mode: Mode, small_release: Path) -> None:
    made = make(small_release, mode)
    alone = [made.classify(pixels) for pixels in LOGOS]
    for batch_size in (1, 7, 32):
        for one, result in zip(alone, made.classify_many(LOGOS, batch_size), strict=True):
            assert result.prediction is not None
            assert same(one, result.prediction)


def test_the_student_sees_at_once_only_those_that_need_it(
    small_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    whole = Student.logits

    def counted(student: Student, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        sizes.append(len(views))
        return whole(student, views)

    monkeypatch.setattr(Student, "logits", counted)
    results = list(make(small_release).classify_many(LOGOS, batch_size=len(LOGOS)))
    needed = sum(
        result.prediction.decided_by is DecidedBy.BOTH for result in results if result.prediction is not None
    )
    assert sizes == [needed]
    assert 0 < needed < len(LOGOS)
    sizes.clear()
    list(make(small_release, "neural").classify_many(drawings(20), batch_size=80))
    assert sizes == [32, 32, 16]


def test_times_of_a_batch_add_up_to_no_more_than_it_took(small_release: Path) -> None:
    made = make(small_release)
    list(made.classify_many(LOGOS))  # makes the session
    started = time.perf_counter()
    results = list(made.classify_many(LOGOS))
    took = (time.perf_counter() - started) * 1000
    times = [result.prediction.time_ms or 0.0 for result in results if result.prediction]
    assert min(times) > 0
    assert took / 2 < sum(times) <= took


def test_threads_share_one_classifier_and_one_session(
    small_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_students: list[Student] = []

    def slow(*args: Any, **settings: Any) -> Student:
        time.sleep(0.05)
        made_students.append(Student(*args, **settings))
        return made_students[-1]

    expected = [make(small_release).classify(pixels) for pixels in LOGOS]
    monkeypatch.setattr(module, "Student", slow)
    shared = make(small_release, threads=2)
    with ThreadPoolExecutor(8) as pool:
        alone = list(pool.map(shared.classify, LOGOS * 8))
        rows = list(pool.map(lambda _: list(shared.classify_many(LOGOS)), range(8)))
    assert len(made_students) == 1
    assert all(same(one, other) for one, other in zip(expected * 8, alone, strict=True))
    for row in rows:
        answers = [result.prediction for result in row if result.prediction is not None]
        assert all(same(one, other) for one, other in zip(expected, answers, strict=True))


def test_pickled_by_its_settings(small_release: Path) -> None:
    made = make(small_release, "rules", threads=3, limits=LIMITS, precision="fp32")
    made.classify(LOGOS[0])
    sent = pickle.dumps(made)
    assert len(sent) < 1000  # no model, no session
    again = pickle.loads(sent)
    assert (again.mode, again.limits, again.bundle.name) == (Mode.RULES, LIMITS, NAME)
    assert pickle.dumps(again) == sent
    assert same(again.classify(LOGOS[0]), made.classify(LOGOS[0]))


def test_sent_to_a_spawned_process(small_release: Path) -> None:
    """The sender has used its session, which could not be sent and would hang in a forked process."""
    made = make(small_release)
    here = [made.classify(pixels) for pixels in LOGOS]
    assert DecidedBy.BOTH in {answer.decided_by for answer in here}
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        there = [pool.submit(operator.methodcaller("classify", pixels), made) for pixels in LOGOS]
        assert all(same(one, other.result(timeout=120)) for one, other in zip(here, there, strict=True))


@pytest.mark.parametrize(
    "settings", [{"mode": "magic"}, {"threads": 0}, {"threads": -1}, {"precision": "int4"}], ids=str
)
def test_impossible_settings(settings: dict[str, Any], small_release: Path) -> None:
    with pytest.raises(ValueError, match=r"magic|threads|precision"):
        make(small_release, **settings)


def test_what_is_asked_is_what_runs(
    small_release: Path, small_models: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    models: list[bytes] = []

    def recorded(model: bytes, **settings: Any) -> Student:
        models.append(model)
        return Student(model, **settings)

    monkeypatch.setattr(module, "Student", recorded)
    answers = []
    for precision in Precision:
        made = make(small_release, "neural", precision=precision)
        assert made.precision is precision
        answers.append(made.classify(LOGOS[0]).scores)
    assert models == [small_models[precision] for precision in Precision]
    assert len(set(answers)) == 3
    assert np.ptp(answers, axis=0).max() < 0.2


@pytest.mark.parametrize(("machine", "expected"), [("x86_64", "int8"), ("aarch64", "int8-symmetric")])
def test_the_precision_follows_the_processor_where_nobody_asks(
    machine: str, expected: str, small_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert make(small_release).precision == expected
    assert make(small_release, precision="fp32").precision == "fp32"
    # Where it is sent to, it follows that processor.
    sent = pickle.dumps(make(small_release))
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert pickle.loads(sent).precision == "int8"


def test_a_precision_that_the_release_lacks_is_never_replaced(
    tmp_path: Path, small_models: dict[str, bytes]
) -> None:
    folder = write_release(tmp_path / "old", {name: small_models[name] for name in ("int8", "fp32")})
    with pytest.raises(BundleError, match=r"no student in int8-symmetric, only in int8, fp32\. Ask"):
        make(folder, precision="int8-symmetric")


def answers_of(made: HybridClassifier) -> list[Prediction]:
    return [result.prediction for result in made.classify_many(LOGOS) if result.prediction is not None]


def test_a_target_risk_moves_what_the_rules_decide(small_release: Path) -> None:
    counts = []
    for risk in (0.02, None, 0.1):
        made = make(small_release, policy=Policy(target_risk=risk))
        answers = answers_of(made)
        threshold = answers[0].threshold
        assert threshold is not None
        for answer, pixels in zip(answers, LOGOS, strict=True):
            verdict, score = judged(made, pixels)
            by_rules = score >= threshold and not verdict.outside
            assert (answer.decided_by is DecidedBy.RULES) is by_rules
            assert same(made.classify(pixels), answer)
        counts.append(sum(answer.decided_by is DecidedBy.RULES for answer in answers))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


@pytest.mark.parametrize("policy", [Policy(target_risk=0.05), Policy(coverage=0.5)], ids=str)
def test_a_policy_that_the_release_cannot_keep_is_the_callers_mistake(
    policy: Policy, small_release: Path
) -> None:
    with pytest.raises(ValueError, match=r"only (of )?0\."):
        make(small_release, policy=policy)


def test_without_time_the_rules_answer_all(small_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no student is made, not even to time it."""
    monkeypatch.setattr(module, "Student", forbidden)
    made = make(small_release, policy=Policy(time_budget_ms=0.0))
    answers = answers_of(made)
    assert {answer.decided_by for answer in answers} == {DecidedBy.RULES}
    hurried = [answer for answer in answers if answer.reason.endswith("no time was left for the student")]
    assert 0 < len(hurried) < len(LOGOS)
    assert not any(answer.certain for answer in hurried)
    assert not made.classify(LARGE).certain


def test_with_time_enough_nothing_changes(small_release: Path) -> None:
    usual = answers_of(make(small_release))
    for budget in (1e6, float("inf")):
        timed = make(small_release, policy=Policy(time_budget_ms=budget))
        assert all(same(one, other) for one, other in zip(usual, answers_of(timed), strict=True))
        assert all(same(one, timed.classify(pixels)) for one, pixels in zip(usual, LOGOS, strict=True))


def test_the_student_is_timed_before_the_first_picture(
    small_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it takes counts, and its timing does not."""
    made = make(small_release, policy=Policy(time_budget_ms=1e6))
    assert made.student_ms > 0
    monkeypatch.setattr(module, "TIMED_CALLS", None)  # timing again would fail
    unsure = next(pixels for pixels in LOGOS if made.classify(pixels).decided_by is DecidedBy.BOTH)
    monkeypatch.setattr(made, "_student_ms", 2e6)
    answer = made.classify(unsure)
    assert answer.decided_by is DecidedBy.RULES
    assert "no time was left" in answer.reason


def test_prediction_sets_are_made_where_they_are_asked(small_release: Path) -> None:
    made = make(small_release, policy=Policy(coverage=0.99))
    sizes = set()
    for answer, pixels in zip(answers_of(made), LOGOS, strict=True):
        assert answer.prediction_set[0] == answer.label
        assert answer.prediction_set == made.classify(pixels).prediction_set
        assert answer.coverage == 0.99
        sizes.add(len(answer.prediction_set))
    assert len(sizes) > 1


EVERYTHING = Policy(target_risk=0.1, time_budget_ms=1e6, min_confidence=0.8, coverage=0.99)


def test_the_policy_goes_along_wherever_the_classifier_is_sent(small_release: Path) -> None:
    made = make(small_release, policy=EVERYTHING)
    assert pickle.loads(pickle.dumps(made)).policy == EVERYTHING
    here = answers_of(made)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        there = [pool.submit(operator.methodcaller("classify", pixels), made) for pixels in LOGOS[:6]]
        assert all(same(one, other.result(timeout=240)) for one, other in zip(here, there, strict=False))


def test_a_student_that_was_exchanged_is_asked_for_all_and_never_certain(
    small_release: Path, tmp_path: Path, small_models: dict[str, bytes]
) -> None:
    folder = Path(shutil.copytree(small_release, tmp_path / "release"))
    content = small_models["int8-symmetric"]
    (folder / "student-int8.onnx").write_bytes(content)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"]["student-int8.onnx"] = entry(content)
    write_manifest(folder, manifest)
    assert any(answer.certain for answer in answers_of(make(small_release)))
    for answer in answers_of(make(folder)):
        assert answer.decided_by is DecidedBy.BOTH
        assert not answer.certain
        assert "the promise of the rules is void since student-int8.onnx changed" in answer.reason
    for asked in (Policy(target_risk=0.1), Policy(coverage=0.9)):
        with pytest.raises(ValueError, match=r"since student-int8\.onnx changed|no prediction sets"):
            make(folder, policy=asked)


def test_no_release_no_classifier(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFoundError):
        make(tmp_path)


def test_a_release_whose_parts_do_not_fit_together(small_release: Path, tmp_path: Path) -> None:
    """The manifest is not hashed itself, so what it says is held against the student."""
    folder = Path(shutil.copytree(small_release, tmp_path / "release"))
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["preprocessing"]["student_side_px"] = 64
    write_manifest(folder, manifest)
    with pytest.raises(BundleInvalidError, match="views of 64 px, its student takes 32 px"):
        make(folder, "neural").classify(LOGOS[0])


def test_examples_in_the_documentation_hold_for_the_release_of_this_version() -> None:
    result = doctest.testmod(module)
    assert result.attempted > 2
    assert result.failed == 0


@pytest.mark.parametrize("mode", Mode)
def test_the_release_of_this_version_tells_drawn_logos_apart(mode: Mode) -> None:
    """Two plain drawings of each type, one mistake allowed."""
    answers = HybridClassifier(mode).classify_many(drawings(2))
    right = [
        result.prediction is not None and result.prediction.label == label
        for result, label in zip(answers, LABELS * 2, strict=True)
    ]
    assert sum(right) >= len(right) - 1
