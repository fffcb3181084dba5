"""From a command to its handler, through the one door where permission is checked and refusals become sentences."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot import wording
from bot.domain.commands import (
    ACTION_OF,
    AcceptTicket,
    Actor,
    AddMeasure,
    AnswerInquiry,
    AnswerSample,
    AskToEnter,
    AskWhich,
    AssignTicket,
    BindRole,
    CallBack,
    ChangeGroup,
    Command,
    ConfirmTicket,
    ContestTier,
    DecideReview,
    DeclineTicket,
    ExtendTicket,
    GiveRole,
    HoldForReview,
    ListOwnTickets,
    LookUpTicket,
    MarkTold,
    MergeTicket,
    NotePromise,
    NoteRecall,
    OpenTicket,
    OptIn,
    OptOut,
    PauseTicket,
    RateTicket,
    RecategoriseTicket,
    ReconsiderReview,
    RejectTicket,
    ReopenTicket,
    ReportProgress,
    RequestMediation,
    ResolveTicket,
    ResumeTicket,
    RetierTicket,
    SendUp,
    ShowHelp,
    ShowList,
    SplitTicket,
    SupportTicket,
    SwitchSampling,
    TakeSteps,
    TicketCommand,
    UpholdTier,
    UrgeTicket,
    WarnOfDanger,
    WithdrawRole,
    WithdrawTicket,
)
from bot.domain.errors import InvalidTransition, NotPermitted, TicketNotFound
from bot.domain.members import Action
from bot.domain.tickets import Ticket
from bot.handlers import (
    advising,
    asking,
    assigning,
    binding,
    closing,
    confirming,
    contesting,
    entering,
    grouping,
    intake,
    listing,
    measuring,
    reserving,
    reviewing,
    sampling,
    staffing,
    stepping,
    telling,
)
from bot.handlers.context import Context, permitted
from bot.handlers.posting import answer

_Handler = Callable[[Any, Context], Awaitable[Ticket | None]]

HANDLERS: dict[type[object], _Handler] = {
    OpenTicket: intake.open_ticket,
    ExtendTicket: intake.extend_ticket,
    HoldForReview: intake.hold_for_review,
    DecideReview: reviewing.decide_review,
    ReconsiderReview: sampling.reconsider_review,
    AnswerSample: sampling.answer_sample,
    SwitchSampling: sampling.switch_sampling,
    NoteRecall: intake.note_recall,
    SupportTicket: intake.support_ticket,
    ConfirmTicket: confirming.confirm_ticket,
    RejectTicket: confirming.reject_ticket,
    RetierTicket: confirming.retier_ticket,
    RecategoriseTicket: confirming.recategorise_ticket,
    MergeTicket: confirming.merge_ticket,
    SplitTicket: confirming.split_ticket,
    AssignTicket: assigning.assign_ticket,
    DeclineTicket: assigning.decline_ticket,
    AcceptTicket: assigning.accept_ticket,
    ReportProgress: assigning.report_progress,
    ResolveTicket: assigning.resolve_ticket,
    ContestTier: contesting.contest_tier,
    UpholdTier: contesting.uphold_tier,
    AddMeasure: measuring.add_measure,
    SendUp: measuring.send_up,
    NotePromise: measuring.note_promise,
    PauseTicket: measuring.pause_ticket,
    ResumeTicket: measuring.resume_ticket,
    RequestMediation: advising.request_mediation,
    RateTicket: closing.rate_ticket,
    ReopenTicket: closing.reopen_ticket,
    CallBack: closing.call_back,
    UrgeTicket: closing.urge_ticket,
    WithdrawTicket: closing.withdraw_ticket,
    TakeSteps: stepping.take_steps,
    MarkTold: telling.mark_told,
    ShowList: listing.show_list,
    AskToEnter: entering.ask_to_enter,
    LookUpTicket: asking.look_up_ticket,
    AnswerInquiry: asking.answer_inquiry,
    ListOwnTickets: asking.list_own_tickets,
    ShowHelp: asking.show_help,
    AskWhich: asking.ask_which,
    BindRole: binding.bind_role,
    OptOut: reserving.opt_out,
    OptIn: reserving.opt_in,
    WarnOfDanger: reserving.warn_of_danger,
    GiveRole: staffing.give_role,
    WithdrawRole: staffing.withdraw_role,
    ChangeGroup: grouping.change_group,
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
