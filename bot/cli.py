"""The command line. Exit codes: 0 done, 1 not found or not possible, 2 the operator must put something right.

Errors are one sentence; `--debug` shows where they come from.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TextIO, TypeVar
from zoneinfo import ZoneInfo

import structlog
import typer
from rich.console import Console
from rich.table import Table

from bot import __version__
from bot.cli_keeping import add_to as add_keeping_to
from bot.cli_learning import add_to as add_learning_to
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
wechat_app = typer.Typer(no_args_is_help=True, help="微信号（经 Wechaty 网关）。")
app.add_typer(user_app, name="user")
app.add_typer(group_app, name="group")
app.add_typer(wechat_app, name="wechat")

T = TypeVar("T")
Config = Annotated[Path | None, typer.Option("--config", "-c", help="设置文件（TOML）。不写就用默认设置和环境变量。")]


@dataclass(slots=True)
class _Said:
    """What was said before the command."""

    debug: bool = False


_said = _Said()
#: A table that goes into a file or a pipe is not squeezed into 80 columns.
_out = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160)
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
    """连接 QQ 和微信，正式运行。至少要有 LOUSHI_ONEBOT__TOKEN，或者一个微信号。"""
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
    from bot.app import policy_of
    from bot.papers import calendar_warning
    from bot.platforms import check_platforms

    settings = _settings(config)
    warning = calendar_warning(policy_of(settings), settings.zone)
    check_platforms(settings)
    _out.print(
        f"设置没有问题。数据在 {settings.data_dir.absolute()}，服务在 {settings.server.host}:{settings.server.port}"
    )
    if warning:
        _out.print(warning, style="yellow", soft_wrap=True)


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
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="写成 Excel 表，没有姓名、电话、门牌。")] = None,
    config: Config = None,
) -> None:
    """列出工单。"""
    from bot.desk import list_tickets
    from bot.reporting import write_tickets

    settings = _settings(config)
    found = _wait(list_tickets(settings, status))
    if xlsx is not None:
        write_tickets(settings, found, xlsx)
        _errors.print(f"{len(found)} 张工单已写到 {xlsx}", markup=False)
    if as_json:
        _print_json(found)
    elif xlsx is None:
        _show_tickets(found)


@app.command("report")
def show_report(
    period: Annotated[
        str, typer.Option(help="week、last-week、month、last-month、2026-03，或 2026-03-02..2026-03-08（两头都算）。")
    ] = "week",
    estate: Annotated[str, typer.Option(help="只看这个小区。")] = "",
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="另写成 Excel 表，没有姓名、电话、门牌。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON，带每个数背后的工单。")] = False,
    config: Config = None,
) -> None:
    """看一段时间的数：三率、落实率、按时率、重开率、用时，按三事、类别、楼栋、责任主体分。从工单的经过里数出来。"""
    from bot import reporting

    settings = _settings(config)
    made = _wait(reporting.make_report(settings, period, estate))
    if xlsx is not None:
        reporting.write_report(settings, made, estate, xlsx)
        _errors.print(f"已写到 {xlsx}", markup=False)
    if note := reporting.calendar_note(settings, made):
        _errors.print(note, style="yellow", soft_wrap=True)
    if as_json:
        _print_data(reporting.report_data(made, estate))
        return
    _out.print(reporting.total_table(made, estate))
    for table in reporting.group_tables(made):
        _out.print(table)
    _out.print(
        "率下面是分子/分母，减号后面是不计的张数；用时是中位数。怎么算的：docs/figures.md",
        highlight=False,
        soft_wrap=True,
    )


@app.command()
def ticket(
    code: Annotated[str, typer.Argument(help="编号，例如 42 或 #42。")],
    as_json: Annotated[bool, typer.Option("--json", help="完整的 JSON。")] = False,
    config: Config = None,
) -> None:
    """看一张工单的来龙去脉。"""
    from bot.desk import get_ticket

    number, settings = _number(code), _settings(config)
    found = _wait(get_ticket(settings, number))
    if as_json:
        _print_json([found])
    else:
        _show_ticket(found, settings.zone)


@app.command("list")
def show_list(
    estate_type: Annotated[str, typer.Option("--type", help="小区类型，例如 unmanaged；不写就是一般小区。")] = "",
    html: Annotated[Path | None, typer.Option("--html", help="写成可以打印的网页（或 .docx）。")] = None,
    proposals: Annotated[bool, typer.Option("--proposals", help="大家提出异议、社区认可的，清单该改哪里。")] = False,
    config: Config = None,
) -> None:
    """看三事清单：每类事归谁、凭什么、多久办好。"""
    from bot import papers

    settings = _settings(config)
    if proposals:
        table = _wait(papers.proposals_table(settings))
        _out.print(table or "没有提议")
        return
    paper = papers.list_paper(settings, estate_type)
    if html is None:
        _out.print(papers.list_table(paper))
    else:
        papers.write_paper(paper, html, datetime.now(settings.zone))
        _out.print(f"已写到 {html}", markup=False, soft_wrap=True)


@app.command("dossier")
def write_dossier(
    code: Annotated[str, typer.Argument(help="编号，例如 42 或 #42。")],
    out: Annotated[Path, typer.Option(help="写到哪里：.html 可以打印，.docx 可以改。")],
    with_room: Annotated[bool, typer.Option("--with-room", help="写上出事的门牌号（不是反映人的）。")] = False,
    config: Config = None,
) -> None:
    """把一件大事整理成卷宗，好往上报：来龙去脉、时限、措施、照片，没有住户的姓名和电话。"""
    from bot.papers import write_dossier as write

    photos = _wait(write(_settings(config), _number(code), out, with_room=with_room))
    _out.print(
        f"已写到 {out}，照片 {photos} 张。上送前请看一遍：照片和原话里可能还有个人信息", markup=False, soft_wrap=True
    )


@app.command()
def posts(config: Config = None) -> None:
    """列出机器人不能发、等人贴到群里的话。贴出去以后它自己认得出来。"""
    from bot.desk import list_by_hand

    settings = _settings(config)
    waiting = _wait(list_by_hand(settings))
    for post, group in waiting:
        at = post.created_at.astimezone(settings.zone)
        _out.print(f"[bold]{group}[/]  {at:%m-%d %H:%M}", highlight=False)
        _out.print(post.text, markup=False, highlight=False, soft_wrap=True)
        _out.print()
    if not waiting:
        _out.print("没有要贴的话")


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


add_learning_to(app)
add_keeping_to(app)


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


@user_app.command("add-login")
def user_add_login(
    name: Annotated[str, typer.Argument(help="用户名：字母、数字和下划线。")],
    role: Annotated[Role, typer.Option(help="worker 社区工作者，或 admin 管理员。")] = Role.WORKER,
    display: Annotated[str, typer.Option(help="称呼，例如 社区小陈。")] = "",
    estate: Annotated[str, typer.Option(help="小区；不写就是全部。")] = "",
    generate: Annotated[bool, typer.Option("--generate", help="不问，生成一个密码显示出来。")] = False,
    config: Config = None,
) -> None:
    """开一个社区后台的账号，或给已有的账号换密码（换了以后，登录着的都要重新登录）。"""
    from bot.console.passwords import new_password
    from bot.desk import add_login

    if role not in (Role.WORKER, Role.ADMIN):
        raise typer.BadParameter("只有 worker 和 admin 用密码；楼长用 user link", param_hint="role")
    password = new_password() if generate else typer.prompt("密码", hide_input=True, confirmation_prompt="再输一遍")
    _wait(add_login(_settings(config), name, password, display, Grant(role=role, estate=estate)))
    _out.print(f"{name} 可以登录 /console 了" + (f"，密码 [bold]{password}[/]" if generate else ""))


@user_app.command("link")
def user_link(
    identity: Annotated[str, typer.Argument(help="平台/号码，例如 onebot/200001。")],
    config: Config = None,
) -> None:
    """给一位楼长一个进后台的链接：十分钟内有效，只能用一次。"""
    from bot.desk import link_for

    _out.print(_wait(link_for(_settings(config), identity)), soft_wrap=True)


@wechat_app.command("login")
def wechat_login(
    account: Annotated[str, typer.Argument(help="账号的名字，[wechaty.accounts.名字]；只有一个时不用写。")] = "",
    config: Config = None,
) -> None:
    """在终端里扫码登录一个微信号。楼事通自己运行着的时候不用它：要扫码时，码会出现在它的终端里。"""
    from bot.platforms import log_in

    _out.print(f"已登录：{_wait(log_in(_settings(config), account, _errors))}")


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


def _number(code: str) -> int:
    """The ticket that *code* names."""
    numbers = codes_in(f"#{code.lstrip('#')}")
    if not numbers:
        raise typer.BadParameter("编号是数字，例如 42", param_hint="code")
    return numbers[0]


def _settings(config: Path | None) -> Settings:
    return load_settings(config)


def _wait(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def _print_json(found: list[Ticket]) -> None:
    from bot.export import ticket_data

    _print_data([ticket_data(t) for t in found])


def _print_data(data: Any) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


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
