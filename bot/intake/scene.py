"""Everything that a message is understood against, gathered so that understanding can be a pure function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta, timezone, tzinfo

from bot.domain.classification import Classification
from bot.domain.members import Member, Role
from bot.domain.messages import InboundMessage
from bot.domain.records import Conversation
from bot.domain.tickets import Ticket
from bot.intake.window import Heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a steward can turn: thresholds and times of the intake."""

    #: Score (log-odds) above which a matter gets a ticket.
    open_above: float = 0.4
    #: Score above which a message joins a standing ticket. Below zero: a line too many disturbs nobody in the group,
    #: a neighbour or a detail that is missing does.
    join_above: float = -0.45
    #: Between this and `open_above` it waits for a worker in silence.
    review_above: float = -1.2
    #: An ended ticket is still in mind for this long.
    remembered_for: timedelta = timedelta(days=2)
    #: What people call the responsible bodies → their codes: 物业 → property.
    bodies: Mapping[str, str] = field(default_factory=dict)
    #: Whose clock 明天 and 三点 are read by.
    zone: tzinfo = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One message, and what surrounds it."""

    message: InboundMessage
    classification: Classification
    #: What the sender's last messages of the same breath say together with this one; None if it stands alone.
    burst: Classification | None
    member: Member
    conversation: Conversation
    #: What was heard before it, oldest first.
    window: tuple[Heard, ...]
    #: Tickets of the neighbourhood, the latest activity first.
    tickets: tuple[Ticket, ...]
    #: Numbers of the tickets that the quoted message is about.
    quoted: frozenset[int]
    #: Is the quoted message one of the bot's own?
    quotes_bot: bool
    #: How much two texts speak of the same thing, 0 to 1.
    similarity: Callable[[str, str], float]
    rules: Rules

    @property
    def role(self) -> Role:
        """The most official role of the sender in this conversation."""
        return role_of(self.member)


def role_of(member: Member) -> Role:
    """The most official of a member's roles; nobody in particular is a resident."""
    for role in (Role.WORKER, Role.PROPERTY, Role.LEADER):
        if member.has_role(role):
            return role
    return Role.RESIDENT
