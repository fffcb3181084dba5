"""What the program needs from the outside, as Protocols: platforms, classifier, storage, clock.

Implementers import only the domain; a Protocol needs no inheritance.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from bot.domain.classification import Classification
from bot.domain.logins import Login, LoginLink, Note, Reveal, Session
from bot.domain.members import Grant, Member
from bot.domain.messages import (
    Attachment,
    ConversationRef,
    Identity,
    InboundEvent,
    InboundMessage,
    OutboundMessage,
    Receipt,
)
from bot.domain.places import Place
from bot.domain.records import Conversation, Gap, Invitation, Picture, Post, PostStatus, Review
from bot.domain.taxonomy import Category
from bot.domain.tickets import Status, Ticket


class Sink(Protocol):
    """Where an adapter puts what it heard."""

    async def __call__(self, event: InboundEvent) -> None:
        """Take *event* in. Returns at once unless the program is far behind; then it slows the adapter down."""
        ...


class Adapter(Protocol):
    """One platform, both ways."""

    @property
    def platform(self) -> str:
        """The name that conversations of this platform carry."""
        ...

    async def start(self, sink: Sink) -> None:
        """Connect, or begin to listen; give what is heard to *sink*."""
        ...

    async def stop(self) -> None:
        """Disconnect; nothing is given to the sink afterwards."""
        ...

    async def send(self, message: OutboundMessage) -> Receipt:
        """Send *message*. Raises `DeliveryError`."""
        ...

    async def was_sent(self, conversation: ConversationRef, text: str, since: datetime) -> str | None:
        """The id of the bot's own message with *text* since then, "" if surely not sent, None if unknown."""
        ...

    async def history(self, conversation: ConversationRef, since: datetime) -> Sequence[InboundMessage]:
        """What was said since then, oldest first, as far as the platform tells. Raises `DeliveryError`."""
        ...

    async def fetch(self, attachment: Attachment) -> bytes:
        """The bytes of a picture. Raises `DeliveryError`; *permanent* when it is gone, too large or not allowed."""
        ...

    def online(self, account: str = "") -> bool:
        """Can *account* send now? An empty one: can any?"""
        ...


class Classifier(Protocol):
    """Text → classification."""

    def classify_many(self, texts: Sequence[str]) -> list[Classification]:
        """One classification for each of *texts*, in one go."""
        ...

    def similarity(self, a: str, b: str) -> float:
        """How much *a* and *b* speak of the same thing, 0 to 1."""
        ...


class Clock(Protocol):
    """Time, real or told."""

    def now(self) -> datetime:
        """The present time, aware."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Tickets(Protocol):
    """The tickets, as whole values."""

    async def add(self, ticket: Ticket) -> Ticket:
        """Store a new ticket; it comes back with its number and version 1."""
        ...

    async def get(self, number: int) -> Ticket:
        """The ticket of that number. Raises `TicketNotFound`."""
        ...

    async def save(self, ticket: Ticket) -> Ticket:
        """Store a changed ticket; it comes back with its new version. Raises `StaleTicket`."""
        ...

    async def open_around(self, place: Place, conversation: ConversationRef, since: datetime) -> list[Ticket]:
        """Open tickets (`tickets.OPEN`), and ones resolved or closed since then, raised in *conversation* or in the
        same estate; newest activity first."""
        ...

    async def ended_around(
        self, place: Place, conversation: ConversationRef, category: Category, since: datetime
    ) -> list[Ticket]:
        """Tickets about *category* that were resolved or closed since then, raised in *conversation* or in the same
        estate; the one that ended last comes first, and of many only the last twenty come."""
        ...

    async def by_message(self, conversation_key: str, message_id: str) -> Ticket | None:
        """The latest ticket that holds this message."""
        ...

    async def of_person(self, who: Identity, limit: int = 10) -> list[Ticket]:
        """Tickets that *who* reported or supports, newest first, merged and withdrawn ones left out."""
        ...

    async def merged_into(self, number: int) -> list[Ticket]:
        """The tickets that were folded into *number*."""
        ...

    async def due(self, now: datetime, limit: int = 100) -> list[int]:
        """Numbers of tickets whose `look_at` has come, the longest due first."""
        ...

    async def on_desk(self) -> list[Ticket]:
        """Tickets that a worker must look at (`waiting.desk` is not empty), by number."""
        ...

    async def listed(self, status: Status | None = None) -> list[Ticket]:
        """All tickets, or those of one status, by number."""
        ...


class Inbox(Protocol):
    """Which messages were worked through, by key."""

    async def claim(self, key: str, at: datetime) -> bool:
        """True for the first one who asks for *key*, False for everybody after."""
        ...

    async def forget(self, before: datetime) -> int:
        """Forget keys claimed before then; how many."""
        ...


class Outbox(Protocol):
    """Posts waiting, under way and done."""

    async def add(self, post: Post) -> bool:
        """Store *post*; False, and nothing stored, if its key is known."""
        ...

    async def claim_due(self, now: datetime, limit: int = 50) -> list[Post]:
        """Waiting posts whose time has come, most pressing first, then oldest, no riders. They stay as they are."""
        ...

    async def riders(self, conversation_key: str) -> list[Post]:
        """The riders that wait in one conversation, oldest first."""
        ...

    async def update(self, post: Post) -> None:
        """Store the new state of *post*."""
        ...

    async def in_status(self, status: PostStatus) -> list[Post]:
        """All posts of one status, oldest first."""
        ...

    async def by_receipt(self, conversation_key: str, message_id: str) -> list[Post]:
        """The posts that the platform's message *message_id* carried."""
        ...

    async def last_sent(self, conversation_key: str) -> datetime | None:
        """When the bot last posted there."""
        ...

    async def sent_since(self, conversation_key: str, since: datetime) -> int:
        """How many messages of news went out there since then (posts merged into one count once)."""
        ...


