"""One message in its scene → commands. Chatter yields none. Pure: no clock, no storage, no platform."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.classification import Classification
from bot.domain.commands import (
    AcceptTicket,
    Actor,
    AnswerInquiry,
    AskToEnter,
    AskWhich,
    BindRole,
    Command,
    ConfirmTicket,
    ExtendTicket,
    HoldForReview,
    Joining,
    ListOwnTickets,
    LookUpTicket,
    MarkTold,
    MergeTicket,
    NotePromise,
    OpenTicket,
    OptIn,
    OptOut,
    RateTicket,
    RecategoriseTicket,
    RejectTicket,
    ReopenTicket,
    ReportProgress,
    ResolveTicket,
    RetierTicket,
    ShowHelp,
    ShowList,
    SplitTicket,
    SupportTicket,
    UrgeTicket,
    WarnOfDanger,
    WithdrawTicket,
)
from bot.domain.members import Action, Relation, Role, may
from bot.domain.messages import InboundMessage
from bot.domain.places import Place, same_place
from bot.domain.taxonomy import URGENCY_RANK, Category, Kind, Tier, Urgency, by_label
from bot.domain.tickets import Part, Status, Ticket, codes_in
from bot.intake.inquiries import answering
from bot.intake.linking import SECOND_ABOVE, Choice, choices, cried, hangs_on, leading, opening, part_of, subject
from bot.intake.places import in_text, of_matter, on_card
from bot.intake.replies import MEANT, Reply, read
from bot.intake.scene import Scene
from bot.intake.underway import BUILDERS, Builder, assigned_to, promises
from bot.intake.weights import WEIGHTS
from bot.intake.window import burst, is_photo

#: A one-character reply without a quote or a code is only taken for a ticket this fresh.
FRESH = timedelta(hours=2)
#: How likely an issue by itself (0 to 1) a pressing message must be, and how much less (log-odds) it needs to open.
PRESSING = {Urgency.EMERGENCY: (0.25, 1.8), Urgency.URGENT: (0.6, 0.5)}
#: A bare code answers the bot's question back within this long.
ANSWERED = timedelta(minutes=10)
_ONLY_CODE = re.compile(r"[#＃]\s*\d{1,9}[。.!！]?")


def interpret(scene: Scene, weights: Mapping[str, float] = WEIGHTS) -> list[Command]:
    """What the message of *scene* asks for."""
    reply = read(scene.message.text) or _asked_back(scene)
    commands = _from_reply(scene, reply) if reply is not None else None
    if scene.member.opted_out_at is not None:
        return _of_reserved(scene, commands)
    found = _answered(scene, _from_talk(scene, weights)) if commands is None else commands
    found = [c for c in found if not _is_left_alone(c, scene)]
    return [*found, *_kept_promises(scene, found)]


def _is_left_alone(command: Command, scene: Scene) -> bool:
    """Is it a matter that the group wants no ticket of? Danger always gets one."""
    if not isinstance(command, OpenTicket | HoldForReview):
        return False
    reading = command.classification
    return reading.category in scene.conversation.rules.left_alone and reading.urgency is not Urgency.EMERGENCY


def _of_reserved(scene: Scene, commands: list[Command] | None) -> list[Command]:
    """Of somebody who wants nothing taken down: what they tell the bot itself, and help where there is danger."""
    if commands is not None:
        return [c for c in commands if not isinstance(c, SupportTicket)]
    reading, (least, _) = scene.classification, PRESSING[Urgency.EMERGENCY]
    if reading.urgency is not Urgency.EMERGENCY or reading.issue < least:
        return []
    place = _place(scene)
    return [WarnOfDanger(by=_actor(scene), category=reading.category, words=scene.message.text, place=place)]


def _kept_promises(scene: Scene, commands: list[Command]) -> list[Command]:
    """The promises in the message about tickets that wait for such a word, by somebody who may give it."""
    waiting = {t.number: t for t in scene.tickets if t.status in MEANT[Action.PROMISE]}
    return [
        c
        for c in promises(scene, commands)
        if isinstance(c, NotePromise) and c.number in waiting and _allowed(waiting[c.number], scene, Action.PROMISE)
    ]


# Replies


def _asked_back(scene: Scene) -> Reply | None:
    """A bare `#2` says which ticket one's last command was meant for."""
    numbers = codes_in(scene.message.text)
    if len(numbers) != 1 or not _ONLY_CODE.fullmatch(scene.message.text.strip()):
        return None
    own = [h for h in scene.window if h.message.sender.identity == scene.message.sender.identity]
    if not own or scene.message.at - own[-1].message.at > ANSWERED:
        return None
    before = read(own[-1].message.text)
    return replace(before, numbers=tuple(numbers)) if before is not None and not before.numbers else None


