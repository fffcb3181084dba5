"""The gateway in trouble: what the bot notices, says of it, and comes back from. Seconds are short by the settings."""

import asyncio
from pathlib import Path

import pytest

from bot.adapters.wechaty import WechatySettings
from bot.adapters.wechaty.compat import Wire, load
from bot.adapters.wechaty.login import drawn, log_in
from bot.adapters.wechaty.presence import Login
from bot.adapters.wechaty.values import Why
from bot.domain.errors import BotError, DeliveryError
from bot.domain.messages import ChannelState
from tests.peers.wechaty.gateway import BOT, TOKEN, Gateway
from tests.peers.wechaty.scene import CARDS, ROOM, TOPIC, WANG, place, post, quick, until, until_sent

ON = (True, "connected")


async def test_error_events_end_nothing(shared_gateway: Gateway, tmp_path: Path) -> None:
    """Whatever a puppet puts into an error, the bot goes on hearing; the worker is not bothered with it."""
    async with place(shared_gateway, tmp_path) as p:
        for payload in ({"data": "x"}, {"gerror": "x"}, {}, {"data": None, "other": [1]}):
            await shared_gateway.do("emit", event="error", payload=payload)
        await shared_gateway.do("emit", event="heartbeat", payload={"other": 1})
        await shared_gateway.do("emit", event="message", payload={"messageId": "never-there"})
        assert (await p.hears(WANG, "还在吗")).text == "还在吗"
        assert p.heard.states == [ON]


async def test_a_logout_is_told_once_and_the_code_is_shown(shared_gateway: Gateway, tmp_path: Path) -> None:
    """Out and back in are one event each, however often the puppet says so; the code goes to the terminal alone."""
    async with place(shared_gateway, tmp_path) as p:
        await shared_gateway.do("logout")
        for code in ("https://login.example/1", "https://login.example/1", "https://login.example/2"):
            await shared_gateway.do("emit", event="scan", payload={"status": 2, "qrcode": code})
        await until(lambda: p.adapter.logins[0].code.endswith("/2"))
        assert not p.adapter.online()
        await until(lambda: p.heard.states == [ON, (False, "logout")])
        assert [x.code for x in p.logins if x.code] == ["https://login.example/1", "https://login.example/2"]
        await shared_gateway.do("emit", event="scan", payload={"status": 3})
        await until(lambda: not p.adapter.logins[0].code)
        await shared_gateway.do("login")
        await until(lambda: p.heard.states[1:] == [(False, "logout"), ON])


async def test_a_killed_gateway_is_noticed_and_met_again(own_gateway: Gateway, tmp_path: Path) -> None:
    """Killed and started anew: out at once, in again by itself, and it hears and speaks."""
    async with place(own_gateway, tmp_path) as p:
        own_gateway.kill()
        await until(lambda: not p.adapter.online(), 2)
        with pytest.raises(DeliveryError):
            await p.adapter.send(post())
        await asyncio.to_thread(own_gateway.start)
        await until(p.adapter.online)
        await own_gateway.move_in(ROOM, TOPIC, CARDS)
        await p.hears(WANG, "还在吗")
        await p.adapter.send(post())
        await until_sent(own_gateway, "【#42】")
        assert p.heard.states == [ON, (False, "lost"), ON]


async def test_a_frozen_gateway_is_noticed(own_gateway: Gateway, tmp_path: Path) -> None:
    """Its connections stay open, and yet it counts as gone after the silence that the settings allow, since when it
    last gave a sign of life; it is met again when it thaws, though it believes that somebody listens."""
    async with place(own_gateway, tmp_path) as p:
        own_gateway.freeze()
        try:
            await until(lambda: not p.adapter.online(), 2.0)
        finally:
            own_gateway.thaw()
        await until(lambda: p.heard.states == [ON, (False, "frozen"), ON])
        on, off = [e for e in p.heard.events if isinstance(e, ChannelState)][:2]
        assert 0 <= (off.at - on.at).total_seconds() < 1.0
        assert (await p.hears(WANG, "还在吗")).text == "还在吗"


async def test_what_may_have_gone_out_is_ambiguous(own_gateway: Gateway, tmp_path: Path) -> None:
    """A post that meets a frozen gateway ends in time, and nobody claims to know what became of it."""
    async with place(own_gateway, tmp_path, call_timeout=0.3, silence=30.0) as p:
        own_gateway.freeze()
        try:
            with pytest.raises(DeliveryError) as refused:
                await p.adapter.send(post())
        finally:
            own_gateway.thaw()
        assert refused.value.ambiguous


async def _absent(gateway: Gateway, directory: Path, seconds: float) -> None:
    async with place(gateway, directory) as p:
        gateway.kill()
        await asyncio.sleep(seconds)
        assert not p.adapter.online()
        await asyncio.to_thread(gateway.start)
        await until(lambda: p.heard.states == [ON, (False, "lost"), ON], 10)


async def test_a_gateway_may_be_away_for_a_while(own_gateway: Gateway, tmp_path: Path) -> None:
    """As long as it is away the worker is told once, and it is met again within moments of its return."""
    await _absent(own_gateway, tmp_path, 2.0)


