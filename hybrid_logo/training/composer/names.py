"""Names for brands that do not exist: syllables and common words, in the scripts of the world."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from random import Random

from hybrid_logo.training.leaks import normalised

__all__ = ["SCRIPTS", "brand_name", "initials", "second_line"]

STARTS = (
    "b", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "g", "gl", "gr", "h", "j", "k", "kl", "l",
    "m", "n", "p", "pl", "pr", "qu", "r", "s", "sc", "sh", "sk", "sl", "sn", "sp", "st", "str", "sw",
    "t", "tr", "tw", "v", "w", "x", "y", "z",
)  # fmt: skip
VOWELS = (
    "a", "a", "a", "e", "e", "e", "i", "i", "o", "o", "o", "u", "ai", "ea", "ee", "ia", "io", "oo", "ou",
    "y",
)  # fmt: skip
ENDS = (
    "n", "r", "l", "s", "m", "t", "x", "d", "k", "nd", "rt", "st", "ck", "ng", "ll", "ss", "sh", "th",
)  # fmt: skip
CLOSINGS = (
    "a", "o", "io", "ia", "ify", "ly", "en", "er", "is", "ex", "on", "um", "us", "ix", "al", "era",
    "ora", "ino", "ella", "ity", "eo", "ai",
)  # fmt: skip
WORDS = (
    "Bank", "Labs", "Studio", "Cafe", "Media", "Group", "Energy", "Health", "Cloud", "Data", "Works",
    "House", "Design", "Foods", "Travel", "Motors", "Academy", "Sport", "Market", "Press", "Systems",
    "Digital", "Solutions", "Ventures", "Capital", "Logistics", "Pharma", "Garden", "Bakery", "Coffee",
    "Hotel", "Security", "Music", "Games", "Network", "Robotics", "Partners", "Insurance", "Dental",
    "Legal", "Fitness", "Kitchen", "Books", "Films", "Radio", "Airlines", "Shipping", "Steel", "Paper",
    "Tools", "Fashion", "Beauty", "Clinic", "School", "Trust", "Park", "River", "Point", "Bridge",
    "North", "Blue", "Green", "Silver", "Bright", "First", "Open", "Urban", "Royal", "Prime", "Metro",
    "Alpine", "Coastal", "Harbor", "Summit", "Lunar", "Solar", "Ocean",
)  # fmt: skip
TAGLINES = (
    "since 1987", "est. 1924", "made with care", "better every day", "smart solutions",
    "your daily bread", "consulting group", "real estate", "interior design", "fine foods",
    "for a brighter future", "coffee roasters", "building tomorrow", "the art of living",
    "travel agency", "software & services", "think different places", "wood and steel", "photography",
    "law office", "garden & home", "natural beauty", "member of the group",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Script:
    """How names of a script are made.

    Attributes:
        syllables: what they are put together from.
        capitals: whether the script has them.
    """

    syllables: tuple[str, ...]
    capitals: bool


def _read_table() -> dict[str, Script]:
    text = files(__package__).joinpath("syllables.csv").read_text(encoding="utf-8")
    return {
        row["script"]: Script(tuple(row["syllables"].split()), row["capitals"] == "1")
        for row in csv.DictReader(text.splitlines())
    }


SCRIPTS = _read_table()
"""All but Latin, by the name that font families give."""

TRIES = 20


def brand_name(random: Random, script: str = "latin", avoided: Collection[str] = ()) -> str:
    """A name of one or two words.

    Args:
        random: where chance comes from.
        script: of the font; one that is not known gives Latin letters.
        avoided: normalised names that must not come out.
    """
    if script in SCRIPTS:
        made = SCRIPTS[script]
        short = max(map(len, made.syllables)) == 1
        name = "".join(random.choice(made.syllables) for _ in range(random.randint(2, 4 if short else 3)))
        return _cased(random, name) if made.capitals else name
    for _ in range(TRIES):
        name = _latin(random)
        if not _is_avoided(name, avoided):
            return name
    return "Zuvaro Kelt"


def second_line(random: Random) -> str:
    """A tagline."""
    line = (
        random.choice(TAGLINES)
        if random.random() < 0.6
        else f"{random.choice(WORDS)} & {random.choice(WORDS)}"
    )
    return line.upper() if random.random() < 0.45 else line


def initials(random: Random, count: int, avoided: Collection[str] = ()) -> str:
    """``count`` letters as a lettermark."""
    for _ in range(TRIES):
        letters = "".join(random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(count))
        if random.random() < 0.06 and count == 3:
            letters = f"{letters[0]}&{letters[2]}"
        if random.random() < 0.08:
            letters = letters[:-1] + random.choice("123456789")
        styled = random.choice((letters, letters, letters.capitalize(), letters.lower()))
        if normalised(styled) not in avoided or count < 2:
            return styled
    return "QZJ"


def _latin(random: Random) -> str:
    style = random.random()
    if style < 0.14:
        words = [random.choice(WORDS)]
    elif style < 0.32:
        words = [_made_up(random), random.choice(WORDS)]
    elif style < 0.4:
        words = random.sample(WORDS, 2)
    else:
        words = [_made_up(random)]
    name = " ".join(words)
    if random.random() < 0.1:
        name = name.replace(" ", "")
    if random.random() < 0.05:
        name += random.choice((".io", ".ai", "24", "360", "+", "!", ".", "-X", ".js", "DB", "UI"))
    return _cased(random, name)


def _made_up(random: Random) -> str:
    count = random.choice((1, 2, 2, 2, 3))
    name = "".join(random.choice(STARTS) + random.choice(VOWELS) for _ in range(count))
    if random.random() < 0.35 or count == 1:
        name += random.choice(ENDS)
    if random.random() < 0.35:
        name = name.rstrip("aeiouy") + random.choice(CLOSINGS)
    return name.capitalize()


def _cased(random: Random, name: str) -> str:
    style = random.random()
    return name if style < 0.5 else name.lower() if style < 0.72 else name.upper()


def _is_avoided(name: str, avoided: Collection[str]) -> bool:
    return any(
        normalised(part) in avoided for part in (name, name.replace(" ", ""), name.split(" ")[0]) if part
    )