def _actor(scene: Scene) -> Actor:
    message = scene.message
    return Actor(member=scene.member, at=message.at, conversation=message.conversation, message_id=message.message_id)


def relations_to(ticket: Ticket, scene: Scene) -> frozenset[Relation]:
    """What the sender is to *ticket*."""
    who = scene.member.identity
    out = {Relation.REPORTER} if who in ticket.reporters else set()
    return frozenset(out | ({Relation.SUPPORTER} if who in ticket.supporters else set()))


def _from_reply(scene: Scene, reply: Reply) -> list[Command] | None:
    """The commands of *reply*; None when it is ordinary talk after all."""
    by = _actor(scene)
    if reply.does == "help":
        return [ShowHelp(by=by)]
    if reply.does == "own":
        return [ListOwnTickets(by=by)]
    if reply.does == "list":
        return [ShowList(by=by)]
    if reply.does == "enter":
        return [AskToEnter(by=by)]
    if reply.does == "opt_out":
        return [OptOut(by=by)]
    if reply.does == "opt_in":
        return [OptIn(by=by)]
    if reply.does == "bind":
        return [BindRole(by=by, code=reply.argument)]
    action = Action(reply.does)
    if action is Action.ASSIGN and assigned_to(reply.argument)[0] not in scene.rules.bodies:
        return None
    if action is Action.CONTEST and scene.member.has_role(Role.WORKER, Role.ADMIN):
        action = Action.RECLASSIFY  # who decides does not object
    numbers, asked = _targets(scene, reply, action)
    if numbers is None:
        return None
    if len(numbers) != 1:
        return [AskWhich(by=by, action=action, numbers=numbers)] if asked else None
    return _BUILDERS[action](scene, by, numbers[0], reply)


def _targets(scene: Scene, reply: Reply, action: Action) -> tuple[tuple[int, ...] | None, bool]:
    """The tickets that can be meant, and whether to ask back unless it is exactly one. None: it was no command."""
    if action is Action.MERGE:
        return _merge_source(scene, reply)
    if reply.numbers:
        return reply.numbers[:1], True
    if scene.quoted:
        return _quoted(scene, action)
    alone = reply.bare or (action is Action.MEDIATE and not scene.message.conversation.is_group)
    if not alone or scene.message.quote is not None:
        return None, False
    meant = tuple(t.number for t in scene.tickets if _can_be_meant(t, scene, action, terse=reply.terse))
    return (meant, True) if meant else (None, False)


def _quoted(scene: Scene, action: Action) -> tuple[tuple[int, ...] | None, bool]:
    """Which of the quoted tickets. Neighbours who quote each other are not talking to the bot."""
    known = [t for t in scene.tickets if t.number in scene.quoted]
    allowed = [t for t in known if _allowed(t, scene, action)]
    if not scene.quotes_bot and (not allowed or action is Action.SUPPORT):
        return None, False
    if len(scene.quoted) == 1:
        return tuple(scene.quoted), True
    fitting = [t for t in allowed if t.status in MEANT[action]] or allowed
    return tuple(t.number for t in fitting), True


def _merge_source(scene: Scene, reply: Reply) -> tuple[tuple[int, ...] | None, bool]:
    """合并 #12 needs a second ticket: one named first, one quoted, or the only other one that waits."""
    if len(reply.numbers) >= 2:
        return reply.numbers[:1], True
    if not reply.numbers:
        return None, False
    others = scene.quoted - set(reply.numbers)
    if len(others) == 1:
        return tuple(others), True
    meant = tuple(
        t.number
        for t in scene.tickets
        if t.number not in reply.numbers and _can_be_meant(t, scene, Action.MERGE, terse=False)
    )
    return meant, True


def _allowed(ticket: Ticket, scene: Scene, action: Action) -> bool:
    return may(scene.member, action, ticket.place, relations_to(ticket, scene))


