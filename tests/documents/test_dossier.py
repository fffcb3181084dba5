"""The dossier: everything that an authority needs, nobody's name, number or door, and no page that does harm."""

import ast
import io
import re
from dataclasses import replace
from datetime import time, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.documents.course import LEFT_OUT, SENTENCES, Teller
from bot.documents.dossier import Matter, dossier, households
from bot.documents.hiding import cover_for
from bot.documents.page import as_page
from bot.documents.paper import Paper, Photo
from bot.documents.word import as_word
from bot.domain import lifecycle
from bot.domain.lifecycle import Doer, record
from bot.domain.policy import Policy
from bot.domain.schedule import Rules, StepName
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Part, Ticket
from config.calendar import working_calendar
from config.responsibility import load_responsibility
from tests import cast

RULES = Rules(calendar=working_calendar(cast.ZONE, time(9), time(17)))
POLICY = Policy(responsibility=load_responsibility(), rules=RULES)
VERSION = POLICY.responsibility.version
PRINTED = cast.NOON + timedelta(days=3)
MEMBERS = tuple(cast.member(name) for name in cast.CARDS)
ROOT = Path(__file__).parents[2]


def at(hours: float, name: str = "小陈") -> Doer:
    return cast.doer(name, cast.NOON + timedelta(hours=hours))


def big(*texts: tuple[str, str], **changes: Any) -> Ticket:
    """A 大事 that went up: each of *texts* is who said it, and what."""
    said = texts or (("王阿姨", "外墙漏水，打13800138000找我，3-2-501"), ("赵大爷", "我家602也漏，@王阿姨 一起"))
    messages = tuple(
        cast.ticket_message(who, text, n, part=Part.SUPPORT if n > 1 else Part.REPORT)
        for n, (who, text) in enumerate(said, 1)
    )
    new = cast.ticket(
        tier=Tier.BIG,
        messages=messages,
        supporters=(cast.identity("赵大爷"),),
        summary="外墙漏水，打13800138000",
        **changes,
    )
    ticket = lifecycle.confirmed(new, at(0.5, "李楼长"))
    line = POLICY.line(ticket)
    ticket = lifecycle.assigned(ticket, Doer(at=cast.NOON + timedelta(hours=0.5)), line.body, line, VERSION)
    ticket = lifecycle.accepted(ticket, at(1), "housing")
    ticket = lifecycle.measured(ticket, at(2), "搭临时防水，联系王阿姨13800138000", "物业小周", "2026-03-13")
    ticket = lifecycle.promised(ticket, at(2, "物业小周"), "明天上午来修501", cast.NOON + cast.DAY)
    return lifecycle.sent_up(ticket, at(3), "12345-2026-0042", "housing")


def paper(ticket: Ticket | None = None, **changes: Any) -> Paper:
    matter = Matter(ticket=ticket or big(), policy=POLICY, zone=cast.ZONE, members=MEMBERS)
    return dossier(replace(matter, **changes), PRINTED)


