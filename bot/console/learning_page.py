"""The page 学习: what people decided, trainings and the decision about their models, drift, and the samples."""

from typing import Any

from aiohttp import web

from bot.console import learning_view as view
from bot.console.parts import ROOT, Console, Visitor, console_of, visitor_of
from bot.console.rendering import back, page
from bot.documents.hiding import cover_for
from bot.domain.commands import Actor, AnswerSample, Command, ReconsiderReview, SwitchSampling
from bot.domain.errors import BotError, ReviewNotFound
from bot.domain.figures.drift import drift, first_week
from bot.domain.learning import KEPT, Lesson
from bot.domain.members import Member
from bot.domain.records import Conversation
from bot.domain.taxonomy import Category
from bot.handlers.execute import carry_out
from bot.ports import Learning

_HERE = f"{ROOT}/learning"
#: So many samples at once, and so many of the last decisions.
_SAMPLES, _LAST = 30, 20
_ISSUE: dict[str, bool | None] = {"yes": True, "no": False, "undo": None}


def mount(app: web.Application) -> None:
    """Put the routes on *app*."""
    app.router.add_get("/learning", show)
    app.router.add_post("/learning/train", train)
    app.router.add_post("/learning/decide", decide)
    app.router.add_post("/learning/samples", answer)
    app.router.add_post("/learning/reviews", reconsider)
    app.router.add_post("/learning/groups", switch)


def _worker_of(request: web.Request) -> Visitor:
    """Who asks; for everybody but the community this page is not there."""
    visitor = visitor_of(request)
    if not visitor.scope.of_community:
        raise web.HTTPNotFound
    return visitor


def _learning_of(console: Console) -> Learning:
    if console.learning is None:
        raise BotError("这里不能训练")
    return console.learning


async def show(request: web.Request) -> web.Response:
    """The page; with `?part=training` only what changes while it trains, for the page's own script."""
    console, visitor = console_of(request), _worker_of(request)
    only = request.query.get("part") == "training"
    trained = await _training(console, visitor)
    if only:
        return page(request, "learning_training.html", **trained)
    return page(request, "learning.html", **trained, **await _talk(console, visitor), categories=list(Category))


async def _training(console: Console, visitor: Visitor) -> dict[str, Any]:
    """What stands, what waits, what runs."""
    async with console.reading() as work:
        trainings = await work.trainings.listed()
        people = {s.by: await work.members.get(s.by) for t in trainings for s in t.history if s.by}
    learning, ready = console.learning, view.ready(trainings)
    return {
        "learning": learning is not None,
        "standing": learning.standing() if learning else None,
        "waiting": await learning.waiting(visitor.scope.serves) if learning else {},
        "lessons": list(Lesson),
        "running": view.running(trainings),
        "ready": ready,
        "parts": view.parts(ready) if ready else [],
        "objections": view.objections(ready) if ready else [],
        "adopted": view.adopted(trainings),
        "trainings": trainings,
        "progress": view.progress,
        "people": {who: m.name or who.user_id for who, m in people.items()},
    }


async def _talk(console: Console, visitor: Visitor) -> dict[str, Any]:
    """Drift, samples, the last decisions, and the groups that may be sampled. All within scope."""
    now, scope = console.now(), visitor.scope
    async with console.reading() as work:
        tickets = scope.tickets(await work.tickets.opened_since(first_week(now)))
        judged = [j for j in await work.samples.judged(first_week(now)) if scope.serves(j.place)]
        samples = [s for s in await work.samples.listed() if scope.serves(s.place) and s.expires_at > now]
        dismissed = [r for r in await work.reviews.dismissed() if scope.serves(r.place)]
        groups = [c for c in await work.conversations.listed() if _is_theirs(c, visitor)]
        members = await work.members.listed()
    # What was said today may still be displaced: a day's draw is final when the day is over.
    open_now = [s for s in samples if s.answer is None and s.day < now.date()]
    return {
        "weeks": drift(tickets, judged, now),
        "samples": open_now[:_SAMPLES],
        "more": max(len(open_now) - _SAMPLES, 0),
        "answered": [s for s in samples if s.answer is not None][::-1][:_LAST],
        "dismissed": dismissed[::-1][:_LAST],
        "groups": groups,
        "weekly": console.policy.samples_weekly,
        "kept_for": KEPT,
        "hide": _hide(members),
    }


