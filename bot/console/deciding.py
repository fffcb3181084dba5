"""Carrying out what somebody decided here, by the handlers of the chat.

A form says how much of a ticket's history it had seen. What others decided since is told to whoever comes second, and
their own decision is not carried out: nobody overrules a colleague without knowing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.console.deeds import BY_NAME, Deed, choices
from bot.console.forms import FormError, read
from bot.console.live import EVENTS
from bot.console.parts import Console, Visitor
from bot.console.scope import review_for, ticket_for
from bot.domain.commands import ACTION_OF, Actor, DecideReview
from bot.domain.errors import BotError, InvalidTransition, NotPermitted, ReviewNotFound, StaleTicket
from bot.domain.members import Role, may
from bot.domain.records import PostStatus
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import Status, Ticket, TicketEvent
from bot.handlers.execute import carry_out
from bot.handlers.telling import note_told
from bot.ports import UnitOfWork

#: Another writer was faster at the very same moment: read again, so often.
_TRIES = 3
#: What changes nothing that a worker decides about.
_HARMLESS = frozenset({"told", "supported", "urged", "recalled", "reminded", "warned", "chased", "debt", "desked"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one decision."""

    item: str
    ok: bool
    text: str
    #: By field, when the form was at fault.
    errors: Mapping[str, str] | None = None
    #: The ticket that was made or changed; 0: none.
    number: int = 0


async def decide(item: str, action: str, typed: Mapping[str, Any], console: Console, visitor: Visitor) -> Outcome:
    """Do *action* to *item*: `t42.7` (of ticket 42 seven lines were seen), `r5` (a message), `p3` (a post)."""
    for _ in range(_TRIES):
        try:
            text, number = await _once(item, action, typed, console, visitor)
        except StaleTicket:
            continue
        except FormError as error:
            return Outcome(item=item, ok=False, text=str(error), errors=error.errors)
        except BotError as error:
            return Outcome(item=item, ok=False, text=_said(error))
        console.changes.notify()
        return Outcome(item=item, ok=True, text=text, number=number)
    return Outcome(item=item, ok=False, text="别人正在改这一张，请刷新后再看一眼")


def _said(error: BotError) -> str:
    return "这条消息已经有人判过了" if isinstance(error, ReviewNotFound) else str(error)


async def _once(
    item: str, action: str, typed: Mapping[str, Any], console: Console, visitor: Visitor
) -> tuple[str, int]:
    kind, number, seen = _parsed(item)
    async with console.work() as work:
        if kind == "p":
            done = await _paste(number, console, visitor, work)
        elif kind == "r":
            done = await _judge(number, action, typed, console, visitor, work)
        else:
            done = await _act(number, seen, action, typed, console, visitor, work)
        await work.commit()
    return done


def _parsed(item: str) -> tuple[str, int, int]:
    number, _, seen = item[1:].partition(".")
    if item[:1] not in ("t", "r", "p") or not number.isdecimal() or not (seen or "0").isdecimal() or len(item) > 24:
        raise InvalidTransition("不知道要办哪一件，请刷新后再试")
    return item[0], int(number), int(seen or 0)


async def _act(
    number: int, seen: int, action: str, typed: Mapping[str, Any], console: Console, visitor: Visitor, work: UnitOfWork
) -> tuple[str, int]:
    """Carry out a deed of the table. Raises `FormError` and `BotError`."""
    ticket, deed = await ticket_for(visitor.scope, number, work), BY_NAME.get(action)
    if deed is None:
        raise InvalidTransition("没有这个操作")
    if not may(visitor.member, ACTION_OF[deed.command], ticket.place, frozenset()):
        raise NotPermitted(f"「{deed.label}」不在您的权限里")
    if seen and (since := _decided_since(ticket, seen)):
        raise InvalidTransition(await _overtaken(ticket, since, deed, visitor, console, work))
    values = read(deed.fields, typed, choices(console.policy), console.zone)
    if deed.name == "merge":
        await ticket_for(visitor.scope, values["into"], work)
    wanted = deed.make(Actor(member=visitor.member, at=console.now()), ticket, values)
    if not wanted:
        raise InvalidTransition(f"{ticket.code}已经是{ticket.tier.label}了")
    for command in wanted:
        await carry_out(command, console.context(work))
    return f"{ticket.code}：{deed.label}", number


def _decided_since(ticket: Ticket, seen: int) -> TicketEvent | None:
    """The last decision of a person in the history after the first *seen* lines."""
    new = [e for e in ticket.history[seen:] if e.by and e.role != Role.RESIDENT and e.name not in _HARMLESS]
    return new[-1] if new else None


async def _overtaken(
    ticket: Ticket, event: TicketEvent, deed: Deed, visitor: Visitor, console: Console, work: UnitOfWork
) -> str:
    """What the first one did, for the second one."""
    by = event.by or visitor.member.identity
    mine = by == visitor.member.identity
    who = "您" if mine else (await work.members.get(by)).name or by.user_id
    at = event.at.astimezone(console.zone)
    did = EVENTS.get(event.name, event.name)
    stands = f"现在是「{ticket.status.label}」"
    return f"{ticket.code}：{who}在{at:%H:%M}已经「{did}」，{stands}。您的「{deed.label}」没有执行。"


async def _judge(
    number: int, action: str, typed: Mapping[str, Any], console: Console, visitor: Visitor, work: UnitOfWork
) -> tuple[str, int]:
    """Say what a held message is."""
    review = await review_for(visitor.scope, number, work)
    tier = Tier(action) if action in set(Tier) else None
    if action not in ("confirm", "reject") and tier is None:
        raise InvalidTransition("这一条还没有立单，只能判它是不是诉求")
    seen = review.classification.category
    category = None if action == "reject" else _category(str(typed.get("category", "")), seen)
    by = Actor(member=visitor.member, at=console.now())
    command = DecideReview(by=by, review=number, category=category, tier=tier)
    made = await carry_out(command, console.context(work))
    if made is None:
        return "判为不是诉求", 0
    stands = f"，{made.status.label}" if made.status is not Status.CONFIRMED else ""
    return f"立单并确认：{made.code} {made.category.label}{stands}", made.number


async def _paste(number: int, console: Console, visitor: Visitor, work: UnitOfWork) -> tuple[str, int]:
    """Somebody pasted what the bot could not say; its tickets are told of."""
    waiting = visitor.scope.posts(await work.outbox.in_status(PostStatus.BY_HAND), await work.conversations.listed())
    post = next((p for p in waiting if p.id == number), None)
    if post is None:
        raise InvalidTransition("这句话已经有人贴过了")
    await work.outbox.update(replace(post, status=PostStatus.SENT, sent_at=console.now(), error=""))
    await note_told(post, console.now(), work)
    return "记下了：已经贴到群里", 0


def _category(text: str, seen: Category) -> Category:
    return Category(text) if text in set(Category) else seen
