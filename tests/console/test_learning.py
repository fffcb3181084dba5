"""学习: what waits, trainings and their decision, drift, samples; for the community, each within their scope."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.domain.classification import Classification
from bot.domain.errors import BotError, InvalidTransition
from bot.domain.figures.drift import drift
from bot.domain.learning import Answer, Judged, Lesson, Sample, Training, TrainingStatus
from bot.domain.lifecycle import Doer, confirmed, record, rejected
from bot.domain.logins import LoginLink
from bot.domain.messages import Identity
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Kind
from bot.handlers.entering import link_hash
from bot.ports import Standing
from tests.cast import DAY, ESTATE, NOON, doer
from tests.cast import ticket as ticket_of
from tests.console.office import GROUP, LI, NASTY, WANG, Office, browser, csrf, log_in, open_office

CHEN = Identity(platform="console", user_id="chen")
SIDES = {
    "before": {"lines": 8, "issue_f1": 0.5, "categories": {"leak": {"f1": 0.4, "lines": 6}}},
    "after": {"lines": 8, "issue_f1": 0.75, "categories": {"leak": {"f1": 0.8, "lines": 6}}},
}


class Teacher:
    """`ports.Learning` that only notes in the store what is asked of it."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.refuses = ""

    def standing(self) -> Standing:
        """A model of yesterday."""
        return Standing(trained_at=self._office.clock.at - DAY, lines=12)

    async def waiting(self, sees: Callable[[Place], bool]) -> Mapping[Lesson, int]:
        """Three changes of tier in 幸福里."""
        return {Lesson.TIER: 3} if sees(Place(estate=ESTATE)) else {}

    async def begin(self, by: Identity) -> Training:
        """A training that runs."""
        if self.refuses:
            raise BotError(self.refuses)
        at = self._office.clock.at
        async with self._office.work() as work:
            new = Training(by=by, at=at, beat_at=at, lines=7).became(TrainingStatus.RUNNING, at, by)
            made = await work.trainings.begin(new)
            await work.commit()
        if made is None:
            raise InvalidTransition("已经有一次训练在进行")
        return made

    async def adopt(self, number: int, by: Identity) -> Training:
        """Put it to work."""
        return await self.become(number, TrainingStatus.ADOPTED, by)

    async def decline(self, number: int, by: Identity) -> Training:
        """Leave it."""
        return await self.become(number, TrainingStatus.DECLINED, by)

    async def take_back(self, number: int, by: Identity) -> Training:
        """Take it back."""
        return await self.become(number, TrainingStatus.TAKEN_BACK, by)

    async def become(self, number: int, status: TrainingStatus, by: Identity | None = None, **more: object) -> Training:
        """The training in its new state."""
        async with self._office.work() as work:
            old = await work.trainings.get(number)
            if old is None or self.refuses:
                raise InvalidTransition(self.refuses or "没有这一次训练")
            new = replace(old, **more).became(status, self._office.clock.at, by)  # type: ignore[arg-type]
            await work.trainings.save(new, old.status)
            await work.commit()
        return new


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An office that is open, and learns."""
    async with open_office(tmp_path, learning=Teacher) as (office, server):
        yield office, server


@pytest.fixture
def office(served: tuple[Office, TestServer]) -> Office:
    """The office."""
    return served[0]


@pytest.fixture
async def chen(served: tuple[Office, TestServer]) -> AsyncIterator[ClientSession]:
    """小陈's browser."""
    async with browser(served[1]) as client:
        await log_in(client)
        yield client


@pytest.fixture
async def wu(served: tuple[Office, TestServer]) -> AsyncIterator[ClientSession]:
    """小吴's browser, of another estate."""
    async with browser(served[1]) as client:
        await log_in(client, "wu")
        yield client


def teacher_of(office: Office) -> Teacher:
    """Who teaches there."""
    assert isinstance(office.console.learning, Teacher)
    return office.console.learning


async def drawn(office: Office, text: str = "门口那个灯又在闪", number: int = 1, estate: str = ESTATE) -> None:
    """A sample of yesterday."""
    at = office.clock.at - DAY
    async with office.work() as work:
        await work.samples.offer(
            Sample(
                conversation=GROUP,
                message_id=f"s{number}",
                sender=WANG,
                text=text,
                at=at,
                day=office.console.now().date() - DAY,
                place=Place(estate=estate, building="3号楼"),
                classification=Classification(kind=Kind.CHATTER),
                lot=number,
            ),
            9,
        )
        await work.commit()


async def samples(office: Office) -> list[Sample]:
    """What is kept."""
    async with office.work() as work:
        return await work.samples.listed()


