"""What somebody wants done. The chat and the console make the same commands; `bot.handlers` carries them out."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.classification import Classification, Evidence
from bot.domain.groups import GroupRules
from bot.domain.members import Action, Grant, Member
from bot.domain.messages import ConversationRef, Identity, InboundMessage
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who gives a command, where, and by which message."""

    member: Member
    at: datetime
    #: Where they said it; None at the desk.
    conversation: ConversationRef | None = None
    #: The message that said it; empty at the desk.
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """A message, and what it is to the ticket that it joins."""

    message: InboundMessage
    part: Part


# What the intake finds in ordinary talk


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    """Somebody raised a new matter."""

    #: In time order; the last one is what made it a matter, earlier ones are pictures and fragments that belong to it.
    messages: tuple[Joining, ...]
    classification: Classification
    place: Place
    evidence: tuple[Evidence, ...] = ()
    #: The earlier, ended ticket of the same matter; 0: none.
    previous: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendTicket:
    """More messages of a matter that has a ticket."""

    number: int
    messages: tuple[Joining, ...]
    #: What the newest of them sounds like by itself: it may make the matter more pressing.
    classification: Classification
    #: Parts of the place that the new messages add.
    place: Place
    #: Does that place put right what was only guessed before?
    corrects: bool = False
    #: What the matter is about, now that more was said; None leaves it as it was.
    category: Category | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldForReview:
    """It may be an issue; a worker decides. Nothing is said in the group."""

    message: InboundMessage
    classification: Classification
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReview:
    """A held message is an issue of these labels, or (without a category) none."""

    by: Actor
    #: The number of the review.
    review: int
    category: Category | None = None
    #: None: as the bot thought.
    tier: Tier | None = None
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconsiderReview:
    """A held message was dismissed too soon: it waits again."""

    by: Actor
    review: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSample:
    """A message that was left alone is an issue after all, or none; None takes the answer back."""

    by: Actor
    sample: int
    issue: bool | None
    category: Category | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSampling:
    """A few messages a week that are left alone in a group are shown to the community, or no longer."""

    by: Actor
    conversation_key: str
    sampled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecall:
    """A message was taken back."""

    conversation: ConversationRef
    message_id: str
    by: Actor


