"""The command line. Exit codes: 0 done, 1 not found or not possible, 2 the operator must put something right.

Errors are one sentence; `--debug` shows where they come from.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TextIO, TypeVar
from zoneinfo import ZoneInfo

import structlog
import typer
from rich.console import Console
from rich.table import Table

from bot import __version__
from bot.domain.errors import BotError, ConfigError
from bot.domain.members import Grant, Role
from bot.domain.tickets import Status, Ticket, codes_in
from config.settings import Settings, load_settings

app = typer.Typer(
    name="loushi",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="楼事通：在业主群里听见诉求、记成工单、跟到办结。先试 [bold]loushi demo[/]。",
)
user_app = typer.Typer(no_args_is_help=True, help="成员与角色。")
group_app = typer.Typer(no_args_is_help=True, help="机器人见过的群。")
app.add_typer(user_app, name="user")
app.add_typer(group_app, name="group")

T = TypeVar("T")
Config = Annotated[Path | None, typer.Option("--config", "-c", help="设置文件（TOML）。不写就用默认设置和环境变量。")]


@dataclass(slots=True)
class _Said:
    """What was said before the command."""

    debug: bool = False


_said = _Said()
_out = Console()
_errors = Console(stderr=True)


def log_to(stream: TextIO, level: int) -> None:
    """Log to *stream* from *level* up. Tracebacks come without local variables, for those hold what residents wrote."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )


@app.callback()
def begin(
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示完整的出处。")] = False,
    version: Annotated[bool, typer.Option("--version", help="显示版本。")] = False,
) -> None:
    """Set up what all commands share."""
    _said.debug = debug
    log_to(sys.stderr, logging.DEBUG if debug else logging.INFO)
    if version:
        _out.print(__version__)
        raise typer.Exit


@app.command()
def run(config: Config = None) -> None:
    """连接 QQ，正式运行。至少要有 LOUSHI_ONEBOT__TOKEN。"""
    from bot.running import run_bot

    _wait(run_bot(_settings(config), _errors))


@app.command()
def demo(config: Config = None) -> None:
    """在浏览器里试用：一个模拟的业主群，不要账号，不要服务器。"""
    from bot.running import run_demo

    _wait(run_demo(_settings(config), _errors))


@app.command("check-config")
def check_config(config: Config = None) -> None:
    """检查设置：有错就说在哪里、怎么改。"""
    from bot.app import onebot_of
    from config.responsibility import load_responsibility

    settings = _settings(config)
    load_responsibility()
    onebot_of(settings)
    _out.print(
        f"设置没有问题。数据在 {settings.data_dir.absolute()}，服务在 {settings.server.host}:{settings.server.port}"
    )


@app.command()
def replay(
    paths: Annotated[list[Path], typer.Argument(help="聊天记录（名字.jsonl 加 名字.rooms.json），或它们的文件夹。")],
    out: Annotated[Path, typer.Option(help="结果写在这里：名字.pred.json。")],
    config: Config = None,
) -> None:
    """把聊天记录按它自己的时间重放一遍，看机器人会立哪些单。"""
    from bot.replaying import replay_files

    for name, outcome in _wait(replay_files(paths, out, _settings(config), _errors)):
        _out.print(f"{name}: {len(outcome.tickets)} 张工单，发言 {len(outcome.posts)} 次")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="QQ 消息管理器导出的 .txt，或微信聊天记录的 .csv。")],
    room: Annotated[str, typer.Option(help="这是哪个群，例如 阳光花园3号楼业主群。")],
    estate: Annotated[str, typer.Option(help="小区。")] = "",
    building: Annotated[str, typer.Option(help="楼栋；整个小区的群不写。")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会得到什么，什么都不存。")] = False,
    config: Config = None,
) -> None:
    """导入群聊历史：看看过去一个月本来会有哪些工单。同一个文件导两次不会重复。"""
    from bot.importing import import_history

    tickets = _wait(import_history(file, room, estate, building, _settings(config), _errors, dry_run=dry_run))
    _show_tickets(tickets)
    _out.print(f"{'会新增' if dry_run else '新增'} {len(tickets)} 张工单")


@app.command()
def tickets(
    as_json: Annotated[bool, typer.Option("--json", help="完整的 JSON。")] = False,
    status: Annotated[Status | None, typer.Option(help="只看这个状态。")] = None,
    config: Config = None,
) -> None:
    """列出工单。"""
    from bot.desk import list_tickets

    found = _wait(list_tickets(_settings(config), status))
    if as_json:
        _print_json(found)
    else:
        _show_tickets(found)


@app.command()
def ticket(
    code: Annotated[str, typer.Argument(help="编号，例如 42 或 #42。")],
    as_json: Annotated[bool, typer.Option("--json", help="完整的 JSON。")] = False,
    config: Config = None,
) -> None:
    """看一张工单的来龙去脉。"""
    from bot.desk import get_ticket

    numbers = codes_in(f"#{code.lstrip('#')}")
    if not numbers:
        raise typer.BadParameter("编号是数字，例如 42", param_hint="code")
    settings = _settings(config)
    found = _wait(get_ticket(settings, numbers[0]))
    if as_json:
        _print_json([found])
    else:
        _show_ticket(found, settings.zone)


