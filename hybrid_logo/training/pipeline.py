"""From labels to a release: what each ``hybrid-logo train`` step reads and leaves in the run's folder.

    labels -> held-out.json            brands that nothing is learned from
    copies -> rules.json, folds.npz
           -> teachers/                 networks and trees, and what they say together
           -> student/, student-*.onnx, quantisation.json
           -> router.json -> release

Every step may be repeated alone; what a step needs and does not find is a ``SourceError`` that names the
command to run.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from hybrid_logo.bundle import Bundle, student_file
from hybrid_logo.errors import SourceError
from hybrid_logo.rules import Scorecard
from hybrid_logo.student import Student
from hybrid_logo.training import beginning
from hybrid_logo.training.corpus import SEEN, SOURCES, calibrate_plan, examples_of, packages, train_plan
from hybrid_logo.training.evidence import Unlabelled
from hybrid_logo.training.examples import Examples, joined, relatives, rows_of_same_pictures, soft_targets
from hybrid_logo.training.further_labels import further_logos
from hybrid_logo.training.gathering import evidence_of, unlabelled_tables, without_labels
from hybrid_logo.training.labels import LabelledLogo, is_own, read_labels
from hybrid_logo.training.learning import parallel
from hybrid_logo.training.learning.same_view import SameView
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.pictures import CopyPlan, PictureTable, build_table, few_copies
from hybrid_logo.training.release import FILES, release, sha256_of
from hybrid_logo.training.router import Judged, RouterScore, fit_router, fit_score, judge_all
from hybrid_logo.training.rules import fit_folds, fit_scorecard
from hybrid_logo.training.settings import RunSettings, keep_settings
from hybrid_logo.training.sources import storage_errors
from hybrid_logo.training.student import train_student, trained_student
from hybrid_logo.training.student_files import write_student
from hybrid_logo.training.suites import SUITES, built_in_suite, calibrate_pictures
from hybrid_logo.training.teaching import live_teachers, load_teaching, teach
from hybrid_logo.training.train_split import logos_to_learn_from
from hybrid_logo.training.unlabelled_table import content as disagreements
from hybrid_logo.types import Precision

__all__ = ["Run", "RunSettings"]

RULE_COPIES = 8
"""Degraded copies of a logo that the rules learn from; the student sees all of them."""
SEARCH_COPIES = 8
"""Degraded copies of a logo that the student search shows."""
STEP_OF_FILE = dict(zip(FILES, ("rules", "router", "student", "student", "student"), strict=True))


class Run:
    """A training run in a folder.

    Args:
        folder: holds what the steps leave.
        settings: see there.
        cache: the cache folder of sources and copies.
        labels: the labels file.
        workers: processes that make copies.
    """

    def __init__(
        self,
        folder: Path,
        settings: RunSettings,
        cache: Path | None = None,
        labels: Path | None = None,
        workers: int = 2,
    ) -> None:
        self.folder, self.settings, self.cache = folder, settings, cache
        self.labels = None if labels is not None and is_own(labels) else labels
        self.workers = workers
        with parallel.first_alone(), storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            keep_settings(settings, folder)

    def fit_rules(self) -> Scorecard:
        """Fit the scorecard, and one per fold for the router."""
        logos, table = self._train()
        corpus = self.settings.corpus
        targets = soft_targets(table, corpus.also_accepted_share, corpus.label_smoothing).astype(np.float64)
        scorecard = fit_scorecard(table.features, targets, table.logos, table.copies, self.settings.rules)
        brands = np.unique([logo.brand for logo in logos], return_inverse=True)[1][table.logos]
        folds = fit_folds(table.features, targets, table.logos, table.copies, brands, self.settings.rules)
        rows, parts = zip(
            *((rows, judge_all(card, table.features[rows])) for rows, card in folds), strict=True
        )
        order = np.argsort(np.concatenate(rows))
        unfinished = self.folder / "folds.tmp.npz"
        with storage_errors(self.folder):
            np.savez(
                unfinished,
                inputs=np.concatenate([part.inputs for part in parts])[order],
                points=np.concatenate([part.points for part in parts])[order],
                silent=np.concatenate([part.silent for part in parts])[order],
            )
            unfinished.replace(self.folder / "folds.npz")
        self._write("rules.json", scorecard.to_dict())
        return scorecard

    def fit_teachers(self) -> None:
        """Train the teachers, and keep what they say of every picture that the student will see."""
        self._begin()
        _, calibrate = self._calibrate()
        examples = self.examples()
        seen = {SEEN[0]: self.logos("train"), SEEN[1]: further_logos(self.labels)}
        groups = relatives(examples, {name: [logo.brand for logo in seen[name]] for name in SEEN})
        teachers, trees = beginning.begun_teachers(self.settings), self.settings.trees
        teach(examples, calibrate, teachers, trees, self.folder / "teachers", groups)

    def fit_student(self) -> None:
        """Train, export and quantise the student; where INT8 loses too much, let it learn the rounding."""
        first = self._begin()
        if self.settings.student.needs_teachers:
            examples, calibrate = self.taught_examples()
        else:
            examples, calibrate = self.examples(), self._calibrate()[1]
        first = first or beginning.student_of_teacher(self.settings, self.folder / "teachers")
        settings, folder = self.settings.student, self.folder / "student"
        teacher = self._live_teacher()
        network = train_student(examples, calibrate, settings, folder, teacher, first)
        facts = write_student(network, examples, calibrate, self.settings, self.folder, teacher)
        if parallel.is_first():
            self._write("quantisation.json", facts)
            self._write("examples.json", examples.counts())

    def is_taught_by_others(self) -> bool:
        """Whether it has no teachers of its own and was given what those of another run said."""
        own = self.settings.teachers or self.settings.trees
        return not own and (self.folder / "teachers" / "teaching.json").is_file()

    def trained_student(self) -> StudentNetwork:
        """The student as it was trained, in FP32, before it learned any rounding."""
        self._path(student_file(Precision.INT8), "student")
        return trained_student(self.settings.student, self.folder / "student")

    def _begin(self) -> StudentNetwork | None:
        """Refuse, before hours of learning, what cannot be begun with; the student of the other run."""
        student = beginning.begun_student(self.settings)
        beginning.teacher_to_begin_with(self.settings)
        with parallel.first_alone():  # it writes what the others compare
            self._keep_held_out()
        return student

    def _keep_held_out(self) -> None:
        beginning.keep_held_out(
            self.settings, self.folder, read_labels(self.labels), guarded=self.labels is None
        )

    def _live_teacher(self) -> SameView | None:
        share = self.settings.same_view_share
        if not share or not self.settings.student.needs_teachers:
            return None
        return SameView(live_teachers(self.folder / "teachers"), share)

    def taught_examples(self) -> tuple[Examples, PictureTable]:
        """What the student learns from, with what the teachers say, and the ``calibrate`` copies."""
        self._path("teachers/teaching.json", "teachers")
        examples = self.examples()
        return examples.taught(load_teaching(examples, self.folder / "teachers")), self._calibrate()[1]

    def taught_logos(self, side: int) -> tuple[Examples, PictureTable]:
        """The labelled logos alone at any side, with what the teachers say; and the ``calibrate`` copies.

        Args:
            side: height and width of the views, in pixels; the teachers saw the same pictures at their own.
        """
        taught, _ = self.taught_examples()
        corpus = self.settings.corpus
        few = replace(corpus, side=side, labelled_copies=min(SEARCH_COPIES, corpus.labelled_copies))
        shown = examples_of(SOURCES[0], few, self.logos("train"), self.cache, self.labels, self.workers)
        rows = rows_of_same_pictures(shown, taught)
        if (rows < 0).any():
            raise SourceError("Teachers of this run saw other copies. Run: hybrid-logo train teachers")
        plan = calibrate_plan(self.settings.calibrate_copies, corpus.seed, side)
        return replace(shown, teacher=taught.teacher[rows]), self._table("calibrate", plan)[1]

    def fit_router(self) -> None:
        """Fit the router to the scorecard and the quantised student, and certify what it promises."""
        scorecard = Scorecard.from_dict(self._read("rules.json", "rules"))
        with np.load(self._path("folds.npz", "rules")) as stored:
            folds = Judged(stored["inputs"], stored["points"], stored["silent"])
        paths = {precision: self._path(student_file(precision), "student") for precision in Precision}
        students = {precision: Student(path.read_bytes()) for precision, path in paths.items()}
        _, train = self._train()
        if len(folds.silent) != len(train.logos):
            raise SourceError(
                f"{self.folder} holds rules that were fitted to other copies of the logos. "
                f"Run: hybrid-logo train rules --run {self.folder}"
            )
        score = fit_score(folds, train.accepted)
        logos, calibrate = self._calibrate()
        brands = [logos[logo].brand for logo in calibrate.logos.tolist()]
        evidence = evidence_of(calibrate, brands, scorecard, score, students)
        files = {path.name: sha256_of(path) for path in (self.folder / "rules.json", *paths.values())}
        unlabelled = self._unlabelled(scorecard, score, students[Precision.INT8])
        router = fit_router(score, evidence, self.settings.router, files, unlabelled)
        self._write("router.json", router.to_dict())
        if unlabelled is not None:
            promise, asked = router.point.promise, self.settings.router
            threshold = None if promise is None else promise.threshold
            told = disagreements(unlabelled, threshold, asked.target_risk, asked.confidence)
            self._write("unlabelled.json", {"schema": 1, **told})

    def _unlabelled(self, scorecard: Scorecard, score: RouterScore, student: Student) -> Unlabelled | None:
        corpus, count = self.settings.corpus, self.settings.unlabelled
        if not count:
            return None
        seed = corpus.seed + 1
        place = (self.cache, self.labels, self.workers)
        icons = "icons" not in self.settings.sources
        tables = unlabelled_tables(count, seed, corpus.side, *place, icons=icons)
        return without_labels(tables, scorecard, score, student)

    def release(self, name: str, folder: Path) -> Bundle:
        """Measure on the test split and write the release."""
        examples = self._read("examples.json", "student")
        facts = {
            "side": self.settings.corpus.side,
            "seed": self.settings.corpus.seed,
            "settings": beginning.settings_to_tell(self.settings),
            "examples": examples,
            "relatives_left_out": self.labels is None,
            "rules_learned_from": sorted(self._seen()),
            "sources": packages({*examples, *self._seen()}),
            "quantisation": self._read("quantisation.json", "student"),
        }
        for file, step in STEP_OF_FILE.items():
            self._path(file, step)
        self._keep_held_out()
        suites = {suite: built_in_suite(suite, 0, self.cache, self.labels) for suite in SUITES}
        copies, seed = self.settings.calibrate_copies, self.settings.corpus.seed + 1
        reference = calibrate_pictures(copies, seed, self.cache, self.labels)
        return release(name, self.folder, folder, facts, suites, reference)

    def _train(self) -> tuple[list[LabelledLogo], PictureTable]:
        """What the rules learn from: the ``train`` split and the further logos, a few copies of each."""
        corpus = self.settings.corpus
        plan = train_plan(corpus, corpus.labelled_copies)
        parts = [logos for logos in (self.logos("train"), further_logos(self.labels)) if logos]
        with parallel.first_alone():
            return [*chain(*parts)], few_copies(parts, plan, RULE_COPIES, self.cache, self.workers)

    def _calibrate(self) -> tuple[list[LabelledLogo], PictureTable]:
        corpus = self.settings.corpus
        plan = calibrate_plan(self.settings.calibrate_copies, corpus.seed, corpus.side)
        return self._table("calibrate", plan)

    def examples(self) -> Examples:
        """What the student and its teachers learn from, of every source that one of them asks for.

        Raises:
            SourceError: there is no such source, or it cannot be made; see ``examples_of``.
        """
        asked = self.settings.sources - ({*SEEN} - self._seen())
        strange = asked - set(SOURCES)
        if strange:
            raise SourceError(f"There is no source {min(strange)!r}. Use some of: {', '.join(SOURCES)}.")
        logos = self.logos("train")
        place = (self.cache, self.labels, self.workers)
        with parallel.first_alone():
            parts = [
                examples_of(name, self.settings.corpus, logos, *place) for name in SOURCES if name in asked
            ]
        return joined(parts)

    def _seen(self) -> set[str]:
        """Sources with visual labels, as far as there are some; the rules learn from all of them."""
        return set(SEEN if further_logos(self.labels) else SEEN[:1])

    def _table(self, split: str, plan: CopyPlan) -> tuple[list[LabelledLogo], PictureTable]:
        logos = self.logos(split)
        with parallel.first_alone():
            return logos, build_table(logos, plan, self.cache, self.workers)

    def logos(self, split: str) -> list[LabelledLogo]:
        """The labelled logos of a split; of ``train`` those that are no relatives of held-out ones.

        The splits of a labels file of the user's own stay as they are: its brands are no names of icons.

        Raises:
            SourceError: it has none.
        """
        guarded = split == "train" and self.labels is None
        logos = self._unrelated if guarded else read_labels(self.labels, split)
        if not logos:
            raise SourceError(f"The labels file has no logo of the split {split!r}. Add some of each type.")
        return logos

    @cached_property
    def _unrelated(self) -> list[LabelledLogo]:
        with parallel.first_alone():
            return logos_to_learn_from(read_labels(), self.cache, self.workers)

    def _path(self, name: str, step: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise SourceError(f"{path} is missing. Run: hybrid-logo train {step} --run {self.folder}")
        return path

    def _read(self, name: str, step: str) -> dict[str, Any]:
        return dict(json.loads(self._path(name, step).read_text(encoding="utf-8")))

    def _write(self, name: str, data: dict[str, Any]) -> None:
        unfinished = self.folder / f"{name}.tmp"
        with storage_errors(self.folder):
            unfinished.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
            unfinished.replace(self.folder / name)
