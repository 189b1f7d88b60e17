"""A model release: how it is found, and that nothing but what was released is ever loaded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo import bundle
from hybrid_logo.bundle import (
    DEFAULT_BUNDLE,
    MANIFEST,
    MODEL_CARD,
    MODEL_VARIABLE,
    Bundle,
    find_bundle,
    read_manifest,
)
from hybrid_logo.errors import BundleError, BundleInvalidError, BundleNotFoundError
from hybrid_logo.types import Precision
from tests.small_release import NAME, SIDE, entry, router, scorecard, write_manifest, write_release

FILES = ("rules.json", "router.json", "student-int8.onnx", "student-int8-symmetric.onnx", "student-fp32.onnx")


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MODEL_VARIABLE, raising=False)


@pytest.fixture
def release(small_release: Path, tmp_path: Path) -> Path:
    """A copy that may be spoiled."""
    return Path(shutil.copytree(small_release, tmp_path / "release"))


def refused(folder: Path, message: str) -> None:
    with pytest.raises(BundleInvalidError, match=message) as caught:
        Bundle.load(folder)
    assert "Install" in str(caught.value) or "Remove" in str(caught.value)


def with_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    change(manifest)
    write_manifest(folder, manifest)


def test_a_sound_release_is_loaded_whole(small_release: Path, small_models: dict[str, bytes]) -> None:
    loaded = Bundle.load(small_release)
    assert (loaded.folder, loaded.name, loaded.side) == (small_release, NAME, SIDE)
    hashes = {name: loaded.manifest["files"][name]["sha256"] for name in FILES if name != "router.json"}
    assert loaded.router == router(files=hashes)
    assert loaded.scorecard.to_dict() == scorecard().to_dict()
    assert loaded.manifest == read_manifest(small_release)
    assert loaded.precisions == tuple(Precision)
    assert {precision: loaded.student_model(precision) for precision in Precision} == small_models
    assert loaded.student_model() == small_models[loaded.precision()]


def with_content(folder: Path, name: str, content: bytes) -> None:
    """Another file, which the manifest names as if it had been released."""
    (folder / name).write_bytes(content)
    with_manifest(folder, lambda manifest: manifest["files"].update({name: entry(content)}))


def test_a_student_that_was_exchanged_voids_every_promise(
    release: Path, small_models: dict[str, bytes]
) -> None:
    with_content(release, "student-int8.onnx", small_models["int8-symmetric"])
    loaded = Bundle.load(release)
    assert loaded.router.changed == ("student-int8.onnx",)
    assert (loaded.router.promise, loaded.router.certain, loaded.router.points) == (None, None, ())
    with pytest.raises(ValueError, match=r"nothing is since student-int8\.onnx changed"):
        loaded.router.at_risk(0.02)


def test_rules_that_were_exchanged_void_every_promise(release: Path) -> None:
    with_content(release, "rules.json", json.dumps(scorecard().to_dict(), indent=1).encode())
    assert Bundle.load(release).router.changed == ("rules.json",)


def test_a_student_that_came_or_went_voids_every_promise(
    tmp_path: Path, small_models: dict[str, bytes]
) -> None:
    """What was certified holds for the precisions that it was counted with."""
    two = {name: small_models[name] for name in ("int8", "fp32")}
    folder = write_release(tmp_path / "two", two)
    assert Bundle.load(folder).router.changed == ()
    with_content(folder, "student-int8-symmetric.onnx", small_models["int8-symmetric"])
    assert Bundle.load(folder).router.changed == ("student-int8-symmetric.onnx",)


@pytest.mark.parametrize("precision", ["int4", "", "../secret", "INT8"])
def test_an_unknown_precision_is_the_callers_mistake(precision: str, small_release: Path) -> None:
    with pytest.raises(ValueError, match="must be one of int8, int8-symmetric, fp32, not"):
        Bundle.load(small_release).student_model(precision)


def without_symmetric(folder: Path) -> Bundle:
    """As the first releases were."""
    (folder / "student-int8-symmetric.onnx").unlink()
    with_manifest(folder, lambda manifest: manifest["files"].pop("student-int8-symmetric.onnx"))
    return Bundle.load(folder)


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        *((name, "int8") for name in ("x86_64", "AMD64", "i686", "armv7l", "riscv64", "")),
        *((name, "int8-symmetric") for name in ("aarch64", "arm64", "ARM64")),
    ],
)
def test_the_processor_chooses_the_precision(
    machine: str, expected: str, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert Bundle.load(release).precision() == expected
    assert Bundle.load(release).precision("int8") == "int8"
    assert without_symmetric(release).precision() == "int8"


def test_a_release_without_a_precision_says_what_it_has(release: Path) -> None:
    made = without_symmetric(release)
    assert made.precisions == (Precision.INT8, Precision.FP32)
    for ask in (made.precision, made.student_model):
        with pytest.raises(
            BundleError, match=rf"{NAME} has no student in int8-symmetric, only in int8, fp32\. Ask"
        ):
            ask("int8-symmetric")


@pytest.mark.parametrize("name", ["student-int8.onnx", "student-fp32.onnx"])
def test_every_release_has_these_students(name: str, release: Path) -> None:
    with_manifest(release, lambda manifest: manifest["files"].pop(name))
    refused(release, "must name")


def test_the_release_of_this_version_is_the_default() -> None:
    loaded = Bundle.load()
    assert loaded.name == DEFAULT_BUNDLE
    assert Bundle.load(DEFAULT_BUNDLE).folder == loaded.folder
    assert len(loaded.student_model("int8")) < 1_500_000


def test_a_release_is_found_by_folder_name_and_variable(
    small_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_bundle(small_release) == find_bundle(str(small_release)) == small_release
    monkeypatch.setattr(bundle, "_roots", lambda: (tmp_path, small_release.parent))
    assert find_bundle(NAME) == small_release
    monkeypatch.setenv(MODEL_VARIABLE, NAME)
    assert find_bundle() == small_release
    monkeypatch.setenv(MODEL_VARIABLE, str(small_release))
    assert Bundle.load().folder == small_release


def test_what_is_asked_for_beats_the_variable(
    small_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODEL_VARIABLE, str(tmp_path / "elsewhere"))
    assert find_bundle(small_release) == small_release
    with pytest.raises(BundleNotFoundError, match="elsewhere"):
        find_bundle()


def test_an_empty_variable_is_none(
    small_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(small_release, tmp_path / DEFAULT_BUNDLE)
    monkeypatch.setattr(bundle, "_roots", lambda: (tmp_path,))
    monkeypatch.setenv(MODEL_VARIABLE, "")
    assert find_bundle() == tmp_path / DEFAULT_BUNDLE


def test_the_default_is_never_taken_from_the_working_directory(
    small_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(small_release, tmp_path / "here" / DEFAULT_BUNDLE)
    shutil.copytree(small_release, tmp_path / "models" / DEFAULT_BUNDLE)
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(bundle, "_roots", lambda: (tmp_path / "models",))
    assert find_bundle() == tmp_path / "models" / DEFAULT_BUNDLE
    assert find_bundle(DEFAULT_BUNDLE) == Path(DEFAULT_BUNDLE)  # asked for by hand


@pytest.mark.parametrize("model", ["nowhere", "/nowhere/at/all", "x" * 5000, "a\0b", "../.."])
def test_no_release_there(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BundleNotFoundError) as caught:
        find_bundle(model)
    message = str(caught.value)
    assert repr(model) in message
    assert "--model" in message
    assert MODEL_VARIABLE in message


def test_releases_that_are_here_are_told(
    small_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b-1.0", "a-1.0"):
        shutil.copytree(small_release, tmp_path / name)
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(bundle, "_roots", lambda: (tmp_path,))
    with pytest.raises(BundleNotFoundError, match=r"Releases here: a-1\.0, b-1\.0\. Give"):
        find_bundle("c-1.0")


@pytest.mark.parametrize("name", FILES)
def test_any_changed_byte_is_noticed(name: str, release: Path) -> None:
    whole = (release / name).read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 20)):
        changed = bytearray(whole)
        changed[at] ^= 1
        (release / name).write_bytes(changed)
        refused(release, name)
    (release / name).write_bytes(whole[:-1])
    refused(release, name)
    (release / name).write_bytes(whole + b"\n")
    refused(release, name)
    (release / name).write_bytes(whole)
    assert Bundle.load(release).name == NAME


def test_a_student_changed_after_loading_is_noticed(release: Path) -> None:
    loaded = Bundle.load(release)
    with (release / "student-fp32.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(BundleInvalidError, match="student-fp32"):
        loaded.student_model("fp32")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file(name: str, release: Path) -> None:
    (release / name).unlink()
    refused(release, rf"{name} cannot be read \(No such file")


def test_a_folder_in_place_of_a_file(release: Path) -> None:
    (release / "rules.json").unlink()
    (release / "rules.json").mkdir()
    refused(release, r"rules\.json cannot be read")


def test_files_that_the_manifest_does_not_name(release: Path) -> None:
    (release / "student-int4.onnx").touch()
    (release / "evil.py").touch()
    refused(release, r"does not name: evil\.py, student-int4\.onnx")


def test_one_more_file_that_the_manifest_names(release: Path) -> None:
    (release / "NOTICE").write_bytes(b"of others")
    with_manifest(release, lambda manifest: manifest["files"].update(NOTICE=entry(b"of others")))
    assert Bundle.load(release).name == NAME
    (release / "NOTICE").write_bytes(b"of theirs")
    refused(release, "NOTICE")


def test_the_model_card_may_change_or_be_left_out(release: Path) -> None:
    (release / MODEL_CARD).write_text("rewritten", encoding="utf-8")
    assert Bundle.load(release).name == NAME
    (release / MODEL_CARD).unlink()
    assert Bundle.load(release).name == NAME


@pytest.mark.parametrize(
    "name", ["../outside.txt", "/etc/hostname", "sub/inside.txt", "..", ".", "", "a\0b", "./rules.json"]
)
def test_names_that_lead_out_of_the_folder(name: str, release: Path) -> None:
    (release / "sub").mkdir()
    (release / "sub" / "inside.txt").write_bytes(b"x")
    (release.parent / "outside.txt").write_bytes(b"x")
    with_manifest(release, lambda manifest: manifest["files"].update({name: entry(b"x")}))
    refused(release, "no file name|cannot be read")


@pytest.mark.parametrize(
    "wrong",
    [None, 1, "x", [], {}, {"bytes": 1}, {"sha256": 64 * "0"}, {"bytes": "1", "sha256": "x"}],
    ids=repr,
)
def test_an_entry_that_says_too_little(wrong: Any, release: Path) -> None:
    with_manifest(release, lambda manifest: manifest["files"].update({"rules.json": wrong}))
    refused(release, r"rules\.json")


def test_an_entry_with_another_size(release: Path) -> None:
    said = entry((release / "rules.json").read_bytes())
    for size in (said["bytes"] + 1, None):
        wrong = said | {"bytes": size}
        with_manifest(release, lambda manifest, wrong=wrong: manifest["files"].update({"rules.json": wrong}))
        refused(release, r"rules\.json")


def put(key: str, value: Any) -> Callable[[dict[str, Any]], object]:
    return lambda manifest: manifest.update({key: value})


MANIFESTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "schema 2": (put("schema", 2), "schema 2, this version reads 1"),
    "schema as text": (put("schema", "1"), "schema '1', this version reads 1"),
    "no schema": (lambda manifest: manifest.pop("schema"), "schema None"),
    "an unknown key": (put("download", "later"), "keys download"),
    "a missing key": (lambda manifest: manifest.pop("promise"), "keys promise"),
    "no files": (put("files", {}), "must name"),
    "files as a list": (put("files", list(FILES)), "must name"),
    "a file less": (lambda manifest: manifest["files"].pop("router.json"), "must name"),
    "labels in another order": (put("labels", ["text", "simple", "gradient", "complex"]), "labels"),
    "three labels": (put("labels", ["simple", "text", "gradient"]), "labels"),
    "no labels": (put("labels", None), "labels"),
    "preprocessing as text": (put("preprocessing", "RGB"), "student_side_px"),
    "no side": (put("preprocessing", {"channels": "RGB"}), "student_side_px"),
    "side as text": (put("preprocessing", {"student_side_px": "32"}), "student_side_px"),
}


@pytest.mark.parametrize(("change", "message"), MANIFESTS.values(), ids=MANIFESTS.keys())
def test_a_manifest_of_another_form(change: Any, message: str, release: Path) -> None:
    with_manifest(release, change)
    refused(release, message)
    with pytest.raises(BundleInvalidError, match=message):
        read_manifest(release)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000], ids=lambda content: repr(content[:8])
)
@pytest.mark.parametrize("name", [MANIFEST, "rules.json", "router.json"])
def test_files_that_are_no_json_object(name: str, content: bytes, release: Path) -> None:
    (release / name).write_bytes(content)
    if name != MANIFEST:
        with_manifest(release, lambda manifest: manifest["files"].update({name: entry(content)}))
    refused(release, name)


def test_rules_and_router_are_checked_beyond_their_hashes(release: Path) -> None:
    for name in ("rules.json", "router.json"):
        whole = (release / name).read_bytes()
        content = json.dumps(json.loads(whole) | {"note": 1}).encode()
        (release / name).write_bytes(content)
        with_manifest(release, lambda manifest, n=name, c=content: manifest["files"].update({n: entry(c)}))
        refused(release, rf"{name} is malformed .*note")
        (release / name).write_bytes(whole)
        with_manifest(release, lambda manifest, n=name, c=whole: manifest["files"].update({n: entry(c)}))
    assert Bundle.load(release).name == NAME


def test_a_manifest_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).mkdir()
    with pytest.raises(BundleInvalidError, match=r"cannot be read \(Is a directory\)\. Install"):
        read_manifest(tmp_path)
