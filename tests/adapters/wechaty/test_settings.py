"""What an operator may set for WeChat, and that nobody else pays for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.adapters.wechaty.settings import WechatySettings
from bot.domain.errors import ConfigError
from bot.platforms import check_platforms
from config.settings import load_settings


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"token": " "}, "token 不能为空"),
        ({"token": "两个字"}, "只能用字母"),
        ({"token": "a b"}, "不能有空格"),
        ({"endpoint": "127.0.0.1"}, "127.0.0.1:8788"),
        ({"endpoint": "http://127.0.0.1:8788"}, "不带 http"),
        ({"endpoint": "127.0.0.1:99999"}, "127.0.0.1:8788"),
        ({"endpoint": "8.8.8.8:8788"}, "公网"),
        ({"name": "../main"}, "小写字母"),
    ],
)
def test_what_cannot_work_is_refused_with_what_would_be_right(wrong: dict[str, str], says: str) -> None:
    """A gateway needs a token and a private address."""
    right = {"endpoint": "127.0.0.1:8788", "token": "a-token"}
    with pytest.raises(ConfigError, match=says):
        WechatySettings(**{**right, **wrong})  # type: ignore[arg-type]


@pytest.mark.parametrize("endpoint", ["127.0.0.1:8788", "gateway:8788", "192.168.1.5:8788", "[::1]:8788"])
def test_a_private_gateway_is_fine(endpoint: str) -> None:
    """Loopback, a service of the compose file, the private network; the token is never shown."""
    settings = WechatySettings(endpoint=endpoint, token="a-token")
    assert settings.port == 8788
    assert "a-token" not in repr(settings)


def test_the_environment_sets_an_account_up(tmp_path: Path) -> None:
    """One variable is enough; a WeChat account alone asks for no QQ token, and without either there is nothing."""
    (tmp_path / "token").write_text("from-a-file\n", "utf-8")
    there = {"LOUSHI_WECHATY__ACCOUNTS__MAIN__TOKEN_FILE": str(tmp_path / "token")}
    account = load_settings(None, there).wechaty.accounts["main"]
    assert (account.endpoint, account.token) == ("127.0.0.1:8788", "from-a-file")
    with pytest.raises(ConfigError, match="LOUSHI_ONEBOT__TOKEN"):
        check_platforms(load_settings(None, {}))
    with pytest.raises(ConfigError, match="没有「wechaty"):
        load_settings(None, {"LOUSHI_WECHATY__ACCOUNTS__MAIN__TOKENS": "x"})


@pytest.mark.skipif(sys.version_info < (3, 13), reason="there the library can be had")
def test_on_a_python_without_telnetlib_the_operator_is_told(tmp_path: Path) -> None:
    """3.13 cannot load the library, and says so in one sentence."""
    given = {"LOUSHI_WECHATY__ACCOUNTS__MAIN__TOKEN": "x", "LOUSHI_DATA_DIR": str(tmp_path)}
    with pytest.raises(ConfigError, match=r"3\.11 或 3\.12"):
        check_platforms(load_settings(None, given))


def test_qq_and_the_demo_never_load_the_library() -> None:
    """Nothing of WeChat is imported until an account is set up."""
    code = (
        "import sys, bot.cli, bot.running, bot.demo, bot.platforms\n"
        "from config.settings import load_settings\n"
        "from rich.console import Console\n"
        "bot.platforms.platforms_of(load_settings(None, {'LOUSHI_ONEBOT__TOKEN': 'x'}), Console())\n"
        "print([m for m in sys.modules if 'wechaty' in m or m in ('grpclib', 'betterproto')])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
