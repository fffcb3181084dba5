"""On the way to an ending: measures, handing up, promises, and the clock that stands still for a reason."""

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import AddMeasure, NotePromise, PauseTicket, ResumeTicket, SendUp
from bot.domain.members import Action
from bot.domain.text import masked, shortened
from bot.domain.tickets import Ticket
from bot.handlers.context import Context, doer
from bot.handlers.posting import tell_news


async def add_measure(command: AddMeasure, context: Context) -> Ticket:
    """Agree on what is done, by whom, by when."""
    ticket = await context.work.tickets.get(command.number)
    what, who = masked(command.what), masked(command.who)
    by_when = command.by_when.isoformat() if command.by_when else ""
    ticket = lifecycle.measured(ticket, doer(command.by, Action.MEASURE, ticket), what, who, by_when)
    ticket = await context.keep(ticket)
    who = context.policy.responsibility.body_name(who)
    await tell_news(ticket, command.by, wording.measured(ticket, what, who, command.by_when), context)
    return ticket


async def send_up(command: SendUp, context: Context) -> Ticket:
    """Note that an authority has it, and its number there."""
    ticket = await context.work.tickets.get(command.number)
    to = command.to or ticket.body or context.policy.line(ticket).body
    ticket = lifecycle.sent_up(ticket, doer(command.by, Action.SEND_UP, ticket), command.reference, to)
    ticket = await context.keep(ticket)
    body = context.policy.responsibility.body_name(to)
    await tell_news(ticket, command.by, wording.sent_up(ticket, body, command.reference), context)
    return ticket


async def note_promise(command: NotePromise, context: Context) -> Ticket:
    """Keep when somebody said that they would act. Nothing is said: they just said it themselves."""
    ticket = await context.work.tickets.get(command.number)
    words = shortened(masked(command.words), 60)
    return await context.keep(lifecycle.promised(ticket, doer(command.by, Action.PROMISE, ticket), words, command.due))


async def pause_ticket(command: PauseTicket, context: Context) -> Ticket:
    """Let its limits stand still, for a reason and until a day that everybody can read."""
    ticket = await context.work.tickets.get(command.number)
    by, reason = doer(command.by, Action.PAUSE, ticket), masked(command.reason)
    ticket = await context.keep(lifecycle.paused(ticket, by, reason, command.until))
    until = command.until.astimezone(context.policy.rules.calendar.zone)
    await tell_news(ticket, command.by, wording.paused(ticket, reason, until), context)
    return ticket


async def resume_ticket(command: ResumeTicket, context: Context) -> Ticket:
    """Let its limits run again."""
    ticket = await context.work.tickets.get(command.number)
    ticket = await context.keep(lifecycle.resumed(ticket, doer(command.by, Action.RESUME, ticket)))
    await tell_news(ticket, command.by, wording.resumed(ticket), context)
    return ticket