class Members(Protocol):
    """People, their roles, and the codes that bind them."""

    async def get(self, identity: Identity) -> Member:
        """The member; somebody unknown is a member without roles."""
        ...

    async def grant(self, identity: Identity, name: str, grant: Grant) -> None:
        """Give a role; twice the same is once."""
        ...

    async def revoke(self, identity: Identity, grant: Grant) -> None:
        """Take a role back."""
        ...

    async def in_role_at(self, platform: str, place: Place) -> list[Member]:
        """Members of *platform* with a role whose scope covers *place*."""
        ...

    async def listed(self) -> list[Member]:
        """Everybody with a role."""
        ...

    async def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation."""
        ...

    async def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation with that hash."""
        ...

    async def use_invitation(self, code_hash: str, by: Identity, at: datetime) -> bool:
        """Mark it as used; False if somebody was faster."""
        ...

    async def note_wrong_code(self, identity: Identity, at: datetime) -> None:
        """Count a wrong try."""
        ...

    async def wrong_codes_since(self, identity: Identity, since: datetime) -> int:
        """How many wrong tries since then."""
        ...


class Conversations(Protocol):
    """The groups and private chats that the bot has met."""

    async def get(self, key: str) -> Conversation | None:
        """The conversation, if it is known."""
        ...

    async def save(self, conversation: Conversation) -> None:
        """Store a new or changed conversation."""
        ...

    async def listed(self) -> list[Conversation]:
        """All of them, by key."""
        ...


class Reviews(Protocol):
    """Messages that wait for a worker."""

    async def add(self, review: Review) -> None:
        """Keep one."""
        ...

    async def get(self, number: int) -> Review:
        """The review of that number that waits. Raises `ReviewNotFound`."""
        ...

    async def save(self, review: Review) -> None:
        """Store what was decided of one."""
        ...

    async def listed(self) -> list[Review]:
        """All that wait, oldest first."""
        ...

    async def dismissed(self) -> list[Review]:
        """Those that a person dismissed and that have not expired, oldest first."""
        ...

    async def remove(self, conversation_key: str, message_id: str) -> None:
        """Forget one: it was decided, or taken back."""
        ...

    async def forget(self, now: datetime) -> int:
        """Forget all that have expired; how many."""
        ...


class Pictures(Protocol):
    """Pictures to fetch, and pictures kept."""

    async def add(self, picture: Picture) -> None:
        """Note one to fetch."""
        ...

    async def due(self, now: datetime, limit: int = 10) -> list[Picture]:
        """Those to fetch now."""
        ...

    async def update(self, picture: Picture) -> None:
        """Store the new state."""
        ...

    async def of_ticket(self, number: int) -> list[Picture]:
        """All of one ticket."""
        ...

    async def remove_of_message(self, conversation_key: str, message_id: str) -> list[Picture]:
        """Forget those of a recalled message; they come back, so that their files can go."""
        ...


