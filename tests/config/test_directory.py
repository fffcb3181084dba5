"""The vetted directory: public numbers only, a way to go for every private matter, and no advertising."""

from pathlib import Path

import pytest

from bot.domain.errors import ConfigError
from bot.domain.taxonomy import Category
from config.directory import load_directory

SHIPPED = load_directory()
OWN = '[[entries]]\nname = "幸福社区"\nphone = "0571-88880000"\ncategories = ["leak"]\n'


def loaded(folder: Path, text: str):
    file = folder / "my.toml"
    file.write_text(text, "utf-8")
    return load_directory(file)


def test_every_category_has_somebody_to_ask() -> None:
    """No private matter is answered with nothing; one general number serves for all."""
    for category in Category:
        assert [e for e in SHIPPED if category in e.categories]
    assert [e.phone for e in SHIPPED if e.categories == frozenset(Category)] == ["12345"]


def test_what_comes_with_the_program_is_public_and_short() -> None:
    """Service numbers of three to five or six digits that hold everywhere, each once."""
    phones = [e.phone for e in SHIPPED]
    assert len(set(phones)) == len(phones)
    assert all(p.isdigit() and 3 <= len(p) <= 5 for p in phones)


def test_own_entries_come_first_and_the_others_stay(tmp_path: Path) -> None:
    """With `extends` the local service is named before the national number; without, it stands alone."""
    assert [e.name for e in loaded(tmp_path, OWN)] == ["幸福社区"]
    assert loaded(tmp_path, 'extends = "default"\n' + OWN)[1:] == SHIPPED


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OWN.replace("leak", "leek"), "第1条「幸福社区」] 没有「leek」这个类别，是不是想写 leak？"),
        (OWN.replace("0571-88880000", "问小王"), "不像电话"),
        (OWN.replace("0571-88880000", "13800138000"), "个人手机号"),
        (OWN.replace("幸福社区", "好师傅 加微信有优惠"), "像是广告"),
        (OWN + 'note = "见 https://example.org"\n', "像是广告"),
        (OWN.replace("name", "nam"), "没有「nam」这个项，是不是想写 name？"),
        (OWN.replace('["leak"]', '"leak"'), "categories 要写成方括号"),
        ("entries = 3\n", "要写成一节：[[entries]]"),
        ("x = [", "不是正确的 TOML"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    """It names the entry and what would be right."""
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, text)
    assert says in str(error.value)
