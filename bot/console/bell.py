"""Rings in open pages when something has changed; they ask for what they may see themselves."""

from aiohttp import web

from bot.console.live import Live
from bot.console.parts import Console, known_visitor


class Bell(Live):
    """`GET /events`: says that there is something new, and nothing of what it is."""

    def __init__(self, console: Console) -> None:
        super().__init__(console.reading, console.changes, lambda request: known_visitor(request) is not None)
        self._rung = 0

    def mount(self, app: web.Application) -> None:
        """Put the route on *app*, and end the streams when it stops."""
        app.router.add_get("/events", self.stream)
        app.on_shutdown.append(self.close)

    async def snapshot(self) -> bytes:
        """How often it has rung."""
        self._rung += 1
        return str(self._rung).encode()
