"""What the clock does to a ticket: every step of `schedule`, each recorded once a round, and what is said about it.

After a downtime many steps can be due at once: all are recorded, and only the most pressing is said in the group, and
only the most pressing in private.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import TakeSteps
from bot.domain.deadlines import deadlines
from bot.domain.lifecycle import Doer
from bot.domain.members import Role
from bot.domain.messages import ConversationRef
from bot.domain.records import Instead, Priority
from bot.domain.schedule import Step, StepName, steps
from bot.domain.tickets import Ticket
from bot.handlers.closing import call_back_chosen
from bot.handlers.context import Context
from bot.handlers.posting import tell
from bot.handlers.reaching import in_role, on_call, private_chats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """Something to say about a step."""

    text: str
    where: tuple[ConversationRef, ...]
    mentions: tuple[str, ...] = ()
    priority: Priority = Priority.NEWS
    #: Said in the group when a private chat does not take it.
    instead: Instead | None = None

    @property
    def public(self) -> bool:
        """Is it for a group?"""
        return any(conversation.is_group for conversation in self.where)


async def take_steps(command: TakeSteps, context: Context) -> Ticket | None:
    """Do every step of the ticket that is due; None if none was."""
    ticket = before = await context.work.tickets.get(command.number)
    taken: list[Step] = []
    while (step := _next(ticket, taken, command.at, context)) is not None:
        ticket = _recorded(ticket, step, context)
        taken.append(step)
    ticket = await context.keep(ticket)
    await _say(ticket, taken, context)
    return ticket if len(ticket.history) > len(before.history) else None


def _next(ticket: Ticket, taken: list[Step], at: datetime, context: Context) -> Step | None:
    """The next step that is due *at* then and was not taken just now."""
    done = {(s.name, s.level) for s in taken}
    due = (s for s in steps(ticket, context.policy.rules) if s.at <= at)
    return next((s for s in due if (s.name, s.level) not in done), None)


def _recorded(ticket: Ticket, step: Step, context: Context) -> Ticket:
    """*ticket* with the event that says that *step* was taken."""
    by = Doer(at=context.now)
    if step.name is not StepName.CLOSE:
        return lifecycle.record(ticket, by, step.name.value, level=step.level)
    if lifecycle.may_close(ticket, context.now):
        return call_back_chosen(lifecycle.closed(ticket, context.now), context)
    return lifecycle.record(ticket, by, "untold")


async def _say(ticket: Ticket, taken: list[Step], context: Context) -> None:
    """The most pressing word for the group, and the most pressing one in private."""
    spoken: set[bool] = set()
    for step in sorted(taken, key=lambda s: (_PRESSING.index(s.name), -s.level)):
        words = await _WORDS[step.name](ticket, step, context)
        for word in (w for w in words if w.public not in spoken):
            await _tell(ticket, step, word, context)
        spoken |= {w.public for w in words if w.where}


async def _tell(ticket: Ticket, step: Step, word: _Word, context: Context) -> None:
    for n, conversation in enumerate(word.where):
        await tell(
            ticket,
            word.text,
            context,
            priority=word.priority,
            mentions=word.mentions,
            only=[conversation],
            event=step.name.value,
            instead=None if n else word.instead,
        )


async def _directly(ticket: Ticket, text: str, context: Context, *roles: Role) -> list[_Word]:
    """*text* for those in *roles*: in private where they can be reached, else in the group with an @."""
    chats = await private_chats(ticket, context, *roles)
    if chats:
        return [_Word(text=text, where=tuple(chats), instead=Instead(conversation=ticket.home, text=text))]
    people = await in_role(ticket, context, *roles)
    if not people:
        return []
    return [_Word(text=text, where=(ticket.home,), mentions=tuple(m.identity.user_id for m in people))]


async def _to_workers(ticket: Ticket, text: str, context: Context, priority: Priority = Priority.NEWS) -> list[_Word]:
    """*text* for the workers in private; who cannot be reached finds the ticket on the desk."""
    chats = await private_chats(ticket, context, Role.WORKER, Role.ADMIN)
    return [_Word(text=text, where=tuple(chats), priority=priority)]


async def _remind(ticket: Ticket, step: Step, context: Context) -> list[_Word]:
    """The leader is asked again."""
    return await _directly(ticket, wording.reminded(ticket), context, Role.LEADER)


async def _desk(ticket: Ticket, step: Step, context: Context) -> list[_Word]:
    """The worker finds it on the desk and in the morning's digest; nobody is disturbed."""
    return []


