"""How long 图表 takes among 100,000 tickets, the first time and again, and how long it keeps everything else waiting.

    python -m benchmarks.figures [--tickets 100000] [--database FILE or URL]

The tickets are those of `backlog.py`; a database that holds tickets is used as it is. Texts are compared by the
classifier of the settings' data directory (trained first if there is none).
"""

import asyncio
import resource
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer
from rich.console import Console as Terminal
from sqlalchemy import select

from benchmarks.backlog import ESTATES, console, filled
from bot.console import site
from bot.console.sessions import COOKIE
from bot.readying import ready_model
from config.settings import load_settings
from storage.database import Database
from storage.tables import TICKET

#: What is asked → who asks, and the address.
QUESTIONS = {
    "所有小区，近12周": ("worker", "figures"),
    "所有小区，上月": ("worker", "figures?period=last-month"),
    "一个小区，近12周": ("worker", f"figures?estate={ESTATES[2]}"),
    "楼长：自己的楼": ("leader", "figures"),
}


def main(
    tickets: Annotated[int, typer.Option()] = 100_000,
    database: Annotated[str, typer.Option()] = "",
) -> None:
    """Build what is not there, ask every question twice, print the times."""
    with tempfile.TemporaryDirectory(prefix="loushi-bench-") as folder:
        asyncio.run(measured(database or str(Path(folder) / "backlog.db"), tickets))


async def measured(where: str, tickets: int) -> None:
    """The whole measurement."""
    classifier = await ready_model(load_settings(None), Terminal())
    database = await Database.open(where if "://" in where else f"sqlite:///{where}")
    async with database.reading() as transaction:
        fresh = not (await transaction.run(select(TICKET.c.number).limit(1))).all()
    if fresh:
        await filled(database, tickets)
    app = web.Application()
    site.mount(app, replace(console(database), similarity=classifier.similarity))
    async with TestServer(app, host="127.0.0.1") as server:
        for name, (who, address) in QUESTIONS.items():
            async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
                client.cookie_jar.update_cookies({COOKIE: who}, server.make_url("/"))
                first, held = await asked(client, server, address)
                again, _ = await asked(client, server, address)
            typer.echo(f"{name}：第一次 {first:.2f} 秒（别的事最多等 {held:.2f} 秒），再看 {again:.3f} 秒")
    typer.echo(f"内存最多 {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    await database.close()


async def asked(client: ClientSession, server: TestServer, address: str) -> tuple[float, float]:
    """Seconds until the whole page is there, and the longest that anything else waited meanwhile."""
    waits: list[float] = []
    beating = asyncio.create_task(_beat(waits))
    began = time.perf_counter()
    answer = await client.get(server.make_url(f"/console/{address}"))
    if answer.status != 200 or "<h1>图表</h1>" not in await answer.text():
        raise SystemExit(f"{address} 没有答上来：{answer.status}")
    took = time.perf_counter() - began
    beating.cancel()
    with suppress(asyncio.CancelledError):
        await beating
    return took, max(waits, default=0.0)


async def _beat(waits: list[float]) -> None:
    """Note how much later than wanted this has its turn."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        waits.append(time.perf_counter() - began - 0.005)


if __name__ == "__main__":
    typer.run(main)