async def text_of(client: ClientSession, path: str = "/console/learning") -> str:
    """A page."""
    answer = await client.get(path)
    assert answer.status == 200
    return await answer.text()


async def sent(client: ClientSession, path: str, **form: str) -> tuple[int, str]:
    """What comes of a form: its status, and the page after it."""
    mark = await csrf(client, "/console/sessions")
    answer = await client.post(f"/console/learning/{path}", data={"csrf": mark, **form})
    return answer.status, await answer.text()


async def test_only_the_community_finds_it(served: tuple[Office, TestServer]) -> None:
    """For a leader the page and all its doors are not there, and the head of the pages does not name it."""
    office, server = served
    async with office.work() as work:
        await work.logins.add_link(
            LoginLink(token_hash=link_hash("t"), who=LI, expires_at=office.clock.at + timedelta(minutes=9))
        )
        await work.commit()
    async with browser(server) as li:
        mark = await csrf(li, "/console/enter/t")
        await li.post("/console/enter/t", data={"csrf": mark})
        assert "/console/learning" not in await text_of(li, "/console/")
        assert (await li.get("/console/learning")).status == 404
        for path in ("train", "decide", "samples", "reviews", "groups"):
            assert (await sent(li, path))[0] == 404


async def test_training_in_the_background_then_a_decision(chen: ClientSession, office: Office) -> None:
    """What waits is counted; a training shows how far it is, also after a reload; then figures, then a decision."""
    assert "改了层级 <b>3</b>" in await text_of(chen)
    _, after = await sent(chen, "train")
    assert "开始训练了" in after
    assert "在看现在的模型" in await text_of(chen)
    assert "重新训练</button>" not in await text_of(chen, "/console/learning?part=training")
    await teacher_of(office).become(1, TrainingStatus.READY, figures={"corrections": SIDES}, done=1.0)
    page = await text_of(chen)
    assert all(word in page for word in ("50.0", "75.0", "只有8条，错对一条就差12个百分点", "漏水渗水", "太少，看不出"))
    _, after = await sent(chen, "decide", training="1", action="adopt")
    assert "启用了新的模型" in after
    assert "退回上一版</button>" in after
    _, after = await sent(chen, "decide", training="1", action="take_back")
    assert "退回了上一版" in after
    assert "退回上一版</button>" not in after
    assert "小陈" in after


async def test_a_worse_model_is_not_recommended(chen: ClientSession, office: Office) -> None:
    """What speaks against it stands above the figures, and declining is the plain way on."""
    await sent(chen, "train")
    await teacher_of(office).become(1, TrainingStatus.READY, figures={"corrections": SIDES}, objections=("差了很多",))
    page = await text_of(chen)
    assert "不建议启用" in page
    assert "差了很多" in page
    assert "仍要启用" in page
    _, after = await sent(chen, "decide", training="1", action="decline")
    assert "没有启用" in after


async def test_a_refusal_is_a_sentence(chen: ClientSession, office: Office) -> None:
    """Nothing to learn, somebody faster, nonsense in the form: said on the page, and nothing is done."""
    teacher_of(office).refuses = "小张已经决定：没有启用"
    assert "小张已经决定" in (await sent(chen, "train"))[1]
    assert "小张已经决定" in (await sent(chen, "decide", training="1", action="adopt"))[1]
    for wrong in ({}, {"training": "x", "action": "adopt"}, {"training": "1", "action": "explode"}):
        assert "不知道要做什么" in (await sent(chen, "decide", **wrong))[1]


async def test_a_failed_training_says_why(chen: ClientSession, office: Office) -> None:
    """The reason stands there, and the next one can begin."""
    await sent(chen, "train")
    await teacher_of(office).become(1, TrainingStatus.FAILED, error="训练中途停了")
    page = await text_of(chen)
    assert "没有做成：训练中途停了" in page
    assert "重新训练</button>" in page


async def test_samples_are_answered_and_taken_back(chen: ClientSession, office: Office) -> None:
    """An answer is a lesson, with its category; it is taken back on the same page. Words are text, numbers masked."""
    await drawn(office, f"{NASTY} 电话13800138000", 1)
    page = await text_of(chen)
    assert "&lt;script&gt;" in page
    assert "<script>document" not in page
    assert "13800138000" not in page
    assert "王阿姨" not in page
    _, after = await sent(chen, "samples", sample="1", action="yes", category="noise")
    assert "记下了：是事" in after
    assert "抽样：是事" in after
    (kept,) = await samples(office)
    assert kept.answer == Answer(
        issue=True, category=Category.NOISE, by=CHEN, at=kept.answer.at if kept.answer else NOON
    )
    _, after = await sent(chen, "samples", sample="1", action="undo")
    assert (await samples(office))[0].answer is None
    _, after = await sent(chen, "samples", sample="1", action="no", category="nonsense")
    assert "抽样：不是事" in after


