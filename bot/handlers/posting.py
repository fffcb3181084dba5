"""Putting sentences into the outbox, under keys that cannot repeat, in the transaction of what they report."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.domain.commands import Actor
from bot.domain.messages import ConversationKind, ConversationRef, Identity, InboundMessage
from bot.domain.records import About, Instead, Post, Priority
from bot.domain.taxonomy import Tier, Urgency
from bot.domain.tickets import Ticket
from bot.handlers.context import Context


def _key(ticket: Ticket, conversation: ConversationRef, event: str = "") -> str:
    """The last *event* of the ticket's history, told in one conversation: it cannot happen twice."""
    name = event or ticket.history[-1].name
    return f"{ticket.number}/{len(ticket.history)}/{name}/{conversation.key}"


async def tell(
    ticket: Ticket,
    text: str,
    context: Context,
    *,
    priority: Priority = Priority.NEWS,
    delay: timedelta = timedelta(),
    mentions: Iterable[str] = (),
    only: Iterable[ConversationRef] | None = None,
    event: str = "",
    instead: Instead | None = None,
    proof: tuple[str, ...] = (),
) -> None:
    """Tell the audience of *ticket* (or *only* some places) what its last event (or *event*, one of the last) brought.

    *instead* is said where it says if the post is given up; the photos of the messages *proof* go along.
    """
    if context.policy.silent:
        return
    for conversation in audience(ticket) if only is None else only:
        otherwise = instead or _instead(ticket, conversation, text)
        post = Post(
            key=_key(ticket, conversation, event),
            conversation=conversation,
            text=text,
            priority=priority,
            instead=otherwise if await _may_say(otherwise, context) else None,
            about=(About(number=ticket.number, status=ticket.status.value),),
            mentions=tuple(mentions),
            proof=proof,
            created_at=context.now,
            due_at=context.now + delay,
        )
        await context.work.outbox.add(post)


async def answer(
    by: Actor,
    text: str,
    context: Context,
    *,
    about: Ticket | None = None,
    named: tuple[About, ...] = (),
    key: str = "",
    quoting: bool = True,
) -> None:
    """Answer *by* where they spoke, once for each message (or each *key*); at the desk nobody is answered.

    The answer is *about* a ticket, or speaks of all the *named* ones.
    """
    if by.conversation is None or context.policy.silent:
        return
    post = Post(
        key=key
        or f"answer/{by.conversation.account}/{by.conversation.key}/{by.message_id}/{about.number if about else 0}",
        conversation=by.conversation,
        text=text,
        priority=Priority.ANSWER,
        about=(About(number=about.number, status=about.status.value),) if about else named,
        reply_to=by.message_id if quoting else "",
        created_at=context.now,
        due_at=context.now,
    )
    await context.work.outbox.add(post)


async def tell_news(
    ticket: Ticket, by: Actor, text: str, context: Context, *, shown: Sequence[InboundMessage] = ()
) -> None:
    """Tell all groups of *ticket*; where *by* just spoke it is an answer, so it comes at once.

    The photos of the messages *shown* go along, except to where they were shown already.
    """
    here, proof = by.conversation, tuple(m.message_id for m in shown)
    if here is None:
        await tell(ticket, text, context, proof=proof)
        return
    await answer(by, text, context, about=ticket)
    groups = {c.key for c in ticket.conversations}
    if here.key in groups and is_discreet(ticket):
        return
    await tell(ticket, text, context, only=[c for c in audience(ticket) if c.key != here.key], proof=proof)


def is_discreet(ticket: Ticket) -> bool:
    """Is it told in private? A private matter is; one that is dangerous was announced in the group before."""
    return ticket.tier is Tier.PRIVATE and ticket.urgency is not Urgency.EMERGENCY and ticket.home.is_group


def audience(ticket: Ticket) -> tuple[ConversationRef, ...]:
    """Where its news is told: in its groups; of a private matter, in the reporter's own chat."""
    if is_discreet(ticket) and ticket.reporters:
        return (chat_of(ticket.reporters[0], ticket.home),)
    return ticket.conversations


def chat_of(who: Identity, beside: ConversationRef) -> ConversationRef:
    """The private chat of *who* with the account that is in the conversation *beside*."""
    return ConversationRef(
        platform=beside.platform, kind=ConversationKind.PRIVATE, id=who.user_id, account=beside.account
    )


async def _may_say(instead: Instead | None, context: Context) -> bool:
    """Does the group want to hear what a reporter could not be told in private?"""
    known = await context.work.conversations.get(instead.conversation.key) if instead else None
    return known is None or known.rules.private_here


def _instead(ticket: Ticket, where: ConversationRef, text: str) -> Instead | None:
    """What the reporter cannot be told in private is said in the group that they spoke in."""
    private = is_discreet(ticket) and where.key not in {c.key for c in ticket.conversations}
    return Instead(conversation=ticket.home, text=text) if private else None
