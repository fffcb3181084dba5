"""Papers from the command line: the responsibility list shown and printed, what should change in it, the dossier."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from bot.app import policy_of
from bot.documents.dossier import Matter, dossier
from bot.documents.duties import COLUMNS, duties
from bot.documents.page import as_page
from bot.documents.paper import Paper, Photo
from bot.documents.word import as_word
from bot.domain.errors import BotError, ConfigError, DeliveryError, TicketNotFound
from bot.domain.policy import Policy
from bot.domain.records import Picture, PictureStatus
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import Ticket
from bot.running import opened_store
from config.calendar import missing_years
from config.settings import Settings
from storage.pictures import PictureFolder

#: What a paper can be written as.
_KINDS = (".html", ".docx")
#: The columns of the list that a terminal has room for.
_SHOWN = 5


def calendar_warning(policy: Policy, zone: ZoneInfo) -> str:
    """One sentence if the holidays of this year or the next are not known yet, else ""."""
    return missing_years(policy.rules.calendar, datetime.now(zone).date())


def list_paper(settings: Settings, estate_type: str) -> Paper:
    """The responsibility list in estates of *estate_type*; empty: ordinary ones. Raises `ConfigError`."""
    responsibility = policy_of(settings).responsibility
    if estate_type and estate_type not in responsibility.types:
        known = "、".join(f"{code}（{kind.name}）" for code, kind in responsibility.types.items())
        raise ConfigError(f"三事清单里没有「{estate_type}」这种小区类型，可以写：{known}")
    return duties(responsibility, estate_type)


def list_table(paper: Paper) -> Table:
    """The list of *paper*, as far as a terminal has room."""
    table = _table("类别", *COLUMNS[:_SHOWN], title=f"{paper.title} {dict(paper.facts)['版本']}")
    for section in paper.sections:
        for number, cells in enumerate(section.rows):
            table.add_row("" if number else section.title, *map(Text, cells[:_SHOWN]))
        table.add_section()
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A line of the list that people had to correct, and the tickets in which they did."""

    category: str
    before: str
    tier: str
    line: str
    #: Version of the list that was corrected.
    version: str
    tickets: tuple[str, ...]


def proposed(tickets: Iterable[Ticket]) -> list[Proposal]:
    """The `list_proposed` events of *tickets*, the same ones together."""
    found: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for ticket in tickets:
        for event in ticket.events("list_proposed"):
            key = tuple(str(event.data.get(name, "")) for name in ("category", "before", "tier", "line", "version"))
            found[key][ticket.code] = None
    rows = [
        Proposal(category=key[0], before=key[1], tier=key[2], line=key[3], version=key[4], tickets=tuple(codes))
        for key, codes in found.items()
    ]
    return sorted(rows, key=lambda p: (-len(p.tickets), p.line))


async def proposals_table(settings: Settings) -> Table | None:
    """What tickets say should change in the list, the most often said first; None if nothing is."""
    version = policy_of(settings).responsibility.version
    async with opened_store(settings) as begin, begin() as work:
        found = proposed(await work.tickets.listed())
    table = _table("类别", "清单上是", "应为", "几张工单", "工单", "清单的行", "版本")
    for p in found:
        # What an older version of the list was corrected for may have been put right since.
        old = "" if p.version == version else "（清单已更新）"
        tiers = (_label(Tier, p.before), _label(Tier, p.tier))
        row = (_label(Category, p.category), *tiers, str(len(p.tickets)), " ".join(p.tickets), p.line)
        table.add_row(*map(Text, (*row, f"{p.version}{old}")))
    return table if found else None


def _table(*columns: str, title: str = "") -> Table:
    """A table whose cells are broken, not cut: Chinese has no spaces at which to break."""
    table = Table(title=title or None)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _label(words: type[Category] | type[Tier], code: str) -> str:
    return words(code).label if code in [w.value for w in words] else code


async def write_dossier(settings: Settings, number: int, out: Path, *, with_room: bool) -> int:
    """Write the dossier of ticket *number* to *out*; how many photos are in it. Raises `BotError`, `ConfigError`."""
    _check(out)
    matter = await _matter(settings, number, with_room=with_room)
    now = datetime.now(settings.zone)
    write_paper(dossier(matter, now), out, now)
    return len(matter.photos)


async def _matter(settings: Settings, number: int, *, with_room: bool) -> Matter:
    policy = policy_of(settings)
    async with opened_store(settings) as begin, begin() as work:
        try:
            ticket = await work.tickets.get(number)
        except TicketNotFound as error:
            raise BotError(f"没有工单 #{number}") from error
        merged = await work.tickets.merged_into(number)
        kept = [p for n in (number, *(t.number for t in merged)) for p in await work.pictures.of_ticket(n)]
        members = await work.members.listed()
    folder = PictureFolder(settings.data_dir / "pictures", begin.seal)
    photos = await asyncio.to_thread(_photos, folder, kept)
    return Matter(
        ticket=ticket,
        merged=tuple(merged),
        photos=photos,
        members=tuple(members),
        policy=policy,
        zone=settings.zone,
        with_room=with_room,
    )


def _photos(folder: PictureFolder, pictures: Iterable[Picture]) -> tuple[Photo, ...]:
    """Those of *pictures* that are there."""
    there = []
    for picture in pictures:
        if picture.status is PictureStatus.KEPT:
            with suppress(DeliveryError):
                there.append(folder.read(picture.file))
    return tuple(Photo(caption=f"照片{n}", data=data) for n, data in enumerate(there, 1))


def _check(out: Path) -> None:
    """Raise `ConfigError` unless *out* can be written in a form that we know."""
    if out.suffix.lower() not in _KINDS:
        raise ConfigError(f"「{out}」不对：文件名要以 {' 或 '.join(_KINDS)} 结尾")
    if not out.parent.is_dir():
        raise ConfigError(f"没有文件夹 {out.parent}")


def write_paper(paper: Paper, out: Path, now: datetime) -> None:
    """Write *paper* to *out*, in the form that its name asks for. Raises `ConfigError`."""
    _check(out)
    word = out.suffix.lower() == ".docx"
    data = as_word(paper, now) if word else as_page(paper).encode()
    try:
        out.write_bytes(data)
    except OSError as error:
        raise ConfigError(f"{out} 写不了：{error.strerror}") from error
