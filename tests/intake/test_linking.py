"""A new matter, more of an open one, a neighbour's +1, or nothing: clear cases only, for the weights are fitted."""

from dataclasses import replace

from bot.domain.commands import ExtendTicket, HoldForReview, OpenTicket
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Urgency
from bot.domain.tickets import Part, Status
from bot.intake.interpret import interpret, opening_command
from bot.intake.linking import choices
from tests import cast
from tests.cast import OTHER_GROUP, PICTURE, identity
from tests.intake.scenes import Talk, scene


def test_one_matter_in_fragments_with_a_picture_after_is_one_ticket() -> None:
    """What one person tells in several messages, the picture last, is one ticket."""
    talk = Talk()
    talk.says("王阿姨", "楼道水管漏水了")
    talk.says("王阿姨", "漏水漏得好大，楼道水管", after=5)
    talk.says("王阿姨", "[图片]", after=5, attachments=(PICTURE,))
    assert talk.told == [["m1", "m2", "m3"]]
    assert talk.tickets[0].reporters == (identity("王阿姨"),)
    assert talk.tickets[0].supporters == ()


def test_a_picture_before_the_words_belongs_to_them() -> None:
    """A picture is nothing by itself, and part of the report when the words follow."""
    talk = Talk()
    assert talk.says("王阿姨", "[图片]", attachments=(PICTURE,)) == []
    talk.says("王阿姨", "2单元楼道水管漏水了，有人管吗", after=8)
    assert talk.told == [["m1", "m2"]]
    assert [m.part for m in talk.messages_of(1)] == [Part.REPORT, Part.REPORT]


def test_fragments_before_the_matter_is_clear_belong_to_it() -> None:
    """「滴答滴答」 alone is nothing yet; said in one breath with what it is, it is part of the report."""
    talk = Talk()
    talk.says("王阿姨", "昨晚滴答滴答响了一夜")
    talk.says("王阿姨", "原来是2单元楼道水管漏水了", after=8)
    assert talk.told == [["m1", "m2"]]


def test_another_persons_picture_is_not_part_of_a_new_report() -> None:
    """Only the reporter's own breath leads to a new ticket."""
    talk = Talk()
    talk.says("赵大爷", "[图片]", attachments=(PICTURE,))
    talk.says("王阿姨", "2单元楼道水管漏水了，有人管吗", after=8)
    assert talk.told == [["m2"]]


def test_another_building_with_another_subject_is_another_matter() -> None:
    """However close in time, what a new person names for another building does not vanish into a standing ticket."""
    talk = Talk()
    talk.says("王阿姨", "2号楼楼道水管漏水了，有人管吗")
    talk.says("赵大爷", "8号楼门口垃圾堆成山了，没人收", after=20)
    talk.says("孙姐", "9号楼电梯坏了，按钮没反应", after=20)
    assert talk.told == [["m1"], ["m2"], ["m3"]]


def test_a_neighbour_who_says_so_too_is_a_supporter() -> None:
    """「我家也是」 right after a report is a supporter of it and opens nothing."""
    talk = Talk()
    talk.says("王阿姨", "2单元楼道水管漏水了，有人管吗")
    [command] = talk.says("赵大爷", "我家也是，漏水漏得厉害", after=20)
    assert isinstance(command, ExtendTicket)
    assert talk.tickets[0].supporters == (identity("赵大爷"),)
    assert talk.messages_of(1)[-1].part is Part.SUPPORT


def test_two_matters_interleaved_stay_two() -> None:
    """A lift and rubbish, told in turns by two people, are two tickets, each with its own words."""
    talk = Talk()
    talk.says("王阿姨", "2单元电梯又坏了，没人管吗")
    talk.says("赵大爷", "楼下垃圾堆成山了，没人收")
    talk.says("王阿姨", "电梯又坏了，老人怎么下楼", after=15)
    talk.says("赵大爷", "垃圾堆成山，臭死了", after=15)
    assert talk.told == [["m1", "m3"], ["m2", "m4"]]


