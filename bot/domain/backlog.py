"""Lists of tickets as people ask for them: filters, order, where a page begins; and what comes back."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.taxonomy import Category, Named, Tier, Urgency
from bot.domain.tickets import Status, Ticket
from bot.domain.waiting import Desk


class Sort(Named):
    """What comes first."""

    DUE = "due", "时限近的"
    NEWEST = "newest", "最新的"
    URGENCY = "urgency", "最急的"


class Due(Named):
    """How the time limit stands."""

    OVER = "over", "已超期"
    SOON = "soon", "24小时内到期"


#: Where a ticket stands in an order: numbers that sort as the order does (`storage.backlog_rules.place_in`).
Key = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketList:
    """Which tickets somebody wants to see. Everything left out does not matter."""

    #: Words that are said somewhere in it, a name, a place, or its code.
    text: str = ""
    statuses: frozenset[Status] = frozenset()
    #: On the desk for one of these reasons.
    desks: frozenset[Desk] = frozenset()
    tier: Tier | None = None
    category: Category | None = None
    urgency: Urgency | None = None
    estate: str = ""
    #: However it is written: 3号楼 and 三幢 are the same.
    building: str = ""
    #: Code of the responsible body.
    body: str = ""
    #: Opened from then on, and before then.
    begin: datetime | None = None
    end: datetime | None = None
    due: Due | None = None
    #: Does it owe its groups a word?
    debt: bool = False
    #: The figure whose tickets they are, as an address names it; and those tickets, once somebody has looked.
    figure: str = ""
    among: frozenset[int] | None = None
    sort: Sort = Sort.NEWEST
    #: The page that follows this place in the order, or the one that leads up to it; at most one of them.
    after: Key | None = None
    before: Key | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Part of a list, in order."""

    tickets: tuple[Ticket, ...] = ()
    #: The `after` of the page that follows, and the `before` of the one that leads here; None: there is none.
    next: Key | None = None
    previous: Key | None = None
