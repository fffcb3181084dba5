"""Is the bot online? What the line, the heartbeats and the notices say about it."""

from typing import Any

from tests.adapters.onebot.scene import ACCOUNT, NOON, group_message, house, until


def heartbeat(online: bool | None = True, interval: int = 30_000) -> dict[str, Any]:
    """A sign of life."""
    status = {"online": online, "good": True}
    return meta("heartbeat") | {"status": status, "interval": interval}


def meta(kind: str, **more: Any) -> dict[str, Any]:
    """A frame about the connection."""
    return {"time": NOON, "self_id": int(ACCOUNT), "post_type": "meta_event", "meta_event_type": kind} | more


def thrown_out() -> dict[str, Any]:
    """QQ has thrown the account out; the socket stays open."""
    return {"time": NOON, "self_id": int(ACCOUNT), "post_type": "notice", "notice_type": "bot_offline", "tag": "下线"}


ON, OFF = (ACCOUNT, True), (ACCOUNT, False)


async def test_a_heartbeat_tells_when_qq_goes_and_comes_back() -> None:
    """The channel follows `status.online`, and says so only when it changes; an unknown status changes nothing."""
    async with house() as place:
        line = await place.dial()
        await line.say(*(heartbeat(online) for online in (True, None, False, False, True, True)), group_message("漏水"))
        await until(lambda: place.heard.messages)
        await until(lambda: place.heard.states == [ON, OFF, ON])


async def test_after_bot_offline_heartbeats_are_not_believed() -> None:
    """NapCat's heartbeats say online after QQ threw the account out; only a message or a new greeting ends it."""
    async with house() as place:
        line = await place.dial()
        await line.say(thrown_out(), heartbeat(), heartbeat(False), heartbeat())
        await until(lambda: place.heard.states == [ON, OFF])
        assert not place.adapter.online()
        await line.say(group_message("漏水"))
        await until(place.adapter.online)
        await line.say(thrown_out(), meta("lifecycle", sub_type="connect"))
        await until(lambda: place.heard.states == [ON, OFF, ON, OFF, ON])


async def test_the_reason_is_told() -> None:
    """Whoever looks at the channel hears why it is offline."""
    async with house() as place:
        line = await place.dial()
        await line.say(thrown_out())
        await until(lambda: len(place.heard.events) == 2)
        assert [getattr(event, "reason", "") for event in place.heard.events] == ["connected", "下线"]


async def test_heartbeats_that_stop_mean_offline() -> None:
    """After three missed heartbeats the account counts as offline, and a new one brings it back."""
    async with house(silence=0.09) as place:
        line = await place.dial()
        await line.say(heartbeat(interval=20))
        await until(lambda: place.heard.states == [ON, OFF])
        await line.say(heartbeat(interval=20))
        await until(lambda: place.heard.states[:3] == [ON, OFF, ON])


async def test_an_implementation_without_heartbeats_is_believed() -> None:
    """Silence means nothing where no heartbeat was ever sent."""
    async with house(silence=0.03) as place:
        line = await place.dial()
        await until(place.adapter.online)
        await line.say(group_message("漏水"))
        await until(lambda: place.heard.messages)
        other = await place.dial(account="5")
        await other.say(heartbeat(interval=1) | {"self_id": 5})
        await until(lambda: ("5", False) in place.heard.states)
        assert OFF not in place.heard.states
