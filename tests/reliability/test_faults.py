"""What may go wrong around the program, one after the other: a ticket is never lost, and nothing is said twice blindly.

docs/reliability.md has a table of them, with what people see and what is recorded.
"""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from benchmarks.gateway import TOKEN, Frame, done, failed
from classifiers import TextClassifier
from tests.reliability.house import LEAK, LIFT, RUBBISH, holding, house, taken


async def test_database_locked(tmp_path: Path, classifier: TextClassifier) -> None:
    """Another program holds the file for longer than anybody waits: what was said meanwhile is answered afterwards."""
    async with house(tmp_path, classifier) as h:
        async with holding(h.file):
            await h.says(LEAK)
            await h.says(LIFT, 300_002)
            await asyncio.sleep(1.0)
            assert h.tickets() == []
        await h.until(lambda: h.posts() == ["sent", "sent"])
        assert len(set(h.said)) == len(h.said) == 2
        assert sorted(t for t, _ in h.tickets()) == sorted([LEAK, LIFT])


async def test_database_locked_between_sending_and_noting(tmp_path: Path, classifier: TextClassifier) -> None:
    """The platform took the post, the receipt cannot be written: it is written later, and nothing is said again."""
    async with house(tmp_path, classifier) as h:
        held = AsyncExitStack()

        async def lock(params: Frame) -> Frame:
            await held.enter_async_context(holding(h.file))
            return taken(h)(params)

        h.platform.instead["send_group_msg"] = lock
        await h.says(LEAK)
        await h.until(lambda: h.said)
        await asyncio.sleep(0.6)
        assert h.posts() == ["sending"]
        await held.aclose()
        await h.until(lambda: h.posts() == ["sent"])
        assert len(h.said) == 1


async def test_disk_full(tmp_path: Path, classifier: TextClassifier) -> None:
    """Nothing more can be written, then there is room again: what was said meanwhile is answered."""
    async with house(tmp_path, classifier) as h:
        await h.says(LEAK)
        await h.until(lambda: h.posts() == ["sent"])
        limit = [h.rows("PRAGMA page_count")[0][0]]

        def tighten(connection: Connection) -> None:
            connection.exec_driver_sql(f"PRAGMA max_page_count={limit[0]}")

        event.listen(h.database.engine.sync_engine, "begin", tighten, insert=True)
        for n in range(40):
            await h.says(f"{n + 5}号楼{LIFT}", 310_000 + n)
        await asyncio.sleep(1.0)
        stored = len(h.tickets())
        limit[0] = 1_000_000
        await h.until(lambda: sum(count for _, count in h.tickets()) == 41)
        assert stored < len(h.tickets())
        await h.until(lambda: set(h.posts()) == {"sent"})


async def test_clock_steps_back(tmp_path: Path, classifier: TextClassifier) -> None:
    """Ours is set back by an hour: who reports something is answered at once, not in an hour."""
    async with house(tmp_path, classifier) as h:
        await h.says(LEAK)
        await h.until(lambda: h.posts() == ["sent"])
        h.clock.by = -timedelta(hours=1)
        await h.says(RUBBISH, 300_002)
        await h.until(lambda: h.posts() == ["sent", "sent"], 5)
        assert len(h.said) == 2


async def test_gateway_slow(tmp_path: Path, classifier: TextClassifier) -> None:
    """Every post takes a while: all come, once, and people are heard meanwhile."""
    async with house(tmp_path, classifier, patience=3.0) as h:
        h.platform.slowness = lambda: 0.8
        await h.says(LEAK)
        await h.says(RUBBISH, 300_002)
        await h.until(lambda: len(h.tickets()) == 2, 2)
        await h.until(lambda: h.posts() == ["sent", "sent"])
        assert len(h.said) == len(set(h.said))


async def test_gateway_hangs(tmp_path: Path, classifier: TextClassifier) -> None:
    """No answer at all, not even of the history: the post counts as unknown and is not repeated; the ticket stands."""
    async with house(tmp_path, classifier) as h:
        h.platform.instead = {"send_group_msg": lambda _: None, "get_group_msg_history": lambda _: None}
        await h.says(LEAK)
        await h.until(lambda: h.posts() == ["unknown"])
        h.platform.instead.clear()
        await h.says(RUBBISH, 300_002)
        await h.until(lambda: h.posts() == ["unknown", "sent"])
        assert len(h.tickets()) == 2


