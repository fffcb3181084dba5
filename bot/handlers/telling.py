"""That people were told: by a post that went out, by somebody who pasted it, by a worker in their own way."""

import re
from dataclasses import replace
from datetime import datetime

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import MarkTold
from bot.domain.errors import TicketNotFound
from bot.domain.members import Action
from bot.domain.messages import ConversationRef, InboundMessage
from bot.domain.records import Post, PostStatus
from bot.domain.taxonomy import Tier
from bot.domain.text import clean
from bot.domain.tickets import Status, Ticket
from bot.handlers.context import Context, doer
from bot.handlers.noticing import note_notice
from bot.handlers.posting import answer
from bot.ports import UnitOfWork

#: What people change when they copy a sentence: spaces, line breaks, marks.
_LOOSE = re.compile(r"[\s【】\[\]（）()「」“”\"'，,。.！!？?：:；;、~～]+")


async def mark_told(command: MarkTold, context: Context) -> Ticket:
    """A worker told people of the ending in their own way; from now on they may object."""
    ticket = await context.work.tickets.get(command.number)
    ticket = await context.keep(lifecycle.told_by_hand(ticket, doer(command.by, Action.TELL, ticket)))
    await answer(command.by, wording.marked_told(ticket), context, about=ticket)
    return ticket


async def note_told(post: Post, now: datetime, work: UnitOfWork) -> None:
    """Write into the tickets of *post* that those whom they concern were told; of the notice, that its group was."""
    if post.is_notice:
        await note_notice(post, work.conversations, now)
    for about in post.about:
        try:
            ticket = await work.tickets.get(about.number)
        except TicketNotFound:
            continue
        if not _concerned(ticket, post.conversation):
            continue
        changed = lifecycle.told(ticket, now, post.key, Status(about.status))
        # What was told changes what comes next, and only the clock knows its rules: it looks at once.
        await work.tickets.save(replace(changed, look_at=now))


def _concerned(ticket: Ticket, where: ConversationRef) -> bool:
    """Is *where* a group that spoke of *ticket*, or (for a private matter) the reporter's own chat?"""
    if where.key in {c.key for c in ticket.conversations}:
        return True
    reporters = {(who.platform, who.user_id) for who in ticket.reporters}
    return not where.is_group and ticket.tier is Tier.PRIVATE and (where.platform, where.id) in reporters


async def pasted(message: InboundMessage, context: Context) -> bool:
    """Is *message* what a person was to paste? Then its posts are sent, and their tickets told, as if by the bot."""
    if not message.conversation.is_group or not message.text.lstrip().startswith(wording.MARKS):
        return False
    waiting = await context.work.outbox.in_status(PostStatus.BY_HAND)
    said = _loosely(message.text)
    mine = [p for p in waiting if p.conversation.key == message.conversation.key and _loosely(p.text) in said]
    for post in mine:
        sent = replace(post, status=PostStatus.SENT, sent_at=message.at, receipt=message.message_id, error="")
        await context.work.outbox.update(sent)
        await note_told(sent, context.now, context.work)
    return bool(mine)


async def speak_again(where: ConversationRef, context: Context) -> None:
    """The bot may speak in *where* again: what waited there for a person, it says itself."""
    for post in await context.work.outbox.in_status(PostStatus.BY_HAND):
        if post.conversation.key == where.key:
            waiting = replace(post, status=PostStatus.WAITING, due_at=context.now, attempts=0, error="")
            await context.work.outbox.update(waiting)


def _loosely(text: str) -> str:
    """*text* as it is compared: without spaces and marks, narrow."""
    return _LOOSE.sub("", clean(text))