@pytest.mark.slow
async def test_a_gateway_may_be_away_for_two_minutes(own_gateway: Gateway, tmp_path: Path) -> None:
    """The same for two minutes."""
    await _absent(own_gateway, tmp_path, 120.0)


@pytest.mark.slow
async def test_the_seconds_that_ship_are_short_enough(own_gateway: Gateway, tmp_path: Path) -> None:
    """As it is delivered, a frozen gateway is noticed within 15 seconds, and met again within 10 of its return."""
    shipped = WechatySettings(endpoint=own_gateway.endpoint, token=TOKEN)
    given = {name: getattr(shipped, name) for name in ("call_timeout", "start_timeout", "ding_every", "silence")}
    waits = {name: getattr(shipped, name) for name in ("reconnect_first", "reconnect_most")}
    async with place(own_gateway, tmp_path, **given, **waits) as p:
        await asyncio.sleep(6)
        own_gateway.freeze()
        try:
            await until(lambda: not p.adapter.online(), 15)
            await asyncio.sleep(30)
        finally:
            own_gateway.thaw()
        await until(p.adapter.online, 10)
        own_gateway.kill()
        await until(lambda: not p.adapter.online(), 2)
        await asyncio.sleep(30)
        await asyncio.to_thread(own_gateway.start)
        await until(p.adapter.online, 10)


async def test_a_gateway_that_is_away_at_the_start_is_waited_for(own_gateway: Gateway, tmp_path: Path) -> None:
    """The account is known from before, so the gap begins with the program."""
    async with place(own_gateway, tmp_path):
        pass
    own_gateway.kill()
    async with place(own_gateway, tmp_path, wait=False) as p:
        await until(lambda: p.heard.states == [(False, "absent")])
        await asyncio.to_thread(own_gateway.start)
        await until(lambda: p.heard.states == [(False, "absent"), ON])


async def test_a_second_client_is_noticed(shared_gateway: Gateway, tmp_path: Path) -> None:
    """Stock clients end whoever listens: the bot says that the gateway is taken, does not fight, and comes back."""
    async with place(shared_gateway, tmp_path) as p:
        other = Wire(load(tmp_path), "127.0.0.1", shared_gateway.port, TOKEN)
        await other.take_over()
        listening = asyncio.create_task(_listen(other))
        await until(lambda: p.adapter.logins[0].why is Why.TAKEN)
        await until(lambda: p.heard.states == [ON, (False, "lost")])
        assert not listening.done()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        other.close()
        await until(lambda: p.heard.states == [ON, (False, "lost"), ON])
        assert (await p.hears(WANG, "还在吗")).text == "还在吗"


async def _listen(wire: Wire) -> None:
    """Listen as another program does: at once, before the bot is back."""
    async for _ in wire.events():
        await wire.start()


async def test_a_wrong_token_is_told(shared_gateway: Gateway, tmp_path: Path) -> None:
    """The gateway refuses it; the account stays out, for the reason that it says."""
    async with place(shared_gateway, tmp_path, wait=False, token="another-one") as p:
        await until(lambda: p.adapter.logins[0].why is Why.REFUSED)
        assert p.heard.events == []
        assert not p.adapter.online()


async def test_stopping_leaves_nothing_behind(shared_gateway: Gateway, tmp_path: Path) -> None:
    """Nothing is heard afterwards, no task goes on, the gateway is free for the next, and no port was opened."""
    before = asyncio.all_tasks()
    async with place(shared_gateway, tmp_path) as p:
        pass
    await p.says(WANG, "没有人听")
    await asyncio.sleep(0.05)
    assert p.heard.messages == []
    assert asyncio.all_tasks() == before
    assert {path.name for path in tmp_path.iterdir()} <= {".wechaty", "main.account"}
    async with place(shared_gateway, tmp_path) as again:
        await until(lambda: again.heard.states == [ON])


async def test_login_by_a_code_in_the_terminal(shared_gateway: Gateway, tmp_path: Path) -> None:
    """The code is shown, as one that a phone can read; scanned, the account is in and stays so."""
    seen: list[Login] = []
    async with place(shared_gateway, tmp_path):
        await shared_gateway.do("logout")
        await shared_gateway.do("emit", event="scan", payload={"status": 2, "qrcode": "https://login.example/9"})
    login = asyncio.create_task(log_in(quick(shared_gateway), tmp_path, seen.append))
    await until(lambda: any(x.code for x in seen))
    assert drawn(seen[-1].code).count("\n") > 10
    await shared_gateway.do("login")
    assert await login == BOT


async def test_a_login_that_cannot_be_says_why(shared_gateway: Gateway, own_gateway: Gateway, tmp_path: Path) -> None:
    """A gateway in use, a wrong token and no gateway at all are told apart, at once."""
    async with place(shared_gateway, tmp_path):
        with pytest.raises(BotError, match="正在运行的楼事通"):
            await log_in(quick(shared_gateway), tmp_path, lambda _: None)
    with pytest.raises(BotError, match="口令不对"):
        await log_in(quick(shared_gateway, token="another-one"), tmp_path, lambda _: None)
    own_gateway.kill()
    with pytest.raises(BotError, match="网关没有开"):
        await log_in(quick(own_gateway), tmp_path, lambda _: None)
