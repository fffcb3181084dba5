"""The commands that keep what is there: `backup`, `restore`, `reseal`. `cli` adds them to the others."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.settings import load_settings

Config = Annotated[Path | None, typer.Option("--config", "-c", help="设置文件（TOML）。不写就用默认设置和环境变量。")]

_out = Console()


def add_to(app: typer.Typer) -> None:
    """Make *app* know these commands."""
    for command in (backup, restore, reseal):
        app.command()(command)


def backup(
    file: Annotated[Path, typer.Argument(help="写到哪里，例如 /mnt/usb/loushi-2026-03-01.zip；不会覆盖已有的文件。")],
    config: Config = None,
) -> None:
    """备份：数据库和照片写进一个文件。楼事通运行着就可以做，群里的消息不受影响。"""
    from storage.backup import back_up

    settings = load_settings(config)
    made = back_up(settings.database_url, settings.data_dir / "pictures", file, datetime.now(settings.zone))
    size = file.stat().st_size / 2**20
    _out.print(f"已备份到 {file}：工单 {made.tickets} 张，照片 {made.pictures} 张，{size:.1f} MB", soft_wrap=True)
    if made.missing:
        _out.print(f"有 {made.missing} 张照片没有找到", style="yellow")
    _out.print("里面有居民的话、号码和照片：请加密存放，只给该看的人", soft_wrap=True)


def restore(
    file: Annotated[Path, typer.Argument(help="backup 写的文件。")],
    instead: Annotated[bool, typer.Option("--instead", help="代替现在的数据库；原来的改名留着，不删。")] = False,
    config: Config = None,
) -> None:
    """从备份恢复数据库和照片。先停下楼事通；停机后群里说的，启动时再向平台补。"""
    from storage.backup import restore as put_back

    settings = load_settings(config)
    made = put_back(file, settings.database_url, settings.data_dir / "pictures", instead=instead)
    _out.print(f"已恢复 {made.made_at} 的备份：工单 {made.tickets} 张，照片 {made.pictures} 张", soft_wrap=True)


def reseal(config: Config = None) -> None:
    """换一把钥匙，把数据库里封存的重新封一遍。先停下楼事通；旧钥匙留在钥匙文件里，旧备份和照片还要用它打开。"""
    from bot.app import keys_of
    from storage.database import Database

    async def work() -> int:
        database = await Database.open(settings.database_url, keys=keys_of(settings))
        try:
            return await database.rotate()
        finally:
            await database.close()

    settings = load_settings(config)
    _out.print(f"已用新的钥匙封好 {asyncio.run(work())} 行；请把 {settings.key_file} 另外存一份", soft_wrap=True)
