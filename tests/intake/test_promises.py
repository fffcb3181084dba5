"""The tables of times and promises: what is said on a Tuesday at half past nine, and by when it is due."""

from datetime import datetime, timedelta

import pytest

from bot.intake.dates import when
from bot.intake.promises import promise
from tests.cast import NOON

#: Said on Tuesday, 10 March 2026, 9:30 → due.
PROMISES = {
    "明天上午来修": "11 12:00",
    "明天上午来修。": "11 12:00",
    "今天下午到场处理": "10 18:00",
    "今晚来水": "10 22:00",
    "明早来修": "11 09:00",
    "周五前换好": "13 18:00",
    "周二晚上来看": "10 22:00",
    "下周三安排师傅上门": "18 18:00",
    "15号更换电机": "15 18:00",
    "3月15日上午更换": "15 12:00",
    "师傅半小时内到": "10 10:00",
    "两小时内恢复供电": "10 11:30",
    "一个半小时恢复": "10 11:00",
    "三天内处理完": "13 18:00",
    "月底完工": "31 18:00",
    "马上过来": "10 11:30",
    "一会儿师傅过来看看": "10 11:30",
    "3点半来修": "10 15:30",
    "8点来修": "10 20:00",
    "下午三点师傅过来": "10 15:00",
    "晚上8点恢复供水": "10 20:00",
    "后天上午十点来换水泵": "12 10:00",
    "大后天处理": "13 18:00",
    "周末清理": "14 18:00",
    "收到，明天上午，我们派人来修": "11 12:00",
    "您家几号楼？明天上午来修": "11 12:00",
    "3号楼的明天上午来修": "11 12:00",
    "不好意思，明天一定来修": "11 18:00",
    "师傅说明天上午来修": "11 12:00",
    "明天就修好了": "11 18:00",
}
NONE = [
    "明天来修吗",
    "什么时候来修",
    "明天能不能来修",
    "谁明天来修",
    "明天来不了",
    "明天没人修",
    "今天修不好",
    "明天不一定来修",
    "听说明天来修",
    "供电公司说明天恢复",
    "邻居说下午来修",
    "明天可能来修",
    "争取明天修好",
    "要是明天来修就好了",
    "今天下午修好了",
    "昨天修的",
    "上午修好了",
    "已经修好了",
    "明天8点到18点停电",
    "请大家明天9点前清理楼道杂物",
    "尽快处理",
    "正在处理",
    "明天见",
    "谢谢，明天再说",
    "3号楼来修过了",
    "12月40日来修",
]


@pytest.mark.parametrize(("text", "due"), PROMISES.items())
def test_a_promise_has_a_time(text: str, due: str) -> None:
    """A verb of acting and a time to come are a promise, kept by the end of what was said."""
    said = promise(text, NOON)
    assert said is not None
    assert f"{said.due:%d %H:%M}" == due


@pytest.mark.parametrize("text", [*NONE, "明天来修" * 30, ""])
def test_what_is_no_promise(text: str) -> None:
    """Questions, refusals, hearsay, guesses, what is over, notices to residents, and what has no time are none."""
    assert promise(text, NOON) is None


def test_the_words_are_kept_as_typed() -> None:
    """Of several sentences the one that promises is kept, with its own marks."""
    said = promise("收到。配件到了，明天上午来修！", NOON)
    assert said is not None
    assert said.words == "配件到了，明天上午来修"


@pytest.mark.parametrize(
    ("text", "day"),
    [("12月5日 等配件", "2026-12-05"), ("2026-04-01", "2026-04-01"), ("1月3日", "2027-01-03"), ("5号", "2026-04-05")],
)
def test_a_date_is_the_next_of_its_kind(text: str, day: str) -> None:
    """A day without a year, or without a month, is the next one."""
    found = when(text, NOON)
    assert found is not None
    assert found.at.date().isoformat() == day


@pytest.mark.parametrize("text", ["3月9日", "昨天", "2-501", "3号楼", "13月1日", "25点", "等配件"])
def test_what_is_no_time_to_come(text: str) -> None:
    """Days gone by, doors, buildings and impossible times are none."""
    assert when(text, NOON) is None


@pytest.mark.parametrize("hours", range(0, 24))
def test_a_time_is_always_to_come(hours: int) -> None:
    """Whatever the hour at which it is said, a time that is found lies ahead."""
    now: datetime = NOON.replace(hour=hours, minute=0) + timedelta(minutes=1)
    for text in (*PROMISES, "上午来修", "中午来修", "今天来修", "9点来修"):
        found = when(text, now)
        assert found is None or found.at > now
