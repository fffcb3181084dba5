"""Settings come from TOML, environment and secret files; a mistake is one sentence that says where and what instead."""

from datetime import time
from pathlib import Path

import pytest

from bot.app import digests_of, loop_rules_of, policy_of
from bot.domain.errors import ConfigError
from bot.workers.digests import Digests
from config.settings import load_settings


def written(folder: Path, text: str) -> Path:
    file = folder / "my.toml"
    file.write_text(text, "utf-8")
    return file


def test_defaults_serve_on_loopback_and_know_no_group(tmp_path: Path) -> None:
    """Without any setting the bot listens on loopback only and takes part nowhere."""
    settings = load_settings(environment={})
    assert settings.server.host == "127.0.0.1"
    assert not settings.groups.enable_new
    assert settings.onebot.token == ""


def test_environment_wins_over_file_and_file_over_defaults(tmp_path: Path) -> None:
    """The environment has the last word, the file the one before."""
    file = written(tmp_path, "[server]\nport = 9000\n[outbox]\ngap = 7.5\n")
    settings = load_settings(file, {"LOUSHI_SERVER__PORT": "9001", "OTHER": "x"})
    assert (settings.server.port, settings.outbox.gap, settings.server.host) == (9001, 7.5, "127.0.0.1")


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    """A name that ends in _FILE reads the secret from that file."""
    (tmp_path / "token").write_text("s3cret\n", "utf-8")
    assert load_settings(environment={"LOUSHI_ONEBOT__TOKEN_FILE": str(tmp_path / "token")}).onebot.token == "s3cret"
    with pytest.raises(ConfigError, match="LOUSHI_ONEBOT__TOKEN_FILE"):
        load_settings(environment={"LOUSHI_ONEBOT__TOKEN_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[server]\n\nprot = 1\n", "第3行.*server.prot.*port"),
        ("[server]\nport = 'x'\n", "第2行.*server.port"),
        ("[sever]\nport = 1\n", "第1行.*sever.*server"),
        ("[server\nport = 1\n", "TOML"),
        ("[outbox]\ngap = -1\n", "第2行.*outbox.gap"),
        ('timezone = "Mars/Base"\n', "第1行.*timezone"),
        ('[groups.known."onebot/group/1"]\nestat = "x"\n', "第2行.*estat.*estate"),
    ],
)
def test_a_typo_in_the_file_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    """A mistake names the file, the line and what would be right."""
    with pytest.raises(ConfigError, match=f"my.toml.*{says}|my.toml: .*{says}"):
        load_settings(written(tmp_path, text), {})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("LOUSHI_SERVER__PORT", "abc", "server.port"),
        ("LOUSHI_ONEBOT__TOKN", "x", "token"),
        ("LOUSHI_NOTHING", "1", "nothing"),
    ],
)
def test_a_typo_in_the_environment_is_told_with_its_name(name: str, value: str, says: str) -> None:
    """A mistake in the environment names the variable."""
    with pytest.raises(ConfigError, match=f"{name}.*{says}"):
        load_settings(environment={name: value})


@pytest.mark.parametrize("section", ["LOUSHI_ONEBOT", "LOUSHI_SERVER"])
def test_a_section_is_no_value(section: str) -> None:
    """A variable named like a section is told, beside its settings as well as alone."""
    with pytest.raises(ConfigError, match=section):
        load_settings(environment={section: "1", f"{section}__TOKEN": "2"})
    with pytest.raises(ConfigError, match=section):
        load_settings(environment={section: "1"})


def test_a_wrong_secret_is_not_shown(tmp_path: Path) -> None:
    """The sentence about a faulty token names it and keeps it to itself."""
    with pytest.raises(ConfigError, match=r"onebot\.token") as error:
        load_settings(written(tmp_path, "[onebot]\ntoken = 839201\n"), {})
    assert "839201" not in str(error.value)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load_settings(tmp_path / "none.toml", {})


def test_quiet_hours_and_modes_can_come_from_the_environment() -> None:
    """Times are written as 22:30, modes as a list with commas."""
    settings = load_settings(
        environment={"LOUSHI_OUTBOX__QUIET_FROM": "22:30", "LOUSHI_ONEBOT__MODES": "reverse, forward"}
    )
    assert settings.outbox.quiet_from.isoformat() == "22:30:00"
    assert settings.onebot.modes == ("reverse", "forward")


def test_times_of_the_loop_are_spans(tmp_path: Path) -> None:
    """What is no span is refused with its line, and how one is written."""
    file = tmp_path / "a.toml"
    file.write_text('[loop]\nremind = "3wh"\ndebt = "2wd"\n', "utf-8")
    rules = loop_rules_of(load_settings(file, {}))
    assert (str(rules.limits.remind), str(rules.limits.desk), str(rules.debt)) == ("3wh", "4wh", "2wd")
    file.write_text('[loop]\nremind = "3 hours"\n', "utf-8")
    with pytest.raises(ConfigError, match=r"第2行.*loop\.remind.*3wd"):
        load_settings(file, {})


def test_a_digest_can_be_switched_off(tmp_path: Path) -> None:
    """An empty time is never; the others keep theirs."""
    file = tmp_path / "a.toml"
    file.write_text('[digest]\nweekly = ""\nleaders = "09:15"\nweekday = 5\n', "utf-8")
    assert digests_of(load_settings(file, {})) == Digests(
        leaders=time(9, 15), workers=time(8, 30), weekly=None, weekday=4
    )


def test_the_roster_is_read(tmp_path: Path) -> None:
    """Each person a section; days by their names; a day that is none is refused."""
    file = tmp_path / "a.toml"
    line = '[[duty]]\nplatform = "onebot"\nuser_id = "200003"\nbegins = "18:00"\nends = "08:00"\n'
    file.write_text(line + 'days = ["周一", "周日"]\n', "utf-8")
    [duty] = policy_of(load_settings(file, {})).duty
    assert (duty.user_id, duty.days, duty.begins) == ("200003", frozenset({0, 6}), time(18))
    file.write_text(line + 'days = ["星期一"]\n', "utf-8")
    with pytest.raises(ConfigError, match="duty"):
        load_settings(file, {})
    file.write_text(line + 'weekdays = ["周一"]\n', "utf-8")
    with pytest.raises(ConfigError, match="days"):
        load_settings(file, {})
