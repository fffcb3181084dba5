"""Putting sentences into the outbox, under keys that cannot repeat, in the transaction of what they report."""

from collections.abc import Iterable
from datetime import timedelta

from bot.domain.commands import Actor
from bot.domain.members import Role
from bot.domain.messages import ConversationRef
from bot.domain.records import About, Post, Priority
from bot.domain.tickets import Ticket
from bot.handlers.context import Context


def _key(ticket: Ticket, conversation: ConversationRef) -> str:
    """The last event of the ticket's history, told in one conversation: it cannot happen twice."""
    event = ticket.history[-1].name
    return f"{ticket.number}/{len(ticket.history)}/{event}/{conversation.key}"


async def tell(
    ticket: Ticket,
    text: str,
    context: Context,
    *,
    priority: Priority = Priority.NEWS,
    delay: timedelta = timedelta(),
    mentions: Iterable[str] = (),
    only: Iterable[ConversationRef] | None = None,
) -> None:
    """Tell every conversation of *ticket* (or *only* some) what its last event brought."""
    if context.policy.silent:
        return
    for conversation in ticket.conversations if only is None else only:
        post = Post(
            key=_key(ticket, conversation),
            conversation=conversation,
            text=text,
            priority=priority,
            about=(About(number=ticket.number, status=ticket.status.value),),
            mentions=tuple(mentions),
            created_at=context.now,
            due_at=context.now + delay,
        )
        await context.work.outbox.add(post)


async def answer(
    by: Actor, text: str, context: Context, *, about: Ticket | None = None, key: str = "", quoting: bool = True
) -> None:
    """Answer *by* where they spoke, once for each message (or each *key*); at the desk nobody is answered."""
    if by.conversation is None or context.policy.silent:
        return
    post = Post(
        key=key
        or f"answer/{by.conversation.account}/{by.conversation.key}/{by.message_id}/{about.number if about else 0}",
        conversation=by.conversation,
        text=text,
        priority=Priority.ANSWER,
        about=(About(number=about.number, status=about.status.value),) if about else (),
        reply_to=by.message_id if quoting else "",
        created_at=context.now,
        due_at=context.now,
    )
    await context.work.outbox.add(post)


async def tell_news(ticket: Ticket, by: Actor, text: str, context: Context) -> None:
    """Tell all groups of *ticket*; where *by* just spoke it is an answer, so it comes at once."""
    here = by.conversation
    if here is None:
        await tell(ticket, text, context)
        return
    await answer(by, text, context, about=ticket)
    await tell(ticket, text, context, only=[c for c in ticket.conversations if c.key != here.key])


async def on_duty(ticket: Ticket, context: Context, *roles: Role) -> tuple[str, ...]:
    """User ids of those who hold one of *roles* for the place of *ticket*, on the platform of its home."""
    members = await context.work.members.in_role_at(ticket.home.platform, ticket.place)
    return tuple(
        m.identity.user_id for m in members if any(g.role in roles and g.covers(ticket.place) for g in m.grants)
    )
