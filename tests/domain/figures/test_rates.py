"""What one ticket, told in plain words, is to each rate of March and of April 2026."""

import pytest

from bot.domain.figures.names import RateName, Reason
from bot.domain.tickets import Ticket
from tests.domain.figures.stories import APRIL, MARCH, told, verdict

YES, NO = "是", "否"
#: Nothing: the rate of that month does not concern it.
NONE = ""

TABLE: dict[RateName, list[tuple[str, str, str, str]]] = {
    RateName.RESPONDED: [
        ("李楼长一小时内确认", "收到 9.09 楼长确认 9.10", YES, NONE),
        ("第二天才有人理", "收到 9.09 楼长确认 10.10", NO, NONE),
        ("到点的那一刻还算", "收到 9.09 楼长确认 9.13", YES, NONE),
        ("机器人派单和居民催办都不算有人理", "收到 9.09 催办 9.10 派单 9.11 楼长确认 10.10", NO, NONE),
        ("一直没人理，也只算一次", "收到 9.09", NO, NONE),
        ("月末下班前收到，四月头一个工作小时到点", "收到 31.14 楼长确认 4.1.09:30", "还在时限内", YES),
        ("月末收到，四月也没人理", "收到 31.16", "还在时限内", NO),
        ("误报也是有人理", "收到 9.09 误报 9.10", YES, NONE),
        ("合并进别的单，只算那一张", "收到 9.09 合并 9.10", "已合并", NONE),
        ("还没到点自己撤回", "收到 9.09 撤回 9.10", "已撤回", NONE),
        ("过了点没人理才撤回", "收到 9.09 撤回 12.10", NO, NONE),
        ("私事机器人就答了", "私事 收到 9.09 转介 9.09", "私事", NONE),
        ("紧急的五分钟", "紧急 收到 9.22 接单 9.22:04", YES, NONE),
        ("紧急的十分钟太久", "紧急 收到 9.22 接单 9.22:10", NO, NONE),
        ("说着说着成了紧急，从那一刻算", "收到 9.09 升为紧急 9.10 接单 9.10:03", YES, NONE),
        ("紧急的私事也要有人理", "紧急私事 收到 9.22", NO, NONE),
    ],
    RateName.SETTLED: [
        ("三天内修好", "收到 9.09 楼长确认 9.10 派单 9.10 接单 9.11 办结 11.09", YES, NONE),
        ("修晚了也是解决", "收到 9.09 楼长确认 9.10 派单 9.10 接单 9.11 办结 25.09", YES, NONE),
        ("超期没修好，每个月都算没解决", "收到 9.09 楼长确认 9.10 派单 9.10 接单 9.11", NO, NO),
        ("没人确认也不能躲开", "收到 9.09", NO, NO),
        ("确认了没有派给谁也一样", "收到 9.09 楼长确认 9.10", NO, NO),
        ("月末还在时限内，四月修好", "收到 30.09 楼长确认 30.10 派单 30.10 办结 4.1.09", "还在时限内", YES),
        ("三月超期，四月才修好", "收到 9.09 楼长确认 9.10 派单 9.10 办结 4.10.09", NO, YES),
        ("有理由、有期限地暂停", "收到 9.09 楼长确认 9.10 派单 9.10 暂停到5月 10.09", "有理由暂停", "有理由暂停"),
        ("办结后王阿姨说没解决，又超期", "收到 9.09 派单 9.10 办结 10.09 归档 11.09 没解决 12.09", NO, NO),
        ("写了理由的不受理", "收到 9.09 误报并说明 9.10", "不受理", NONE),
        ("没写理由的单独数", "收到 9.09 误报 9.10 归档 10.10", "不受理且没写理由", NONE),
        ("撤回", "收到 9.09 撤回 9.10", "已撤回", NONE),
        ("合并", "收到 9.09 合并 9.10", "已合并", NONE),
        ("私事转介，从不算没解决", "私事 收到 9.09 转介 9.09 归档 10.09", "私事", NONE),
        ("私事被打回来、没人理，也不算", "私事 收到 9.09 转介 9.09 没解决 10.09", "私事", "私事"),
        ("老的单没有时限", "收到 9.09 没解决 9.10", "没有时限", "没有时限"),
    ],
    RateName.SATISFIED: [
        ("评5", "收到 9.09 派单 9.10 办结 10.09 王阿姨评5 10.10", YES, NONE),
        ("评1", "收到 9.09 派单 9.10 办结 10.09 王阿姨评1 10.10", NO, NONE),
        ("同一个人改了主意，算最后一次", "收到 9.09 派单 9.10 办结 10.09 王阿姨评1 10.10 王阿姨评5 10.12", YES, NONE),
        ("两个人平均三分", "收到 9.09 派单 9.10 办结 10.09 王阿姨评5 10.10 赵大爷评1 10.12", YES, NONE),
        ("没人评价", "收到 9.09 派单 9.10 办结 10.09 归档 11.09", "没有评价", NONE),
        ("没人评价，回访说满意", "收到 9.09 派单 9.10 办结 10.09 归档 11.09 回访满意 12.09", YES, NONE),
        ("回访不能改居民自己的评价", "收到 9.09 派单 9.10 办结 10.09 王阿姨评1 10.10 回访满意 12.09", NO, NONE),
        ("四月才评价，算在四月", "收到 30.09 派单 30.10 办结 31.09 王阿姨评1 4.2.09", "没有评价", NO),
        ("私事也可以评价", "私事 收到 9.09 转介 9.09 王阿姨评5 9.10", YES, NONE),
        ("调解的回访不是对结果的评价", "收到 9.09 请调解 9.10 回访满意 9.11", NONE, NONE),
    ],
    RateName.HELD: [
        ("归档三十天没再坏，算在满三十天那个月", "收到 2.09 派单 2.10 办结 3.09 归档 4.09", "观察期未满", YES),
        ("王阿姨说没解决", "收到 2.09 派单 2.10 办结 3.09 没解决 3.15", NO, NONE),
        ("归档后半个月又打开", "收到 2.09 派单 2.10 办结 3.09 归档 4.09 没解决 20.09", NO, NONE),
        ("第二次修好，第二次守住了", "收到 2.09 派单 2.10 办结 3.09 没解决 3.15 办结 5.09 归档 6.09", NO, YES),
        ("四个多月后才又打开，不算", "收到 2.09 派单 2.10 办结 3.09 归档 4.09 没解决 6.20.09", "观察期未满", YES),
        ("还没归档，观察期没开始", "收到 2.09 派单 2.10 办结 3.09", "观察期未满", "观察期未满"),
        ("私事", "私事 收到 2.09 转介 2.09", "私事", NONE),
        ("没办结的", "收到 2.09 派单 2.10", NONE, NONE),
    ],
    RateName.ON_TIME: [
        ("三个工作日内", "收到 9.09 派单 9.10 办结 12.16", YES, NONE),
        ("最后一天下班的那一刻", "收到 9.09 派单 9.10 办结 12.17", YES, NONE),
        ("晚了一天", "收到 9.09 派单 9.10 办结 13.09", NO, NONE),
        ("没办结，时限过了就算，以后不再算", "收到 9.09 派单 9.10", NO, NONE),
        ("三月超期四月办结，算在三月", "收到 9.09 派单 9.10 办结 4.10.09", NO, NONE),
        ("周六调休上班，18日放假", "收到 13.09 派单 13.10 办结 17.16", YES, NONE),
        ("过期后再转给时限长的，还是超期", "收到 9.09 派单 9.10 转街道 20.09 办结 23.09", NO, NONE),
        ("到期前转的，按新的时限", "收到 9.09 派单 9.10 退回 9.11 转街道 10.09 办结 23.09", YES, NONE),
        ("到期前暂停，顺延", "收到 9.09 派单 9.10 暂停到25日 10.09 办结 25.16", YES, NONE),
        ("过期后再暂停没有用", "收到 9.09 派单 9.10 暂停到25日 16.09 办结 25.16", NO, NONE),
        ("两回里有一回晚", "收到 9.09 派单 9.10 办结 10.09 没解决 10.15 办结 20.09", NO, NONE),
        ("两回都按时", "收到 9.09 派单 9.10 办结 10.09 没解决 10.15 办结 12.09", YES, NONE),
        ("月末还在时限内", "收到 31.09 派单 31.10 办结 4.2.09", "还在时限内", YES),
        ("暂停着过月末", "收到 9.09 派单 9.10 暂停到5月 10.09 办结 4.2.09", "有理由暂停", YES),
        ("时限内判了误报", "收到 9.09 派单 9.10 误报并说明 10.09", "不受理", NONE),
        ("超期以后判误报也晚了", "收到 9.09 派单 9.10 误报并说明 20.09", NO, NONE),
        ("没派过单", "收到 9.09 误报 9.10", "不受理且没写理由", NONE),
        ("没有时限就办结", "收到 9.09 办结 9.10", "没有时限", NONE),
        ("等人确认", "收到 9.09", NONE, NONE),
        ("私事", "私事 收到 9.09 转介 9.09", "私事", NONE),
    ],
    RateName.REOPENED: [
        ("办结了没人说什么", "收到 9.09 派单 9.10 办结 10.09 归档 11.09", NO, NONE),
        ("被打回来", "收到 9.09 派单 9.10 办结 10.09 没解决 10.15", YES, NONE),
        ("三月办结四月打回来", "收到 9.09 派单 9.10 办结 10.09 没解决 4.2.15", NO, YES),
        ("判了误报，王阿姨不服", "收到 9.09 误报 9.10 没解决 9.11", YES, NONE),
        ("还在办", "收到 9.09 派单 9.10", NONE, NONE),
    ],
}
ROWS = [(name, *row) for name, rows in TABLE.items() for row in rows]


