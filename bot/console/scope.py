"""What a visitor may see: the one place that decides it, for rows and files. Out of scope is as good as not there.

To see is stricter than to do: a matter whose estate is unknown is seen only by those whose scope has no bounds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.errors import ReviewNotFound, TicketNotFound
from bot.domain.members import Grant, Member, Role
from bot.domain.places import Place
from bot.domain.records import Conversation, Picture, PictureStatus, Post, Review
from bot.domain.tickets import Ticket
from bot.ports import UnitOfWork

#: Roles that have something to do here.
_IN = frozenset({Role.LEADER, Role.WORKER, Role.ADMIN})
_COMMUNITY = frozenset({Role.WORKER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Scope:
    """The roles of a visitor that count here."""

    grants: tuple[Grant, ...]

    @classmethod
    def of(cls, member: Member) -> "Scope":
        """The scope of *member*."""
        return cls(tuple(g for g in member.grants if g.role in _IN))

    def __bool__(self) -> bool:
        """Is there anything to see?"""
        return bool(self.grants)

    @property
    def is_admin(self) -> bool:
        """Do they look after the console itself?"""
        return any(g.role is Role.ADMIN for g in self.grants)

    @property
    def of_community(self) -> bool:
        """Do they work for the community?"""
        return any(g.role in _COMMUNITY for g in self.grants)

    @property
    def is_unbounded(self) -> bool:
        """Do they serve every estate?"""
        return any(g.role in _COMMUNITY and not g.estate and not g.building for g in self.grants)

    @property
    def runs_accounts(self) -> bool:
        """May they log the bot's accounts in? An account serves many estates: only who administers all of them."""
        return any(g.role is Role.ADMIN and not g.estate and not g.building for g in self.grants)

    @property
    def label(self) -> str:
        """The scope in words."""
        return "、".join(f"{g.estate}{g.building}{g.role.label}" for g in self.grants)

    def sees(self, place: Place) -> bool:
        """Is *place* within?"""
        return any(g.reaches(place) for g in self.grants)

    def serves(self, place: Place) -> bool:
        """Is *place* within, and are they there for the community?"""
        return any(g.role in _COMMUNITY and g.reaches(place) for g in self.grants)

    def members(self, members: Iterable[Member]) -> list[Member]:
        """Those of *members* that hold a role for where the visitor serves the community, with those roles only."""
        seen = [replace(m, grants=tuple(g for g in m.grants if self.serves(_scope_of(g)))) for m in members]
        return [m for m in seen if m.grants]

    def groups(self, conversations: Iterable[Conversation]) -> list[Conversation]:
        """Those of *conversations* that are groups where the visitor serves the community."""
        return [c for c in conversations if c.ref.is_group and self.serves(c.place)]

    def tickets(self, tickets: Iterable[Ticket]) -> list[Ticket]:
        """Those of *tickets* that may be seen."""
        return [t for t in tickets if self.sees(t.place)]

    def reviews(self, reviews: Iterable[Review]) -> list[Review]:
        """Those of *reviews* that may be seen."""
        return [r for r in reviews if self.sees(r.place)]

    def posts(self, posts: Iterable[Post], conversations: Iterable[Conversation]) -> list[Post]:
        """Those of *posts* that go to groups which may be seen."""
        places = {c.ref.key: c.place for c in conversations}
        return [p for p in posts if self.sees(places.get(p.conversation.key, Place()))]


def _scope_of(grant: Grant) -> Place:
    return Place(estate=grant.estate, building=grant.building)


async def ticket_for(scope: Scope, number: int, work: UnitOfWork) -> Ticket:
    """The ticket. Raises `TicketNotFound`, also for one that is out of scope."""
    ticket = await work.tickets.get(number)
    if not scope.sees(ticket.place):
        raise TicketNotFound(f"没有工单 #{number}")
    return ticket


async def review_for(scope: Scope, number: int, work: UnitOfWork) -> Review:
    """The held message. Raises `ReviewNotFound`, also for one that is out of scope."""
    review = await work.reviews.get(number)
    if not scope.sees(review.place):
        raise ReviewNotFound(f"没有待看的消息 {number}")
    return review


async def picture_for(scope: Scope, number: int, picture: int, work: UnitOfWork) -> Picture:
    """A kept picture of a ticket. Raises `TicketNotFound`, also for one that is out of scope."""
    ticket = await ticket_for(scope, number, work)
    for kept in await work.pictures.of_ticket(ticket.number):
        if kept.id == picture and kept.status is PictureStatus.KEPT and kept.file:
            return replace(kept)
    raise TicketNotFound(f"#{number} 没有这张照片")
