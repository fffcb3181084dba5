"""Learning from use: what may be learned, what is only measured on, and which model stands at the end."""

import asyncio
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from bot.corrections import Correction
from bot.domain import lifecycle
from bot.domain.errors import BotError, ConfigError
from bot.domain.messages import Identity
from bot.domain.taxonomy import Category, Tier
from bot.learning import NotBetter, NothingToLearn, Outcome, learn
from bot.readying import ready_classifier, ready_model
from bot.teaching import Lessons, as_before, database_url, is_held_out, lessons, masking, read_corrections
from bot.training import show, train_from, train_on_corpus
from classifiers import load_classifier
from classifiers.corpus import DATA, fingerprint
from classifiers.store import ABOUT, LEARNED, NUMBERS, described, learned, made_of
from classifiers.training import train
from config.settings import DatabaseSettings, Settings
from storage.database import Database
from storage.unit_of_work import UnitsOfWork
from tests.cast import CARDS, GRANTS, doer, ticket, ticket_message
from tests.conversations.group import Group
from tests.storage.samples import review

SECRET = "牛二愣子又来敲我门"
NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
#: What people of an invented estate call things; each line is one ticket.
TALK = (
    "蛤蟆坑又满了",
    "蛤蟆坑翻上来了，味儿冲得人头疼",
    "蛤蟆坑能不能找人来抽一抽",
    "绕着蛤蟆坑走一个月了",
    "蛤蟆坑冒黑汤子",
    "蛤蟆坑边上全是苍蝇",
    "蛤蟆坑那块盖子歪了",
    "踩进蛤蟆坑鞋都湿透",
)


def correction(number: int, text: str, **changes: object) -> Correction:
    """What one of six neighbours wrote, and a leader called a matter of drainage."""
    decided = Correction(
        source=f"ticket/{number}",
        at=NOW + timedelta(days=number),
        speaker=f"onebot/{number % 6}",
        names=(CARDS["王阿姨"],),
        text=text,
        issue=True,
        category=Category.DRAINAGE,
        tier=Tier.SMALL,
    )
    return replace(decided, **changes)  # type: ignore[arg-type]


def taught(*more: Correction) -> Lessons:
    """The lessons of five rounds of `TALK`, each line told a little differently, and of *more*."""
    said = [correction(n, f"{TALK[n % 8]}{'！？~了呀'[n // 8]}") for n in range(40)]
    return lessons([*said, *more], ())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of a few writers, small enough to train on in a moment."""
    folder = tmp_path_factory.mktemp("corpus")
    for name in ("young", "south", "negatives"):
        lines = (DATA / f"{name}.tsv").read_text("utf-8").splitlines(keepends=True)
        (folder / f"{name}.tsv").write_text("".join(lines[:300]), "utf-8")
    (folder / "conversations").mkdir()
    for name in ("town01", "city01"):
        shutil.copy(DATA / "conversations" / f"{name}.tsv", folder / "conversations")
    return folder


@pytest.fixture(scope="module")
def plain_model(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of that corpus alone."""
    directory = tmp_path_factory.mktemp("plain") / "model"
    train(directory, data=corpus)
    return directory


@pytest.fixture
def directory(plain_model: Path, tmp_path: Path) -> Path:
    """That model, where it can be replaced."""
    place = tmp_path / "model"
    place.mkdir()
    for name in (ABOUT, NUMBERS):
        (place / name).write_bytes((plain_model / name).read_bytes())
    return place


def trained(found: Lessons, directory: Path, corpus: Path, *, force: bool = False) -> Outcome:
    """What comes of learning *found*."""
    return learn(found, directory, lambda what, done: None, force=force, now=NOW, data=corpus)


# What may be learned


def test_a_fifth_is_held_out_for_ever() -> None:
    """About every fifth source is only measured on, and always the same ones."""
    held = [n for n in range(1000) if is_held_out(f"ticket/{n}")]
    assert 150 < len(held) < 250
    assert [n for n in range(21) if is_held_out(f"ticket/{n}")] == [n for n in held if n < 21]
    found = taught()
    assert len(found.held_out) + len(found.learned.examples) == 40
    assert not {e.text for e in found.held_out} & {e.text for e in found.learned.examples}


