"""Reading the labelled corpus: single messages and conversations. A line that is not as the README says is an error
that names its file and number.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.domain.errors import ConfigError
from bot.domain.taxonomy import ISSUE_KINDS, Category, Kind, Named, Tier, Urgency

#: The corpus that comes with the program.
DATA = Path(__file__).parent / "data"
N = TypeVar("N", bound=Named)
#: Writers who listed matters one after the other, as nobody speaks: what their issues count.
LISTED = {"plain": 0.9}
#: Roles whose words are about matters and yet part of none.
_OFFICIAL = frozenset("pw")
HEADER = ("kind", "category", "tier", "urgency", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled text. What is None is not known, and teaches nothing about that decision."""

    text: str
    issue: bool | None = None
    kind: Kind | None = None
    category: Category | None = None
    tier: Tier | None = None
    urgency: Urgency | None = None
    #: Is it part of a matter, be it only as a detail or a neighbour's word? Known in conversations.
    part: bool | None = None
    #: Whose voice it is: examples of one writer are never on both sides of a trial.
    writer: str = ""
    #: How much it counts in training.
    weight: float = 1.0
    #: Was it said in a conversation, among everything else that was said there?
    spoken: bool = False
    #: A variation of another example: it is learned from, never measured on.
    retold: bool = False
    #: Who said it in a real group; empty for the corpus. What one or two people alone say gets into no model.
    voice: str = ""


def read_corpus(folder: Path = DATA) -> list[Example]:
    """Everything under *folder*. Raises `ConfigError`."""
    singles = [e for path in sorted(folder.glob("*.tsv")) for e in read_singles(path)]
    talks = [e for path in sorted((folder / "conversations").glob("*.tsv")) for e in read_conversation(path)]
    if not singles:
        raise ConfigError(f"{folder}: there is no corpus here; it should hold *.tsv files as its README says")
    return singles + talks


def fingerprint(folder: Path = DATA) -> str:
    """A hash of all that a model is made of: every file that `read_corpus` reads, and the code that reads them."""
    digest = hashlib.sha256()
    code = Path(__file__).parent.glob("*.py")
    for path in sorted([*folder.glob("*.tsv"), *folder.glob("conversations/*.tsv"), *code]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def read_singles(path: Path) -> Iterator[Example]:
    """The examples of one file of single messages."""
    for number, fields in _lines(path):
        if number == 1:
            if tuple(fields) != HEADER:
                raise _wrong(path, 1, f"the header should be {' '.join(HEADER)}, with tabs")
            continue
        if len(fields) != len(HEADER):
            raise _wrong(path, number, f"{len(fields)} columns instead of {len(HEADER)}")
        yield _single(path, number, fields)


def _single(path: Path, number: int, fields: list[str]) -> Example:
    kind = _word(Kind, fields[0], path, number)
    if kind is None or not fields[4].strip():
        raise _wrong(path, number, "kind and text may not be empty")
    category, tier, urgency = _labels(fields[1:4], path, number)
    if kind in ISSUE_KINDS and None in (category, tier, urgency):
        raise _wrong(path, number, f"a {kind} has a category, a tier and an urgency")
    return Example(
        text=fields[4],
        issue=kind in ISSUE_KINDS,
        kind=kind,
        category=category,
        tier=tier,
        urgency=urgency,
        writer=path.stem,
        weight=LISTED.get(path.stem, 1.0) if kind in ISSUE_KINDS else 1.0,
    )


def read_conversation(path: Path) -> Iterator[Example]:
    """The examples of one conversation: what makes a ticket is an issue, what is in no ticket is none."""
    tickets: dict[str, tuple[Kind | None, Category | None, Tier | None, Urgency | None]] = {}
    for number, fields in _lines(path):
        if fields[0] == "ticket":
            if len(fields) < 6:
                raise _wrong(path, number, "a ticket has a key, kind, category, tier and urgency")
            tickets[fields[1]] = (_word(Kind, fields[2], path, number), *_labels(fields[3:6], path, number))
        elif fields[0].isdigit():
            if len(fields) != 8:
                raise _wrong(path, number, f"a message has 8 columns, this line {len(fields)}")
            yield from _said(path, number, fields, tickets)
        elif fields[0] not in ("room", "day"):
            raise _wrong(path, number, f"a line begins with room, ticket, day or a number, not with {fields[0]!r}")


def _said(
    path: Path,
    number: int,
    fields: list[str],
    tickets: dict[str, tuple[Kind | None, Category | None, Tier | None, Urgency | None]],
) -> Iterator[Example]:
    keys, text, writer = fields[5], fields[7], path.stem.rstrip("0123456789")
    if not text.strip():
        return
    if keys == "-":
        part = None if fields[3] in _OFFICIAL else False
        yield Example(text=text, issue=False, part=part, writer=writer, weight=1.5, spoken=True)
        return
    first, *others = keys.split(",")
    if first.rstrip("*") not in tickets:
        raise _wrong(path, number, f"there is no ticket {first.rstrip('*')}")
    if others:
        return
    kind, category, tier, urgency = tickets[first.rstrip("*")]
    if first.endswith("*"):
        yield Example(
            text=text,
            issue=True,
            kind=kind,
            category=category,
            tier=tier,
            urgency=urgency,
            part=True,
            writer=writer,
            spoken=True,
        )
    else:
        yield Example(text=text, category=category, part=True, writer=writer, weight=0.3)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: this file is not UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line.rstrip("\r").split("\t")


def _labels(fields: list[str], path: Path, number: int) -> tuple[Category | None, Tier | None, Urgency | None]:
    return (
        _word(Category, fields[0], path, number),
        _word(Tier, fields[1], path, number),
        _word(Urgency, fields[2], path, number),
    )


def _word(words: type[N], code: str, path: Path, number: int) -> N | None:
    if not code:
        return None
    try:
        return words(code)
    except ValueError:
        raise _wrong(path, number, f"{code!r} is none of {', '.join(words)}") from None


def _wrong(path: Path, number: int, what: str) -> ConfigError:
    return ConfigError(f"{path}, line {number}: {what}")
