"""The bot's own posts as WeChat echoes them: receipts where the puppet gives none, and whether a post went out."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.adapters.wechaty.values import Said
from bot.adapters.wechaty.words import same

#: Echoes that are remembered.
MOST = 500
#: By how much our clock and WeChat's may differ.
SKEW = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Echo:
    conversation: str
    text: str
    id: str
    at: datetime


class Posts:
    """Echoes, and those who wait for one."""

    def __init__(self) -> None:
        self._echoes: deque[_Echo] = deque(maxlen=MOST)
        self._waiting: list[tuple[str, str, asyncio.Future[str]]] = []
        #: Ids that a receipt was given for, so that of two equal posts each has its own echo.
        self._claimed: deque[str] = deque(maxlen=MOST)

    def echoed(self, said: Said, conversation: str, at: datetime) -> None:
        """The bot's own message *said* came back from *conversation*."""
        echo = _Echo(conversation, same(said.text), said.id, at)
        self._echoes.append(echo)
        for where, text, waiting in self._waiting:
            if (where, text) == (conversation, echo.text) and not waiting.done() and said.id not in self._claimed:
                self._claimed.append(said.id)
                waiting.set_result(said.id)

    def claim(self, message_id: str) -> str:
        """*message_id*, now known to be the receipt of a post."""
        self._claimed.append(message_id)
        return message_id

    async def receipt(self, conversation: str, text: str, since: datetime, seconds: float) -> str:
        """The id of the echo of *text* in *conversation*, waiting *seconds* for it; "" if none comes."""
        if found := self._found(conversation, same(text), since, fresh=True):
            return self.claim(found)
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        entry = (conversation, same(text), waiting)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(seconds):
                return await waiting
        except TimeoutError:
            return ""
        finally:
            self._waiting.remove(entry)

    def sent(self, conversation: str, text: str, since: datetime) -> str | None:
        """The id of the post with *text*; None if nobody knows, for an echo may be lost with the line."""
        return self._found(conversation, same(text), since - SKEW) or None

    def _found(self, conversation: str, text: str, since: datetime, *, fresh: bool = False) -> str:
        """The newest echo that ends in *text* (mentions stand before it); if *fresh*, one that nobody has claimed."""
        for echo in reversed(self._echoes):
            if echo.conversation != conversation or echo.at < since or (fresh and echo.id in self._claimed):
                continue
            if echo.text.endswith(text):
                return echo.id
        return ""
