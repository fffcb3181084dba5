"""What is said by the time of day: the morning digests in private, and each group's list of the week.

Each is made once, by whichever process and after however many restarts: the first who claims its name and day makes it,
in the transaction that holds its posts. One that was missed by hours is left out: the next comes soon enough.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot import wording
from bot.domain.calendar import WorkingCalendar
from bot.domain.deadlines import deadlines
from bot.domain.groups import GroupRules
from bot.domain.members import Member, Role
from bot.domain.messages import ConversationRef
from bot.domain.records import About, Conversation, Post, Priority
from bot.domain.schedule import Rules, promise_due
from bot.domain.tickets import Status, Ticket
from bot.domain.waiting import desk
from bot.handlers.context import Context
from bot.handlers.listing import listed
from bot.handlers.reaching import holds, private_chat

#: Statuses in which somebody still has to do something.
_ACTIVE = (Status.PENDING, Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """When they are made, in local time; None: never."""

    #: Each working morning, to leaders and to workers.
    leaders: time | None = None
    workers: time | None = None
    #: Once a week, to every group.
    weekly: time | None = None
    #: Of the weekly list; Monday is 0.
    weekday: int = 0
    #: One that could not be made within this time is left out.
    late: timedelta = timedelta(hours=4)

    def due(self, now: datetime, calendar: WorkingCalendar) -> list[str]:
        """The names of those whose time it is."""
        local = now.astimezone(calendar.zone)
        mornings = calendar.is_workday(local.date())
        times = {
            "leaders": self.leaders if mornings else None,
            "workers": self.workers if mornings else None,
            "weekly": self.weekly if local.weekday() == self.weekday else None,
        }
        return [name for name, at in times.items() if at is not None and self._is_time(local, at)]

    def due_in(self, rules: GroupRules, now: datetime, calendar: WorkingCalendar) -> bool:
        """Is it time for the weekly list of a group that decided its own hour?"""
        local = now.astimezone(calendar.zone)
        mine = rules.digest_at is not None and not rules.no_digest and local.weekday() == self.weekday
        return mine and rules.digest_at is not None and self._is_time(local, rules.digest_at)

    def _is_time(self, local: datetime, at: time) -> bool:
        begin = datetime.combine(local.date(), at, tzinfo=local.tzinfo)
        return begin <= local < begin + self.late


#: No digest at all.
NONE = Digests()


async def make(name: str, context: Context) -> bool:
    """Make the digest *name* of today, unless somebody did; was it made just now?"""
    today = context.now.astimezone(context.policy.rules.calendar.zone).date()
    if not await context.work.inbox.claim(f"digest/{name}/{today}", context.now):
        return False
    await _MAKERS[name](today, context)
    return True


async def _leaders(today: date, context: Context) -> None:
    """What waits for each leader, in private, if anything does."""
    tickets = [t for status in _ACTIVE for t in await context.work.tickets.listed(status)]
    reasons = [(t, why) for t in tickets if (why := leader_reason(t, today, context))]
    await _to_each("leaders", (Role.LEADER,), sorted(reasons, key=lambda r: r[0].number), today, context)


def leader_reason(ticket: Ticket, today: date, context: Context) -> str:
    """Why a leader should look at *ticket* today; empty: no need."""
    rules = context.policy.rules
    if ticket.status is Status.PENDING:
        return "等您确认"
    settle = deadlines(ticket.history, rules.calendar, rules.limits).settle
    if settle is not None and settle <= context.now:
        return f"{ticket.status.label}，已超期"
    return "说好今天来" if _promised(ticket, today, rules) else ""


def _promised(ticket: Ticket, today: date, rules: Rules) -> bool:
    owed = promise_due(ticket)
    return owed is not None and owed[1].astimezone(rules.calendar.zone).date() == today


async def _workers(today: date, context: Context) -> None:
    """What is on each worker's desk, in private, if anything is."""
    tickets = await context.work.tickets.on_desk()
    reasons = [(t, "、".join(reason.label for reason in desk(t))) for t in tickets]
    await _to_each("workers", (Role.WORKER, Role.ADMIN), reasons, today, context)


async def _to_each(
    name: str, roles: tuple[Role, ...], reasons: Iterable[tuple[Ticket, str]], today: date, context: Context
) -> None:
    """One post for everybody in *roles* whom the bot can write to, about the tickets of their places."""
    waiting = list(reasons)
    for member in await context.work.members.listed():
        theirs = [(t, why) for t, why in waiting if _is_of(member, t, roles)]
        chat = await private_chat(member.identity, context) if theirs else None
        if chat is not None:
            key = f"digest/{name}/{member.identity.key}/{today}"
            await _post(key, chat, wording.to_do(theirs), (), context)


def _is_of(member: Member, ticket: Ticket, roles: tuple[Role, ...]) -> bool:
    return member.identity.platform == ticket.home.platform and holds(member, ticket.place, *roles)


async def _weekly(today: date, context: Context) -> None:
    """The list of each group that the bot takes part in and that has no hour of its own."""
    for known in await context.work.conversations.listed():
        if known.rules.digest_at is None and not known.rules.no_digest:
            await _list_of(known, today, context)


async def _list_of(known: Conversation, today: date, context: Context) -> None:
    """The list of one group; one without any ticket is left in peace."""
    if not known.ref.is_group or not known.enabled or _is_silent(known, context.now):
        return
    listing = await listed(known, context)
    if listing is not None:
        await _post(f"digest/weekly/{known.ref.key}/{today}", known.ref, listing.text, listing.about, context)


async def make_own(digests: Digests, context: Context) -> None:
    """Make the weekly list of each group whose own hour has come, unless somebody did."""
    calendar = context.policy.rules.calendar
    today = context.now.astimezone(calendar.zone).date()
    for known in await context.work.conversations.listed():
        if not digests.due_in(known.rules, context.now, calendar) or not (known.ref.is_group and known.enabled):
            continue
        if await context.work.inbox.claim(f"digest/weekly/{today}/{known.ref.key}", context.now):
            await _list_of(known, today, context)


def _is_silent(known: Conversation, now: datetime) -> bool:
    return known.silent_until is not None and known.silent_until > now


async def _post(key: str, where: ConversationRef, text: str, about: tuple[About, ...], context: Context) -> None:
    post = Post(
        key=key,
        conversation=where,
        text=text,
        priority=Priority.NEWS,
        about=about,
        created_at=context.now,
        due_at=context.now,
    )
    await context.work.outbox.add(post)


_MAKERS: dict[str, Callable[[date, Context], Awaitable[None]]] = {
    "leaders": _leaders,
    "workers": _workers,
    "weekly": _weekly,
}
