"""Starting from the command line: the model made ready, the store opened, the program run until it is told to stop."""

import asyncio
import ctypes
import gc
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from rich.console import Console

from bot.app import (
    App,
    console_mounts,
    data_dir,
    digests_of,
    keys_of,
    know_groups,
    pacing_of,
    policy_of,
    public_mount,
    rules_of,
)
from bot.at_work import AtWork
from bot.changes import Changes
from bot.demo import DEMO_LOGIN, Demo
from bot.domain.errors import ConfigError
from bot.learner import learner_of
from bot.platforms import platforms_of
from bot.readying import ready_model
from config.settings import Settings
from storage.database import Database
from storage.pictures import PictureFolder
from storage.unit_of_work import UnitsOfWork


def spare_memory() -> None:
    """Have the C library keep two heaps, not one for each thread: what one thread gave back, another can use."""
    with suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, 2)


def settle() -> None:
    """Everything is loaded: have the collector leave it alone, and give back what only loading needed.

    What the messages bring is short-lived or kept for long; looking through 300,000 objects of the model and of the
    libraries again and again would find nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    with suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL("libc.so.6").malloc_trim(0)


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[UnitsOfWork]:
    """Transactions on the database of *settings*, brought to the newest schema. Raises `ConfigError`."""
    data_dir(settings)
    database = await Database.open(settings.database_url, keys=keys_of(settings))
    try:
        yield UnitsOfWork(database)
    finally:
        await database.close()


#: glibc's name for how many heaps there may be.
_M_ARENA_MAX = -8


class _Runs(Protocol):
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


async def until_stopped(program: _Runs, started: Callable[[], None]) -> None:
    """Run *program* until Ctrl-C or SIGTERM; *started* is called once it serves. Raises `ConfigError`."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        await program.start()
        started()
        await stop.wait()
    finally:
        await program.stop()


async def run_bot(settings: Settings, console: Console) -> None:
    """Serve QQ and WeChat, with the database and data directory of *settings*. Raises `ConfigError`."""
    spare_memory()
    platforms = platforms_of(settings, console)
    classifier = AtWork(await ready_model(settings, console))
    policy = policy_of(settings)
    async with opened_store(settings) as work:
        await know_groups(settings.groups, work)
        pictures = PictureFolder(settings.data_dir / "pictures", work.seal)
        await pictures.seal_all()
        changes = Changes()
        learner = learner_of(settings.data_dir, classifier, work, work.reading, changes)
        app = App(
            work=work,
            adapters=platforms.adapters,
            classifier=classifier,
            policy=policy,
            rules=rules_of(settings, policy),
            pacing=pacing_of(settings),
            digests=digests_of(settings),
            pictures=pictures,
            host=settings.server.host,
            port=settings.server.port,
            mounts=[
                *platforms.mounts,
                public_mount(settings, work.reading, policy),
                *console_mounts(
                    settings,
                    work,
                    work.reading,
                    policy,
                    changes,
                    pictures,
                    learner,
                    logins=platforms.logins,
                    similarity=classifier.similarity,
                ),
            ],
            changes=changes,
            learner=learner,
        )
        settle()
        await until_stopped(app, lambda: console.print(platforms.greeting, markup=False))


async def run_demo(settings: Settings, console: Console) -> None:
    """Serve the simulated group on loopback. Raises `ConfigError`."""
    if settings.server.host not in ("127.0.0.1", "localhost", "::1"):
        raise ConfigError("演示只在本机开放：LOUSHI_SERVER__HOST 应是 127.0.0.1")
    classifier = await ready_model(settings, console)
    demo = Demo(settings, classifier, settings.server.host, settings.server.port, with_past=True)
    where = f"http://{settings.server.host}:{settings.server.port}/"
    desk = f"社区后台 {where}console/ ，用户名 [bold]{DEMO_LOGIN}[/]，密码 [bold]{demo.password}[/]"
    await until_stopped(demo, lambda: console.print(f"请用浏览器打开 [bold]{where}[/]，按 Ctrl-C 结束\n{desk}"))