def test_the_same_trouble_of_another_building_is_another_ticket() -> None:
    """A leak in building 5 is not the leak in building 3."""
    talk = Talk()
    talk.says("王阿姨", "3号楼2单元楼道水管漏水了，有人管吗")
    talk.says("孙姐", "5号楼1单元天花板漏水了，快来人看看", after=300, conversation=OTHER_GROUP)
    assert len(talk.tickets) == 2
    assert [t.place.building for t in talk.tickets] == ["3号楼", "5号楼"]


def test_questions_and_thanks_of_the_property_open_nothing() -> None:
    """What the property company says in the group is no matter of its own."""
    talk = Talk()
    talk.says("物业小周", "请问哪一户需要我们上门？")
    talk.says("物业小周", "谢谢大家配合[抱拳]")
    talk.says("王阿姨", "谢谢")
    talk.says("小陈", "收到")
    assert talk.tickets == []


def test_an_answer_after_a_question_belongs_to_the_matter() -> None:
    """The property asks 「在几楼」, and what the reporter answers is a detail of their ticket."""
    talk = Talk()
    talk.says("王阿姨", "楼道水管漏水了，有人管吗")
    talk.says("物业小周", "王阿姨，在几楼？", after=40)
    [command] = talk.says("王阿姨", "在3楼楼道，水管接头那里", after=20)
    assert isinstance(command, ExtendTicket)
    assert len(talk.tickets) == 1
    assert talk.messages_of(1)[-1].part is Part.DETAIL


def test_ordinary_talk_is_nothing() -> None:
    """Greetings, weather and jokes yield no command."""
    talk = Talk()
    for who, text in (("王阿姨", "今天天气真好"), ("赵大爷", "哈哈哈"), ("孙姐", "晚上吃什么"), ("一个陌生人", "[强]")):
        assert talk.says(who, text) == []


def test_an_emergency_in_a_breath_counts_for_the_whole() -> None:
    """The ticket is as pressing as the most pressing words of the breath."""
    talk = Talk()
    [opened] = talk.says("王阿姨", "快来人，有人困在电梯里了")
    assert isinstance(opened, OpenTicket)
    assert opened.classification.urgency is Urgency.EMERGENCY
    assert opened.classification.category is Category.ELEVATOR


def test_a_doubtful_message_waits_for_a_worker() -> None:
    """Between the two thresholds a message is held in silence."""
    doubtful = scene("王阿姨", "2单元楼道水管漏水了，有人管吗")
    score = next(c.score for c in choices(doubtful) if c.ticket is None)
    held = scene("王阿姨", "2单元楼道水管漏水了，有人管吗")
    rules = replace(held.rules, open_above=score + 0.1, review_above=score - 0.1)
    [command] = interpret(replace(held, rules=rules))
    assert isinstance(command, HoldForReview)
    silent = replace(held.rules, open_above=score + 0.2, review_above=score + 0.1)
    assert interpret(replace(held, rules=silent)) == []


def test_an_emergency_opens_below_the_threshold() -> None:
    """Better one question too many than a person left in a lift."""
    danger = scene("王阿姨", "有人困在电梯里了，快来人")
    score = next(c.score for c in choices(danger) if c.ticket is None)
    [command] = interpret(replace(danger, rules=replace(danger.rules, open_above=score + 0.9)))
    assert isinstance(command, OpenTicket)


def test_a_matter_that_comes_back_knows_the_earlier_ticket() -> None:
    """A new ticket of the category and place of one that ended names it."""
    ended = cast.ticket(Status.CLOSED, number=7, place=Place(estate="幸福里", building="3号楼"))
    assert opening_command(scene("王阿姨", "2单元楼道水管漏水了", ended)).previous == 7
    assert opening_command(scene("王阿姨", "2单元电梯坏了", ended)).previous == 0


def test_the_evidence_names_what_weighed_most() -> None:
    """Each choice can say why, in names that a person can read."""
    [best] = choices(scene("王阿姨", "2单元楼道水管漏水了，有人管吗"), {"new:issue": 2.0, "new:bias": 0.001})
    assert [e.words for e in best.evidence({"new:issue": 2.0, "new:bias": 0.001})] == ["new:issue"]
