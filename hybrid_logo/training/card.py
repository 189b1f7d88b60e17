"""The dataset card: what a run learns from, counted by source, licence, type and split, as Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hybrid_logo.errors import OutputError
from hybrid_logo.training.agreement import Known, agreement_of, agreement_with
from hybrid_logo.training.card_tables import Row, listed, share, table
from hybrid_logo.training.composer import ComposedLogo, compose_all
from hybrid_logo.training.fonts import FONT_FAMILIES, STYLES
from hybrid_logo.training.further_labels import (
    Annotation,
    read_annotations,
    read_composed_controls,
    read_controls,
)
from hybrid_logo.training.labeller import MEASURED_TYPES, Agreement, agreements, facts_of_logos
from hybrid_logo.training.labels import SPLITS, LabelledLogo, read_labels
from hybrid_logo.training.leak_figures import HashFigures, LeakReport, hash_figures, leak_report
from hybrid_logo.training.leaks import BRANDLESS_SETS
from hybrid_logo.training.likeness import BITS
from hybrid_logo.training.material import Material, icons_to_learn_from
from hybrid_logo.training.settings import read_settings
from hybrid_logo.training.sources import icon_set, load_icons, storage_errors
from hybrid_logo.training.train_split import logos_to_learn_from
from hybrid_logo.types import LABELS

__all__ = ["Dataset", "as_markdown", "read_dataset", "write_card"]

BEGIN, END = "<!-- data:begin -->", "<!-- data:end -->"
BLOCK = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)

TITLE = "# What models are trained and measured on"


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Everything that the card tells of.

    Attributes:
        labelled: logos with visual labels, all splits.
        further: what was said of further ones, for training alone.
        own_licences: drawings by licence, of those further ones whose set gives each its own.
        controls: what was said, by the same passes, of drawings whose label is known.
        composed_controls: exact labels of those of them that were composed.
        labeller: how often that label is the visual one, where a logo has both.
        icons: drawings whose facts give their label.
        composed: logos of the composer.
        seed: of the composed ones.
        leaks: what the guard leaves out.
        learned: labelled logos of ``train`` that it leaves to learn from; 0 where it is not asked.
        hashes: what a hash alone finds.
    """

    labelled: Sequence[LabelledLogo]
    further: Sequence[Annotation]
    own_licences: Mapping[str, int]
    controls: Sequence[Annotation]
    composed_controls: Known
    labeller: Sequence[Agreement]
    icons: Material
    composed: Sequence[ComposedLogo]
    seed: int
    leaks: LeakReport
    learned: int
    hashes: HashFigures


def read_dataset(
    preset: str = "release", cache: Path | None = None, labels: Path | None = None, workers: int = 2
) -> Dataset:
    """Bring together what a run with these settings learns from; what the cache lacks is made.

    Args:
        preset: see ``read_settings``.
        cache: the cache folder; see ``cache_folder``.
        labels: the labels file.
        workers: processes.

    Raises:
        MissingExtraError: a package of the extra ``train`` is not installed.
        SourceError: a set or all fonts are not fetched, or the cache cannot be written.
    """
    corpus = read_settings(preset).corpus
    known = read_labels(labels)
    leaks = leak_report(known, cache, workers)
    measured = [logo for logo in known if logo.label in MEASURED_TYPES]
    further = read_annotations() if labels is None else []
    brands = [row.set for row in leaks.sets if row.set not in BRANDLESS_SETS]
    return Dataset(
        labelled=known,
        further=further,
        own_licences=_own_licences(further, cache),
        controls=read_controls() if labels is None else [],
        composed_controls=read_composed_controls() if labels is None else {},
        labeller=agreements(known, facts_of_logos(measured, cache, workers)),
        icons=icons_to_learn_from(cache, labels, workers),
        composed=compose_all(corpus.composed, corpus.seed, cache, workers, labels),
        seed=corpus.seed,
        leaks=leaks,
        learned=len(logos_to_learn_from(known, cache, workers)) if labels is None else 0,
        hashes=hash_figures(known, brands, cache, workers),
    )


