"""What `deploy/` ships: the gateway in it is one that the bot can use."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.wechaty.compat import Wire, load
from bot.adapters.wechaty.events import event_of
from bot.adapters.wechaty.values import Dong
from tests.peers.wechaty.gateway import HERE, TOKEN, Gateway

SHIPPED = HERE.parents[2] / "deploy" / "gateway" / "gateway.mjs"


@pytest.fixture
def script() -> Iterator[Path]:
    """The shipped gateway, where Node finds the packages."""
    copy = HERE / "node_modules" / f".gateway-{os.getpid()}.mjs"
    shutil.copy(SHIPPED, copy)
    yield copy
    copy.unlink()


def test_without_a_token_it_does_not_start(script: Path, tmp_path: Path) -> None:
    """Exit code 2 and one sentence."""
    given = {**os.environ, "WECHATY_PUPPET": "wechaty-puppet-mock"}
    run = subprocess.run(["node", script], cwd=tmp_path, env=given, capture_output=True, text=True, check=False)
    assert (run.returncode, len(run.stderr.strip().splitlines())) == (2, 1)


async def test_the_shipped_gateway_serves(script: Path, tmp_path: Path) -> None:
    """A puppet behind it starts and answers; the token is read from a file; it ends when it is told to."""
    (tmp_path / "token").write_text(f"{TOKEN}\n", "utf-8")
    port = Gateway().port
    given = {"WECHATY_PUPPET": "wechaty-puppet-mock", "TOKEN_FILE": "token", "PORT": str(port), "WECHATY_LOG": "silent"}
    process = subprocess.Popen(
        ["node", script], cwd=tmp_path, env={**os.environ, **given}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("gateway:")
    wire = Wire(load(tmp_path), "127.0.0.1", port, TOKEN)
    await wire.start()
    async for number, payload in wire.events():
        if isinstance(event_of(number, payload), Dong):
            break
        await wire.ding()
    wire.close()
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()
