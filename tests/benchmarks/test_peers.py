"""All methods in one run: figures, times, tables, the command, and the walls around the scripts."""

from __future__ import annotations

import ast
import configparser
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hybrid_logo.errors import BlankError, MissingExtraError, SourceError
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.image import decode
from hybrid_logo.training.encodings import as_png
from hybrid_logo.types import LABELS, LogoType
from tests.benchmarks.peer_scripts import FOLDER, majority, measuring, peer, released, run, table
from tests.small_release import drawings

ROOT = Path(__file__).parents[2]
FIRST, SECOND, THIRD, FOURTH = LABELS


def dataset() -> Dataset:
    """Two pictures of each type; the first of the second type may be the first type as well."""
    cases = []
    for number, pixels in enumerate(drawings(2, side=64)):
        label = LABELS[number % 4]
        accepted = frozenset([label, FIRST] if number == 1 else [label])
        data = as_png(pixels) + bytes([number])
        cases.append(Case(f"{number}.png", data, label, accepted, len(accepted) == 1, f"brand-{number}"))
    return Dataset("drawn", cases, "nobody", 0)


def knowing(data: bytes) -> LogoType:
    """The right answer, from the byte behind the picture."""
    return LABELS[data[-1] % 4]


def always_first(data: bytes) -> LogoType:
    if data[-1] == 7:
        raise BlankError("nothing is drawn")
    return FIRST


def methods(**changed: Any) -> dict[str, Any]:
    return {
        "hybrid": peer.Trained(
            "ours", "knows", knowing, pictures_seen=891_234, parameters=630_000, size_mb=0.75
        ),
        "lazy": peer.Trained("theirs", "looks at nothing", always_first, **changed),
    }


def test_the_figures_are_those_of_the_answers() -> None:
    found = measuring.measure(dataset(), methods(), timed=0)
    assert found["times"] == {}
    assert found["dataset"]["pictures"] == 8
    ours, lazy = found["figures"]["hybrid"], found["figures"]["lazy"]
    assert [ours[name]["share"] for name in ("strict", "accepted", "clear")] == [1.0, 1.0, 1.0]
    assert [(lazy[name]["k"], lazy[name]["n"]) for name in ("strict", "accepted", "clear")] == [
        (2, 8), (3, 8), (2, 7),
    ]  # fmt: skip
    assert lazy["classes"][FIRST.value]["recall"]["share"] == 1.0
    assert lazy["classes"][FOURTH.value]["recall"] == ours["classes"][FOURTH.value]["recall"] | {
        "k": 0, "share": 0.0, "low": 0.0, "high": lazy["classes"][FOURTH.value]["recall"]["high"],
    }  # fmt: skip
    assert (ours["unanswered"], lazy["unanswered"]) == (0, 1)
    assert ours["hybrid_minus_it"]["strict"] == {"difference": 0.0, "low": 0.0, "high": 0.0}
    assert lazy["hybrid_minus_it"]["strict"]["difference"] == 0.75
    assert lazy["hybrid_minus_it"]["accepted"]["difference"] == 0.625


def test_a_slow_method_answers_many_at_once_in_its_own_way() -> None:
    given: list[Any] = []

    def many(files: list[bytes]) -> list[LogoType | None]:
        given.extend(files)
        return [THIRD] * len(files)

    method = peer.Trained("slow", "", always_first, answer_many=many)
    assert measuring.answers_of(method, dataset()) == [THIRD] * 8
    assert given == [case.read() for case in dataset().cases]


def test_times_are_ratios_to_the_hybrid_with_decoding_taken_off() -> None:
    def waiting(seconds: float) -> Any:
        def answer(data: bytes) -> LogoType:
            decode(data)
            time.sleep(seconds)
            return FIRST

        return answer

    timed = {
        "hybrid": peer.Trained("ours", "", waiting(0.004)),
        "slow": peer.Trained("theirs", "", waiting(0.04)),
    }
    times = measuring.times_of(dataset().limited(3), timed)
    assert times["hybrid"]["ratio_to_hybrid"] == 1.0
    means = [times[name]["without_decoding"]["mean_ms"] for name in ("slow", "hybrid")]
    assert times["slow"]["ratio_to_hybrid"] == means[0] / means[1] > 1
    assert "ratio_to_hybrid" not in times["decode alone"]


