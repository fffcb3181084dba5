"""Every conversation that runs on the transcript's platform, once more on WeChat."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
LOOP = ("asyncio_default_test_loop_scope=session", "asyncio_default_fixture_loop_scope=session")


def test_every_conversation_holds_on_wechat() -> None:
    """What people and the bot say in `tests/conversations` goes through a real gateway and comes out the same."""
    plugins = ["-p", "tests.peers.wechaty.conversations", "-p", "no:cacheprovider"]
    options = [word for option in LOOP for word in ("-o", option)]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *options, "-q", "--tb=short", "tests/conversations"],
        check=False,
        cwd=ROOT,
        env={**os.environ, "LOUSHI_TEST_PLATFORM": "wechaty"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout[-6_000:] + run.stderr[-2_000:]
