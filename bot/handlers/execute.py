"""From a command to its handler, through the one door where permission is checked and refusals become sentences."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot import wording
from bot.domain.commands import (
    ACTION_OF,
    AcceptTicket,
    Actor,
    AskWhich,
    AssignTicket,
    BindRole,
    CloseDueTicket,
    Command,
    ConfirmTicket,
    ExtendTicket,
    HoldForReview,
    ListOwnTickets,
    LookUpTicket,
    MergeTicket,
    NoteRecall,
    OpenTicket,
    RateTicket,
    RecategoriseTicket,
    RejectTicket,
    ReopenTicket,
    ReportProgress,
    ResolveTicket,
    RetierTicket,
    ShowHelp,
    SplitTicket,
    SupportTicket,
    TicketCommand,
    UrgeTicket,
    WithdrawTicket,
)
from bot.domain.errors import InvalidTransition, NotPermitted, TicketNotFound
from bot.domain.members import Action
from bot.domain.tickets import Ticket
from bot.handlers import asking, assigning, binding, closing, confirming, intake
from bot.handlers.context import Context, permitted
from bot.handlers.posting import answer

_Handler = Callable[[Any, Context], Awaitable[Ticket | None]]

HANDLERS: dict[type[object], _Handler] = {
    OpenTicket: intake.open_ticket,
    ExtendTicket: intake.extend_ticket,
    HoldForReview: intake.hold_for_review,
    NoteRecall: intake.note_recall,
    SupportTicket: intake.support_ticket,
    ConfirmTicket: confirming.confirm_ticket,
    RejectTicket: confirming.reject_ticket,
    RetierTicket: confirming.retier_ticket,
    RecategoriseTicket: confirming.recategorise_ticket,
    MergeTicket: confirming.merge_ticket,
    SplitTicket: confirming.split_ticket,
    AssignTicket: assigning.assign_ticket,
    AcceptTicket: assigning.accept_ticket,
    ReportProgress: assigning.report_progress,
    ResolveTicket: assigning.resolve_ticket,
    RateTicket: closing.rate_ticket,
    ReopenTicket: closing.reopen_ticket,
    UrgeTicket: closing.urge_ticket,
    WithdrawTicket: closing.withdraw_ticket,
    CloseDueTicket: closing.close_due_ticket,
    LookUpTicket: asking.look_up_ticket,
    ListOwnTickets: asking.list_own_tickets,
    ShowHelp: asking.show_help,
    AskWhich: asking.ask_which,
    BindRole: binding.bind_role,
}


async def carry_out(command: Command, context: Context) -> Ticket | None:
    """Do it. Raises `NotPermitted`, `TicketNotFound`, `InvalidTransition` or `StaleTicket`."""
    if isinstance(command, TicketCommand):
        action = ACTION_OF[type(command)]
        ticket = await context.work.tickets.get(command.number)
        await _check(ticket, command.by, action, context)
        if isinstance(command, MergeTicket):
            await _check(await context.work.tickets.get(command.into), command.by, action, context)
    return await HANDLERS[type(command)](command, context)


async def _check(ticket: Ticket, by: Actor, action: Action, context: Context) -> None:
    if not await permitted(ticket, by, action, context):
        raise NotPermitted(wording.not_permitted(ticket, action))


async def execute(command: Command, context: Context) -> Ticket | None:
    """Do it, and answer a person who asked for something impossible with one polite sentence, once."""
    if not isinstance(command, TicketCommand):
        return await carry_out(command, context)
    try:
        return await carry_out(command, context)
    except NotPermitted as refusal:
        who = command.by.member.identity.key
        once = f"refused/{who}/{ACTION_OF[type(command)]}/{command.number}"
        await answer(command.by, str(refusal), context, key=once)
    except TicketNotFound as refusal:
        await answer(command.by, wording.not_found(str(refusal)), context)
    except InvalidTransition as refusal:
        await answer(command.by, wording.not_possible(command.number, str(refusal)), context)
    return None
