"""Groups, changed at the desk: whether the bot takes part, where the people live, what the group decided for itself."""

from dataclasses import replace

from bot.domain.commands import ChangeGroup
from bot.domain.errors import BotError, InvalidTransition, NotPermitted
from bot.domain.groups import serves
from bot.domain.places import Place
from bot.domain.records import Conversation
from bot.handlers.context import Context


async def change_group(command: ChangeGroup, context: Context) -> None:
    """Change it. Raises `NotPermitted`; `InvalidTransition` when somebody changed it meanwhile."""
    known = await context.work.conversations.get(command.conversation_key)
    if known is None or not known.ref.is_group:
        raise BotError("没有这个群")
    there = Place(estate=command.estate, building=command.building)
    if not (serves(command.by.member, known.place) and serves(command.by.member, there)):
        raise NotPermitted("这个群要由那里的社区工作者来管")
    if known.mark != command.seen:
        raise InvalidTransition("这个群刚刚被别人改过，下面是改过以后的样子，请看过再存")
    changed = known.switched(enabled=command.enabled, now=context.now)
    await context.work.conversations.save(_placed(changed, command))


def _placed(known: Conversation, command: ChangeGroup) -> Conversation:
    return replace(known, estate=command.estate, building=command.building, rules=command.rules)