def shown(found: bool | Reason | None) -> str:
    if isinstance(found, Reason):
        return found.label
    return NONE if found is None else (YES if found else NO)


@pytest.mark.parametrize(("name", "says", "story", "march", "april"), ROWS, ids=[f"{r[0].label}-{r[1]}" for r in ROWS])
def test_each_story_counts_as_people_would_say(name: RateName, says: str, story: str, march: str, april: str) -> None:
    """A ticket counts where it is decided, once; the limits are those of the list and the working calendar."""
    it = told(story)
    assert [shown(verdict(name, it, period=period)) for period in (MARCH, APRIL)] == [march, april]


FIXED = "收到 2.09 派单 2.10 办结 3.09 归档 4.09"


@pytest.mark.parametrize(
    ("again", "march", "april"),
    [
        ("收到 20.09", NO, NONE),
        ("收到 4.2.09", "观察期未满", NO),
        ("收到 4.5.09", "观察期未满", YES),
        ("收到 20.09 误报 20.10", "观察期未满", YES),
        ("收到 20.09 撤回 20.10", "观察期未满", YES),
    ],
)
def test_the_same_matter_within_thirty_days_is_no_lasting_settlement(again: str, march: str, april: str) -> None:
    """A ticket that names the old one, opened within thirty days of its closing, unless it was a false alarm."""
    new: Ticket = told(again, number=2, previous=1)
    found = [shown(verdict(RateName.HELD, told(FIXED), new, period=period)) for period in (MARCH, APRIL)]
    assert found == [march, april]
