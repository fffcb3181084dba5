"""What a worker does from the command line: look at tickets, invite, give roles, enable groups."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.app import policy_of
from bot.domain.errors import BotError, ConfigError, TicketNotFound
from bot.domain.members import Grant, Role
from bot.domain.messages import Identity
from bot.domain.records import Conversation, Review
from bot.domain.tickets import Status, Ticket
from bot.handlers.binding import invite
from bot.handlers.context import Context
from bot.running import opened_store
from config.settings import Settings


async def list_tickets(settings: Settings, status: Status | None) -> list[Ticket]:
    """All tickets, or those of one status, by number."""
    async with opened_store(settings) as begin, begin() as work:
        return await work.tickets.listed(status)


async def get_ticket(settings: Settings, number: int) -> Ticket:
    """One ticket. Raises `BotError` if there is none."""
    async with opened_store(settings) as begin, begin() as work:
        try:
            return await work.tickets.get(number)
        except TicketNotFound as error:
            raise BotError(f"没有工单 #{number}") from error


async def list_reviews(settings: Settings) -> list[Review]:
    """Messages that wait for somebody to decide what they are, oldest first."""
    async with opened_store(settings) as begin, begin() as work:
        return await work.reviews.listed()


async def new_invitation(settings: Settings, role: Role, estate: str, building: str) -> str:
    """A one-time code that binds *role*."""
    async with opened_store(settings) as begin, begin() as work:
        context = Context(work=work, policy=policy_of(settings), now=datetime.now(UTC))
        code = await invite(role, estate, building, context)
        await work.commit()
        return code


async def add_user(settings: Settings, identity: str, name: str, grant: Grant) -> None:
    """Give a role to `platform/number`. Raises `ConfigError` if *identity* is not of that form."""
    platform, _, user_id = identity.partition("/")
    if not platform or not user_id:
        raise ConfigError(f"「{identity}」不对，应当是 平台/号码，例如 onebot/200001")
    async with opened_store(settings) as begin, begin() as work:
        await work.members.grant(Identity(platform=platform, user_id=user_id), name, grant)
        await work.commit()


async def list_groups(settings: Settings) -> list[Conversation]:
    """Every group that the bot has met."""
    async with opened_store(settings) as begin, begin() as work:
        return [c for c in await work.conversations.listed() if c.ref.is_group]


async def enable_group(settings: Settings, key: str, estate: str, building: str, *, enabled: bool) -> None:
    """Take part in a group that was met, or no longer. Raises `BotError` if it is unknown."""
    async with opened_store(settings) as begin, begin() as work:
        known = await work.conversations.get(key)
        if known is None:
            raise BotError(f"还没见过群 {key}；先让群里有人说句话，再用 group list 看看")
        known = known.switched(enabled=enabled, now=datetime.now(UTC))
        known = replace(known, estate=estate or known.estate, building=building or known.building)
        await work.conversations.save(known)
        await work.commit()
