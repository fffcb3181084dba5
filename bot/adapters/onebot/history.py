"""What was said while we were away, and whether our own post is among it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.adapters.onebot.actions import get_history, messages_in
from bot.adapters.onebot.content import content_of
from bot.adapters.onebot.fields import Frame, ident, moment
from bot.adapters.onebot.messages import author_of, message_of
from bot.adapters.onebot.quotes import Call, Quotes
from bot.domain.errors import DeliveryError
from bot.domain.messages import ConversationRef, InboundMessage, Quote

log = structlog.get_logger(__name__)

#: Messages that one request asks for, and that are read back at most.
PAGE = 20
MOST = 200
#: By how much our clock and QQ's may differ when we look for a post of our own.
SKEW = timedelta(seconds=30)

_NEVER = datetime.min.replace(tzinfo=UTC)


class History:
    """Reads conversations back."""

    def __init__(self, call: Call, quotes: Quotes, seconds: float) -> None:
        """Asks by *call*, waiting *seconds* for each page; *quotes* fills in what is quoted from further back."""
        self._call = call
        self._quotes = quotes
        self._seconds = seconds

    async def since(self, where: ConversationRef, since: datetime) -> list[InboundMessage]:
        """What others said in *where* since then, oldest first, `MOST` at most. Raises `DeliveryError`."""
        since = since.replace(microsecond=0)
        frames, _ = await self._frames(where, since)
        texts = {ident(frame.get("message_id")): content_of(frame, where.account).text for frame in frames}
        decoded = [message_of(_addressed(frame, where), where.account, since) for frame in frames]
        messages = [m for m in decoded if isinstance(m, InboundMessage) and m.at >= since]
        return list(await asyncio.gather(*(self._quoting(message, texts) for message in messages)))

    async def sent(self, where: ConversationRef, text: str, since: datetime) -> str | None:
        """The id of the bot's own message with *text*, "" if it is surely not there, None if nobody knows.

        An empty or unfinished history proves nothing.
        """
        if not where.account:
            return None
        since = since.replace(microsecond=0) - SKEW
        try:
            frames, complete = await self._frames(where, since)
        except DeliveryError as error:
            log.info("onebot_history_failed", conversation=where.key, error=str(error))
            return None
        own = (f for f in frames if author_of(f) == where.account and moment(f.get("time"), since) >= since)
        found = next((f for f in own if _same(content_of(f, where.account).typed, text)), None)
        if found is not None:
            return ident(found.get("message_id")) or "unknown"
        return "" if complete and frames else None

    async def _frames(self, where: ConversationRef, since: datetime) -> tuple[list[Frame], bool]:
        """Message frames back to *since*, oldest first, and whether nothing in between can be missing."""
        known = _by_id(messages_in(await self._call(where.account, get_history(where, PAGE), self._seconds)))
        complete = len(known) < PAGE or _oldest(known) <= since
        while not complete and len(known) < MOST:
            older = await self._older(where, known)
            if not older:
                break
            known = older | known
            complete = _oldest(known) <= since
        newest = sorted(known.values(), key=_order)[-MOST:]
        return newest, complete

    async def _older(self, where: ConversationRef, known: dict[str, Frame]) -> dict[str, Frame]:
        """Frames older than the *known* ones; none when the platform has no more or does not say."""
        before = min(known.values(), key=_order)
        try:
            response = await self._call(where.account, get_history(where, PAGE, before), self._seconds)
        except DeliveryError as error:
            log.info("onebot_history_cut_short", conversation=where.key, error=str(error))
            return {}
        return {id_: frame for id_, frame in _by_id(messages_in(response)).items() if id_ not in known}

    async def _quoting(self, message: InboundMessage, texts: dict[str, str]) -> InboundMessage:
        if message.quote is None:
            return message
        text = texts.get(message.quote.message_id, "")
        filled = replace(message, quote=Quote(message_id=message.quote.message_id, text=text))
        event = await self._quotes.fill(filled)
        return event if isinstance(event, InboundMessage) else filled


def _addressed(frame: Frame, where: ConversationRef) -> Frame:
    """*frame* with the address that history leaves out at times."""
    if where.is_group:
        return {**frame, "message_type": "group", "group_id": where.id}
    return {**frame, "message_type": "private"}


def _by_id(frames: list[Frame]) -> dict[str, Frame]:
    return {id_: frame for frame in frames if (id_ := ident(frame.get("message_id")))}


def _order(frame: Frame) -> tuple[datetime, int]:
    sequence = ident(frame.get("real_seq")) or ident(frame.get("message_seq"))
    return moment(frame.get("time"), _NEVER), int(sequence) if sequence.isdecimal() else 0


def _oldest(frames: dict[str, Frame]) -> datetime:
    return min((moment(frame.get("time"), _NEVER) for frame in frames.values()), default=_NEVER)


def _same(one: str, other: str) -> bool:
    """Are they the same words? QQ changes blanks and line ends."""
    return "".join(one.split()) == "".join(other.split())