def test_the_release_answers_in_each_of_its_ways(small_release: Path) -> None:
    found = released.released_methods(str(small_release))
    assert next(iter(found)) == "hybrid"
    assert {"neural-fp32", "rules"} <= found.keys()
    assert found["hybrid"].size_mb > found["rules"].size_mb > 0
    assert found["neural-fp32"].parameters == found["hybrid"].parameters > 500
    assert found["rules"].pictures_seen is None
    data = dataset().cases[0].read()
    assert {method.answer(data) for method in found.values()} <= set(LABELS)


def test_pictures_that_the_student_saw_are_summed_over_its_runs() -> None:
    student: dict[str, Any] = {
        "training": {"epochs": 3, "sources": [["labelled", 2.0], ["icons", 0.25]]},
        "fine_tuning": {"epochs": 2, "sources": [["labelled", 1.0]]},
    }
    examples = {"labelled": {"drawings": 10}, "icons": {"drawings": 40}}
    settings: dict[str, Any] = {"student": student}
    training = {"settings": settings, "examples": examples}
    assert released.pictures_seen(training) == 3 * (20 + 10) + 2 * 10
    student["fine_tuning"] = None
    assert released.pictures_seen(training) == 90
    student["begin_with_teacher"] = True
    passes = {"epochs": 5, "sources": [["labelled", 1.0]]}
    other = {"architecture": "resnet50d", "training": passes | {"epochs": 7}}
    settings["teachers"] = [other, {"architecture": "plain", "training": passes}]
    assert released.pictures_seen(training) == 90 + 5 * 10
    assert released.pictures_seen({}) is None


def test_a_missing_package_skips_a_peer_and_anything_else_ends_the_run(tmp_path: Path) -> None:
    class Fails:
        def __init__(self, error: Exception) -> None:
            self.error = error

        def trained(self, pictures: Any, folder: Path) -> Any:
            raise self.error

    class Learns:
        def trained(self, pictures: Any, folder: Path) -> Any:
            return folder

    chosen = {"absent": Fails(MissingExtraError("pip install it")), "there": Learns()}
    assert run.train_all(chosen, None, tmp_path) == (
        {"there": tmp_path / "there"},
        {"absent": "pip install it"},
    )
    with pytest.raises(SourceError):
        run.train_all({"broken": Fails(SourceError("no disk"))}, None, tmp_path)


def made_up_result(timed: int = 3) -> dict[str, Any]:
    told = methods(pictures_seen=None, parameters=2_300, size_mb=None)
    suites = {"drawn": measuring.measure(dataset(), told, timed=0)}
    if timed:
        suites["drawn"]["times"] = {
            "hybrid": {"without_decoding": {"mean_ms": 1.25}, "ratio_to_hybrid": 1.0},
            "lazy": {"without_decoding": {"mean_ms": 125.0}, "ratio_to_hybrid": 100.0},
        }
    names = ("name", "about", "pictures_seen", "parameters", "size_mb")
    return {
        "labels_from": "a made-up person",
        "environment": {"date": "2000-01-01", "processor": "abacus", "versions": {"torch": "0"}},
        "settings": {"logos": 1234, "copies": 7, "timed": timed},
        "methods": {key: {name: getattr(method, name) for name in names} for key, method in told.items()},
        "skipped": {"absent": "pip install it"},
        "suites": suites,
    }


def rows(markdown: str) -> list[list[str]]:
    return [line.strip("| ").split(" | ") for line in markdown.splitlines() if line.startswith("|")]


def test_the_tables_say_what_the_result_says() -> None:
    text = table.as_markdown(made_up_result())
    found = rows(text)
    assert len({len(row) for row in found if row[0] == "drawn" and "%" in row[-1]}) == 1
    assert found[2][:2] == ["drawn", "ours"]
    assert found[2][2].startswith("100.0% (63.1-100.0)")
    assert found[2][-1] == "-"
    assert found[3][2].startswith("25.0% (")
    assert found[3][-1].startswith("+62.5 (")
    assert found[-2] == ["ours", "891 k", "630 k", "0.75", "1.25 ms, 1.00x"]
    assert found[-1] == ["theirs", "-", "2.3 k", "-", "125.00 ms, 100.00x"]
    assert "- Skipped: **absent**. pip install it" in text
    assert "1,234 logos" in text
    assert "Labels: a made-up person" in text
    untimed = rows(table.as_markdown(made_up_result(timed=0)))
    assert untimed[-1] == ["theirs", "-", "2.3 k", "-"]


