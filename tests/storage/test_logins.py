"""The laws of logins, sessions, links, notes and reveals, for every kind of storage."""

from dataclasses import replace

from bot.domain.logins import Login, LoginLink, Note, Reveal, Session
from bot.ports import UnitOfWorkFactory
from tests.storage.samples import CHEN, DAY, HOUR, LI, MINUTE, NOW, ticket

LOGIN = Login(name="chen", password_hash="$argon2id$…", changed_at=NOW)
SESSION = Session(
    token_hash="a" * 64, who=CHEN, began_at=NOW, seen_at=NOW, ends_at=NOW + DAY, address="::1", browser="浏览器"
)
LINK = LoginLink(token_hash="b" * 64, who=LI, expires_at=NOW + HOUR)


async def test_a_login_is_kept_changed_and_removed(begin: UnitOfWorkFactory) -> None:
    """A login has one password, the last one; removed, it is gone."""
    async with begin() as uow:
        await uow.logins.save(LOGIN)
        await uow.logins.save(replace(LOGIN, password_hash="new"))
        await uow.commit()
    async with begin() as uow:
        assert await uow.logins.listed() == [replace(LOGIN, password_hash="new")]
        await uow.logins.remove("chen")
        await uow.logins.remove("nobody")
        assert await uow.logins.get("chen") is None


async def test_sessions_are_listed_by_person_and_ended(begin: UnitOfWorkFactory) -> None:
    """A session is found by its hash, stands in its owner's list, the last seen first, until it is ended."""
    later = replace(SESSION, token_hash="c" * 64, seen_at=NOW + MINUTE)
    other = replace(SESSION, token_hash="d" * 64, who=LI)
    async with begin() as uow:
        for session in (SESSION, later, other):
            await uow.logins.begin(session)
        await uow.commit()
    async with begin() as uow:
        assert await uow.logins.sessions(CHEN) == [later, SESSION]
        assert len(await uow.logins.sessions()) == 3
        await uow.logins.begin(replace(SESSION, seen_at=NOW + HOUR))
        assert await uow.logins.session(SESSION.token_hash) == replace(SESSION, seen_at=NOW + HOUR)
        await uow.logins.end(SESSION.token_hash)
        assert await uow.logins.session(SESSION.token_hash) is None


async def test_a_link_is_used_once(begin: UnitOfWorkFactory) -> None:
    """Only the first one who uses a link gets in."""
    async with begin() as uow:
        await uow.logins.add_link(LINK)
        await uow.commit()
    async with begin() as uow:
        assert await uow.logins.link(LINK.token_hash) == LINK
        assert await uow.logins.use_link(LINK.token_hash) is True
        assert await uow.logins.use_link(LINK.token_hash) is False
        assert await uow.logins.link(LINK.token_hash) is None


async def test_failures_are_counted_by_key_and_time(begin: UnitOfWorkFactory) -> None:
    """A failure counts for its own key, from its own time on."""
    async with begin() as uow:
        for at in (NOW, NOW + HOUR):
            await uow.logins.note_failure("name:chen", at)
        await uow.commit()
        assert await uow.logins.failures_since("name:chen", NOW + MINUTE) == 1
        assert await uow.logins.failures_since("name:chen", NOW) == 2
        assert await uow.logins.failures_since("address:::1", NOW) == 0


async def test_what_is_over_is_forgotten(begin: UnitOfWorkFactory) -> None:
    """Sessions and links that are over and old failures go; the rest stays."""
    async with begin() as uow:
        await uow.logins.begin(SESSION)
        await uow.logins.add_link(LINK)
        await uow.logins.note_failure("x", NOW)
        await uow.logins.note_failure("x", NOW + DAY)
        await uow.commit()
    async with begin() as uow:
        await uow.logins.forget(NOW + 2 * HOUR, NOW + HOUR)
        assert await uow.logins.link(LINK.token_hash) is None
        assert await uow.logins.failures_since("x", NOW) == 1
        assert await uow.logins.session(SESSION.token_hash) == SESSION
        await uow.logins.forget(NOW + 2 * DAY, NOW)
        assert await uow.logins.session(SESSION.token_hash) is None


async def test_notes_and_reveals_stand_beside_their_ticket(begin: UnitOfWorkFactory) -> None:
    """Notes and reveals come back in order, each with its own ticket."""
    async with begin() as uow:
        first, second = await uow.tickets.add(ticket()), await uow.tickets.add(ticket())
        for number, text in ((first.number, "打过电话"), (first.number, "明天再去"), (second.number, "另一张")):
            await uow.notes.add(Note(ticket=number, who=CHEN, at=NOW, text=text))
        await uow.notes.reveal(Reveal(ticket=first.number, who=CHEN, at=NOW, reason="上门"))
        await uow.commit()
    async with begin() as uow:
        assert [n.text for n in await uow.notes.of_ticket(first.number)] == ["打过电话", "明天再去"]
        seen = await uow.notes.reveals(first.number)
        assert [(r.who, r.at, r.reason) for r in seen] == [(CHEN, NOW, "上门")]
        assert await uow.notes.reveals(second.number) == []
