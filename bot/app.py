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
from bot.at_work import AtWork
from bot.changes import Changes
from bot.clocks import RealClock
from bot.console import metrics, site
from bot.console.parts import Console
from bot.dispatcher import Dispatcher
from bot.domain.calendar import Span, WorkingCalendar
from bot.domain.channels import ChannelLogin
from bot.domain.deadlines import Limits
from bot.domain.duty import Duty
from bot.domain.errors import BotError, ConfigError
from bot.domain.groups import GroupRules
from bot.domain.messages import ConversationKind, ConversationRef
from bot.domain.places import place_key
from bot.domain.policy import Policy
from bot.domain.records import Conversation
from bot.domain.responsibility import ResponsibilityList
from bot.domain.schedule import Rules as LoopRules
from bot.intake.scene import Rules
from bot.learner import Learner
from bot.ports import Adapter, Classifier, PictureStore, UnitOfWorkFactory
from bot.public import site as public_site
from bot.public.site import Public
from bot.workers.alerts import Alerts
from bot.workers.catching_up import CatchingUp
from bot.workers.clock import ClockWorker
from bot.workers.digests import NONE, Digests
from bot.workers.heartbeat import Heartbeat
from bot.workers.outbox import OutboxWorker
from bot.workers.pacing import Pacing
from bot.workers.pictures import PictureWorker
from config.calendar import missing_years, working_calendar
from config.directory import load_directory
from config.responsibility import load_responsibility
from config.settings import DutySettings, GroupSettings, Settings
from storage.keys import KeyFile
from storage.pictures import PictureFolder

log = structlog.get_logger(__name__)

#: Stopping waits this long for what is under way.
GRACE_SECONDS = 10.0


def keys_of(settings: Settings) -> KeyFile | None:
    """The keys that the database and the pictures are sealed with; None where that is not wanted."""
    return KeyFile(settings.key_file) if settings.privacy.sealed else None


def policy_of(settings: Settings) -> Policy:
    """The rules that the handlers follow. Raises `ConfigError`: a table that the operator edits has mistakes."""
    responsibility = load_responsibility(Path(settings.responsibility) if settings.responsibility else None)
    return Policy(
        responsibility=responsibility,
        directory=load_directory(Path(settings.directory) if settings.directory else None),
        estate_types=estate_types_of(settings, responsibility),
        objections=settings.objections,
        acknowledge_after=timedelta(seconds=settings.loop.acknowledge_after),
        samples_weekly=settings.learning.samples_weekly,
        speak_above=settings.loop.speak_above,
        enable_new=settings.groups.enable_new,
        notice_version=settings.notice.version if settings.notice.enabled else "",
        notice_text=settings.notice.text,
        notice_contact=settings.notice.contact,
        console_url=settings.console.url if settings.console.enabled else "",
        rules=loop_rules_of(settings),
        call_back_share=settings.loop.call_back_share,
        recurs_within=timedelta(days=settings.loop.recurs_within),
        duty=tuple(_duty(d) for d in settings.duty),
    )


def loop_rules_of(settings: Settings) -> LoopRules:
    """Calendar and time limits of the loop."""
    loop = settings.loop
    return LoopRules(
        calendar=calendar_of(settings),
        limits=Limits(remind=Span.of(loop.remind), desk=Span.of(loop.desk), escalate=Span.of(loop.escalate)),
        alarm=timedelta(seconds=loop.alarm),
        debt=Span.of(loop.debt),
    )


def _duty(ours: DutySettings) -> Duty:
    return Duty(
        platform=ours.platform,
        user_id=ours.user_id,
        name=ours.name,
        estate=ours.estate,
        building=ours.building,
        begins=ours.begins,
        ends=ours.ends,
        days=ours.weekdays,
    )


def digests_of(settings: Settings) -> Digests:
    """When the digests are made."""
    ours = settings.digest
    return Digests(leaders=ours.leaders, workers=ours.workers, weekly=ours.weekly, weekday=ours.weekday - 1)


def calendar_of(settings: Settings) -> WorkingCalendar:
    """When people work."""
    return working_calendar(settings.zone, settings.hours.opens, settings.hours.closes)


def estate_types_of(settings: Settings, responsibility: ResponsibilityList) -> dict[str, str]:
    """The type of each estate of *settings*. Raises `ConfigError` for a type that the list does not have."""
    known = "、".join(f"{code}（{kind.name}）" for code, kind in responsibility.types.items())
    out: dict[str, str] = {}
    for name, estate in settings.estates.items():
        if estate.type and estate.type not in responsibility.types:
            raise ConfigError(f"estates.{name}: 三事清单里没有「{estate.type}」这种小区类型，可以写：{known}")
        if out.setdefault(place_key(name), estate.type) != estate.type:
            raise ConfigError(f"estates.{name}: 和另一个小区是同一个名字，类型却不一样")
    return {key: kind for key, kind in out.items() if kind}


