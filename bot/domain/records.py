"""The other things that are kept: conversations, posts, reviews, invitations, pictures and gaps."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.domain.classification import Classification, Evidence
from bot.domain.groups import GroupRules
from bot.domain.members import Grant, Role
from bot.domain.messages import Attachment, ConversationRef, Identity
from bot.domain.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation that the bot has met, and what it knows of it."""

    ref: ConversationRef
    name: str = ""
    estate: str = ""
    #: The building whose group this is; empty for a group of the whole estate.
    building: str = ""
    #: Does the bot take part?
    enabled: bool = False
    #: Are a few messages a week that were left alone shown to the community, to see what is missed?
    sampled: bool = False
    #: The bot may not post here before then; `datetime.max` (UTC) when it was removed. None: it may.
    silent_until: datetime | None = None
    first_seen: datetime
    #: Catch-up starts from here: time and id of the last message that was worked through.
    watermark_at: datetime | None = None
    watermark_id: str = ""
    #: What the group decided for itself.
    rules: GroupRules = field(default_factory=GroupRules)

    @property
    def place(self) -> Place:
        """Where its people live."""
        return Place(estate=self.estate, building=self.building)

    @property
    def mark(self) -> str:
        """What tells this state of its settings from every other one: whoever changes them shows which they saw."""
        decided = (self.enabled, self.estate, self.building, sorted(self.rules.left_alone), self.rules.own)
        return hashlib.sha256(repr(decided).encode()).hexdigest()[:16]

    def switched(self, *, enabled: bool, now: datetime) -> "Conversation":
        """This conversation, taken part in or not; what was said before the bot took part is never asked for."""
        begins = enabled and not self.enabled
        return replace(self, enabled=enabled, watermark_at=now if begins else self.watermark_at)


class Priority(IntEnum):
    """What goes first, and what the pacing holds back."""

    #: Passes quiet hours, budgets and pauses for merging.
    EMERGENCY = 0
    #: A direct answer to somebody: no merging, no budget; quiet hours do not hold it, for somebody is awake.
    ANSWER = 1
    #: News of a ticket: merged, budgeted, quiet at night.
    NEWS = 2
    #: Goes out only together with something else that is said there: it is no reason to speak.
    RIDER = 3


#: A post that is this much younger than now was written before the clock was set back.
SET_BACK = timedelta(minutes=5)


class PostStatus(StrEnum):
    """Where a post stands."""

    WAITING = "waiting"
    #: Claimed by a sender; if the process dies here, it may or may not have gone out.
    SENDING = "sending"
    SENT = "sent"
    #: A time-out that may have gone out and could not be checked. Never sent again.
    UNKNOWN = "unknown"
    #: Given up: see `error`.
    FAILED = "failed"
    #: The platform does not let the bot speak: a person copies it into the group, and the bot sees it appear there.
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The ticket that a post speaks of, and the status that it reports."""

    number: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What is said, and where, if a post cannot be delivered: a private answer, in plain words for the group."""

    conversation: ConversationRef
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One sentence on its way to a conversation: a row of the outbox."""

    #: Zero until stored.
    id: int = 0
    #: Names the sentence; a second one of the same key is dropped.
    key: str
    conversation: ConversationRef
    text: str
    priority: Priority
    about: tuple[About, ...] = ()
    reply_to: str = ""
    mentions: tuple[str, ...] = ()
    created_at: datetime
    #: Not to be sent before.
    due_at: datetime
    status: PostStatus = PostStatus.WAITING
    attempts: int = 0
    sent_at: datetime | None = None
    #: The platform's id of the message that carried it.
    receipt: str = ""
    error: str = ""
    #: Posts that went out as one message share the id of the first; 0: it went alone.
    merged_into: int = 0
    #: Said instead when this one is given up; None: nothing.
    instead: Instead | None = None
    #: The id of the message whose photos go along, once they are kept: whoever finished the work showed it there.
    proof: tuple[str, ...] = ()

    @property
    def event(self) -> str:
        """The event of a ticket's history that it tells, by its key (`42/3/chased/…`); empty for other posts."""
        parts = self.key.split("/", 3)
        return parts[2] if len(parts) == 4 and parts[0].isdigit() else ""

    @property
    def notice_version(self) -> str:
        """Which version of the privacy notice it is, by its key (`notice/2026-11/…`); empty for other posts."""
        kind, _, rest = self.key.partition("/")
        return rest.partition("/")[0] if kind == "notice" else ""

    @property
    def is_notice(self) -> bool:
        """Is it the privacy notice? That goes alone."""
        return bool(self.notice_version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A message that may be an issue and waits for a worker."""

    id: int = 0
    conversation: ConversationRef
    message_id: str
    sender: Identity
    sender_name: str
    text: str
    at: datetime
    place: Place
    classification: Classification
    #: Gone after this, decided or not.
    expires_at: datetime

    @property
    def is_dismissed(self) -> bool:
        """Did a person say that it is no issue?"""
        return any(reason.source == "person" for reason in self.classification.evidence)

    def reconsidered(self) -> "Review":
        """This review, waiting again: what a person said of it is taken back."""
        reasons = tuple(e for e in self.classification.evidence if e.source != "person")
        return replace(self, classification=replace(self.classification, evidence=reasons))

    def dismissed(self) -> "Review":
        """This review, decided: no issue. What the bot thought of it stays beside the decision, to be learned from."""
        seen = self.classification
        reasons = (*seen.evidence, Evidence(source="person", words="不是诉求"))
        return replace(self, classification=replace(seen, evidence=reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A one-time code that binds a role. Only a hash of the code is kept."""

    code_hash: str
    role: Role
    estate: str = ""
    building: str = ""
    expires_at: datetime
    used_by: Identity | None = None
    used_at: datetime | None = None

    @property
    def grant(self) -> Grant:
        """What it binds."""
        return Grant(role=self.role, estate=self.estate, building=self.building)


class PictureStatus(StrEnum):
    """Where a picture stands."""

    WAITING = "waiting"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a ticket: to be fetched from the platform, then kept under its own name."""

    id: int = 0
    ticket: int
    conversation: ConversationRef
    message_id: str
    attachment: Attachment
    status: PictureStatus = PictureStatus.WAITING
    attempts: int = 0
    due_at: datetime
    #: File name in the picture store.
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of time in which messages may have been missed."""

    id: int = 0
    platform: str
    account: str
    begin: datetime
    #: None while it lasts.
    end: datetime | None = None
    reason: str = ""
    details: dict[str, str] = field(default_factory=dict)

    @property
    def is_filled(self) -> bool:
        """Is it known what was said meanwhile: from the platform's history, or because somebody looked through it?"""
        return "filled" in self.details
