"""Settings: one frozen tree, made once by `load_settings` from TOML, environment and secret files."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from datetime import time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from bot.domain.calendar import Span
from bot.domain.errors import ConfigError

PREFIX = "LOUSHI_"
#: Never shown, not even when they are wrong.
_SECRETS = frozenset({"token", "http_secret", "url", "metrics_token"})


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ServerSettings(_Section):
    """The one HTTP server: OneBot, health, console."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)


class DatabaseSettings(_Section):
    """Where everything is kept. Empty: `loushi.db` in the data directory."""

    url: str = ""


class OneBotSettings(_Section):
    """QQ over OneBot 11."""

    #: Mandatory for the bot to serve QQ; both ends have the same one.
    token: str = ""
    modes: tuple[Literal["reverse", "forward", "http"], ...] = ("reverse",)
    #: Forward WebSocket: where the implementation listens.
    ws_url: str = ""
    #: HTTP: where the implementation takes actions, and what it signs its events with.
    http_url: str = ""
    http_secret: str = ""
    #: Seconds.
    action_timeout: float = Field(default=15.0, gt=0)
    quote_timeout: float = Field(default=3.0, gt=0)

    @field_validator("modes", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(v.strip() for v in value.split(",")) if isinstance(value, str) else value


class WechatyAccount(_Section):
    """One WeChat account, and the gateway it is behind."""

    endpoint: str = "127.0.0.1:8788"
    #: Mandatory; the gateway has the same one.
    token: str = ""


class WechatySettings(_Section):
    """WeChat over Wechaty gateways. Without an account the library is never loaded."""

    #: Accounts by a name that the operator chooses: `[wechaty.accounts.main]`.
    accounts: Mapping[str, WechatyAccount] = {}
    #: Seconds.
    call_timeout: float = Field(default=10.0, gt=0)
    #: Between two dings, and without an answer after which the gateway counts as frozen.
    ding_every: float = Field(default=5.0, gt=0)
    silence: float = Field(default=13.0, gt=0)


class GroupSettings(_Section):
    """Which groups the bot takes part in."""

    #: Take part in every group that speaks.
    enable_new: bool = False
    #: Groups by conversation key (`onebot/group/700001`): their estate and building.
    known: Mapping[str, "GroupPlace"] = {}


class GroupPlace(_Section):
    """Where the people of a group live."""

    estate: str = ""
    building: str = ""
    name: str = ""
    enabled: bool = True


class EstateSettings(_Section):
    """What kind of estate this is."""

    #: A type of the responsibility list: `commodity`, `affordable`, `old`, `unmanaged`, or one of the operator's own.
    type: str = ""


class HoursSettings(_Section):
    """When people work, on working days. Local time."""

    opens: time = time(9, 0)
    closes: time = time(17, 0)

    @field_validator("closes")
    @classmethod
    def _after_opening(cls, value: time, info: ValidationInfo) -> time:
        if value <= info.data.get("opens", time.min):
            raise ValueError("下班要比上班晚")
        return value


class OutboxSettings(_Section):
    """Pacing, quiet hours and budgets of the bot's posts. Times in seconds, hours local."""

    gap: float = Field(default=5.0, ge=0)
    jitter_min: float = Field(default=1.5, ge=0)
    jitter_max: float = Field(default=3.0, ge=0)
    quiet_from: time = time(22, 0)
    quiet_until: time = time(7, 0)
    daily_budget: int = Field(default=30, ge=1)
    together: int = Field(default=5, ge=1, le=20)
    failures: int = Field(default=3, ge=1)
    pause: float = Field(default=1800.0, ge=0)
    tries: int = Field(default=6, ge=1)


class LoopSettings(_Section):
    """Times of the loop, in seconds."""

    #: How long people may object after 办结.
    objections: float = Field(default=86400.0, ge=0)
    #: The acknowledgement waits for the rest of the report.
    acknowledge_after: float = Field(default=20.0, ge=0)
    #: Below this probability nothing is said in the group.
    speak_above: float = Field(default=0.3, ge=0, le=1)
    #: An emergency that nobody answers is called out again after this.
    alarm: float = Field(default=300.0, gt=0)
    #: Spans: `2wh` working hours, `1wd` working days, `3h` hours. Unconfirmed: the leader is reminded, then the worker.
    remind: str = "2wh"
    desk: str = "4wh"
    #: After the limit is over, the next level hears of it each time this has passed again.
    escalate: str = "1wd"
    #: A group that has heard nothing of an open ticket for so long is owed a word.
    debt: str = "5wd"
    #: Share of closed tickets whose reporter is asked in person, 0 to 1.
    call_back_share: float = Field(default=0.1, ge=0, le=1)
    #: The same matter at the same place within so many days after closing is the old one come back.
    recurs_within: int = Field(default=30, ge=1, le=3650)

    @field_validator("remind", "desk", "escalate", "debt")
    @classmethod
    def _a_span(cls, value: str) -> str:
        return str(Span.of(value))


class DigestSettings(_Section):
    """When the digests are made, in local time; an empty time: never."""

    #: Each working morning in private: what waits for a leader, and what is on a worker's desk.
    leaders: time | None = time(8, 30)
    workers: time | None = time(8, 30)
    #: Once a week in every group.
    weekly: time | None = time(9, 0)
    #: Of the weekly list: 1 is Monday.
    weekday: int = Field(default=1, ge=1, le=7)

    @field_validator("leaders", "workers", "weekly", mode="before")
    @classmethod
    def _never(cls, value: object) -> object:
        return None if value == "" else value


_WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class DutySettings(_Section):
    """One person's standing duty: who is called in an emergency."""

    #: As the platform knows them: onebot and a QQ number.
    platform: str
    user_id: str
    name: str = ""
    #: Empty: everywhere.
    estate: str = ""
    building: str = ""
    #: Local; the same twice: around the clock.
    begins: time = time(0, 0)
    ends: time = time(0, 0)
    #: Empty: every day. A night belongs to the day on which it begins.
    days: tuple[Literal["周一", "周二", "周三", "周四", "周五", "周六", "周日"], ...] = ()

    @property
    def weekdays(self) -> frozenset[int]:
        """The days as numbers; Monday is 0."""
        return frozenset(_WEEK.index(day) for day in self.days)


class ConsoleSettings(_Section):
    """The worker's pages at `/console`, and `/metrics`."""

    enabled: bool = True
    #: How people reach it: `https://loushi.example.org`; for the links that the bot sends.
    url: str = ""
    #: Cookies only over TLS; on a loopback address they always go over plain HTTP too.
    cookie_secure: bool = True
    #: A proxy in front says whose request it is (X-Forwarded-For).
    behind_proxy: bool = False
    #: Who knows it may read `/metrics`; empty: only this machine.
    metrics_token: str = ""


class LearningSettings(_Section):
    """Learning from what people decide."""

    #: So many messages a week that were left alone are drawn in each group that allows it.
    samples_weekly: int = Field(default=14, ge=1, le=70)


class NoticeSettings(_Section):
    """What every group is told once of what the bot reads and keeps."""

    enabled: bool = True
    #: Every group is told again when this changes.
    version: str = Field(default="2026-11", pattern=r"^[\w.-]{1,32}$")
    #: Whom it names for questions and for having things deleted.
    contact: str = "社区"
    #: The operator's own words instead of the bot's.
    text: str = Field(default="", max_length=2000)


class PublicSettings(_Section):
    """The public page: what was raised and what became of it, without anybody's name."""

    #: The estates that are shown; none: there is no such page.
    estates: tuple[str, ...] = ()
    #: May search engines list it?
    indexable: bool = False


class PrivacySettings(_Section):
    """How people's data is kept."""

    #: Names, accounts, doors and pictures are sealed in the database, with the key in `keys`.
    sealed: bool = True
    #: The file of keys. Empty: `seal.key` in the folder `<data directory>-keys`, beside the data, not in it.
    keys: str = ""


class IntakeSettings(_Section):
    """Thresholds of the intake, as log-odds."""

    open_above: float = 0.4
    review_above: float = -1.2


class Settings(_Section):
    """Everything the operator can decide."""

    data_dir: Path = Path("data")
    timezone: str = "Asia/Shanghai"
    #: The operator's own responsibility list and directory; empty: those that come with the program.
    responsibility: str = ""
    directory: str = ""
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    onebot: OneBotSettings = OneBotSettings()
    wechaty: WechatySettings = WechatySettings()
    groups: GroupSettings = GroupSettings()
    #: Estates by name.
    estates: Mapping[str, EstateSettings] = {}
    hours: HoursSettings = HoursSettings()
    outbox: OutboxSettings = OutboxSettings()
    loop: LoopSettings = LoopSettings()
    intake: IntakeSettings = IntakeSettings()
    learning: LearningSettings = LearningSettings()
    digest: DigestSettings = DigestSettings()
    duty: tuple[DutySettings, ...] = ()
    console: ConsoleSettings = ConsoleSettings()
    notice: NoticeSettings = NoticeSettings()
    privacy: PrivacySettings = PrivacySettings()
    public: PublicSettings = PublicSettings()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("没有这个时区，例如 Asia/Shanghai") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """Local time."""
        return ZoneInfo(self.timezone)

    @property
    def database_url(self) -> str:
        """The database's URL, also when it is left to the default."""
        return self.database.url or f"sqlite+aiosqlite:///{(self.data_dir / 'loushi.db').absolute()}"

    @property
    def key_file(self) -> Path:
        """Where the keys are."""
        beside = self.data_dir.absolute()
        return Path(self.privacy.keys) if self.privacy.keys else beside.with_name(f"{beside.name}-keys") / "seal.key"

    @property
    def objections(self) -> timedelta:
        """How long people may object after 办结."""
        return timedelta(seconds=self.loop.objections)


def load_settings(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings: defaults, then the TOML file *path*, then *environment* (by default the process's own).

    `LOUSHI_SERVER__PORT=8090` sets `server.port`; `LOUSHI_ONEBOT__TOKEN_FILE=/run/secrets/t` reads `onebot.token`
    from a file. Raises `ConfigError`: which file or variable, which line, what would be right.
    """
    values = _read_toml(Path(str(files("config") / "default.toml")))
    text = ""
    if path is not None:
        _merge(values, _beside(path, _read_toml(path)))
        text = path.read_text("utf-8")
    given = _from_environment(os.environ if environment is None else environment)
    _merge(values, given)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_explained(error, path, text, given)) from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: 没有这个文件") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: 读不了，需要 UTF-8 编码的 TOML 文件（{error.__class__.__name__}）") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: 不是正确的 TOML：{error}") from error


def _beside(path: Path, values: dict[str, Any]) -> dict[str, Any]:
    """*values*, in which the tables that the file *path* names are looked for beside it."""
    for name in ("responsibility", "directory"):
        if isinstance(values.get(name), str) and values[name]:
            values[name] = str(path.parent / values[name])
    return values


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """`LOUSHI_A__B=x` as `{"a": {"b": "x"}}`; a name that ends in `_FILE` gives the file's first line."""
    values: dict[str, Any] = {}
    for name, value in sorted(environment.items()):
        if name.startswith(PREFIX) and value:
            *sections, last = name.removeprefix(PREFIX).lower().split("__")
            here = values
            for part in sections:
                here = here.setdefault(part, {})
                if not isinstance(here, dict):
                    raise ConfigError(f"环境变量 {name}: 「{part}」是一节，不能另有一个同名的变量给它赋值")
            if isinstance(here.get(last), dict):
                raise ConfigError(f"环境变量 {name}: 「{last}」是一节，不能直接赋值")
            secret = last.endswith("_file")
            here[last.removesuffix("_file")] = _secret(name, value) if secret else value
    return values


def _secret(name: str, file: str) -> str:
    try:
        return Path(file).read_text("utf-8").strip().split("\n")[0]
    except OSError as error:
        raise ConfigError(f"环境变量 {name}: 读不了文件 {file}") from error


def _explained(error: ValidationError, path: Path | None, text: str, given: Mapping[str, Any]) -> str:
    """The first mistake in one line: where it is, what is wrong, what would be right."""
    first = error.errors()[0]
    names = [str(p) for p in first["loc"]]
    where = _where(names, path, text, given)
    if first["type"] == "extra_forbidden":
        known = _known(names[:-1])
        near = difflib.get_close_matches(names[-1], known, 1, 0.5)
        hint = f"是不是想写 {near[0]}？" if near else f"可以写：{'、'.join(sorted(known))}"
        return f"{where}: 没有「{'.'.join(names)}」这一项，{hint}"
    value = "" if names[-1] in _SECRETS else f" {first['input']!r} "
    return f"{where}: 「{'.'.join(names)}」的值{value}不对（{first['msg']}）"


def _known(names: list[str]) -> list[str]:
    """The settings of the section that *names* lead to."""
    if names[:2] == ["wechaty", "accounts"]:
        return list(WechatyAccount.model_fields)
    if names[:1] == ["estates"]:
        return list(EstateSettings.model_fields)
    if names[:1] == ["duty"]:
        return list(DutySettings.model_fields)
    model: type[BaseModel] = Settings
    for name in names:
        field = model.model_fields.get(name)
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            return list(GroupPlace.model_fields)
        model = field.annotation
    return list(model.model_fields)


def _where(names: list[str], path: Path | None, text: str, given: Mapping[str, Any]) -> str:
    """The file and line, or the environment variable, that holds the setting *names*."""
    here: Any = given
    for name in names:
        here = here.get(name) if isinstance(here, Mapping) else None
    if here is not None:
        return f"环境变量 {PREFIX}{'__'.join(n.upper() for n in names)}"
    return f"{path} 第{line}行" if (line := _line_of(names, text)) else str(path or "默认设置")


def _line_of(names: list[str], text: str) -> int:
    """The line of *text* (TOML) that sets *names*; 0 if none does."""
    section: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        head = line.strip()
        if head.startswith("["):
            section = [part.strip('"') for part in head.strip("[]").split(".")]
            if section == names:
                return number
        elif [*section, *(part.strip('" ') for part in head.split("=")[0].split("."))] == names:
            return number
    return 0
