"""Settings come from TOML, environment and secret files; a mistake is one sentence that says where and what instead."""

from pathlib import Path

import pytest

from bot.domain.errors import ConfigError
from config.responsibility import load_responsibility
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


def test_the_responsibility_list_names_a_body_for_every_category_and_tier() -> None:
    """No category at any tier is without somebody responsible."""
    from bot.domain.taxonomy import Category, Tier

    found = load_responsibility()
    for category in Category:
        for tier in Tier:
            assert found.line(category, tier).body in found.bodies
    assert found.by_name()["物业"] == "property"


def test_a_faulty_responsibility_list_is_told(tmp_path: Path) -> None:
    """A body that the list does not know is a mistake, and so is a category that does not exist."""
    good = 'version = "1"\n[bodies.a]\nname = "甲"\n' + "".join(
        f'[defaults.{t}]\nbody = "a"\n' for t in ("big", "small", "private")
    )
    assert load_responsibility(written(tmp_path, good)).version == "1"
    for bad in ('[leak.small]\nbody = "b"\n', '[leek.small]\nbody = "a"\n', "x = ["):
        with pytest.raises(ConfigError, match="三事清单"):
            load_responsibility(written(tmp_path, good + bad))