class Gaps(Protocol):
    """Stretches of time in which messages may have been missed."""

    async def begin(self, gap: Gap) -> None:
        """Note that one begins, unless one of the same account lasts already."""
        ...

    async def end(self, platform: str, account: str, at: datetime) -> None:
        """Note that it is over."""
        ...

    async def listed(self) -> list[Gap]:
        """All, newest first."""
        ...


class Logins(Protocol):
    """Who gets into the console, and how often somebody failed to."""

    async def get(self, name: str) -> Login | None:
        """The login of that name."""
        ...

    async def save(self, login: Login) -> None:
        """Store a new login, or a new password of one."""
        ...

    async def listed(self) -> list[Login]:
        """All of them, by name."""
        ...

    async def remove(self, name: str) -> None:
        """Take a login away; none there is fine."""
        ...

    async def begin(self, session: Session) -> None:
        """Keep a new session, or the new state of one."""
        ...

    async def session(self, token_hash: str) -> Session | None:
        """The session with that hash, over or not."""
        ...

    async def sessions(self, who: Identity | None = None) -> list[Session]:
        """The sessions of *who*, or everybody's, the one last seen first."""
        ...

    async def end(self, token_hash: str) -> None:
        """End a session; none there is fine."""
        ...

    async def add_link(self, link: LoginLink) -> None:
        """Keep a link."""
        ...

    async def link(self, token_hash: str) -> LoginLink | None:
        """The link with that hash, if it was not used."""
        ...

    async def use_link(self, token_hash: str) -> bool:
        """Use a link up; False if somebody was faster."""
        ...

    async def note_failure(self, key: str, at: datetime) -> None:
        """Count a failed try by *key*: a name or an address."""
        ...

    async def failures_since(self, key: str, since: datetime) -> int:
        """How many failed since then."""
        ...

    async def forget(self, now: datetime, failures_before: datetime) -> None:
        """Forget sessions and links that are over, and failures from before then."""
        ...


class Notes(Protocol):
    """What workers write beside tickets, and when they looked at names."""

    async def add(self, note: Note) -> None:
        """Keep a note."""
        ...

    async def of_ticket(self, number: int) -> list[Note]:
        """The notes of one ticket, oldest first."""
        ...

    async def reveal(self, reveal: Reveal) -> None:
        """Keep that somebody looked."""
        ...

    async def reveals(self, number: int) -> list[Reveal]:
        """Who looked at the names of one ticket, oldest first."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Leaving it without `commit` undoes everything."""

    @property
    def tickets(self) -> Tickets:
        """The tickets."""
        ...

    @property
    def inbox(self) -> Inbox:
        """Messages worked through."""
        ...

    @property
    def outbox(self) -> Outbox:
        """The posts."""
        ...

    @property
    def members(self) -> Members:
        """The people."""
        ...

    @property
    def conversations(self) -> Conversations:
        """The groups."""
        ...

    @property
    def reviews(self) -> Reviews:
        """The worker's review list."""
        ...

    @property
    def pictures(self) -> Pictures:
        """The pictures."""
        ...

    @property
    def gaps(self) -> Gaps:
        """The gaps."""
        ...

    @property
    def logins(self) -> Logins:
        """Who gets into the console."""
        ...

    @property
    def notes(self) -> Notes:
        """What is written beside tickets."""
        ...

    async def commit(self) -> None:
        """Keep everything done so far."""
        ...

    async def __aenter__(self) -> Self:
        """Begin."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; undo what was not committed."""
        ...


UnitOfWorkFactory = Callable[[], UnitOfWork]


class PictureStore(Protocol):
    """Files of pictures, with nothing in them but the picture."""

    async def keep(self, data: bytes) -> str:
        """Re-encode and keep a picture; its file name. Raises `DeliveryError` (permanent) if it is none."""
        ...

    async def remove(self, file: str) -> None:
        """Delete one; none there is fine."""
        ...


class Changes(Protocol):
    """Tells views that something has changed."""

    def notify(self) -> None:
        """Something has changed."""
        ...

    def watch(self) -> AsyncIterator[None]:
        """Yields at every change."""
        ...
