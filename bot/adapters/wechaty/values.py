"""What comes over the wire, as values: messages as the puppet tells them, and events of the gateway."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.domain.messages import ConversationKind, ConversationRef

PLATFORM = "wechaty"


class Kind(IntEnum):
    """The message types of current Node puppets; others come as `UNKNOWN`."""

    UNKNOWN = 0
    FILE = 1
    VOICE = 2
    CONTACT = 3
    CHAT_HISTORY = 4
    STICKER = 5
    IMAGE = 6
    TEXT = 7
    LOCATION = 8
    MINI_PROGRAM = 9
    GROUP_NOTE = 10
    TRANSFER = 11
    RED_ENVELOPE = 12
    RECALLED = 13
    LINK = 14
    VIDEO = 15
    POST = 16


_KINDS = {int(kind): kind for kind in Kind}


def kind_of(number: int) -> Kind:
    """The kind of that *number*; types of a later day are unknown, and no reason to fail."""
    return _KINDS.get(number, Kind.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message as the puppet tells it."""

    id: str
    kind: Kind
    text: str
    #: Milliseconds; some puppets give seconds.
    timestamp: int
    talker: str
    #: Empty in a private chat.
    room: str = ""
    #: Whom a private message was written to.
    listener: str = ""
    mentions: tuple[str, ...] = ()
    filename: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known of where a message was said: names, which the message itself does not carry."""

    #: The bot's own id.
    account: str
    topic: str = ""
    #: The room alias of the talker, else their name.
    talker_name: str = ""
    #: Names that people can mention → user id; the bot's own among them.
    names: tuple[tuple[str, str], ...] = ()


class Why(StrEnum):
    """Why a gateway cannot be used, or an account is out."""

    #: Nobody listens there.
    ABSENT = "absent"
    #: The token is wrong.
    REFUSED = "refused"
    #: Another program uses the gateway.
    TAKEN = "taken"
    #: It was there, and the line broke.
    LOST = "lost"
    #: It takes connections but does not answer.
    FROZEN = "frozen"
    #: It says no to this one call.
    FAILED = "failed"
    #: The account was logged out, or a code has to be scanned.
    LOGOUT = "logout"
    SCAN = "scan"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageArrived:
    """There is a message of that id."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """The account is in."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOut:
    """The account is out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanAsked:
    """Somebody has to scan *code* with the account's phone; an empty one was scanned already."""

    #: A secret: whoever scans it logs in.
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChanged:
    """A room is called differently now."""

    room: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersChanged:
    """People came into a room, or left it."""

    room: str
    members: tuple[str, ...]
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesChanged:
    """Whatever was known of *id* (a room, a person, or both) is out of date."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dong:
    """The puppet answered a ding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """The puppet reports an error; what it says is not repeated, it may hold what somebody wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Nothing that concerns us, but a sign of life."""


Event = (
    MessageArrived
    | LoggedIn
    | LoggedOut
    | ScanAsked
    | TopicChanged
    | MembersChanged
    | NamesChanged
    | Dong
    | Trouble
    | Other
)


def conversation(account: str, *, room: str = "", person: str = "") -> ConversationRef:
    """The address of a *room*, or of the private chat with a *person*."""
    kind = ConversationKind.GROUP if room else ConversationKind.PRIVATE
    return ConversationRef(platform=PLATFORM, kind=kind, id=room or person, account=account)