def _is_theirs(conversation: Conversation, visitor: Visitor) -> bool:
    return conversation.ref.is_group and conversation.enabled and visitor.scope.serves(conversation.place)


def _hide(members: list[Member]) -> Any:
    """What hides names of people with a role, numbers and doors in what was said."""
    return cover_for([], members).hide


async def train(request: web.Request) -> web.Response:
    """Begin a training."""
    visitor = _worker_of(request)
    try:
        await _learning_of(console_of(request)).begin(visitor.member.identity)
    except BotError as error:
        return back(request, _HERE, str(error))
    return back(request, _HERE, "开始训练了。可以离开这一页，做完了回来决定用不用。")


async def decide(request: web.Request) -> web.Response:
    """Put a model to work, or not, or take it back."""
    visitor, form = _worker_of(request), await request.post()
    learning, who = _learning_of(console_of(request)), visitor.member.identity
    deeds = {
        "adopt": (learning.adopt, "启用了新的模型，从下一句话起就用它；不合适可以退回上一版。"),
        "decline": (learning.decline, "没有启用，还用现在的模型。"),
        "take_back": (learning.take_back, "退回了上一版。"),
    }
    number, action = str(form.get("training", "")), str(form.get("action", ""))
    if action not in deeds or not number.isdecimal() or len(number) > 9:
        return back(request, _HERE, "不知道要做什么，请刷新后再试")
    do, said = deeds[action]
    try:
        await do(int(number), who)
    except BotError as error:
        return back(request, _HERE, f"没有做成：{error}")
    return back(request, _HERE, said)


async def answer(request: web.Request) -> web.Response:
    """Take what somebody says of a sample, or that they take it back."""
    console, visitor, form = console_of(request), _worker_of(request), await request.post()
    number, said = str(form.get("sample", "")), str(form.get("action", ""))
    if not number.isdecimal() or len(number) > 9 or said not in _ISSUE:
        raise ReviewNotFound("没有这句话")
    category = str(form.get("category", ""))
    command = AnswerSample(
        by=Actor(member=visitor.member, at=console.now()),
        sample=int(number),
        issue=_ISSUE[said],
        category=Category(category) if category in set(Category) else None,
    )
    async with console.reading() as work:
        if not visitor.scope.serves((await work.samples.get(int(number))).place):
            raise ReviewNotFound("没有这句话")
    told = {"yes": "记下了：是事", "no": "记下了：不是事", "undo": "撤回了"}[said]
    return await _carried_out(request, command, told)


async def reconsider(request: web.Request) -> web.Response:
    """A held message that was dismissed waits again."""
    console, visitor, form = console_of(request), _worker_of(request), await request.post()
    number = str(form.get("review", ""))
    async with console.reading() as work:
        mine = {r.id for r in await work.reviews.dismissed() if visitor.scope.serves(r.place)}
    if not number.isdecimal() or len(number) > 9 or int(number) not in mine:
        raise ReviewNotFound("没有这条消息")
    command = ReconsiderReview(by=Actor(member=visitor.member, at=console.now()), review=int(number))
    return await _carried_out(request, command, "撤回了，这条消息又在今日里等着")


async def switch(request: web.Request) -> web.Response:
    """Let a group be sampled, or no longer."""
    console, visitor, form = console_of(request), _worker_of(request), await request.post()
    key, on = str(form.get("group", "")), form.get("sampled") == "on"
    async with console.reading() as work:
        known = await work.conversations.get(key)
    if known is None or not known.ref.is_group or not visitor.scope.serves(known.place):
        raise ReviewNotFound("没有这个群")
    by = Actor(member=visitor.member, at=console.now())
    said = f"{known.name or '这个群'}：{'打开' if on else '关掉'}了抽样"
    said += "" if on else "，抽到的话已经删了"
    return await _carried_out(request, SwitchSampling(by=by, conversation_key=key, sampled=on), said)


async def _carried_out(request: web.Request, command: Command, said: str) -> web.Response:
    """Do it, and say so: to the page's script in JSON, to a form on the page."""
    console = console_of(request)
    ok = True
    try:
        async with console.work() as work:
            await carry_out(command, console.context(work))
            await work.commit()
        console.changes.notify()
    except BotError as error:
        ok, said = False, str(error)
    if "application/json" in request.headers.get("Accept", ""):
        return web.json_response({"ok": ok, "text": said})
    return back(request, _HERE, said)