@app.command()
def reviews(config: Config = None) -> None:
    """列出拿不准、留给人看的消息（七天后自动删除）。"""
    from bot.desk import list_reviews

    settings = _settings(config)
    table = Table("时间", "群", "说了什么", "像是", "把握")
    for held in _wait(list_reviews(settings)):
        seen = held.classification
        at = held.at.astimezone(settings.zone)
        table.add_row(f"{at:%m-%d %H:%M}", held.conversation.key, held.text, seen.category.label, f"{seen.issue:.0%}")
    _out.print(table)


@app.command()
def invite(
    role: Annotated[Role, typer.Option(help="角色。")],
    estate: Annotated[str, typer.Option(help="小区；不写就是全部。")] = "",
    building: Annotated[str, typer.Option(help="楼栋，例如 3号楼；不写就是全部。")] = "",
    config: Config = None,
) -> None:
    """发一个一次性绑定码：对方在群里或私聊里说「绑定 839201」就有了这个角色。24 小时内有效。"""
    from bot.desk import new_invitation

    code = _wait(new_invitation(_settings(config), role, estate, building))
    _out.print(f"绑定码 [bold]{code}[/]（{estate}{building}{role.label}），24 小时内说「绑定 {code}」有效，只能用一次")


@user_app.command("add")
def user_add(
    identity: Annotated[str, typer.Argument(help="平台/号码，例如 onebot/200001。")],
    role: Annotated[Role, typer.Option(help="角色。")],
    name: Annotated[str, typer.Option(help="称呼。")] = "",
    estate: Annotated[str, typer.Option(help="小区；不写就是全部。")] = "",
    building: Annotated[str, typer.Option(help="楼栋；不写就是全部。")] = "",
    config: Config = None,
) -> None:
    """直接给一个人角色，不用绑定码。"""
    from bot.desk import add_user

    grant = Grant(role=role, estate=estate, building=building)
    _wait(add_user(_settings(config), identity, name, grant))
    _out.print(f"{identity} 现在是{estate}{building}{role.label}")


@group_app.command("list")
def group_list(config: Config = None) -> None:
    """列出见过的群，和是不是参加。"""
    from bot.desk import list_groups

    table = Table("群", "名称", "小区", "楼栋", "参加")
    for known in _wait(list_groups(_settings(config))):
        table.add_row(known.ref.key, known.name, known.estate, known.building, "是" if known.enabled else "否")
    _out.print(table)


@group_app.command("enable")
def group_enable(
    key: Annotated[str, typer.Argument(help="例如 onebot/group/700001。")],
    estate: Annotated[str, typer.Option(help="小区。")] = "",
    building: Annotated[str, typer.Option(help="楼栋；整个小区的群不写。")] = "",
    off: Annotated[bool, typer.Option("--off", help="不再参加。")] = False,
    config: Config = None,
) -> None:
    """参加一个群，并说明它是哪个小区、哪栋楼的。"""
    from bot.desk import enable_group

    _wait(enable_group(_settings(config), key, estate, building, enabled=not off))
    _out.print(f"{key} {'不再参加' if off else '已参加'}")


def _settings(config: Path | None) -> Settings:
    return load_settings(config)


def _wait(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def _print_json(found: list[Ticket]) -> None:
    from bot.export import ticket_data

    sys.stdout.write(json.dumps([ticket_data(t) for t in found], ensure_ascii=False, indent=1) + "\n")


def _show_tickets(found: list[Ticket]) -> None:
    if not found:
        _out.print("没有工单")
        return
    table = Table("编号", "状态", "类别", "三事", "紧急", "位置", "户数", "摘要")
    for t in found:
        words = (t.status.label, t.category.label, t.tier.label, t.urgency.label, t.place.public, str(t.households))
        table.add_row(t.code, *words, t.summary)
    _out.print(table)


def _show_ticket(t: Ticket, zone: ZoneInfo) -> None:
    _out.print(
        f"[bold]{t.code}[/] {t.status.label} {t.category.label} {t.tier.label} {t.urgency.label} {t.place.public}"
    )
    for message in t.messages:
        at = message.at.astimezone(zone)
        _out.print(f"  {at:%m-%d %H:%M} {message.part.label} {message.text}", markup=False)
    for event in t.history:
        at = event.at.astimezone(zone)
        facts = " ".join(f"{k}={v}" for k, v in event.data.items())
        _out.print(f"  {at:%m-%d %H:%M} {event.name} {event.role or 'bot'} {facts}", markup=False)


def main() -> None:
    """Run the command line."""
    try:
        app(standalone_mode=True)
    except ConfigError as error:
        _fail(error, 2)
    except BotError as error:
        _fail(error, 1)
    except KeyboardInterrupt:
        raise SystemExit(0) from None


def _fail(error: BotError, code: int) -> None:
    if _said.debug:
        raise error
    _errors.print(str(error), markup=False, highlight=False, soft_wrap=True)
    raise SystemExit(code) from None
