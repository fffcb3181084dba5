"""What was said in the simulated group and in the private chats beside it: in memory, bounded, watched by pages."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any

from bot.domain.messages import ConversationRef

KEPT = 500
#: A page that lags so far behind is shown out; it comes back and gets everything at once.
BEHIND = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line of the group or of a private chat."""

    id: str
    conversation: ConversationRef
    #: A person's id; empty for the bot.
    who: str
    text: str
    at: datetime
    #: The id of the line that it quotes.
    quotes: str = ""
    #: The name of a picture.
    picture: str = ""
    #: User ids that it mentions.
    mentions: tuple[str, ...] = ()
    recalled: bool = False


#: Something for the pages: a new or changed line, or any other frame as it will go out.
News = Said | dict[str, Any]


class Room:
    """The lines, oldest first."""

    def __init__(self) -> None:
        self._said: deque[Said] = deque(maxlen=KEPT)
        self._pages: set[asyncio.Queue[News]] = set()
        self._count = 0
        self._run = token_hex(3)

    def new_id(self) -> str:
        """An id that no line has had before, not even before a restart."""
        self._count += 1
        return f"{self._run}-{self._count}"

    def add(self, said: Said) -> None:
        """Add a line, and show it to every page."""
        self._said.append(said)
        self.show(said)

    def get(self, said_id: str) -> Said | None:
        """The line with that id."""
        return next((s for s in reversed(self._said) if s.id == said_id), None)

    def lines(self, conversation: ConversationRef | None = None, since: datetime | None = None) -> list[Said]:
        """The lines of *conversation* (or of all) since then, oldest first."""
        return [
            s
            for s in self._said
            if (conversation is None or s.conversation.key == conversation.key) and (since is None or s.at >= since)
        ]

    def take_back(self, said_id: str) -> Said | None:
        """Empty the line with that id; how it stands now."""
        for place, said in enumerate(self._said):
            if said.id == said_id and not said.recalled:
                self._said[place] = replace(said, text="", picture="", recalled=True)
                self.show(self._said[place])
                return self._said[place]
        return None

    def clear(self) -> None:
        """Forget every line."""
        self._said.clear()
        self.show({"type": "cleared"})

    def show(self, news: News) -> None:
        """Give *news* to every page; one that is too far behind is let go."""
        for page in list(self._pages):
            try:
                page.put_nowait(news)
            except asyncio.QueueFull:
                self._pages.discard(page)

    def watched_by(self, page: "asyncio.Queue[News]") -> bool:
        """Does *page* still get the news?"""
        return page in self._pages

    @contextmanager
    def page(self) -> Iterator["asyncio.Queue[News]"]:
        """A page's view of what is new, for as long as it is open."""
        queue: asyncio.Queue[News] = asyncio.Queue(maxsize=BEHIND)
        self._pages.add(queue)
        try:
            yield queue
        finally:
            self._pages.discard(queue)


def latest(lines: list[Said], fits: Callable[[Said], bool]) -> Said | None:
    """The last of *lines* that *fits*."""
    return next((s for s in reversed(lines) if fits(s)), None)
