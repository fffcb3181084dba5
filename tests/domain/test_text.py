"""What typed text becomes before anything looks at it, and what a group may see of it."""

import time

import pytest

from bot.domain.text import MAX_LENGTH, clean, masked, shortened, visible


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("漏水了", "漏水了"),
        ("漏\u200b水\u200d了\ufeff", "漏水了"),
        ("\u202e了水漏\u202c", "了水漏"),
        ("漏\x00水\x07了\x1b[31m", "漏水了[31m"),
        ("一行\n二行\t三", "一行\n二行\t三"),
        ("\ue000\ud800漏", "漏"),
        ("  漏水 \u2066", "漏水"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("", ""),
        ("\u200b\u200b", ""),
    ],
)
def test_what_cannot_be_seen_is_not_there(typed: str, seen: str) -> None:
    """Control, zero-width, direction and private characters are gone; lines and tabs stay."""
    assert visible(typed) == seen


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("＃４２", "#42"),
        ("ＡＢＣ，！", "ABC,!"),
        ("确认　　　谢谢", "确认 谢谢"),
        (" 1 \t", "1"),
        ("①", "1"),
        ("确\u200b认", "确认"),
    ],
)
def test_one_width_and_one_space(typed: str, cleaned: str) -> None:
    """Full-width letters, digits and marks are narrow, and spaces collapse."""
    assert clean(typed) == cleaned


@pytest.mark.parametrize("piece", ["漏", "\u200b", "ﷺ", "1", "\x00漏", "#42 "])
def test_a_novel_is_cut_before_anything_looks_at_it(piece: str) -> None:
    """100,000 characters become at most `MAX_LENGTH`, quickly."""
    began = time.perf_counter()
    for function in (visible, clean):
        assert len(function(piece * 100_000)) <= MAX_LENGTH
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13800138000", "电话（电话）"),
        ("打 138-0013-8000 找我", "打 （电话） 找我"),
        ("138 0013 8000", "（电话）"),
        ("+86 13800138000", "（电话）"),
        ("１３８００１３８０００", "（号码）"),
        ("010-62345678", "（电话）"),
        ("QQ 123456789", "QQ （号码）"),
        ("身份证11010519491231002X", "身份证（证件号）"),
        ("身份证110105194912310021", "身份证（证件号）"),
        ("京A12345占了车位", "（车牌）占了车位"),
        ("粤B·D12345", "（车牌）"),
        ("陕a12345", "（车牌）"),
        ("沪A D12345", "（车牌）"),
        ("3-2-501漏水", "3-2漏水"),
        ("3号楼501", "3号楼"),
        ("3号楼2单元501室", "3号楼2单元"),
        ("三单元 1502户", "三单元"),
        ("501室", "（某户）"),
        ("501户在漏", "（某户）在漏"),
        ("2-501已修好", "（某户）已修好"),
        ("A-1203 漏水", "（某户） 漏水"),
        ("3#501", "3#"),
    ],
)
def test_secrets_are_masked(said: str, shown: str) -> None:
    """No phone, ID card, plate or door passes, and masking twice is masking once."""
    assert masked(said) == shown
    assert masked(shown) == shown


@pytest.mark.parametrize(
    "said",
    [
        "119",
        "12345",
        "2026-03-10",
        "10:30-1130",
        "3号楼2单元",
        "换了3根管子",
        "95598",
        "#123",
        "新iphone15",
        "共300元",
        "2024-2025年度",
    ],
)
def test_what_is_no_secret_stays(said: str) -> None:
    """Hotlines, dates, times, prices, ticket codes and buildings are left alone."""
    assert masked(said) == said


@pytest.mark.parametrize(
    ("text", "limit", "short"), [("一二三", 3, "一二三"), ("一二三四", 3, "一二…"), ("一\n二   三", 5, "一 二 三")]
)
def test_a_summary_is_one_short_line(text: str, limit: int, short: str) -> None:
    """Lines and spaces become one space; what is left out is marked."""
    assert shortened(text, limit) == short
