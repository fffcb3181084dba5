"""The ticket as a value: what it holds, and the one table of statuses. `lifecycle` holds what can happen to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.classification import Evidence
from bot.domain.messages import Attachment, ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Kind, Named, Tier, Urgency


class Status(Named):
    """Where a ticket stands."""

    PENDING = "pending", "待确认"
    CONFIRMED = "confirmed", "已确认"
    ASSIGNED = "assigned", "已派单"
    IN_PROGRESS = "in_progress", "办理中"
    RESOLVED = "resolved", "已办结"
    CLOSED = "closed", "已归档"
    REJECTED = "rejected", "不受理"
    MERGED = "merged", "已合并"
    REFERRED = "referred", "已转介"
    WITHDRAWN = "withdrawn", "已撤回"


_ACTIVE = (Status.PENDING, Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS)

#: From each status, the statuses that may follow. Nothing else sets a status (docs/lifecycle.md draws it).
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset(
        {
            Status.CONFIRMED,
            Status.ASSIGNED,
            Status.IN_PROGRESS,
            Status.RESOLVED,
            Status.REJECTED,
            Status.MERGED,
            Status.REFERRED,
            Status.WITHDRAWN,
        }
    ),
    Status.CONFIRMED: frozenset(
        {
            Status.ASSIGNED,
            Status.IN_PROGRESS,
            Status.RESOLVED,
            Status.REJECTED,
            Status.MERGED,
            Status.REFERRED,
            Status.WITHDRAWN,
        }
    ),
    Status.ASSIGNED: frozenset(
        {
            Status.ASSIGNED,
            Status.CONFIRMED,
            Status.IN_PROGRESS,
            Status.RESOLVED,
            Status.REJECTED,
            Status.MERGED,
            Status.REFERRED,
            Status.WITHDRAWN,
        }
    ),
    Status.IN_PROGRESS: frozenset(
        {Status.ASSIGNED, Status.RESOLVED, Status.MERGED, Status.REFERRED, Status.REJECTED, Status.WITHDRAWN}
    ),
    Status.RESOLVED: frozenset({Status.CLOSED, Status.IN_PROGRESS}),
    Status.CLOSED: frozenset({Status.IN_PROGRESS}),
    Status.REJECTED: frozenset({Status.CONFIRMED, Status.CLOSED, Status.IN_PROGRESS}),
    Status.MERGED: frozenset(_ACTIVE),
    Status.REFERRED: frozenset({Status.CLOSED, Status.CONFIRMED, Status.IN_PROGRESS}),
    Status.WITHDRAWN: frozenset(),
}

#: Work is still to be done: a new message can belong to such a ticket.
OPEN = frozenset({*_ACTIVE, Status.REFERRED})
#: Waiting for the group to be told and for objections, before it is closed.
ENDING = frozenset({Status.RESOLVED, Status.REFERRED, Status.REJECTED})

CODE = re.compile(r"#\s*(\d{1,9})")


class Part(Named):
    """What a message is to its ticket."""

    REPORT = "report", "反映"
    DETAIL = "detail", "补充"
    SUPPORT = "support", "附议"
    PROGRESS = "progress", "进展"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMessage:
    """One message of the group that belongs to a ticket."""

    conversation: ConversationRef
    message_id: str
    sender: Identity
    sender_name: str
    at: datetime
    text: str
    part: Part
    attachments: tuple[Attachment, ...] = ()
    #: Taken back by its writer: the words are gone, the place in the line stays.
    recalled: bool = False

    @property
    def ref(self) -> tuple[str, str]:
        """Conversation key and message id."""
        return self.conversation.key, self.message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent:
    """One line of a ticket's history. History only grows."""

    at: datetime
    #: In the past tense: `opened`, `confirmed`, `told`.
    name: str
    #: Who did it; None for the bot itself.
    by: Identity | None = None
    #: The role in which they did it, as a code; empty for the bot.
    role: str = ""
    #: Facts: the status before, a reason, the other ticket. Values are strings, numbers or lists of strings.
    data: Mapping[str, str | int | list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One matter, however many people spoke of it."""

    #: Zero until it is stored.
    number: int = 0
    status: Status = Status.PENDING
    kind: Kind
    category: Category
    tier: Tier
    urgency: Urgency
    #: Calibrated probability that this is an issue, 0 to 1.
    confidence: float
    place: Place
    #: The conversation where it was first raised.
    home: ConversationRef
    #: A short line for people with a role; never shown to a group unmasked.
    summary: str
    messages: tuple[TicketMessage, ...] = ()
    reporters: tuple[Identity, ...] = ()
    supporters: tuple[Identity, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    history: tuple[TicketEvent, ...] = ()
    #: Code of the responsible body (`property`, `community`, …); empty until assigned.
    body: str = ""
    opened_at: datetime
    #: The last message that joined it.
    active_at: datetime
    #: When the group was last told of it; None: never.
    told_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    #: The ticket closes by itself then, once the group was told; None while nothing ends it.
    close_after: datetime | None = None
    #: The clock looks at it then: never later than its next step is due (`schedule`). None: nothing will come.
    look_at: datetime | None = None
    #: The time limit that runs now, and since when its groups are owed a word (`schedule`). None: nothing runs.
    due_at: datetime | None = None
    debt_at: datetime | None = None
    #: The line of the responsibility list that was used, and the version of the list; empty until classified by it.
    list_line: str = ""
    list_version: str = ""
    #: 1 to 5 stars by the people it concerns: user key → stars.
    ratings: Mapping[str, int] = field(default_factory=dict)
    #: The number of the ticket that it was merged into; 0: none.
    merged_into: int = 0
    #: The earlier ticket of the same matter; 0: none.
    previous: int = 0
    #: Grows with each stored change; two writers cannot both win.
    version: int = 0

    @property
    def code(self) -> str:
        """What people call it: `#42`."""
        return f"#{self.number}"

    @property
    def is_open(self) -> bool:
        """Is there still something to be done?"""
        return self.status in OPEN

    @property
    def conversations(self) -> tuple[ConversationRef, ...]:
        """Every group that spoke of it, the first one first."""
        seen = {self.home.key: self.home}
        for message in self.messages:
            if message.conversation.is_group:
                seen.setdefault(message.conversation.key, message.conversation)
        return tuple(seen.values())

    @property
    def households(self) -> int:
        """How many different people raised it or joined in."""
        return len({*self.reporters, *self.supporters})

    def has_message(self, conversation_key: str, message_id: str) -> bool:
        """Is this message one of the ticket's?"""
        return any(m.ref == (conversation_key, message_id) for m in self.messages)

    def events(self, name: str) -> list[TicketEvent]:
        """All events called *name*, oldest first."""
        return [e for e in self.history if e.name == name]


def codes_in(text: str) -> list[int]:
    """The ticket numbers that *text* names (`#42`), in order, each once."""
    return list(dict.fromkeys(int(n) for n in CODE.findall(text)))
