"""Starting from the command line: the model made ready, the store opened, the program run until it is told to stop."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.app import App, data_dir, know_groups, onebot_of, pacing_of, policy_of, rules_of
from bot.demo import Demo
from bot.domain.errors import ConfigError
from bot.ports import UnitOfWorkFactory
from classifiers import TextClassifier, load_classifier
from classifiers.corpus import fingerprint
from classifiers.store import made_of
from config.settings import Settings
from storage.database import Database
from storage.pictures import PictureFolder
from storage.unit_of_work import units_of_work


def ready_classifier(directory: Path, console: Console) -> TextClassifier:
    """The classifier in *directory*; if none stands there, or one of another corpus, it is trained first."""
    if made_of(directory) != fingerprint():
        _train(directory, console)
    return load_classifier(directory)


def _train(directory: Path, console: Console) -> None:
    from classifiers.training import train

    columns = (TextColumn("[bold]训练模型[/] {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=1.0)
        train(
            directory,
            lambda what, done: bar.update(task, description=what, completed=done),
            trained_at=datetime.now(UTC),
        )


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[UnitOfWorkFactory]:
    """Transactions on the database of *settings*, brought to the newest schema. Raises `ConfigError`."""
    data_dir(settings)
    database = await Database.open(settings.database_url)
    try:
        yield units_of_work(database)
    finally:
        await database.close()


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
    """Serve QQ, with the database and data directory of *settings*. Raises `ConfigError`."""
    adapter = onebot_of(settings)
    classifier = ready_classifier(data_dir(settings) / "model", console)
    policy = policy_of(settings)
    async with opened_store(settings) as work:
        await know_groups(settings.groups, work)
        app = App(
            work=work,
            adapters=[adapter],
            classifier=classifier,
            policy=policy,
            rules=rules_of(settings, policy),
            pacing=pacing_of(settings),
            pictures=PictureFolder(settings.data_dir / "pictures"),
            host=settings.server.host,
            port=settings.server.port,
            mounts=[adapter.mount],
        )
        where = f"{settings.server.host}:{settings.server.port}"
        await until_stopped(app, lambda: console.print(f"在 {where} 等 OneBot 连接：ws://{where}/onebot/v11/ws"))


async def run_demo(settings: Settings, console: Console) -> None:
    """Serve the simulated group on loopback. Raises `ConfigError`."""
    if settings.server.host not in ("127.0.0.1", "localhost", "::1"):
        raise ConfigError("演示只在本机开放：LOUSHI_SERVER__HOST 应是 127.0.0.1")
    classifier = ready_classifier(data_dir(settings) / "model", console)
    demo = Demo(settings, classifier, settings.server.host, settings.server.port)
    where = f"http://{settings.server.host}:{settings.server.port}/"
    await until_stopped(demo, lambda: console.print(f"请用浏览器打开 [bold]{where}[/]，按 Ctrl-C 结束"))
