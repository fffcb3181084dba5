"""Asking for a way into the console."""

from tests.cast import private_chat
from tests.conversations.group import Group

URL = "https://loushi.example.org"


async def test_a_leader_gets_a_link_in_private() -> None:
    """登录 in the group or in private: the link goes to the leader's own chat alone, each time a new one."""
    async with Group(console_url=URL) as g:
        await g.says("李楼长", "登录")
        first = g.bot_said(f"{URL}/console/enter/", to=private_chat("李楼长"))
        assert len(g.fresh) == 1
        await g.says("李楼长", "后台", conversation=private_chat("李楼长"))
        assert g.bot_said(f"{URL}/console/enter/", to=private_chat("李楼长")) != first


async def test_nobody_else_gets_one() -> None:
    """A resident hears nothing in the group, and in private that it is not for them."""
    async with Group(console_url=URL) as g:
        await g.says("王阿姨", "登录")
        assert g.fresh == []
        await g.says("王阿姨", "登录", conversation=private_chat("王阿姨"))
        g.bot_said("只给楼长和社区工作者用", to=private_chat("王阿姨"))


async def test_without_an_address_it_says_so() -> None:
    """Nobody set how the console is reached: the leader is told whom to ask."""
    async with Group() as g:
        await g.says("李楼长", "登录", conversation=private_chat("李楼长"))
        g.bot_said("网址还没有设置", to=private_chat("李楼长"))