def rules_of(settings: Settings, policy: Policy) -> Rules:
    """The thresholds of the intake."""
    return Rules(
        open_above=settings.intake.open_above,
        review_above=settings.intake.review_above,
        bodies=policy.responsibility.by_name(),
        zone=settings.zone,
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


def usual_of(settings: Settings) -> GroupRules:
    """What holds in a group that has decided nothing for itself."""
    out, weekly = settings.outbox, settings.digest.weekly
    return GroupRules(
        quiet_from=out.quiet_from,
        quiet_until=out.quiet_until,
        daily_budget=out.daily_budget,
        digest_at=weekly,
        no_digest=weekly is None,
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


def console_mounts(
    settings: Settings,
    work: UnitOfWorkFactory,
    reading: UnitOfWorkFactory,
    policy: Policy,
    changes: Changes,
    pictures: PictureFolder,
    learning: Learner | None = None,
    *,
    logins: Callable[[], Sequence[ChannelLogin]] = tuple,
    similarity: Callable[[str, str], float] = lambda _a, _b: 0.0,
) -> list[Callable[[web.Application], None]]:
    """The worker's pages and the figures for Prometheus, if they are wanted."""
    ours = settings.console
    if not ours.enabled:
        return []
    console = Console(
        work=work,
        reading=reading,
        policy=policy,
        changes=changes,
        clock=RealClock(),
        zone=settings.zone,
        picture=pictures.load,
        learning=learning,
        usual=usual_of(settings),
        estates=tuple(settings.estates),
        logins=logins,
        similarity=similarity,
        url=ours.url,
        cookie_secure=ours.cookie_secure,
        behind_proxy=ours.behind_proxy,
    )
    return [
        lambda server: site.mount(server, console),
        lambda server: metrics.mount(server, reading, ours.metrics_token),
    ]


def public_mount(
    settings: Settings, reading: UnitOfWorkFactory, policy: Policy, estates: Sequence[str] | None = None
) -> Callable[[web.Application], None]:
    """The public pages of the *estates* (by default those of the settings)."""
    public = Public(
        reading=reading,
        clock=RealClock(),
        zone=settings.zone,
        bodies={code: body.name for code, body in policy.responsibility.bodies.items()},
        estates=tuple(settings.public.estates if estates is None else estates),
        indexable=settings.public.indexable,
    )
    return lambda server: public_site.mount(server, public)


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
    #: When digests are made.
    digests: Digests = NONE
    changes: Changes = field(default_factory=Changes)
    #: Trains when somebody asks in the console.
    learner: Learner | None = None
    clock: RealClock = field(default_factory=RealClock)
    dispatcher: Dispatcher = field(init=False)
    _alerts: list[Alerts] = field(init=False, default_factory=list)
    _tasks: list["asyncio.Task[None]"] = field(init=False, default_factory=list)
    _runner: web.AppRunner | None = field(init=False, default=None)
    _heartbeat: Heartbeat | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Wire the dispatcher."""
        self.dispatcher = Dispatcher(
            work=self.work,
            classifier=self.classifier.current if isinstance(self.classifier, AtWork) else self.classifier,
            policy=self.policy,
            rules=self.rules,
            clock=self.clock,
            changes=self.changes,
            pictures=self.pictures,
        )

    async def start(self) -> None:
        """Workers first, then the server, then the platforms. Raises `ConfigError` when the port is taken."""
        if unknown := missing_years(self.policy.rules.calendar, self.clock.now().astimezone(self.pacing.zone).date()):
            log.warning("calendar_incomplete", what=unknown)
        by_platform = {a.platform: a for a in self.adapters}
        outbox = OutboxWorker(
            work=self.work,
            adapters=by_platform,
            pacing=self.pacing,
            clock=self.clock,
            changes=self.changes,
            pictures=self.pictures,
        )
        clock = ClockWorker(
            work=self.work,
            policy=self.policy,
            clock=self.clock,
            changes=self.changes,
            keep_watermarks=self.dispatcher.keep_watermarks,
            digests=self.digests,
        )
        pictures = PictureWorker(
            work=self.work, adapters=by_platform, store=self.pictures, clock=self.clock, changes=self.changes
        )
        self._heartbeat = Heartbeat(work=self.work, adapters=by_platform, clock=self.clock)
        await self._serve()
        await self._heartbeat.note_downtime()
        for work in (self.dispatcher.run(), outbox.run(), clock.run(), pictures.run(), self._heartbeat.run()):
            self._tasks.append(asyncio.create_task(work))
        if self.learner is not None:
            self._tasks.append(asyncio.create_task(self.learner.run()))
        for adapter in self.adapters:
            take = CatchingUp(adapter=adapter, work=self.work, take=self.dispatcher.take)
            alerts = Alerts(work=self.work, take=take, clock=self.clock, zone=self.pacing.zone)
            self._alerts.append(alerts)
            await adapter.start(alerts)

    async def stop(self) -> None:
        """The platforms first, then what is queued is worked through, then everything else."""
        if self._heartbeat is not None and self._tasks:
            with suppress(BotError):  # a store that cannot be used keeps nobody from stopping
                await self._heartbeat.beat()
        for adapter in self.adapters:
            await adapter.stop()
        for alerts in self._alerts:
            alerts.stop()
        if self._tasks:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.dispatcher.idle(), GRACE_SECONDS)
            with suppress(BotError):
                await self.dispatcher.keep_watermarks()
        if self.learner is not None:
            await self.learner.stop()
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
