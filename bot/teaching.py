"""From what a database knows of corrections to lines that a model may learn.

Every fifth correction is never learned from. Names, doors and numbers are masked before anything leaves this module.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.corrections import Correction, corrections_of, names_of
from bot.domain.backlog import Page, TicketList
from bot.domain.errors import ConfigError
from bot.domain.members import Grant, Role
from bot.domain.text import masked
from bot.domain.tickets import Ticket
from classifiers.corpus import Example, read_corpus
from classifiers.training import Learned
from storage.backlog import BacklogRepository
from storage.database import Database
from storage.keys import KeyFile
from storage.member_repository import MemberRepository
from storage.review_repository import ReviewRepository
from storage.sample_repository import SampleRepository

#: One correction in so many is held out.
HELD_OUT = 5
#: The corpus writer that all corrections count as.
WRITER = "use"
#: What a corrected line counts beside a line of the corpus, and one that only belongs to a matter.
WHOLE, PART = 1.0, 0.3
_PAGE = 500
#: The parts of a group card that could be a name: 3-2-501 王阿姨.
_NAME = re.compile(r"[\u4e00-\u9fff]{2,}|[A-Za-z]{3,}")
_SOMEBODY = "某人"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What the corrections of a database teach."""

    learned: Learned
    #: What is only measured on.
    held_out: tuple[Example, ...] = ()


def database_url(where: str) -> str:
    """*where* (a path or a URL) as a URL. Raises `ConfigError` if it names a file that is not there."""
    url = where if "://" in where else f"sqlite:///{Path(where).absolute()}"
    if url.startswith("sqlite"):
        path = Path(url.partition(":///")[2])
        if not path.is_file():
            raise ConfigError(f"{path}：没有这个数据库文件；应写楼事通正在用的库，例如 data/loushi.db")
    return url


async def read_corrections(url: str, keys: KeyFile | None = None) -> tuple[list[Correction], set[str]]:
    """Every correction in the database, and what its people are called. Reads beside a running bot.

    *keys* open one that is sealed.
    """
    database = await Database.open(url, keys=keys)
    try:
        async with database.reading() as transaction:
            tickets = await _tickets(BacklogRepository(transaction))
            dismissed = await ReviewRepository(transaction).dismissed()
            samples = await SampleRepository(transaction).listed()
            members = await MemberRepository(transaction).listed()
    finally:
        await database.close()
    found = corrections_of(tickets, dismissed, samples)
    return found, names_of(found, members)


async def _tickets(backlog: BacklogRepository) -> list[Ticket]:
    found: list[Ticket] = []
    everywhere, now, page = [Grant(role=Role.ADMIN)], datetime.now(UTC), Page(next=())
    while page.next is not None:
        page = await backlog.page(TicketList(limit=_PAGE, after=page.next or None), everywhere, now)
        found += page.tickets
    return sorted(found, key=lambda t: t.number)


def is_held_out(source: str) -> bool:
    """Is what comes from this ticket or review only measured on? The answer is the same for ever."""
    return int(hashlib.sha256(source.encode()).hexdigest(), 16) % HELD_OUT == 0


def lessons(corrections: Sequence[Correction], names: Iterable[str]) -> Lessons:
    """What *corrections* teach, with *names* and everything else that could give somebody away masked."""
    hide = masking(names)
    kept = [c for c in corrections if not is_held_out(c.source)]
    held = [c for c in corrections if is_held_out(c.source) and c.issue is not None]
    about = _about(kept, held) if kept else {}
    return Lessons(
        learned=Learned(examples=[_example(c, hide) for c in kept], about=about),
        held_out=tuple(_example(c, hide) for c in held),
    )


def masking(names: Iterable[str]) -> Callable[[str], str]:
    """What masks a text: numbers and doors, and *names*, but for those that the corpus has anyway."""
    words = {word for name in names for word in _NAME.findall(name)}
    corpus = "\n".join(e.text for e in read_corpus()) if words else ""
    strange = sorted((w for w in words if w not in corpus), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, strange)) or r"(?!)")
    return lambda text: masked(pattern.sub(_SOMEBODY, text))


def _example(correction: Correction, hide: Callable[[str], str]) -> Example:
    return Example(
        text=hide(correction.text),
        issue=correction.issue,
        category=correction.category,
        tier=correction.tier,
        urgency=correction.urgency,
        writer=WRITER,
        weight=PART if correction.issue is None else WHOLE,
        voice=correction.speaker,
    )


def _about(kept: Sequence[Correction], held: Sequence[Correction]) -> dict[str, object]:
    """The facts for the model's description: how much, from which tickets and when; nobody's words."""
    numbers = {int(c.source.partition("/")[2]) for c in kept if c.source.startswith("ticket/")}
    digest = hashlib.sha256()
    for line in sorted(f"{c.source} {c.issue} {c.category} {c.tier} {c.urgency} {c.text}" for c in kept):
        digest.update(line.encode() + b"\0")
    return {
        "lines": len(kept),
        "held_out": len(held),
        "tickets": {"count": len(numbers), "first": min(numbers, default=0), "last": max(numbers, default=0)},
        "reviews": len({c.source for c in kept if c.source.startswith("review/")}),
        "decided_from": min(c.at for c in kept).isoformat(),
        "decided_until": max(c.at for c in kept).isoformat(),
        "data": digest.hexdigest(),
    }


async def as_before(url: str, facts: Mapping[str, object], keys: KeyFile | None = None) -> Lessons:
    """The corrections that a model described by *facts* had learned, as the database still has them."""
    try:
        until = datetime.fromisoformat(str(facts["decided_until"]))
    except (KeyError, ValueError) as error:
        raise ConfigError("模型的说明里没有写它学到哪一天，请运行 python -m bot train --from-db") from error
    corrections, names = await read_corrections(url, keys)
    return lessons([c for c in corrections if c.at <= until], names)
