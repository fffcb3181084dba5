"""The law of privacy that every post obeys, whatever it is about."""

import re

from bot import wording
from bot.domain.text import masked
from tests.cast import SECRETS

#: Sentences that are about no ticket.
FREE = (
    wording.HELP,
    wording.WRONG_CODE,
    wording.LOCKED_OUT,
    wording.NO_ADDRESS,
    wording.NO_ENTRY,
    wording.OPTED_OUT,
    wording.OPTED_IN,
    wording.categories(),
    wording.own_list([]),
)
_ABOUT_NONE = re.compile(
    r"没找到可以.+的工单|要.+的是哪一个？|没有工单#\d+|绑定成功|今天等您的有\d+件：|本周清单：|提醒：.+不在线|打开后台（|大家好，我是楼事通|紧急。"
)
_PHONE = re.compile(r"1[3-9]\d{9}")


def check_post(text: str) -> None:
    """It begins with a code if it is about a ticket, and names no reporter, phone number or door number."""
    assert text in FREE or _ABOUT_NONE.match(text) or re.match(r"【#\d+】", text), f"no code: {text}"
    assert not _PHONE.search(text), f"a phone number: {text}"
    for secret in SECRETS:
        assert secret not in text, f"{secret} in: {text}"
    assert masked(text) == text, f"not masked: {text}"
