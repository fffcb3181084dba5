"""A ticket as it was at some moment, told by its events: what came later does not change a figure of before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.deadlines import in_order, standing
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Status, Ticket, TicketEvent

#: Events that end a ticket; each has the name of the status that it brings.
_ENDS = frozenset({"resolved", "rejected", "referred", "merged", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What had happened to a ticket, and what it was by then."""

    #: As it was; its history is in order and ends there.
    ticket: Ticket
    opened: datetime
    #: The ending in force; None while there is something to be done.
    ending: TicketEvent | None
    #: When the tickets were opened that say that this matter has come back.
    returns: tuple[datetime, ...] = ()

    @property
    def outcome(self) -> Status | None:
        """How it ended."""
        return Status(self.ending.name) if self.ending else None

    @property
    def is_private(self) -> bool:
        """Is it a private matter? It is nobody's to settle."""
        return self.ticket.tier is Tier.PRIVATE or self.outcome is Status.REFERRED

    def events(self, *names: str) -> list[TicketEvent]:
        """Events of these *names*, oldest first."""
        return [e for e in self.ticket.history if e.name in names]


def course_of(ticket: Ticket, until: datetime) -> Course | None:
    """The course of *ticket* as far as it was known at *until*; None if it was not open by then."""
    whole = in_order(ticket.history)
    events = [e for e in whole if e.at < until]
    opened = next((e.at for e in events if e.name == "opened"), None)
    if opened is None:
        return None
    status = standing(events)
    told = max((e.at for e in events if e.name == "told"), default=None)
    was = _labelled(ticket, whole, until)
    was = replace(was, history=tuple(events), status=status, told_at=told, body=_body(events))
    return Course(ticket=was, opened=opened, ending=ending(events, status))


def ending(events: Iterable[TicketEvent], status: Status) -> TicketEvent | None:
    """The event of *events* that brought the end that *status* is, or was before the ticket was filed away."""
    names = _ENDS - {"merged", "withdrawn"} if status is Status.CLOSED else _ENDS & {status.value}
    return max((e for e in events if e.name in names), key=lambda e: e.at, default=None)


def _labelled(ticket: Ticket, whole: list[TicketEvent], until: datetime) -> Ticket:
    """*ticket* with tier, category and urgency of then: later events say what they changed."""
    was = ticket
    for event in (e for e in reversed(whole) if e.at >= until):
        if event.name == "retiered":
            was = replace(was, tier=Tier(str(event.data["before"])))
        elif event.name == "recategorised":
            was = replace(was, category=Category(str(event.data["before"])))
        elif event.name == "raised":
            earlier = [e for e in whole if e.name == "raised" and e.at < until]
            was = replace(was, urgency=Urgency(str(earlier[-1].data["urgency"])) if earlier else Urgency.NORMAL)
    return was


def _body(events: Iterable[TicketEvent]) -> str:
    """Whose it was."""
    body = ""
    for event in events:
        if event.name in ("declined", "referred"):
            body = ""
        elif event.name in ("assigned", "accepted"):
            body = str(event.data.get("body", body))
    return body
