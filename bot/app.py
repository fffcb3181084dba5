"""The composition root: the one file that knows every room. Builds, starts and stops the program."""

import asyncio
import errno
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from pathlib import Path

import structlog
from aiohttp import web

from bot import __version__
from bot.adapters.onebot.adapter import OneBotAdapter
from bot.adapters.onebot.settings import Mode, OneBotSettings
from bot.changes import Changes
from bot.clocks import RealClock
from bot.dispatcher import Dispatcher
from bot.domain.errors import ConfigError
from bot.domain.messages import ConversationKind, ConversationRef
from bot.domain.policy import Policy
from bot.domain.records import Conversation
from bot.intake.scene import Rules
from bot.ports import Adapter, Classifier, PictureStore, UnitOfWorkFactory
from bot.workers.catching_up import CatchingUp
from bot.workers.clock import ClockWorker
from bot.workers.outbox import OutboxWorker, Pacing
from bot.workers.pictures import PictureWorker
from config.responsibility import load_responsibility
from config.settings import GroupSettings, Settings

log = structlog.get_logger(__name__)

#: Stopping waits this long for what is under way.
GRACE_SECONDS = 10.0


def policy_of(settings: Settings) -> Policy:
    """The rules that the handlers follow."""
    return Policy(
        responsibility=load_responsibility(),
        objections=settings.objections,
        acknowledge_after=timedelta(seconds=settings.loop.acknowledge_after),
        speak_above=settings.loop.speak_above,
        enable_new=settings.groups.enable_new,
    )


def rules_of(settings: Settings, policy: Policy) -> Rules:
    """The thresholds of the intake."""
    return Rules(
        open_above=settings.intake.open_above,
        review_above=settings.intake.review_above,
        bodies=policy.responsibility.by_name(),
    )


def pacing_of(settings: Settings) -> Pacing:
    """How fast the bot may speak."""
    out = settings.outbox
    return Pacing(
        gap=timedelta(seconds=out.gap),
        jitter=(out.jitter_min, max(out.jitter_min, out.jitter_max)),
        quiet_from=out.quiet_from,
        quiet_until=out.quiet_until,
        zone=settings.zone,
        daily_budget=out.daily_budget,
        together=out.together,
        failures=out.failures,
        pause=timedelta(seconds=out.pause),
        tries=out.tries,
    )


def onebot_of(settings: Settings) -> OneBotAdapter:
    """QQ. Raises `ConfigError` when there is no token."""
    ours = settings.onebot
    if not ours.token:
        raise ConfigError("没有设置 OneBot 的 token：请设环境变量 LOUSHI_ONEBOT__TOKEN，和 NapCat 或 LLBot 里填的一样")
    return OneBotAdapter(
        OneBotSettings(
            token=ours.token,
            modes=tuple(Mode(m) for m in ours.modes),
            ws_url=ours.ws_url,
            http_url=ours.http_url,
            http_secret=ours.http_secret,
            action_timeout=ours.action_timeout,
            quote_timeout=ours.quote_timeout,
        )
    )


@dataclass(slots=True, kw_only=True)
class App:
    """The running program."""

    work: UnitOfWorkFactory
    adapters: Sequence[Adapter]
    classifier: Classifier
    policy: Policy
    rules: Rules
    pacing: Pacing
    pictures: PictureStore
    host: str
    port: int
    #: Puts more routes on the server: an adapter's, the console's.
    mounts: Sequence[Callable[[web.Application], None]] = ()
    changes: Changes = field(default_factory=Changes)
    clock: RealClock = field(default_factory=RealClock)
    dispatcher: Dispatcher = field(init=False)
    _tasks: list["asyncio.Task[None]"] = field(init=False, default_factory=list)
    _runner: web.AppRunner | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Wire the dispatcher."""
        self.dispatcher = Dispatcher(
            work=self.work,
            classifier=self.classifier,
            policy=self.policy,
            rules=self.rules,
            clock=self.clock,
            changes=self.changes,
            pictures=self.pictures,
        )

    async def start(self) -> None:
        """Workers first, then the server, then the platforms. Raises `ConfigError` when the port is taken."""
        by_platform = {a.platform: a for a in self.adapters}
        outbox = OutboxWorker(
            work=self.work, adapters=by_platform, pacing=self.pacing, clock=self.clock, changes=self.changes
        )
        clock = ClockWorker(
            work=self.work,
            policy=self.policy,
            clock=self.clock,
            changes=self.changes,
            keep_watermarks=self.dispatcher.keep_watermarks,
        )
        pictures = PictureWorker(
            work=self.work, adapters=by_platform, store=self.pictures, clock=self.clock, changes=self.changes
        )
        await self._serve()
        for work in (self.dispatcher.run(), outbox.run(), clock.run(), pictures.run()):
            self._tasks.append(asyncio.create_task(work))
        for adapter in self.adapters:
            await adapter.start(CatchingUp(adapter=adapter, work=self.work, take=self.dispatcher.take))

    async def stop(self) -> None:
        """The platforms first, then what is queued is worked through, then everything else."""
        for adapter in self.adapters:
            await adapter.stop()
        if self._tasks:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.dispatcher.idle(), GRACE_SECONDS)
            await self.dispatcher.keep_watermarks()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self) -> None:
        server = web.Application(client_max_size=4 * 2**20)
        server.router.add_get("/health", self._health)
        for mount in self.mounts:
            mount(server)
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=3.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise ConfigError(_taken(self.host, self.port, error)) from error

    async def _health(self, request: web.Request) -> web.Response:
        """Is it alive, and which platforms can it speak to?"""
        channels = {a.platform: a.online() for a in self.adapters}
        return web.json_response({"status": "ok", "version": __version__, "channels": channels})


def _taken(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"端口 {host}:{port} 已经有别的程序在用；换一个：LOUSHI_SERVER__PORT={port + 1}"
    return f"不能在 {host}:{port} 上提供服务：{error.strerror or error}"


async def know_groups(groups: GroupSettings, work_factory: UnitOfWorkFactory) -> None:
    """Enter the groups of the settings into the store; what the settings say wins."""
    async with work_factory() as work:
        for key, place in groups.known.items():
            known = await work.conversations.get(key)
            now = RealClock().now().astimezone(UTC)
            if known is None:
                known = Conversation(ref=_ref(key), first_seen=now)
            known = known.switched(enabled=place.enabled, now=now)
            name = place.name or known.name
            await work.conversations.save(replace(known, estate=place.estate, building=place.building, name=name))
        await work.commit()


def _ref(key: str) -> ConversationRef:
    """The address that *key* (`onebot/group/700001`) stands for. Raises `ConfigError`."""
    platform, _, rest = key.partition("/")
    kind, _, group = rest.partition("/")
    if not group or kind not in ("group", "private"):
        raise ConfigError(f"groups.known 里的「{key}」不对，应当像 onebot/group/700001")
    return ConversationRef(platform=platform, kind=ConversationKind(kind), id=group)


def data_dir(settings: Settings) -> Path:
    """The data directory, made if it is not there. Raises `ConfigError`."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"数据目录 {settings.data_dir} 建不了：{error.strerror}") from error
    return settings.data_dir
