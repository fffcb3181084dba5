"""The simulated group of `demo`: a whole building in one page, in memory, at a newcomer's pace."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from bot.adapters.web import people, routes
from bot.adapters.web.adapter import WebAdapter
from bot.adapters.web.guard import is_own
from bot.app import App, console_mounts, pacing_of, policy_of, public_mount, rules_of
from bot.at_work import AtWork
from bot.changes import Changes
from bot.console import live
from bot.console.passwords import hashed, new_password
from bot.demo_past import HOME, past
from bot.domain.logins import Login, Session
from bot.domain.members import Grant, Role
from bot.domain.records import Conversation
from bot.learner import learner_of
from bot.ports import Classifier
from config.settings import Settings
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from storage.pictures import PictureFolder

#: Who looks after the demo's tickets in the console.
DEMO_LOGIN = "chen"


class Demo:
    """A group of six people, the bot among them, and a store that forgets everything at the end."""

    def __init__(
        self, settings: Settings, classifier: Classifier, host: str, port: int, *, with_past: bool = False
    ) -> None:
        """Build it with *classifier*; `app` is what to start and stop. *with_past*: there were tickets before."""
        self._with_past = with_past
        self._database = MemoryDatabase()
        self._folder = TemporaryDirectory(prefix="loushi-demo-")
        policy = replace(
            policy_of(settings),
            acknowledge_after=timedelta(seconds=1.5),
            objections=timedelta(seconds=30),
            notice_version="",
        )
        self._adapter = WebAdapter()
        self._settings = settings
        #: Of `DEMO_LOGIN`, made anew each time and shown once.
        self.password = new_password()
        self._password_hash = hashed(self.password)
        self._pictures = PictureFolder(Path(self._folder.name))
        at_work, changes = AtWork(classifier), Changes()
        self._copy_model(settings.data_dir / "model")
        learner = learner_of(Path(self._folder.name), at_work, self.work, self.work, changes)
        self.app = App(
            work=self.work,
            adapters=[self._adapter],
            classifier=at_work,
            changes=changes,
            learner=learner,
            policy=policy,
            rules=rules_of(settings, policy),
            pacing=replace(
                pacing_of(settings),
                gap=timedelta(seconds=0.8),
                jitter=(0.3, 0.7),
                quiet_from=time(0),
                quiet_until=time(0),
                daily_budget=1000,
            ),
            pictures=self._pictures,
            host=host,
            port=port,
            mounts=[self._mount],
        )

    def _copy_model(self, model: Path) -> None:
        """What the demo learns must not reach the model of the program."""
        if model.is_dir():
            shutil.copytree(model, Path(self._folder.name) / "model")

    def work(self) -> MemoryUnitOfWork:
        """A transaction on the store of the moment."""
        return MemoryUnitOfWork(self._database)

    def _mount(self, server: web.Application) -> None:
        bodies = {b.code: b.name for b in self.app.policy.responsibility.bodies.values()}
        routes.mount(server, self._adapter, self.reset)
        live.mount(server, self.work, self.app.changes, is_own, bodies, shown=lambda t: t.home != HOME)
        policy, changes = self.app.policy, self.app.changes
        pictures, learner, similarity = self._pictures, self.app.learner, self.app.classifier.similarity
        begin = self.work
        for mount in console_mounts(
            self._settings, begin, begin, policy, changes, pictures, learner, similarity=similarity
        ):
            mount(server)
        public_mount(self._settings, begin, policy, [people.ESTATE])(server)

    async def start(self) -> None:
        """Seed the group and start. Raises `ConfigError` when the port is taken."""
        await self.seed()
        await self.app.start()

    async def stop(self) -> None:
        """Stop, and leave nothing behind."""
        await self.app.stop()
        self._folder.cleanup()

    async def reset(self) -> None:
        """Begin anew: no ticket, no post, nothing heard."""
        await self.app.dispatcher.idle()
        self.app.dispatcher.forget_all()
        async with self.work() as work:
            open_sessions = await work.logins.sessions()
        self._database = MemoryDatabase()
        await self.seed(open_sessions)
        self.app.changes.notify()

    async def seed(self, open_sessions: Sequence[Session] = ()) -> None:
        """Make the group and its people known; who is logged in stays so."""
        async with self.work() as work:
            await work.conversations.save(
                Conversation(
                    ref=people.GROUP,
                    name=people.GROUP_NAME,
                    estate=people.ESTATE,
                    building=people.BUILDING,
                    enabled=True,
                    first_seen=datetime.now(UTC),
                )
            )
            for person in people.CAST:
                for grant in person.grants:
                    await work.members.grant(person.identity, person.name, grant)
            await self._let_in(work)
            if self._with_past:
                for ticket in past(self.app.policy, datetime.now(self._settings.zone)):
                    await work.tickets.add(ticket)
            for session in open_sessions:
                await work.logins.begin(session)
            await work.commit()

    async def _let_in(self, work: MemoryUnitOfWork) -> None:
        """Give the console its one user."""
        login = Login(name=DEMO_LOGIN, password_hash=self._password_hash, changed_at=datetime.now(UTC))
        await work.logins.save(login)
        await work.members.grant(login.identity, "社区小陈", Grant(role=Role.WORKER, estate=people.ESTATE))