class _Words(HTMLParser):
    """The text of a page and the names of its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data if self.lasttag != "style" else "")


def read_word(data: bytes) -> str:
    """All text of a .docx."""
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def everything(made: Paper) -> str:
    """What a reader of either form can read, and the properties of the file."""
    page, word = as_page(made), as_word(made, PRINTED)
    about = docx.Document(io.BytesIO(word)).core_properties
    return "\n".join([*_Words(page).words, read_word(word), about.title, about.author, about.comments])


def jpeg() -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(output, "JPEG")
    return output.getvalue()


def test_it_tells_the_whole_matter() -> None:
    """Place, line, grounds, people counted, words, measures, promises, references, limits and course stand in it."""
    text = everything(paper())
    line = POLICY.line(big())
    for expected in (
        "大事卷宗 #1",
        "幸福里3号楼2单元",
        line.basis,
        f"leak.big（{VERSION}）",
        "2户",
        "外墙漏水",
        "搭临时防水",
        "2026-03-13",
        "明天上午来修",
        "2026-03-11 09:30",
        "上报到住建部门，编号 12345-2026-0042",
        "20个工作日内办结",
        "2026-04-08 17:00",
        "核实确认",
        "楼长",
    ):
        assert expected in text, expected


def test_nobody_is_named() -> None:
    """No name, phone or door of a resident, and no name of a helper; residents are letters."""
    text = everything(paper())
    for secret in (*cast.SECRETS, "小周", "李楼长", "小陈", "138"):
        assert not re.search(rf"(?<!\d){secret}", text), secret
    assert "住户A" in text
    assert "住户B" in text


def test_the_door_is_shown_only_when_asked_for() -> None:
    """`with_room` adds the door to the place of the matter, and to nothing else."""
    assert "501" not in everything(paper())
    shown = paper(with_room=True)
    assert dict(shown.facts)["位置"] == "幸福里3号楼2单元501"
    assert "501" not in everything(replace(shown, facts=()))


names = st.text("赵钱孙李周吴郑王冯陈褚卫伟芳娜敏静丽强磊", min_size=2, max_size=4)
doors = st.integers(101, 3999).filter(lambda n: not 2000 <= n <= 2100).map(str)
phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
wide = str.maketrans("0123456789", "０１２３４５６７８９")


@settings(max_examples=60, deadline=None)
@given(
    name=names,
    other=names,
    door=doors,
    phone=phones,
    words=st.text("漏水了找我来看看，。 \n#-", max_size=20),
    full=st.booleans(),
)
def test_nothing_that_gives_somebody_away_comes_through(
    name: str, other: str, door: str, phone: str, words: str, full: bool
) -> None:
    """Whatever people are called and wherever they live, no form of the paper shows it, in whatever width it was typed."""
    number, room = (phone.translate(wide), door.translate(wide)) if full else (phone, door)
    text = f"{words}我是{name}，{number}，住{room}，{other}也在@{other} {words}"
    who = [cast.identity("王阿姨"), cast.identity("赵大爷")]
    messages = tuple(
        replace(cast.ticket_message("王阿姨", text, n), sender=sender, sender_name=f"3-2-{door} {card}")
        for n, (sender, card) in enumerate(zip(who, (name, other), strict=True), 1)
    )
    ticket = big(("王阿姨", text))
    ticket = replace(ticket, messages=messages, place=replace(ticket.place, room=door), summary=text)
    ticket = lifecycle.progressed(ticket, at(4, "物业小周"), f"联系了{name}{number}，{room}", "property")
    shown = everything(paper(ticket))
    assert name not in shown
    assert other not in shown
    assert phone not in shown.translate({ord(a): b for a, b in zip("０１２３４５６７８９", "0123456789", strict=True)})
    assert not re.search(rf"(?<![\d:.\-]){door}(?![\d:])", shown)


def test_what_was_taken_back_stays_gone() -> None:
    """A recalled message is in no paper."""
    ticket = big()
    first = replace(ticket.messages[0], recalled=True, text="")
    assert "反映" not in [
        row[2] for row in paper(replace(ticket, messages=(first, *ticket.messages[1:]))).sections[0].rows
    ]


def test_merged_tickets_count_with_it() -> None:
    """Their people are counted once, and their words stand among the others."""
    other = cast.ticket(
        number=2, messages=(cast.ticket_message("孙姐", "5号楼也漏", 7),), reporters=(cast.identity("孙姐"),)
    )
    matter = Matter(ticket=big(), merged=(other,), policy=POLICY, zone=cast.ZONE, members=MEMBERS)
    assert households(matter) == 3
    assert "5号楼也漏" in everything(dossier(matter, PRINTED))


def test_that_somebody_asked_for_mediation_is_nobody_elses_business() -> None:
    """Neither the course nor the notes speak of it."""
    assert "调解" not in everything(paper(lifecycle.mediation_asked(big(), at(4, "王阿姨"))))


def test_the_limit_is_still_told_after_the_ending() -> None:
    """A matter that is settled keeps the due time that it had."""
    done = lifecycle.resolved(big(), at(5), "修好了", timedelta(hours=24))
    assert ("办结", "2026-04-08 17:00") in next(s for s in paper(done).sections if s.title == "时限").rows


def test_words_are_escaped_and_nothing_runs() -> None:
    """What a resident typed is text in both forms; the page has no script, no link and no handler."""
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>&\"'\x00\x0b"
    made = paper(big(("王阿姨", nasty)), photos=(Photo(caption='"><script>', data=jpeg()),))
    page = as_page(made)
    seen = _Words(page)
    assert "<script>alert(1)</script>" in "".join(seen.words)
    assert not seen.tags & {"script", "a", "iframe", "link", "object", "form"}
    assert not [name for name in seen.attributes if name.startswith("on")]
    assert not re.search(r"(?:src|href)=\"(?!data:image/jpeg)", page)
    assert "default-src &#x27;none&#x27;" in page
    assert "@page" in page
    assert nasty.rstrip("\x00\x0b") in read_word(as_word(made, PRINTED))


def test_pictures_are_in_both_forms() -> None:
    """The page carries them itself, the document too."""
    made = paper(photos=(Photo(caption="照片1", data=jpeg()), Photo(caption="照片2", data=jpeg())))
    assert as_page(made).count("data:image/jpeg;base64,") == 2
    document = docx.Document(io.BytesIO(as_word(made, PRINTED)))
    assert len(document.inline_shapes) == 2


def test_the_document_names_no_author_and_no_machine() -> None:
    """Its properties are the program's, its fonts show Chinese, its date is the one given."""
    data = as_word(paper(), PRINTED)
    about = docx.Document(io.BytesIO(data)).core_properties
    assert (about.author, about.comments, about.created.isoformat()[:10]) == ("楼事通", "", "2026-03-13")
    assert "宋体" in docx.Document(io.BytesIO(data)).styles["Normal"].element.xml


def _events() -> set[str]:
    """Every event that the program records, as far as its text says so."""
    found = {str(step.value) for step in StepName}
    for file in (*(ROOT / "bot" / "handlers").glob("*.py"), ROOT / "bot" / "domain" / "lifecycle.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in (
                "record",
                "move",
            ):
                found |= {a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def test_every_event_has_a_sentence_or_is_left_out_on_purpose() -> None:
    """Nothing that happened to a ticket is missing from its course by oversight."""
    assert _events() - SENTENCES.keys() - LEFT_OUT == set()


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_a_sentence_needs_no_fact(name: str) -> None:
    """An event that lacks its facts is still a sentence, without braces."""
    teller = Teller(cover=cover_for([big()], MEMBERS), responsibility=POLICY.responsibility, zone=cast.ZONE)
    said = teller.sentence(record(big(), at(4), name).history[-1])
    assert said
    assert "{" not in said
