"""The commands of the review list and of training: `reviews`, `review`, `train`. `cli` adds them to the others."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.domain.taxonomy import Tier, Urgency
from config.settings import load_settings

Config = Annotated[Path | None, typer.Option("--config", "-c", help="设置文件（TOML）。不写就用默认设置和环境变量。")]

_out = Console()


def add_to(app: typer.Typer) -> None:
    """Make *app* know these commands."""
    for command in (reviews, review, train):
        app.command()(command)


def reviews(config: Config = None) -> None:
    """列出拿不准、留给人看的消息（七天后自动删除），用 review 判。"""
    from bot.desk import list_reviews

    settings = load_settings(config)
    table = Table("号", "时间", "群", "说了什么", "像是", "把握")
    for held in asyncio.run(list_reviews(settings)):
        seen = held.classification
        at = f"{held.at.astimezone(settings.zone):%m-%d %H:%M}"
        words = Text(held.text)
        table.add_row(str(held.id), at, held.conversation.key, words, seen.category.label, f"{seen.issue:.0%}")
    _out.print(table)


def review(
    number: Annotated[int, typer.Argument(help="reviews 里的号。")],
    verdict: Annotated[str, typer.Option("--as", help="no（不是诉求），或类别：noise、噪音扰民。")],
    tier: Annotated[Tier | None, typer.Option(help="三事；不写就照机器人看的。")] = None,
    urgency: Annotated[Urgency | None, typer.Option(help="紧急程度；不写就照机器人看的。")] = None,
    config: Config = None,
) -> None:
    """判一条待看的消息：是诉求就立单并确认，不是就不再等。判过的都可以学（train --from-db）。"""
    from bot.desk import decide

    made = asyncio.run(decide(load_settings(config), number, verdict, tier, urgency))
    _out.print(f"已立单并确认：{made.code} {made.category.label}" if made else f"{number} 号不是诉求，不再等")


def train(
    database: Annotated[str, typer.Argument(help="数据库的路径或 URL；不写就是设置里的那个。")] = "",
    from_db: Annotated[bool, typer.Option("--from-db", help="连同楼长和社区的更正一起学。")] = False,
    force: Annotated[bool, typer.Option("--force", help="不如现在的也换上。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="之前和之后的数字，JSON。")] = False,
    config: Config = None,
) -> None:
    """训练模型。--from-db：先和现在的比，不如就不换（退出码 1）。"""
    from bot.app import data_dir
    from bot.training import train_from, train_on_corpus

    directory = data_dir(load_settings(config)) / "model"
    if from_db or database:
        train_from(database, directory, config, force=force, as_json=as_json)
    else:
        train_on_corpus(directory, force=force)