def _can_be_meant(ticket: Ticket, scene: Scene, action: Action, *, terse: bool) -> bool:
    """Without a quote and a code: is it a ticket of this group, in a fitting status, and theirs to act on?"""
    if ticket.status not in MEANT[action] or not _allowed(ticket, scene, action):
        return False
    if terse and scene.message.at - ticket.opened_at > FRESH:
        return False
    ref = scene.message.conversation
    if not ref.is_group:
        return bool(relations_to(ticket, scene)) or action not in _OWN
    if action in _OWN and not relations_to(ticket, scene):
        return False
    return any(c.key == ref.key for c in ticket.conversations)


#: Bare, these are only about one's own tickets, though anybody may do some of them by code.
_OWN = frozenset({Action.LOOK_UP, Action.URGE, Action.WITHDRAW, Action.RATE, Action.REOPEN})


def _reclassify(scene: Scene, by: Actor, number: int, reply: Reply) -> list[Command]:
    if tier := by_label(Tier, reply.argument):
        return [RetierTicket(by=by, number=number, tier=tier)]
    if category := by_label(Category, reply.argument):
        return [RecategoriseTicket(by=by, number=number, category=category)]
    return [ShowHelp(by=by, topic="categories")]


def _merge(scene: Scene, by: Actor, number: int, reply: Reply) -> list[Command]:
    return [MergeTicket(by=by, number=number, into=reply.numbers[-1])]


def _photos(scene: Scene) -> tuple[InboundMessage, ...]:
    """The photos of what is reported: WeChat, and most phones, send them apart, before the words."""
    before = [h.message for h in burst(scene.window, scene.message) if is_photo(h.message) and not h.tickets]
    return (*before, *([scene.message] if scene.message.attachments else []))


_BUILDERS: dict[Action, Builder] = {
    **BUILDERS,
    Action.CONFIRM: lambda s, by, n, r: [ConfirmTicket(by=by, number=n)],
    Action.REJECT: lambda s, by, n, r: [RejectTicket(by=by, number=n, reason=r.argument)],
    Action.RECLASSIFY: _reclassify,
    Action.MERGE: _merge,
    Action.SPLIT: lambda s, by, n, r: [SplitTicket(by=by, number=n)],
    Action.ACCEPT: lambda s, by, n, r: [AcceptTicket(by=by, number=n)],
    Action.PROGRESS: lambda s, by, n, r: [ReportProgress(by=by, number=n, note=r.argument, photos=_photos(s))],
    Action.RESOLVE: lambda s, by, n, r: [ResolveTicket(by=by, number=n, note=r.argument, photos=_photos(s))],
    Action.TELL: lambda s, by, n, r: [MarkTold(by=by, number=n)],
    Action.SUPPORT: lambda s, by, n, r: [SupportTicket(by=by, number=n, message=s.message)],
    Action.LOOK_UP: lambda s, by, n, r: [LookUpTicket(by=by, number=n)],
    Action.URGE: lambda s, by, n, r: [UrgeTicket(by=by, number=n)],
    Action.WITHDRAW: lambda s, by, n, r: [WithdrawTicket(by=by, number=n)],
    Action.REOPEN: lambda s, by, n, r: [ReopenTicket(by=by, number=n, reason=r.argument)],
    Action.RATE: lambda s, by, n, r: [RateTicket(by=by, number=n, stars=int(r.argument or 5))],
}


# Ordinary talk


def _from_talk(scene: Scene, weights: Mapping[str, float]) -> list[Command]:
    ranked = choices(scene, weights)
    best = ranked[0]
    if best.ticket is not None and best.score > scene.rules.join_above:
        return _joins(scene, [best, *(c for c in ranked[1:] if c.ticket and c.score > SECOND_ABOVE)], weights)
    new = next(c for c in ranked if c.ticket is None)
    if new.score > scene.rules.open_above or _is_pressing(scene, new):
        command = opening_command(scene)
        return [replace(command, evidence=(*command.evidence, *new.evidence(weights)))]
    if new.score > scene.rules.review_above and scene.classification.is_issue:
        return [HoldForReview(message=scene.message, classification=scene.classification, place=_place(scene))]
    return []