def test_names_doors_and_numbers_are_masked() -> None:
    """Group cards, doors, phones and plates are gone before anything is learned; words of the corpus stay."""
    hide = masking({"3-2-501 欧阳翠花", "物业", "楼下的电梯"})
    said = hide("欧阳翠花家3号楼2单元501漏水，电话13800138000，车牌京A12345，物业和电梯都不管")
    for secret in ("欧阳", "翠花", "501", "13800138000", "12345"):
        assert secret not in said
    assert "漏水" in said
    assert "物业和电梯都不管" in said


@dataclass(frozen=True)
class Taught:
    """A model that learned, and what came of it."""

    directory: Path
    lessons: Lessons
    outcome: Outcome


@pytest.fixture(scope="module")
def pupil(plain_model: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Taught:
    """A model that learned the words of an estate, a dismissed message, and what two people alone said a dozen times."""
    place = Path(shutil.copytree(plain_model, tmp_path_factory.mktemp("pupil") / "model"))
    strange = [correction(100 + n, SECRET, speaker=f"onebot/{n % 2}") for n in range(12)]
    found = taught(*strange, correction(0, "早", source="review/3", issue=False, category=None, tier=None))
    return Taught(place, found, trained(found, place, corpus))


def test_a_model_holds_nobodys_sentence(pupil: Taught) -> None:
    """In the files of a model that learned stand neither a whole line of anybody nor what two people alone said."""
    with np.load(pupil.directory / NUMBERS) as arrays:
        rows = [a.tobytes().decode() for name, a in arrays.items() if name.startswith("rows")]
    written = "".join(rows) + (pupil.directory / ABOUT).read_text("utf-8")
    assert "蛤蟆坑" in written
    for words in (SECRET, "二愣", "愣子", *TALK):
        assert words not in written


def test_the_description_says_what_was_learned(pupil: Taught, corpus: Path) -> None:
    """How many lines, from which tickets, decided when, with which figures, on which corpus."""
    facts = learned(pupil.directory)
    assert facts["lines"] == pupil.outcome.learned == len(pupil.lessons.learned.examples)
    assert facts["held_out"] == len(pupil.lessons.held_out)
    assert (facts["tickets"]["first"], facts["tickets"]["last"]) <= (39, 111)
    assert facts["reviews"] == 1 - is_held_out("review/3")
    assert facts["decided_from"] < facts["decided_until"]
    assert set(facts["figures"]) == {"corrections", "writers"}
    assert made_of(pupil.directory) == fingerprint(corpus)
    assert described(pupil.directory)["trained_at"] == NOW.isoformat()


# Which model stands at the end


def test_new_words_of_an_estate_are_learned(pupil: Taught) -> None:
    """A matter that only these neighbours call so is found after training, and the report says by how much."""
    assert (pupil.outcome.in_place, pupil.outcome.objections) == (True, ())
    side = pupil.outcome.comparison.corrections
    assert side.after.values["category_macro_f1"] > side.before.values["category_macro_f1"]
    assert pupil.outcome.comparison.writers.before.lines > 300
    said = load_classifier(pupil.directory).classify_many(["谁管管蛤蟆坑"])[0]
    assert (said.is_issue, said.category) == (True, Category.DRAINAGE)


def test_the_next_training_starts_from_what_stands(pupil: Taught, corpus: Path, tmp_path: Path) -> None:
    """The same corrections again change no figure: before is the model that stands, not one of the corpus alone."""
    directory = Path(shutil.copytree(pupil.directory, tmp_path / "model"))
    again = trained(pupil.lessons, directory, corpus)
    assert again.comparison.corrections.before == again.comparison.corrections.after
    rounded = {k: round(v, 4) for k, v in pupil.outcome.comparison.writers.after.values.items()}
    assert again.comparison.writers.before.values == rounded


def _complaints() -> list[str]:
    rows = [
        row.split("\t") for name in ("young", "south") for row in (DATA / f"{name}.tsv").read_text("utf-8").split("\n")
    ]
    return [row[4] for row in rows if row[0] == "complaint"]


def test_without_corrections_there_is_nothing_to_learn(directory: Path, corpus: Path) -> None:
    """An empty database trains nothing and changes nothing."""
    with pytest.raises(NothingToLearn, match="更正"):
        trained(lessons([], ()), directory, corpus)


def test_a_broken_model_is_replaced_like_none(directory: Path, corpus: Path) -> None:
    """Where the model that stands cannot be read, the corpus alone is what is compared with."""
    (directory / NUMBERS).write_bytes(b"")
    assert trained(taught(), directory, corpus).in_place


def test_the_same_corrections_make_the_same_model(plain_model: Path, corpus: Path, tmp_path: Path) -> None:
    """The order in which a database gives its tickets does not change what is learned."""
    seed = random.randrange(1000)
    print(f"seed {seed}")
    found = taught().learned
    mixed = random.Random(seed).sample(list(found.examples), len(found.examples))
    a = train(tmp_path / "a", data=corpus, learned=found)
    b = train(tmp_path / "b", data=corpus, learned=replace(found, examples=mixed))
    texts = [*TALK, "电梯又坏了"]
    for x, y in zip(a.classify_many(texts), b.classify_many(texts), strict=True):
        assert (x.kind, x.category, x.tier) == (y.kind, y.category, y.tier)


# From a real database, and after an upgrade


async def stored(path: Path, talk: Sequence[tuple[str, bool]]) -> Path:
    """The database in *path*, with one decided ticket for each line of *talk*: confirmed, or rejected."""
    database = await Database.open(f"sqlite:///{path}")
    async with UnitsOfWork(database)() as work:
        for n, (text, issue) in enumerate(talk, 1):
            first = ticket_message(
                text=text, message_id=f"m{n}", sender=Identity(platform="onebot", user_id=str(n % 6))
            )
            new = ticket(number=0, category=Category.DRAINAGE, messages=(first,), opened_at=first.at)
            leader = doer("李楼长")
            done = lifecycle.confirmed(new, leader) if issue else lifecycle.rejected(new, leader, "", timedelta(days=1))
            await work.tickets.add(done)
        await work.commit()
    await database.close()
    return path


def test_the_command_prints_before_and_after(
    directory: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """JSON holds both parts before and after, by category too, and what the model says of itself."""
    talk = [(f"{line}{mark}", True) for mark in "！？~了呀" for line in TALK]
    path = asyncio.run(stored(tmp_path / "loushi.db", talk))
    train_from(str(path), directory, force=False, as_json=True, data=corpus)
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert "几秒后" in err
    assert said["in_place"]
    assert said["objections"] == []
    assert said["corrections"]["after"]["category_macro_f1"] > said["corrections"]["before"]["category_macro_f1"]
    assert said["writers"]["after"]["categories"]["leak"]["lines"] > 0
    assert said["model"]["lines"] == said["learned"]


def test_people_read_before_and_after_in_a_table(pupil: Taught, capsys: pytest.CaptureFixture[str]) -> None:
    """Without JSON the same figures come as tables, by category too."""
    show(pupil.outcome)
    out = capsys.readouterr().out
    assert all(word in out for word in ("留出的更正", "没见过的写手", "诉求 F1", "下水管网"))


def test_a_better_model_stays_in_its_place(
    directory: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A leader who calls every matter no issue makes a worse model: refused in one sentence, the figures printed."""
    path = asyncio.run(stored(tmp_path / "loushi.db", [(text, False) for text in _complaints()[::2]]))
    before = (directory / NUMBERS).read_bytes(), (directory / ABOUT).read_bytes()
    with pytest.raises(NotBetter, match=r"没有换上.*--force") as caught:
        train_from(str(path), directory, force=False, as_json=True, data=corpus)
    assert "\n" not in str(caught.value)
    assert json.loads(capsys.readouterr().out)["in_place"] is False
    assert ((directory / NUMBERS).read_bytes(), (directory / ABOUT).read_bytes()) == before
    assert not [p for p in directory.parent.iterdir() if p.name.startswith(".")]


def test_force_replaces_it_and_says_so_aloud(
    directory: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With force the worse model stands, and what speaks against it is still told."""
    path = asyncio.run(stored(tmp_path / "loushi.db", [(text, False) for text in _complaints()[::2]]))
    train_from(str(path), directory, force=True, as_json=True, data=corpus)
    out, err = capsys.readouterr()
    assert "注意" in err
    assert json.loads(out)["objections"]
    assert learned(directory)["lines"] > 100


def test_training_on_the_corpus_alone_throws_nothing_away_unasked(directory: Path) -> None:
    """Where a model learned from use, training without the database is refused, and says how to go on."""
    _from_another_corpus(directory, lines=49)
    with pytest.raises(BotError, match=r"49 条更正.*--from-db.*--force"):
        train_on_corpus(directory, force=False)
    assert learned(directory) == {"lines": 49}


@pytest.fixture
async def used(tmp_path: Path) -> str:
    """A database in which 王阿姨's leak was confirmed, 赵大爷's joke rejected, and one message dismissed."""
    async with Group() as g:
        await g.says("王阿姨", "3单元楼道漏水了，电话13800138000")
        await g.quotes("李楼长", "确认")
        await g.later_says("赵大爷", "我的钱包漏水了哈哈")
        await g.quotes("李楼长", "误报", said="#2")
        tickets = g.tickets
    url = f"sqlite:///{tmp_path / 'loushi.db'}"
    database = await Database.open(url)
    async with UnitsOfWork(database)() as work:
        for ticket in tickets:
            await work.tickets.add(ticket)
        await work.reviews.add(review())
        await work.reviews.save((await work.reviews.listed())[0].dismissed())
        await work.members.grant(Identity(platform="onebot", user_id="1"), "上官社工", GRANTS["小陈"])
        await work.commit()
    await database.close()
    return url


async def test_corrections_are_read_from_the_database(used: str) -> None:
    """What was confirmed, rejected and dismissed comes out, with the names that must be masked."""
    found, names = await read_corrections(used)
    whole = {(c.text, c.issue, c.category) for c in found if c.issue is not None}
    assert whole == {
        ("3单元楼道漏水了，电话13800138000", True, Category.LEAK),
        ("我的钱包漏水了哈哈", False, None),
        ("楼下又开始了", False, None),
    }
    assert {CARDS["王阿姨"], CARDS["赵大爷"], "上官社工"} <= names


async def test_after_an_upgrade_only_what_had_been_learned_is_learned_again(used: str) -> None:
    """What was decided later waits for a training that compares; without a date nothing is guessed."""
    found, _ = await read_corrections(used)
    times = sorted(c.at for c in found)
    everything = await as_before(used, {"decided_until": times[-1].isoformat()})
    less = await as_before(used, {"decided_until": times[0].isoformat()})
    assert len(everything.learned.examples) + len(everything.held_out) == len(found)
    assert len(less.learned.examples) + len(less.held_out) < len(found)
    with pytest.raises(ConfigError, match="from-db"):
        await as_before(used, {})


def test_a_database_is_named_by_path_or_url(tmp_path: Path) -> None:
    """A file that is not there is said so, and not made; a URL of PostgreSQL is taken as it is."""
    there = tmp_path / "loushi.db"
    for missing in (str(there), f"sqlite:///{there}", f"sqlite+aiosqlite:///{there}"):
        with pytest.raises(ConfigError, match="没有这个数据库文件"):
            database_url(missing)
    assert not there.exists()
    there.touch()
    assert database_url(str(there)) == f"sqlite:///{there}"
    assert database_url("postgresql://u@h/loushi") == "postgresql://u@h/loushi"


def _from_another_corpus(directory: Path, **facts: object) -> None:
    about = described(directory) | {"data": "0" * 64}
    (directory / ABOUT).write_text(json.dumps(about | ({LEARNED: facts} if facts else {})), "utf-8")


async def test_a_model_that_learned_is_never_overwritten_at_start(directory: Path, corpus: Path, used: str) -> None:
    """After an upgrade without the database at hand, a model of the corpus is used beside it, and that is said."""
    said = Console(record=True, file=StringIO(), width=300)
    _from_another_corpus(directory, lines=3)
    before = (directory / ABOUT).read_bytes()
    assert ready_classifier(directory, said, corpus).model.about["data"] == fingerprint(corpus)
    settings = _settings(directory, used + ".gone")
    assert (await ready_model(settings, said, corpus)).model.about["data"] == fingerprint(corpus)
    assert (directory / ABOUT).read_bytes() == before
    assert "--from-db" in said.export_text(clear=False)
    assert "没有这个数据库文件" in said.export_text()


async def test_after_an_upgrade_the_model_learns_again_what_it_had_learned(
    directory: Path, corpus: Path, used: str
) -> None:
    """With the database at hand, starting trains with the corrections that the old model had, and says how many."""
    said = Console(record=True, file=StringIO(), width=300)
    _from_another_corpus(directory, lines=9, decided_until=datetime.max.replace(tzinfo=UTC).isoformat())
    classifier = await ready_model(_settings(directory, used), said, corpus)
    facts = learned(directory)
    assert made_of(directory) == fingerprint(corpus)
    assert 0 < facts["lines"] == classifier.model.about[LEARNED]["lines"]
    assert "原来 9 条" in said.export_text()


def _settings(directory: Path, url: str) -> Settings:
    return Settings(data_dir=directory.parent, database=DatabaseSettings(url=url))
