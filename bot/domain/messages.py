"""What comes in from a platform, and what goes out to it. Ids are strings; times are aware."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ConversationKind(StrEnum):
    """A group, or a private chat with one person."""

    GROUP = "group"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRef:
    """The address of a conversation."""

    platform: str
    kind: ConversationKind = ConversationKind.GROUP
    #: The platform's own id of the group, or of the person in a private chat.
    id: str
    #: The bot's own account there; empty where a platform has only one.
    account: str = ""
    #: One string for it, stable over restarts and accounts: `onebot/group/700001`. Made once: it is asked for often.
    key: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Make the key."""
        object.__setattr__(self, "key", f"{self.platform}/{self.kind.value}/{self.id}")

    @property
    def is_group(self) -> bool:
        """Is this a group?"""
        return self.kind is ConversationKind.GROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is to a platform."""

    platform: str
    user_id: str
    #: One string for it: `onebot/200001`.
    key: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Make the key."""
        object.__setattr__(self, "key", f"{self.platform}/{self.user_id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who wrote a message, as the platform shows them."""

    identity: Identity
    #: The group card if there is one, else the nickname; may be empty.
    name: str = ""


class AttachmentKind(StrEnum):
    """What else a message carries."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture or file of a message, still at the platform."""

    kind: AttachmentKind
    #: Where the adapter can fetch it: a URL or a platform's own reference; empty when it cannot be had.
    source: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The message that another one quotes. Either part may be unknown (empty)."""

    message_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One message that somebody else wrote. The bot's own echo never becomes one."""

    conversation: ConversationRef
    message_id: str
    sender: Sender
    text: str
    at: datetime
    quote: Quote | None = None
    attachments: tuple[Attachment, ...] = ()
    #: Does it mention the bot?
    mentions_bot: bool = False
    #: User ids of everybody it mentions.
    mentions: tuple[str, ...] = ()
    #: The true sequence number within the group where the platform gives one, else empty.
    sequence: str = ""
    #: What the conversation is called, if the platform says so along with the message.
    conversation_name: str = ""
    #: Was it worked through before the program stopped? Then it only helps to understand what follows.
    is_past: bool = False

    @property
    def key(self) -> str:
        """What tells this message from every other: account, conversation and id."""
        return f"{self.conversation.account}/{self.conversation.key}/{self.message_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecalled:
    """Somebody took a message back."""

    conversation: ConversationRef
    message_id: str
    #: Who took it back; a group's administrator may take back another's message.
    operator: Identity
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingStopped:
    """The bot was removed from a group, muted there until *until*, or (with *until* in the past) may speak again."""

    conversation: ConversationRef
    #: None: for good, until the bot is added again.
    until: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """A bot account came online or went offline."""

    platform: str
    account: str
    online: bool
    at: datetime
    reason: str = ""


InboundEvent = InboundMessage | MessageRecalled | PostingStopped | ChannelState


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One post, ready to send."""

    conversation: ConversationRef
    text: str
    #: The message that it answers; an adapter that cannot quote it sends a plain message.
    reply_to: str = ""
    #: User ids to mention.
    mentions: tuple[str, ...] = ()
    #: The bytes of photos that go along; an adapter that cannot send one leaves it out.
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a platform says of a post that went out; the id is empty where it gives none."""

    message_id: str = ""
