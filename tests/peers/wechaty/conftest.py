"""The gateway that most tests share, and the reasons for which there may be none."""

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.wechaty.gateway import HERE, Gateway


def _missing() -> str:
    """Why there can be no gateway here; "" if there can."""
    if sys.version_info >= (3, 13):
        return "PyPI's wechaty needs telnetlib, which Python 3.13 has not"
    if importlib.util.find_spec("wechaty") is None:
        return "wechaty is not installed: pip install '.[wechat]'"
    if shutil.which("node") is None:
        return "there is no Node"
    if not (HERE / "node_modules" / "wechaty-puppet-service").is_dir():
        return "run npm ci --ignore-scripts in tests/peers/wechaty"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip all of this, with the reason, where it cannot run."""
    reason = _missing()
    here = [item for item in items if HERE in Path(item.path).parents]
    for item in here:
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))
        elif item.get_closest_marker("slow") and "slow" not in item.config.option.markexpr:
            item.add_marker(pytest.mark.skip(reason="takes minutes: pytest -m slow"))


@pytest.fixture(scope="session")
def shared_gateway() -> Iterator[Gateway]:
    """A gateway for tests that leave it as it was."""
    with Gateway() as gateway:
        yield gateway


@pytest.fixture
def own_gateway() -> Iterator[Gateway]:
    """A gateway for a test that kills it."""
    with Gateway() as gateway:
        yield gateway