def _answered(scene: Scene, commands: list[Command]) -> list[Command]:
    """*commands* of a question that a standing ticket answers: it becomes no ticket, but may be part of one."""
    joined = [c for c in commands if isinstance(c, ExtendTicket)]
    opens = any(isinstance(c, OpenTicket) for c in commands)
    ticket = None if opens and scene.classification.is_issue else answering(scene, [c.number for c in joined])
    if ticket is None:
        return commands
    return [*joined, AnswerInquiry(by=_actor(scene), number=ticket.number)]


def _is_pressing(scene: Scene, new: Choice) -> bool:
    """Better one question too many than a person left in a lift: what presses needs to be less sure."""
    urgency = scene.classification.urgency
    least, discount = PRESSING.get(urgency, (1.0, 0.0))
    return scene.classification.issue >= least and new.score > scene.rules.open_above - discount


def _joins(scene: Scene, picks: list[Choice], weights: Mapping[str, float]) -> list[Command]:
    earlier = [Joining(message=m, part=Part.DETAIL) for m in leading(scene)]
    return [
        ExtendTicket(
            number=ticket.number,
            messages=(*earlier, Joining(message=scene.message, part=part_of(scene, ticket))),
            classification=_plea(scene) if hangs_on(scene, ticket) else scene.classification,
            place=(said := _place_said(scene, ticket)),
            corrects=_corrects(scene, ticket, said),
            category=subject(scene, ticket),
            evidence=pick.evidence(weights),
        )
        for pick in picks
        if (ticket := pick.ticket) is not None
    ]


def _plea(scene: Scene) -> Classification:
    """What somebody says whose life hangs on the matter is a call for help, whatever it sounds like alone."""
    return replace(scene.classification, kind=Kind.REQUEST)


def _place_said(scene: Scene, ticket: Ticket) -> Place:
    """What the message adds to the place of *ticket*: a neighbour's own door is not the matter's door."""
    said = in_text(scene.message.text)
    if said.unit and not said.building:
        said = replace(said, building=scene.conversation.building)
    own = scene.member.identity in ticket.reporters
    return said if own else replace(said, room="")


def _corrects(scene: Scene, ticket: Ticket, said: Place) -> bool:
    """Does the reporter name another unit than the one that was only guessed from their card?"""
    home = on_card(scene.message.sender.name, scene.conversation.place)
    guessed = bool(home.unit) and same_place(home.unit, ticket.place.unit)
    agrees = Place(building=said.building).agrees_with(Place(building=ticket.place.building))
    other = bool(said.unit) and not same_place(said.unit, ticket.place.unit)
    return scene.member.identity in ticket.reporters and guessed and agrees and other


def opening_command(scene: Scene) -> OpenTicket:
    """A new ticket of the message and what leads to it."""
    classification = _best_reading(scene)
    place = of_matter(_texts(scene), scene.message.sender.name, scene.conversation.place, classification.category)
    return OpenTicket(
        messages=opening(scene, classification.category),
        classification=classification,
        place=place,
        evidence=classification.evidence,
        previous=_previous(scene, place, classification),
    )


def _texts(scene: Scene) -> list[str]:
    return [scene.message.text, *(m.text for m in reversed(leading(scene)))]


def _place(scene: Scene) -> Place:
    return of_matter(
        [scene.message.text], scene.message.sender.name, scene.conversation.place, scene.classification.category
    )


def _best_reading(scene: Scene) -> Classification:
    """The message's own classification or that of the whole breath, whichever is surer; the more pressing urgency."""
    own, whole = scene.classification, scene.burst
    if whole is None:
        best = own
    else:
        best = whole if whole.category_confidence * whole.issue >= own.category_confidence * own.issue else own
        urgency = max(own.urgency, whole.urgency, key=lambda u: URGENCY_RANK[u])
        best = replace(best, urgency=urgency)
    if any(cried(scene, h) for h in scene.window):
        best = replace(best, urgency=Urgency.EMERGENCY)
    if best.kind is Kind.SUGGESTION and best.urgency is Urgency.URGENT:
        best = replace(best, urgency=Urgency.NORMAL)  # an idea can wait
    return best if best.is_issue else replace(best, kind=Kind.COMPLAINT)


def _previous(scene: Scene, place: Place, classification: Classification) -> int:
    """The ended ticket of the same category at the same place, if there is one in mind."""
    ended = (Status.RESOLVED, Status.CLOSED)
    return next(
        (
            t.number
            for t in scene.tickets
            if t.status in ended and t.category is classification.category and t.place.agrees_with(place)
        ),
        0,
    )
