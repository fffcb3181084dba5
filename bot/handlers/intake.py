"""What ordinary talk brings: a new ticket, more of one, a message held for review, a message taken back."""

from collections.abc import Sequence
from dataclasses import replace

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import ExtendTicket, HoldForReview, Joining, NoteRecall, OpenTicket, SupportTicket
from bot.domain.lifecycle import Doer
from bot.domain.members import Role
from bot.domain.messages import AttachmentKind, InboundMessage
from bot.domain.records import Picture, Priority, Review
from bot.domain.taxonomy import Tier, Urgency
from bot.domain.text import masked, shortened
from bot.domain.tickets import Part, Ticket, TicketMessage
from bot.handlers.advising import advise
from bot.handlers.context import Context
from bot.handlers.posting import answer, tell
from bot.handlers.reaching import in_role, on_call


def as_ticket_message(joining: Joining) -> TicketMessage:
    """The message of *joining* as the ticket keeps it."""
    m = joining.message
    return TicketMessage(
        conversation=m.conversation,
        message_id=m.message_id,
        sender=m.sender.identity,
        sender_name=m.sender.name,
        at=m.at,
        text=m.text,
        part=joining.part,
        attachments=m.attachments,
    )


async def open_ticket(command: OpenTicket, context: Context) -> Ticket:
    """Record a new matter and acknowledge it: by a question to the leader, by advice, or by an alarm."""
    ticket = await record_matter(command, context)
    if ticket.tier is Tier.PRIVATE and ticket.urgency is not Urgency.EMERGENCY:
        ticket = await context.keep(lifecycle.referred(ticket, Doer(at=context.now), context.policy.objections))
    await _acknowledge(ticket, context)
    return ticket


async def record_matter(command: OpenTicket, context: Context) -> Ticket:
    """The stored ticket that *command* asks for, with its line of the list and the ended ticket that has come back."""
    ticket = new_ticket(command)
    if not ticket.previous and (old := await _came_back(ticket, context)) is not None:
        ticket = new_ticket(replace(command, previous=old.number))
    line, version = context.policy.line(ticket), context.policy.responsibility.version
    ticket = await context.take_in(lifecycle.lined(ticket, line, version))
    await _note_pictures(ticket, [j.message for j in command.messages], context)
    if ticket.previous:
        before = await context.work.tickets.get(ticket.previous)
        await context.keep(lifecycle.recurred(before, context.now, ticket))
    return ticket


async def _came_back(ticket: Ticket, context: Context) -> Ticket | None:
    """The ticket of the same matter at the same place that ended not long ago."""
    if ticket.tier is Tier.PRIVATE:
        return None
    since = ticket.opened_at - context.policy.recurs_within
    ended = await context.work.tickets.ended_around(ticket.place, ticket.home, ticket.category, since)
    return next((t for t in ended if t.tier is not Tier.PRIVATE and t.place.is_spot_of(ticket.place)), None)


def new_ticket(command: OpenTicket) -> Ticket:
    """The ticket that *command* asks for, not yet stored."""
    reading, first, last = command.classification, command.messages[0].message, command.messages[-1].message
    ticket = Ticket(
        kind=reading.kind,
        category=reading.category,
        tier=reading.tier,
        urgency=reading.urgency,
        confidence=reading.issue,
        place=command.place,
        home=last.conversation,
        summary=shortened(masked(last.text or first.text), 60),
        messages=tuple(as_ticket_message(j) for j in command.messages),
        reporters=(first.sender.identity,),
        supporters=tuple(dict.fromkeys(j.message.sender.identity for j in command.messages if j.part is Part.SUPPORT)),
        evidence=command.evidence,
        opened_at=last.at,
        active_at=last.at,
        previous=command.previous,
    )
    return lifecycle.opened(ticket, Doer(by=first.sender.identity, role=Role.RESIDENT.value, at=last.at))


