"""Which tickets a quoted message is about: by the code in its text, its post, or the ticket it is in.

WeChat quotes arrive as text without an id, QQ quotes as an id that may lead nowhere; either is enough.
"""

import re
from contextlib import suppress

from bot.domain.errors import TicketNotFound
from bot.domain.messages import InboundMessage
from bot.domain.tickets import Ticket
from bot.ports import UnitOfWork

#: More tickets than the bot ever puts into one post are not looked up.
_MOST = 20
_MARK = re.compile(r"【#(\d{1,9})】")


async def quoted(message: InboundMessage, work: UnitOfWork) -> tuple[list[Ticket], bool]:
    """The tickets that the quoted message is about, and whether it was the bot who said it."""
    quote = message.quote
    if quote is None:
        return [], False
    key = message.conversation.key
    posts = await work.outbox.by_receipt(key, quote.message_id) if quote.message_id else []
    numbers = {about.number for post in posts for about in post.about} | {int(n) for n in _MARK.findall(quote.text)}
    if numbers or posts:
        return await _existing(numbers, work), True
    ticket = await work.tickets.by_message(key, quote.message_id) if quote.message_id else None
    return ([ticket] if ticket else []), False


async def _existing(numbers: set[int], work: UnitOfWork) -> list[Ticket]:
    """The tickets of *numbers*, without those that somebody made up."""
    found = []
    for number in sorted(numbers)[:_MOST]:
        with suppress(TicketNotFound):
            found.append(await work.tickets.get(number))
    return found
