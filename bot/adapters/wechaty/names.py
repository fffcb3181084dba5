"""What rooms and people are called: asked once, kept for a while, and put right when the gateway tells of a change."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog

from bot.adapters.wechaty.line import Line, LineError
from bot.adapters.wechaty.values import Said, Setting

log = structlog.get_logger(__name__)

#: Seconds that a name is believed, and names that are kept.
KEPT = 600.0
MOST = 5_000
#: Names of one room in which a mention is looked for.
_MENTIONABLE = 500


class Names:
    """Names of one account's rooms and people. What cannot be asked just now is "" and asked again."""

    def __init__(self, line: Callable[[], Line]) -> None:
        """Asks over whatever *line* is up."""
        self._line = line
        #: Room and person ("" for the topic of the room) → name, loop time.
        self._known: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()

    async def setting(self, said: Said, account: str) -> Setting:
        """The names around *said*. The bot's own are asked for only where it may be mentioned by name."""
        topic, talker = await asyncio.gather(self.topic(said.room), self.of(said.talker, said.room))
        names: tuple[tuple[str, str], ...] = ()
        if said.room and "@" in said.text:
            own = await asyncio.gather(self.of(account, said.room), self.of(account))
            names = (*((name, account) for name in own if name), *self._mentionable(said.room, account))
        return Setting(account=account, topic=topic, talker_name=talker, names=names)

    async def topic(self, room: str) -> str:
        """What *room* is called."""
        return await self._asked((room, ""), lambda: self._line().topic(room)) if room else ""

    async def of(self, person: str, room: str = "") -> str:
        """What *person* is called in *room*, or (without one) at all."""
        return await self._asked((room, person), lambda: self._line().name(person, room)) if person else ""

    async def rename(self, room: str, topic: str) -> None:
        """*room* is called *topic* now; the gateway itself would go on telling the old one."""
        self._keep((room, ""), topic)
        try:
            await self._line().forget_room(room)
        except LineError as error:
            log.info("wechaty_room_not_forgotten", room=room, why=error.why.value)

    def forget(self, id_: str) -> None:
        """Forget what is known of the room or person *id_*; gateways join both in one id."""
        for room, person in list(self._known):
            if (room and room in id_) or (person and person in id_):
                del self._known[room, person]

    def _mentionable(self, room: str, account: str) -> list[tuple[str, str]]:
        """Those who are known to be in *room*, the latest first."""
        known = reversed(self._known.items())
        found = [(name, p) for (r, p), (name, _) in known if r == room and p not in ("", account) and name]
        return found[:_MENTIONABLE]

    async def _asked(self, key: tuple[str, str], ask: Callable[[], Awaitable[str]]) -> str:
        name, until = self._known.get(key, ("", 0.0))
        if until > asyncio.get_running_loop().time():
            return name
        try:
            name = (await ask()).strip()[:200]
        except LineError as error:
            log.info("wechaty_name_not_found", call=str(error))
            return name
        self._keep(key, name)
        return name

    def _keep(self, key: tuple[str, str], name: str) -> None:
        self._known[key] = (name, asyncio.get_running_loop().time() + KEPT)
        self._known.move_to_end(key)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