async def test_what_was_said_today_is_not_shown_yet(chen: ClientSession, office: Office) -> None:
    """The draw of a day is final when the day is over; what expired is not shown either."""
    await drawn(office)
    async with office.work() as work:
        (kept,) = await work.samples.listed()
        await work.samples.remove(GROUP.key, "s1")
        await work.samples.offer(replace(kept, day=office.console.now().date()), 9)
        await work.commit()
    assert "门口那个灯" not in await text_of(chen)


async def test_samples_of_others_are_not_there(chen: ClientSession, wu: ClientSession, office: Office) -> None:
    """A worker of another estate neither reads nor answers them, nor switches the group, nor takes a review back."""
    await drawn(office)
    await office.hold("楼下又开始了")
    async with office.work() as work:
        await work.reviews.save((await work.reviews.listed())[0].dismissed())
        await work.commit()
    assert "门口那个灯" in await text_of(chen)
    page = await text_of(wu)
    assert "门口那个灯" not in page
    assert "楼下又开始了" not in page
    assert "幸福里3号楼群" not in page
    assert (await sent(wu, "samples", sample="1", action="no"))[0] == 404
    assert (await sent(wu, "samples", sample="9", action="no"))[0] == 404
    assert (await sent(wu, "reviews", review="1"))[0] == 404
    assert (await sent(wu, "groups", group=GROUP.key, sampled="on"))[0] == 404
    assert (await samples(office))[0].answer is None


async def test_the_second_is_told_what_the_first_said(chen: ClientSession, served: tuple[Office, TestServer]) -> None:
    """Two workers answer the same sample: the second hears it, and nothing is changed."""
    office, server = served
    await drawn(office)
    await sent(chen, "samples", sample="1", action="no")
    async with browser(server) as zhang:
        await log_in(zhang, "zhang")
        assert "已经有人判为「不是事」" in (await sent(zhang, "samples", sample="1", action="yes"))[1]
    kept = (await samples(office))[0].answer
    assert kept is not None
    assert not kept.issue


async def test_a_dismissed_message_is_taken_back(chen: ClientSession, office: Office) -> None:
    """What was judged 「不是诉求」 in 今日 is a lesson here, and waits there again when taken back."""
    await office.hold("楼下又开始了")
    mark = await csrf(chen, "/console/")
    await chen.post("/console/decide", data={"csrf": mark, "item": "r1", "action": "reject"})
    assert "楼下又开始了" in await text_of(chen)
    _, after = await sent(chen, "reviews", review="1")
    assert "又在今日里等着" in after
    assert "楼下又开始了" in await text_of(chen, "/console/")


async def test_a_group_is_switched(chen: ClientSession, office: Office) -> None:
    """Off at first; on by a worker; off again, and what was drawn is gone at once."""
    assert "没有抽样" in await text_of(chen)
    assert "打开了抽样" in (await sent(chen, "groups", group=GROUP.key, sampled="on"))[1]
    await drawn(office)
    assert "关掉了抽样" in (await sent(chen, "groups", group=GROUP.key))[1]
    assert await samples(office) == []
    assert (await sent(chen, "groups", group="nowhere"))[0] == 404


async def test_the_mark_of_the_form_is_needed(chen: ClientSession) -> None:
    """A form from elsewhere does nothing."""
    assert (await chen.post("/console/learning/train", data={"csrf": "x"})).status == 403


def test_drift_by_week() -> None:
    """Reviewed, overturned and sure of what was opened in a week; what was rightly left alone of what was said in it."""
    when: datetime = NOON - 7 * DAY
    li, wang = doer("李楼长", when), Doer(by=WANG, role="resident", at=when)
    plain = ticket_of(opened_at=when, confidence=0.5)
    found = [
        plain,
        replace(confirmed(plain, li), confidence=0.9),
        record(confirmed(plain, li), li, "recategorised"),
        rejected(plain, li, "", DAY),
        rejected(plain, li, "重复了", DAY),
        record(plain, wang, "recategorised"),
        replace(plain, opened_at=NOON),
    ]
    judged = [Judged(sample=n, place=Place(), at=when, issue=n == 1) for n in range(4)]
    weeks = drift(found, judged, NOON)
    assert len(weeks) == 8
    last, this = weeks[-2:]
    assert (last.opened, last.reviewed, last.overturned) == (6, 4, 2)
    assert last.confidence == pytest.approx(3.4 / 6)
    assert (last.judged, last.right) == (4, 3)
    assert (this.opened, this.confidence, this.begin.weekday()) == (1, 0.5, 0)
    assert weeks[0].confidence is None
