"""The responsibility list on paper: every line of it, for each type of estate."""

import pytest

from bot.documents.duties import COLUMNS, duties
from bot.documents.page import as_page
from bot.documents.word import as_word
from bot.domain.taxonomy import Category, Tier
from config.responsibility import load_responsibility
from tests import cast

LIST = load_responsibility()


@pytest.mark.parametrize("estate", ["", *LIST.types])
def test_every_line_is_on_it(estate: str) -> None:
    """Each category has its three rows, with body, limits, steps and grounds; the version is named."""
    made = duties(LIST, estate)
    assert [s.title for s in made.sections] == [c.label for c in Category]
    assert all(len(row) == len(COLUMNS) for s in made.sections for row in s.rows)
    page = as_page(made)
    assert LIST.version in page
    assert page.count("<tr>") == len(Category) * (len(Tier) + 1)
    assert "landscape" in page
    if estate:
        assert LIST.types[estate].name in page


def test_a_private_matter_has_no_limit_on_paper() -> None:
    """What a household settles itself is not counted against anybody."""
    rows = {row[0]: row for row in duties(LIST).sections[0].rows}
    assert rows["私事"][4] == ""
    assert rows["小事"][4] == "1小时接单，2个工作日办结"


def test_it_can_be_a_document() -> None:
    """The same paper is a .docx."""
    assert as_word(duties(LIST), cast.NOON).startswith(b"PK")