def write_card(dataset: Dataset, path: Path) -> None:
    """Write the card; of a file that is there only what stands between the markers.

    Raises:
        OutputError: the file has no place for the card.
        SourceError: it cannot be read or written.
    """
    block = f"{BEGIN}\n\n{as_markdown(dataset)}\n\n{END}"
    unfinished = path.with_name(f".{path.name}.tmp")
    with storage_errors(path.parent):
        text = path.read_text(encoding="utf-8") if path.is_file() else f"{TITLE}\n\n{BEGIN}{END}\n"
        if len(BLOCK.findall(text)) != 1:
            raise OutputError(
                f"{path} must hold one pair of {BEGIN} and {END}. Add them where the card belongs, or name "
                "another file."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(BLOCK.sub(lambda _: block, text), encoding="utf-8")
        unfinished.replace(path)


def as_markdown(dataset: Dataset) -> str:
    """All sections of the card."""
    sections: tuple[Callable[[Dataset], str], ...] = (_labelled, _further, _icons, _composed, _fonts, _guard)
    return "\n\n".join(part for section in sections if (part := section(dataset)))


def _labelled(dataset: Dataset) -> str:
    logos = dataset.labelled
    counts = Counter((logo.set, logo.split, logo.label) for logo in logos)
    rows: list[Row] = []
    for name in dict.fromkeys(logo.set for logo in logos):
        for split in SPLITS:
            numbers = [counts[name, split, label] for label in LABELS]
            rows.append([name, icon_set(name).licence, split, *numbers, sum(numbers)])
    for split in SPLITS:
        numbers = [sum(logo.split == split and logo.label == label for logo in logos) for label in LABELS]
        rows.append(["all", "", split, *numbers, sum(numbers)])
    brands = Counter(split for split, _ in {(logo.split, logo.brand) for logo in logos})
    splits = ", ".join(f"{brands[split]:,} in {split}" for split in SPLITS)
    return (
        "## Logos with visual labels\n\n"
        "Labelled by a vision-language model in two passes; no human annotator has checked them. "
        f"{sum(logo.clear for logo in logos):,} of {len(logos):,} are clear: both passes agreed and neither "
        f"named a second type. No name of a brand is in two splits (for relatives see below, at the guard): "
        f"{splits}.\n\n" + table(["set", "licence", "split", *LABELS, "all"], rows, texts=3)
    )


def _own_licences(further: Sequence[Annotation], cache: Path | None) -> Counter[str]:
    icons = (load_icons(one.set, cache).get(one.name) for one in further)  # they are sorted by set
    return Counter(icon.licence for icon in icons if icon is not None and icon.licence)


def _further(dataset: Dataset) -> str:
    if not dataset.further:
        return ""
    logos = [annotation.logo() for annotation in dataset.further]
    counts = Counter((logo.set, logo.label) for logo in logos)
    numbers = {
        name: [counts[name, label] for label in LABELS] for name in dict.fromkeys(logo.set for logo in logos)
    }
    rows: list[Row] = [[name, icon_set(name).licence, *row, sum(row)] for name, row in numbers.items()]
    rows.append(["all", "", *(sum(column) for column in zip(*numbers.values(), strict=True)), len(logos)])
    seen = {logo.key: (logo.label, logo.accepted) for logo in dataset.labelled}
    kinds = (
        (seen, "of logos of `train`,"),
        (dataset.composed_controls, "of composed logos, whose label is exact,"),
    )
    first, second = [], []
    for known, words in kinds:
        strict, accepted = agreement_with(dataset.controls, known, "first")
        first.append(f"{words} {strict.of}, {strict} name the label and {accepted} a type that is accepted")
        second.append(str(agreement_with(dataset.controls, known, "second")[0]))
    return (
        "## Further logos for training\n\n"
        "Labelled as those above are, by a vision-language model in two passes over contact sheets that were "
        "shuffled anew, with a third look where they differ; no human annotator has checked them. "
        "benchmarks/labels/README.md tells how they were chosen. None is of a brand of `calibrate` or "
        f"`test`, as far as names and hashes tell. {sum(logo.clear for logo in logos):,} are clear. The two "
        f"passes name the same type for {agreement_of(dataset.further)}. Drawings whose label is known lay "
        f"among them unmarked. Answers of the first pass: {'; '.join(first)}. The second pass names the "
        f"label for {' and '.join(second)}.{_own(dataset.own_licences)}\n\n"
        + table(["set", "licence", *LABELS, "all"], rows, texts=2)
    )


def _own(licences: Mapping[str, int]) -> str:
    if not licences:
        return ""
    return (
        " Where a package gathers drawings under many licences only those are used whose own is an open one: "
        f"{listed(licences)}."
    )


def _icons(dataset: Dataset) -> str:
    icons = dataset.icons
    known = list(zip(icons.logos, icons.labelled.tolist(), strict=True))
    counts = Counter((logo.set, logo.label if labelled else None) for logo, labelled in known)
    clear = Counter(logo.set for logo, labelled in known if labelled and logo.clear)
    columns = [label for label in LABELS if any(counts[logo.set, label] for logo in icons.logos)]
    numbers = {
        name: [*(counts[name, label] for label in columns), clear[name], counts[name, None]]
        for name in dict.fromkeys(logo.set for logo in icons.logos)
    }
    rows: list[Row] = [[name, icon_set(name).licence, *row] for name, row in numbers.items()]
    rows.append(["all", "", *(sum(column) for column in zip(*numbers.values(), strict=True))])
    return (
        "## Icons labelled by their facts\n\n"
        "Drawings without visual labels, for training only. The label is computed from the vectors: shapes, "
        "flat colours, ramps. Where letters are possible the facts leave the type open, and only "
        "the teachers of a run choose. Variants of one motif in other colours are left out.\n\n"
        + table(["set", "licence", *columns, "clear", "left to the teachers"], rows, texts=2)
        + _labeller(dataset.labeller)
    )


def _labeller(found: Sequence[Agreement]) -> str:
    if not found:
        return ""
    rows: list[Row] = [
        [
            row.split,
            row.label,
            row.logos,
            share(row.strict, row.logos),
            share(row.accepted, row.logos),
            row.clear_logos,
            f"{share(row.clear, row.clear_logos)} ({100 * row.interval[0]:.1f}-{100 * row.interval[1]:.1f})"
            if row.clear_logos
            else "-",
        ]
        for row in found
    ]
    return (
        "\n\nHow often the label that facts give is the visual one, on logos that have both, with a 95% "
        "Clopper-Pearson interval where the logo is clear; its thresholds were chosen on `train`:\n\n"
        + table(["split", "type", "logos", "strict", "accepted", "clear logos", "clear"], rows, texts=2)
    )


def _composed(dataset: Dataset) -> str:
    logos = dataset.composed
    rows: list[Row] = []
    for label in LABELS:
        mine = [logo for logo in logos if logo.label == label]
        near = sum(not logo.clear for logo in mine)
        kinds = listed(Counter(logo.kind for logo in mine))
        rows.append([label, len(mine), share(near, len(mine)), kinds])
    with_icon = sum(bool(logo.sources) for logo in logos)
    return (
        "## Composed logos\n\n"
        f"{len(logos):,} logos of seed {dataset.seed}, for training only, put together from shapes, "
        f"lettering and icons of the sets above ({share(with_icon, len(logos))} hold an icon). The label is "
        "computed from the drawing and exact by construction; near a boundary a second type is accepted "
        "too.\n\n" + table(["type", "logos", "near a boundary", "layouts"], rows, texts=1, last_text=True)
    )


def _fonts(dataset: Dataset) -> str:
    del dataset  # the families are pinned: they are the same for every run
    licences = Counter(family.licence for family in FONT_FAMILIES)
    rows: list[Row] = []
    for style in STYLES:
        mine = [family for family in FONT_FAMILIES if family.style == style]
        rows.append([style, len(mine), listed(Counter(family.script for family in mine))])
    return (
        "## Fonts\n\n"
        f"{len(FONT_FAMILIES):,} families from npm `@fontsource/*` draw the lettering of composed logos: "
        f"{listed(licences)}.\n\n" + table(["style", "families", "scripts"], rows, texts=1, last_text=True)
    )


def _guard(dataset: Dataset) -> str:
    report, hashes = dataset.leaks, dataset.hashes
    rows: list[Row] = [
        [row.set, row.drawings, row.held_out, row.by_name, row.by_hash, row.kept] for row in report.sets
    ]
    reasons = Counter(leak.by for leak in report.of_train)
    return (
        "## Guard against leaks\n\n"
        "No icon that is learned from, alone or in a composed logo, is of a brand of `calibrate` or `test`: "
        "neither by its normalised name, nor by another name that the guard knows, nor by a perceptual hash "
        f"of {BITS} bits. `hybrid-logo data leaks --list` names every drawing that is left out.\n\n"
        + table(["set", "drawings", "held out", "left out by name", "by hash", "kept"], rows, texts=1)
        + f"\n\nOn its own, the hash finds {share(hashes.found, hashes.pairs)} of {hashes.pairs:,} pairs of "
        "sets that draw the same brand, many of them in different ways, and flags "
        f"{share(hashes.flagged, hashes.drawings)} of {hashes.drawings:,} drawings of other brands. "
        f"{len(report.of_train):,} logos of `train` resemble one of another split, {reasons['name']:,} by "
        f"name and {reasons['hash']:,} by hash. "
        + (
            f"Their brands are left out of training: {dataset.learned:,} logos of `train` are learned from."
            if dataset.learned
            else "Their labels are learned from all the same, since the splits are those of the labels file."
        )
    )
