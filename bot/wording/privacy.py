"""What the bot says of itself: what it reads and keeps, and that it leaves somebody alone who asks so."""

from datetime import timedelta

#: How the notice begins; by this people, and tests, know it.
NOTICE_BEGINS = "大家好，我是楼事通"
OPTED_OUT = (
    "好的，您以后说的话不再记。以前立的工单还在，要删请找社区。着火、困人时我仍会回电话号码。想恢复，说「可以记我」。"
)
OPTED_IN = "好的，您说的事从现在起照常记。不想记了，说「别记我」。"


def notice(contact: str, review_for: timedelta, *, sampled: bool) -> str:
    """What a group is told once: what is read, what is kept and for how long, what one can do, whom to ask."""
    drawn = "每周抽几句没当回事的话，隐去电话，给社区看有没有漏听，7天后删。" if sampled else ""
    return (
        f"{NOTICE_BEGINS}，帮社区记下群里反映的事，跟到办结。\n"
        "读什么：群里的话我都会读，只为听出谁家有事要办。\n"
        f"留什么：闲聊半小时就忘，不保存；拿不准的留{review_for.days}天给社区看；立了工单的话、照片和群名片，"
        f"留到社区删掉为止。{drawn}我在群里不提您的名字和门牌。\n"
        "您可以：不想被记，说「别记我」；看自己的，说「我的诉求」；"
        f"要删、要问，找{contact}。\n"
        "着火、困人、急病，请先打119、110、120。"
    )