async def _acknowledge(ticket: Ticket, context: Context) -> None:
    """One post per ticket: an alarm at once, else advice or a question after a breath."""
    policy = context.policy
    if ticket.urgency is Urgency.EMERGENCY:
        duty = await on_call(ticket, context)
        text = wording.emergency(ticket, called=bool(duty))
        await tell(ticket, text, context, priority=Priority.EMERGENCY, mentions=duty)
    elif ticket.confidence < policy.speak_above:
        return
    elif ticket.tier is Tier.PRIVATE:
        await advise(ticket, context, policy.acknowledge_after)
    else:
        leaders = tuple(m.identity.user_id for m in await in_role(ticket, context, Role.LEADER))
        await tell(ticket, wording.opened(ticket), context, delay=policy.acknowledge_after, mentions=leaders)


async def extend_ticket(command: ExtendTicket, context: Context) -> Ticket:
    """Add messages to a ticket: pictures, details, neighbours. Nothing is said, unless it has become an emergency."""
    ticket = await context.work.tickets.get(command.number)
    was = ticket.urgency
    for joining in command.messages:
        ticket = lifecycle.joined(ticket, as_ticket_message(joining))
    said, known = command.place, ticket.place
    if command.corrects:
        known = replace(known, unit=said.unit, room="")
    ticket = replace(ticket, place=known.filled_from(said))
    last = command.messages[-1].message
    if command.classification.urgency is Urgency.EMERGENCY and command.classification.is_issue and ticket.is_open:
        ticket = lifecycle.raised(ticket, command.classification.urgency, Doer(by=last.sender.identity, at=last.at))
    ticket = lifecycle.understood(ticket, command.category, last.at)
    ticket = await context.keep(ticket)
    await _note_pictures(ticket, [j.message for j in command.messages], context)
    if ticket.urgency is Urgency.EMERGENCY and was is not Urgency.EMERGENCY:
        await _acknowledge(ticket, context)
    return ticket


async def support_ticket(command: SupportTicket, context: Context) -> Ticket:
    """Count somebody in who said so to the bot."""
    ticket = await context.work.tickets.get(command.number)
    if ticket.merged_into:
        ticket = await context.work.tickets.get(ticket.merged_into)
    joining = Joining(message=command.message, part=Part.SUPPORT)
    ticket = await context.keep(lifecycle.joined(ticket, as_ticket_message(joining)))
    await answer(command.by, wording.supported(ticket, ticket.households), context, about=ticket)
    return ticket


async def hold_for_review(command: HoldForReview, context: Context) -> None:
    """Keep a message that may be an issue for a worker, for a few days, in silence."""
    m = command.message
    review = Review(
        conversation=m.conversation,
        message_id=m.message_id,
        sender=m.sender.identity,
        sender_name=m.sender.name,
        text=m.text,
        at=m.at,
        place=command.place,
        classification=command.classification,
        expires_at=context.now + context.policy.review_for,
    )
    await context.work.reviews.add(review)


async def note_recall(command: NoteRecall, context: Context) -> Ticket | None:
    """Somebody took a message back: its words go; a pending ticket that rests on it alone is withdrawn."""
    key, message_id = command.conversation.key, command.message_id
    await context.work.reviews.remove(key, message_id)
    await context.work.samples.remove(key, message_id)
    gone = await context.work.pictures.remove_of_message(key, message_id)
    context.leftovers.extend(picture.file for picture in gone if picture.file)
    ticket = await context.work.tickets.by_message(key, message_id)
    if ticket is None:
        return None
    by = Doer(by=command.by.member.identity, role=Role.RESIDENT.value, at=command.by.at)
    return await context.keep(lifecycle.recalled(ticket, by, key, message_id))


async def _note_pictures(ticket: Ticket, messages: Sequence[InboundMessage], context: Context) -> None:
    """Have the pictures of *messages* fetched and kept."""
    for message in messages:
        for attachment in message.attachments:
            if attachment.kind is AttachmentKind.IMAGE and attachment.source:
                await context.work.pictures.add(
                    Picture(
                        ticket=ticket.number,
                        conversation=message.conversation,
                        message_id=message.message_id,
                        attachment=attachment,
                        due_at=context.now,
                    )
                )


async def keep_photos(ticket: Ticket, photos: Sequence[InboundMessage], context: Context) -> Ticket:
    """Add the messages with the *photos* of a progress report to *ticket*."""
    for message in photos:
        ticket = lifecycle.joined(ticket, as_ticket_message(Joining(message=message, part=Part.PROGRESS)))
    await _note_pictures(ticket, photos, context)
    return ticket