@pytest.mark.parametrize("went_out", [True, False])
async def test_1200(tmp_path: Path, classifier: TextClassifier, *, went_out: bool) -> None:
    """1200 Timeout, once with and once without having sent: the history decides, and the group reads it once."""
    async with house(tmp_path, classifier) as h:

        def perhaps(params: Frame) -> Frame:
            if went_out:
                taken(h)(params)
            del h.platform.instead["send_group_msg"]
            return failed(1200, "Timeout: NTEvent sendMsg")

        h.platform.instead["send_group_msg"] = perhaps
        await h.says(LEAK)
        if went_out:
            await h.until(lambda: h.posts() == ["sent"])
        else:
            await h.until(lambda: h.rows("SELECT status, error FROM outbox") == [("waiting", "not in the history")])
        assert len(h.said) == went_out


async def test_dropping_in_the_middle_of_a_frame(tmp_path: Path, classifier: TextClassifier) -> None:
    """Half a frame, then nothing: the next connection brings the message from the history."""
    async with house(tmp_path, classifier) as h:
        frame = await _half(h)
        h.platform.history[frame["group_id"]].append(frame)
        h.platform.hang_up()
        await h.until(lambda: len(h.tickets()) == 1)
        await h.until(lambda: h.posts() == ["sent"])


async def _half(h: Any) -> Frame:
    """Dial, send the first half of a message, and be gone."""
    reader, writer = await asyncio.open_connection("127.0.0.1", h.platform.port)
    lines = ["GET /onebot/v11/ws HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"]
    lines += [f"Authorization: Bearer {TOKEN}", "X-Client-Role: Event", "X-Self-ID: 10001000", "", ""]
    writer.write("\r\n".join(lines).encode())
    assert b"101" in await reader.readline()
    # a text frame of 200 bytes, of which 20 come
    writer.write(bytes([0x81, 0x80 | 126, 0, 200, 1, 2, 3, 4]) + bytes(20))
    await writer.drain()
    writer.close()
    from benchmarks.gateway import message

    return message(700_001, 300_009, "邻居", LEAK, 99)


async def test_reconnecting_all_the_time(tmp_path: Path, classifier: TextClassifier) -> None:
    """The line drops ten times while people speak: each matter is one ticket, answered once."""
    async with house(tmp_path, classifier) as h:
        for n, text in enumerate([LEAK, LIFT, RUBBISH] * 3 + [LEAK]):
            if n < 3:
                await h.says(text, 300_001 + n)
            h.platform.hang_up()
            await asyncio.sleep(0.15)
        await h.until(lambda: len(h.tickets()) == 3)
        await h.until(lambda: h.posts().count("sent") == 3, 20)
        assert h.platform.connections > 5
        assert len(h.said) == len(set(h.said)) == 3


@pytest.mark.parametrize("new_ids", [False, True])
async def test_replaying_yesterday(tmp_path: Path, classifier: TextClassifier, *, new_ids: bool) -> None:
    """What was said is sent again a day later, as it was or under other ids: no ticket grows, nobody is answered."""
    async with house(tmp_path, classifier) as h:
        frames = [await h.says(text, 300_001 + n) for n, text in enumerate([LEAK, "早上好", LIFT, "今天天气真好"])]
        await h.until(lambda: h.posts() == ["sent", "sent"])
        before = h.tickets()
        h.app.dispatcher.forget_all()
        for n, frame in enumerate(frames):
            again = {"message_id": 5_000 + n, "message_seq": 5_000 + n, "real_id": 5_000 + n} if new_ids else {}
            await h.platform.say({**frame, **again}, kept=False)
        await h.says(RUBBISH, 300_009)
        await h.until(lambda: h.posts() == ["sent"] * 3)
        assert h.tickets()[: len(before)] == before


async def test_nonsense_on_the_wire(tmp_path: Path, classifier: TextClassifier) -> None:
    """Frames that are no frames silence nobody."""
    async with house(tmp_path, classifier) as h:
        socket = h.platform._socket
        assert socket is not None
        for bad in ("", "{", "[]", "null", '{"post_type": "message"}', '{"post_type": 7, "group_id": {}}', "\ud83d"):
            await socket.send_bytes(bad.encode("utf-8", "replace"))
        await h.says(LEAK)
        await h.until(lambda: h.posts() == ["sent"])
        assert done()["retcode"] == 0
