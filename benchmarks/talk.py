"""What people say in the pretended groups: issues that are each a matter of its own, and talk that is none."""

from collections.abc import Iterator
from random import Random

#: What can be wrong, with room for where.
MATTERS = (
    "{place}电梯又停了，门打不开，谁来看看",
    "{place}楼道的灯坏了好几天了，晚上看不见路",
    "{place}水管漏水了，地上全是水，有人管吗",
    "{place}门禁刷不开，老人进不去",
    "{place}楼道里堆满了杂物，消防通道都堵了",
    "{place}垃圾桶满了没人收，臭得不行",
    "{place}下水道堵了，污水往外冒",
    "{place}楼上半夜还在装修，电钻吵得睡不着",
    "{place}有人遛狗不牵绳，狗屎拉得到处都是",
    "{place}的树枝断了一半挂着，没人来修剪",
    "{place}没有热水，暖气也不热，物业来看一下",
    "{place}前面车乱停，把消防车道都占了，出不去",
)
NEIGHBOURS = ("我家也是", "我们这层也一样，好几天了", "是的，我也看到了", "+1，赶紧来人看看")
CHATTER = (
    "早上好呀各位邻居", "今天天气真不错", "哈哈哈哈", "谁家的猫跑出来了，好可爱", "晚上一起跳广场舞吗", "收到", "好的", "谢谢大家",
    "有人拼车去机场吗", "我家孩子今年上一年级了", "这个周末去爬山吧", "群里有会做红烧肉的吗", "昨天的球赛看了没", "今天菜市场的黄瓜三块五",
    "祝大家国庆快乐", "有没有推荐的牙科", "转让一台九成新的婴儿车", "谁有去年的语文课本", "我妈做的饺子太好吃了", "哎，又要加班",
    "[表情]", "周末图书馆开门吗", "明天降温，大家多穿点", "今晚的月亮好圆", "我在高铁上，晚点聊",
)  # fmt: skip


def place(number: int) -> str:
    """One of many places, each a new one for a long time."""
    return f"{number // 40 % 60 + 1}号楼{number // 8 % 5 + 1}单元{number % 8 + 1}楼"


def issue(turn: int, chance: Random) -> str:
    """An issue; those of a dozen turns one after the other are about a dozen subjects."""
    return MATTERS[turn % len(MATTERS)].format(place=place(chance.randrange(2400)))


def issues(chance: Random) -> Iterator[str]:
    """Issues without end, hardly one like another."""
    numbers = list(range(len(MATTERS) * 2400))
    while True:
        chance.shuffle(numbers)
        for number in numbers:
            yield MATTERS[number % len(MATTERS)].format(place=place(number // len(MATTERS)))