# What people tell the bot. `by` is who, `number` is the ticket.


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCommand:
    """A command about one ticket."""

    by: Actor
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmTicket(TicketCommand):
    """确认"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectTicket(TicketCommand):
    """误报, with a reason if one was given."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetierTicket(TicketCommand):
    """改小事"""

    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class RecategoriseTicket(TicketCommand):
    """改类 停车"""

    category: Category


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTicket(TicketCommand):
    """合并 #12: fold this ticket into *into*."""

    into: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitTicket(TicketCommand):
    """拆分 #42: undo its merge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTicket(TicketCommand):
    """转 物业"""

    #: A code of the responsibility list: `property`, `community`, …
    body: str
    #: Needed to take it from somebody who has accepted.
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptTicket(TicketCommand):
    """接单"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProgress(TicketCommand):
    """办理中 …"""

    note: str = ""
    #: The messages with the photos of it: the one that says it, or others of the same breath.
    photos: tuple[InboundMessage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveTicket(TicketCommand):
    """办结 …"""

    note: str = ""
    photos: tuple[InboundMessage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportTicket(TicketCommand):
    """我家也是"""

    message: InboundMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpTicket(TicketCommand):
    """查 #42"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerInquiry(TicketCommand):
    """几点来水, asked of nobody in particular: the standing ticket answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgeTicket(TicketCommand):
    """催 #42"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawTicket(TicketCommand):
    """撤回 #42"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenTicket(TicketCommand):
    """没解决"""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTicket(TicketCommand):
    """评 5 (满意 is 5, 不满意 is 1)"""

    stars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineTicket(TicketCommand):
    """退回 是市政管网，应由自来水公司办: not ours, why, and whose."""

    reason: str
    #: Code of the body that should have it; empty: none was named.
    proposal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestTier(TicketCommand):
    """应为大事"""

    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class UpholdTier(TicketCommand):
    """维持 …: the tier stays although it was contested."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMeasure(TicketCommand):
    """措施 换水泵 物业 周五前: what is done, by whom, by when."""

    what: str
    who: str = ""
    by_when: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendUp(TicketCommand):
    """上报 12345-2026-0042: handed to an authority, with its number there."""

    reference: str = ""
    #: Code of the body it went to; empty: the responsible one.
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePromise(TicketCommand):
    """明天上午来修, said by somebody who must act."""

    words: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseTicket(TicketCommand):
    """暂停 12月5日 等配件: the time limits stand still until then."""

    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeTicket(TicketCommand):
    """恢复计时: the time limits run again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMediation(TicketCommand):
    """调解: a worker is asked to mediate, in private."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack(TicketCommand):
    """回访 满意/不满意 …: what people said when they were asked after closing."""

    satisfied: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkTold(TicketCommand):
    """已告知: a worker told people of its ending, by hand or in person, where the bot could not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowList:
    """清单: what is new, done and still open here, without names."""

    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToEnter:
    """登录: a one-time link into the console, in private."""

    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """别记我: nothing that they say in passing is taken down from now on."""

    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class OptIn:
    """可以记我"""

    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnOfDanger:
    """Somebody who wants nothing taken down speaks of danger: the number to call is said, and nothing is kept."""

    by: Actor
    category: Category
    #: What they said, to choose the number by.
    words: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRole:
    """Somebody gets a role, in place of another one of theirs if that is changed."""

    by: Actor
    who: Identity
    name: str
    grant: Grant
    instead_of: Grant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRole:
    """Somebody loses a role."""

    by: Actor
    who: Identity
    grant: Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """Whether the bot takes part in a group, where its people live, and what the group decided for itself."""

    by: Actor
    conversation_key: str
    enabled: bool
    estate: str
    building: str
    rules: GroupRules
    #: `groups.mark` of the group as whoever changes it has seen it.
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOwnTickets:
    """我的诉求"""

    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHelp:
    """帮助. *topic* `categories` lists the categories; `hello` greets a stranger, once a day."""

    by: Actor
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindRole:
    """绑定 839201"""

    by: Actor
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhich:
    """Several tickets could be meant, or none was found: ask back. *numbers* may be empty."""

    by: Actor
    action: Action
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSteps:
    """Do what is due for a ticket (said by the clock; `schedule` says what)."""

    number: int
    at: datetime


Command = (
    OpenTicket
    | ExtendTicket
    | HoldForReview
    | DecideReview
    | ReconsiderReview
    | AnswerSample
    | SwitchSampling
    | NoteRecall
    | TicketCommand
    | OptOut
    | OptIn
    | WarnOfDanger
    | GiveRole
    | WithdrawRole
    | ChangeGroup
    | ListOwnTickets
    | ShowHelp
    | BindRole
    | AskWhich
    | AskToEnter
    | ShowList
    | TakeSteps
)

#: The entry of `members.PERMISSIONS` that each command about a ticket needs.
ACTION_OF: dict[type[TicketCommand], Action] = {
    ConfirmTicket: Action.CONFIRM,
    RejectTicket: Action.REJECT,
    RetierTicket: Action.RECLASSIFY,
    RecategoriseTicket: Action.RECLASSIFY,
    MergeTicket: Action.MERGE,
    SplitTicket: Action.SPLIT,
    AssignTicket: Action.ASSIGN,
    AcceptTicket: Action.ACCEPT,
    ReportProgress: Action.PROGRESS,
    ResolveTicket: Action.RESOLVE,
    SupportTicket: Action.SUPPORT,
    LookUpTicket: Action.LOOK_UP,
    AnswerInquiry: Action.LOOK_UP,
    UrgeTicket: Action.URGE,
    WithdrawTicket: Action.WITHDRAW,
    ReopenTicket: Action.REOPEN,
    RateTicket: Action.RATE,
    DeclineTicket: Action.DECLINE,
    ContestTier: Action.CONTEST,
    UpholdTier: Action.UPHOLD,
    AddMeasure: Action.MEASURE,
    SendUp: Action.SEND_UP,
    NotePromise: Action.PROMISE,
    PauseTicket: Action.PAUSE,
    ResumeTicket: Action.RESUME,
    RequestMediation: Action.MEDIATE,
    CallBack: Action.CALL_BACK,
    MarkTold: Action.TELL,
}
