"""The table of sentences: what each is heard as. Anybody can add a line to replies.tsv."""

from pathlib import Path

import pytest

from bot.intake.replies import Reply, read

TABLE = Path(__file__).with_name("replies.tsv")


def _lines() -> list[tuple[str, str, str, tuple[int, ...]]]:
    rows = []
    for line in TABLE.read_text("utf-8").splitlines():
        if (line and not line.startswith(("# ", "#\t"))) or line.startswith("# 42"):
            text, does, argument, codes = [*line.split("\t"), "", ""][:4]
            shown = text.encode("utf-8").decode("utf-8").replace("\\u200b", "\u200b").replace("\\u202e", "\u202e")
            rows.append((shown, does, argument, tuple(int(n) for n in codes.split())))
    return rows


LINES = _lines()


@pytest.mark.parametrize(("text", "does", "argument", "codes"), LINES)
def test_a_sentence_is_heard_as_the_table_says(text: str, does: str, argument: str, codes: tuple[int, ...]) -> None:
    """Each line of the table is heard as exactly that: the command, what follows it, and the codes it names."""
    reply = read(text)
    if does == "-":
        assert reply is None
    else:
        assert reply is not None
        assert (reply.does, reply.argument, reply.numbers) == (does, argument, codes)


def test_the_table_is_large_enough() -> None:
    """At least 120 sentences, of which at least 40 are ordinary talk."""
    assert len(LINES) >= 120
    assert sum(does == "-" for _, does, _, _ in LINES) >= 40


@pytest.mark.parametrize("text", ["1", "0", "不是", "查", "催"])
def test_the_shortest_replies_are_terse(text: str) -> None:
    """What is often said about something else counts bare for a fresh ticket only."""
    reply = read(text)
    assert reply is not None
    assert reply.terse


@pytest.mark.parametrize("text", ["+1", "我家也是", "修好了", "算了", "怎么样了"])
def test_what_neighbours_say_to_each_other_is_never_bare(text: str) -> None:
    """Some sentences are only for the bot when they quote it or name a code."""
    reply = read(text)
    assert reply is not None
    assert not reply.bare


@pytest.mark.parametrize("text", ["", " ", "\u200b", "确认" * 50_000, "谢谢" * 50_000, "#" * 100_000, "@" * 100_000])
def test_anything_can_be_typed(text: str) -> None:
    """Nothing and a hundred thousand characters are no command, and do not hold anybody up."""
    assert read(text) is None


def test_a_mention_before_a_command_is_left_out() -> None:
    """WeChat puts its own thin space after a mention."""
    assert read("@小楼\u2005确认") == Reply(does="confirm")