def test_docs_peers_says_what_the_result_file_says() -> None:
    text = (ROOT / table.TABLE.document).read_text(encoding="utf-8")
    assert text.count("<!-- peers:begin -->") == text.count("<!-- peers:end -->") == 1
    if (ROOT / table.TABLE.result).is_file():
        assert not table.TABLE.differs(ROOT)
    else:
        assert "<!-- peers:begin -->\n<!-- peers:end -->" in text


@pytest.fixture
def called(labelled: tuple[Path, Path], small_release: Path, tmp_path: Path) -> Any:
    """Call the command on the drawn logos."""
    cache, labels = labelled

    def call(*arguments: str) -> Result:
        given = ("--cache", cache, "--labels", labels, "--model", small_release, "--work", tmp_path / "work")
        return CliRunner().invoke(run.main, [*map(str, given), *arguments])

    return call


def test_one_command_trains_measures_and_writes(called: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = called("--only", "majority", "--timed", "2", "--out", str(out))
    assert (done.exit_code, done.exception) == (0, None)
    result = json.loads((out / "peers.json").read_text(encoding="utf-8"))
    assert result["schema"] == 1
    assert "no human annotator" in result["labels_from"]
    assert {"hybrid", "rules", "majority"} <= result["methods"].keys()
    assert "boosted-trees" not in result["methods"]
    assert list(result["suites"]) == ["test-clean", "test-degraded"]
    for suite in result["suites"].values():
        assert suite["dataset"]["pictures"] == 8
        assert suite["figures"]["majority"]["strict"]["share"] == 0.25
        assert suite["times"]["majority"]["ratio_to_hybrid"] < 0.5
    assert table.as_markdown(result) in done.stdout


def test_the_other_split_fewer_pictures_and_no_file(called: Any, tmp_path: Path) -> None:
    done = called("--only", "majority", "--timed", "0", "--split", "calibrate", "--limit", "3")
    assert done.exit_code == 0
    assert "calibrate-clean: 3 pictures" in done.stdout
    assert "Nothing was saved" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_earlier_work_is_gone_on_with_only_where_that_is_asked_for(called: Any, tmp_path: Path) -> None:
    arguments = ("--only", "majority", "--timed", "0")
    (tmp_path / "work" / "other").mkdir(parents=True)
    refused = called(*arguments)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--resume" in refused.stderr
    assert called(*arguments, "--resume").exit_code == 0


def test_write_and_check_measure_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ROOT", tmp_path)

    def call(option: str) -> Result:
        return CliRunner().invoke(run.main, [option])

    missing = call("--check")
    assert missing.exit_code == 2
    assert table.COMMAND in missing.stderr
    document = tmp_path / table.TABLE.document
    document.parent.mkdir()
    document.write_text("<!-- peers:begin -->\n<!-- peers:end -->\n", encoding="utf-8")
    table.TABLE.write_result(made_up_result(), tmp_path / table.TABLE.result)
    assert call("--check").exit_code == 1
    assert call("--write").exit_code == 0
    assert call("--check").exit_code == 0
    assert "891 k" in document.read_text(encoding="utf-8")


def test_every_peer_has_its_name_and_efficientnet_sees_less() -> None:
    found = run.peers(1000, "pretrained", 1)
    assert list(found) == list(run.NAMES)
    assert isinstance(found["majority"], majority.Majority)
    assert found["mobilenetv3-small"].learning.pictures == found["yolo11n-cls"].learning.pictures == 1000
    assert found["efficientnet-b0"].learning.pictures == 1000 * run.EFFICIENT_SHARE < 1000
    assert found["mobilenetv3-small"].learning.init == "pretrained"
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([\w-]+)` \|", readme, flags=re.MULTILINE) == list(run.NAMES)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_a_script_is_described_small_and_loads_no_foreign_package(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert ast.get_docstring(tree)
    assert len(source.splitlines()) <= 320
    at_top = {node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)}
    at_top |= {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    assert not {name.partition(".")[0] for name in at_top} & {"ultralytics", "vtracer", "resvg_py"}


def test_the_agpl_package_is_loaded_by_one_script_and_required_by_none() -> None:
    users = [
        path.name for path in FOLDER.glob("*.py") if "from ultralytics" in path.read_text(encoding="utf-8")
    ]
    assert users == ["yolo.py"]
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    assert not any("ultralytics" in text for text in listed)
