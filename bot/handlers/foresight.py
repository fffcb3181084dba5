"""What a batch of messages will be asked about, read in a few statements for all of them.

Only speed depends on this: what is not at hand is read when it is asked for.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.domain.messages import InboundMessage
from bot.domain.places import Place
from bot.handlers.context import Context


async def look_ahead(
    messages: Sequence[InboundMessage],
    is_likely: Callable[[InboundMessage], bool],
    remembered_for: timedelta,
    context: Context,
) -> None:
    """Have at hand what *messages* need; of those that are likely to be issues, also what a new ticket needs."""
    if not messages:
        return
    work, earliest = context.work, min(m.at for m in messages)
    await work.conversations.look_ahead({m.conversation.key for m in messages})
    await work.members.look_ahead({m.sender.identity for m in messages})
    groups = [m for m in messages if m.conversation.is_group]
    places = {m.conversation.key: await _place(m, context) for m in groups}
    around = [(places[m.conversation.key], m.conversation) for m in groups]
    await work.tickets.look_ahead(around, earliest - remembered_for)
    if likely := [m for m in groups if is_likely(m)]:
        around = [(places[m.conversation.key], m.conversation) for m in likely]
        await work.tickets.look_ahead_ended(around, earliest - context.policy.recurs_within)
        await work.inbox.look_ahead({key for m in likely for key in claim_keys(m)})


async def _place(message: InboundMessage, context: Context) -> Place:
    known = await context.work.conversations.get(message.conversation.key)
    return known.place if known is not None and known.enabled else Place()


def claim_keys(message: InboundMessage) -> list[str]:
    """By what *message* is known to have been worked through.

    A true sequence number tells a message that came under another id, or to two accounts.
    """
    sequence = [f"{message.conversation.key}/seq/{message.sequence}"] if message.sequence else []
    return [message.key, *sequence]