async def _chase(ticket: Ticket, step: Step, context: Context) -> list[_Word]:
    """The property company is asked in the group. For other bodies the worker acts, and finds it on the desk."""
    people = await _handlers(ticket, context)
    if not people:
        return []
    text = wording.chased(ticket, context.policy.responsibility)
    return [_Word(text=text, where=(ticket.home,), mentions=people)]


async def _handlers(ticket: Ticket, context: Context) -> tuple[str, ...]:
    """User ids of those in the group who act for the body of *ticket*; most bodies have nobody there."""
    role = context.policy.responsibility.role_for(ticket.body)
    return tuple(m.identity.user_id for m in await in_role(ticket, context, Role(role))) if role else ()


async def _warn(ticket: Ticket, step: Step, context: Context) -> list[_Word]:
    """Who acts hears that the limit is near."""
    rules = context.policy.rules
    due = deadlines(ticket.history, rules.calendar, rules.limits).settle
    if due is None:
        return []
    text = wording.warned(ticket, context.policy.responsibility, due.astimezone(rules.calendar.zone))
    if ticket.body == Role.PROPERTY.value:
        return await _directly(ticket, text, context, Role.PROPERTY)
    return await _to_workers(ticket, text, context)


async def _escalate(ticket: Ticket, step: Step, context: Context) -> list[_Word]:
    """The group hears it once, honestly, with an @ for the leader; later levels are for the worker."""
    if step.level > 1:
        return await _to_workers(ticket, wording.escalated(ticket, step.level), context)
    leaders = tuple(m.identity.user_id for m in await in_role(ticket, context, Role.LEADER))
    return [_Word(text=wording.late(ticket, called=bool(leaders)), where=ticket.conversations, mentions=leaders)]


async def _ask_promise(ticket: Ticket, step: Step, context: Context) -> list[_Word]:
    """Who promised is asked whether it was kept."""
    promise = ticket.events("promised")[-1]
    here = promise.by is not None and promise.by.platform == ticket.home.platform
    who = (promise.by.user_id,) if promise.by is not None and here else ()
    text = wording.promise_asked(ticket, str(promise.data.get("words", "")))
    return [_Word(text=text, where=(ticket.home,), mentions=who)]


async def _alarm(ticket: Ticket, step: Step, context: Context) -> list[_Word]:
    """Nobody has answered an emergency: once more in the group, and to the worker in private."""
    text, duty = wording.alarm_repeated(ticket), await on_call(ticket, context)
    group = _Word(text=text, where=(ticket.home,), mentions=duty, priority=Priority.EMERGENCY)
    return [group, *await _to_workers(ticket, text, context, Priority.EMERGENCY)]


async def _debt(ticket: Ticket, step: Step, context: Context) -> list[_Word]:
    """The groups are owed a word; it goes out with the next thing that is said there."""
    text = wording.still_open(ticket, context.policy.responsibility)
    return [_Word(text=text, where=ticket.conversations, priority=Priority.RIDER)]


async def _close(ticket: Ticket, step: Step, context: Context) -> list[_Word]:
    """The ending was told; the filing itself is nobody's news."""
    return []


_WORDS: dict[StepName, Callable[[Ticket, Step, Context], Awaitable[list[_Word]]]] = {
    StepName.REMIND: _remind,
    StepName.DESK: _desk,
    StepName.CHASE: _chase,
    StepName.WARN: _warn,
    StepName.ESCALATE: _escalate,
    StepName.ASK_PROMISE: _ask_promise,
    StepName.ALARM: _alarm,
    StepName.DEBT: _debt,
    StepName.CLOSE: _close,
}
#: Steps, most pressing first.
_PRESSING = (
    StepName.ALARM,
    StepName.ESCALATE,
    StepName.ASK_PROMISE,
    StepName.CHASE,
    StepName.WARN,
    StepName.REMIND,
    StepName.DESK,
    StepName.CLOSE,
    StepName.DEBT,
)
