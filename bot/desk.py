"""What a worker does from the command line: look, decide about held messages, invite, give roles, enable groups."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.app import policy_of
from bot.console.passwords import SHORTEST, hashed
from bot.domain.commands import Actor, DecideReview
from bot.domain.errors import BotError, ConfigError, TicketNotFound
from bot.domain.logins import Login
from bot.domain.members import Grant, Member, Role
from bot.domain.messages import Identity
from bot.domain.records import Conversation, Post, PostStatus, Review
from bot.domain.taxonomy import Category, Tier, Urgency, by_label
from bot.domain.tickets import Status, Ticket
from bot.handlers import execute
from bot.handlers.binding import invite
from bot.handlers.context import Context
from bot.handlers.entering import login_link
from bot.running import opened_store
from config.settings import Settings

#: What says that a held message is no issue.
_NO = frozenset({"no", "不是", "误报"})


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


async def decide(
    settings: Settings, number: int, verdict: str, tier: Tier | None, urgency: Urgency | None
) -> Ticket | None:
    """A worker's *verdict* about a held message: `no`, or its category by code or name. Raises `BotError`."""
    category = None if verdict in _NO else by_label(Category, verdict)
    if category is None and verdict not in _NO:
        names = "、".join(c.label for c in Category)
        raise ConfigError(f"没有「{verdict}」这个类别；不是诉求写 no，是就写一个类别：{names}")
    now = datetime.now(UTC)
    command = DecideReview(by=_at_the_desk(now), review=number, category=category, tier=tier, urgency=urgency)
    async with opened_store(settings) as begin, begin() as work:
        made = await execute(command, Context(work=work, policy=policy_of(settings), now=now))
        await work.commit()
        return made


def _at_the_desk(now: datetime) -> Actor:
    """Whoever can run a command here can read the database: a worker of every estate."""
    identity = Identity(platform="desk", user_id="cli")
    return Actor(member=Member(identity=identity, grants=(Grant(role=Role.WORKER),)), at=now)


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


async def add_login(settings: Settings, name: str, password: str, display: str, grant: Grant) -> None:
    """Let *name* into the console with *password*, as *grant*; a known one gets a new one. Raises `ConfigError`."""
    if not name.isascii() or not name.isidentifier() or len(name) > 40:
        raise ConfigError(f"「{name}」不能作用户名：用字母、数字和下划线，字母开头")
    if len(password) < SHORTEST:
        raise ConfigError(f"密码太短，至少{SHORTEST}个字符")
    login = Login(name=name, password_hash=hashed(password), changed_at=datetime.now(UTC))
    async with opened_store(settings) as begin, begin() as work:
        await work.logins.save(login)
        await work.members.grant(login.identity, display or name, grant)
        for session in await work.logins.sessions(login.identity):
            await work.logins.end(session.token_hash)
        await work.commit()


async def link_for(settings: Settings, identity: str) -> str:
    """A one-time link into the console for the member `platform/number`. Raises `BotError`."""
    platform, _, user_id = identity.partition("/")
    base = settings.console.url or f"http://{settings.server.host}:{settings.server.port}"
    async with opened_store(settings) as begin, begin() as work:
        member = await work.members.get(Identity(platform=platform, user_id=user_id))
        context = Context(work=work, policy=policy_of(settings), now=datetime.now(UTC))
        link = await login_link(member, base, context)
        await work.commit()
    if not link:
        raise BotError(f"{identity} 没有能进后台的角色（楼长、社区工作者、管理员）")
    return link


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


async def list_by_hand(settings: Settings) -> list[tuple[Post, str]]:
    """Posts that wait for a person to paste them, oldest first, each with its group as people call it."""
    async with opened_store(settings) as begin, begin() as work:
        names = {c.ref.key: c.name or c.ref.key for c in await work.conversations.listed()}
        waiting = await work.outbox.in_status(PostStatus.BY_HAND)
        return [(post, names.get(post.conversation.key, post.conversation.key)) for post in waiting]
