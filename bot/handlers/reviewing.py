"""What a person decides about a held message: it is an issue, and becomes a confirmed ticket, or it is none."""

from dataclasses import replace

from bot.domain.classification import Classification
from bot.domain.commands import ConfirmTicket, DecideReview, Joining, OpenTicket
from bot.domain.errors import InvalidTransition, NotPermitted
from bot.domain.lifecycle import record
from bot.domain.members import Action, may
from bot.domain.messages import InboundMessage, Sender
from bot.domain.records import Review
from bot.domain.taxonomy import ISSUE_KINDS, Kind, Urgency
from bot.domain.tickets import Part, Ticket
from bot.handlers.confirming import confirm_ticket
from bot.handlers.context import Context, doer
from bot.handlers.intake import open_ticket, record_matter

#: What a person may say of a held message besides that it is an issue.
LABELS = ("category", "tier", "urgency")


async def decide_review(command: DecideReview, context: Context) -> Ticket | None:
    """Open and confirm a ticket, or dismiss the message; it is kept to be learned from until it expires.

    Whoever may confirm (or reject) a ticket there may decide. Raises `ReviewNotFound`, `NotPermitted`, or
    `InvalidTransition` when the message has come into a ticket meanwhile.
    """
    review = await context.work.reviews.get(command.review)
    action = Action.REJECT if command.category is None else Action.CONFIRM
    if not may(command.by.member, action, review.place, frozenset()):
        raise NotPermitted("这条消息要由那里的楼长或社区来判断")
    if command.category is None:
        await context.work.reviews.save(review.dismissed())
        return None
    known = await context.work.tickets.by_message(review.conversation.key, review.message_id)
    if known is not None:
        raise InvalidTransition(f"这条消息已经在{known.code}里了")
    ticket = await _opened(review, command, context)
    await context.work.reviews.remove(review.conversation.key, review.message_id)
    return await confirm_ticket(ConfirmTicket(by=command.by, number=ticket.number), context)


async def _opened(review: Review, command: DecideReview, context: Context) -> Ticket:
    """The pending ticket; what the bot had thought is in its history. An emergency is announced like any other."""
    seen = _decided(review.classification, command)
    opening = OpenTicket(
        messages=(Joining(message=_message(review), part=Part.REPORT),),
        classification=seen,
        place=review.place,
        evidence=seen.evidence,
    )
    if seen.urgency is Urgency.EMERGENCY:
        ticket = await open_ticket(opening, context)
    else:
        ticket = await record_matter(opening, context)
    decided = [name for name in LABELS if getattr(command, name) is not None]
    before = {name: str(getattr(review.classification, name)) for name in LABELS}
    by = doer(command.by, Action.CONFIRM, ticket)
    return await context.keep(record(ticket, by, "reviewed", decided=decided, **before))


def _decided(seen: Classification, command: DecideReview) -> Classification:
    """What the bot thought, with what the person said instead."""
    return replace(
        seen,
        kind=seen.kind if seen.kind in ISSUE_KINDS else Kind.COMPLAINT,
        category=command.category or seen.category,
        tier=command.tier or seen.tier,
        urgency=command.urgency or seen.urgency,
    )


def _message(review: Review) -> InboundMessage:
    return InboundMessage(
        conversation=review.conversation,
        message_id=review.message_id,
        sender=Sender(identity=review.sender, name=review.sender_name),
        text=review.text,
        at=review.at,
    )
