"""No change is missed."""

import asyncio

from bot.changes import Changes


async def soon(watch: object) -> bool:
    """Does *watch* yield at once?"""
    try:
        await asyncio.wait_for(anext(watch), 0.05)  # type: ignore[call-overload]
    except TimeoutError:
        return False
    return True


async def test_a_change_before_the_first_look_counts() -> None:
    """Watching begins with the call: what changes before the first look is seen."""
    changes = Changes()
    watch = changes.watch()
    changes.notify()
    assert await soon(watch)


async def test_a_change_while_nobody_looks_counts_once() -> None:
    """Several changes between two looks are one, and none is left over."""
    changes = Changes()
    watch = changes.watch()
    for _ in range(3):
        changes.notify()
    assert await soon(watch)
    assert not await soon(watch)
    changes.notify()
    assert await soon(watch)


async def test_what_was_before_is_no_change() -> None:
    """A watcher that comes later does not hear of what was."""
    changes = Changes()
    changes.notify()
    assert not await soon(changes.watch())


async def test_everybody_who_watches_sees_it() -> None:
    """Each watcher sees each change, whoever was faster."""
    changes = Changes()
    watches = [changes.watch() for _ in range(3)]
    waiting = [asyncio.ensure_future(anext(w)) for w in watches]
    await asyncio.sleep(0)
    changes.notify()
    await asyncio.wait_for(asyncio.gather(*waiting), 1)


async def test_the_last_change_is_never_lost() -> None:
    """A watcher that copies a number at each change ends with the last number, however they interleave."""
    changes, seen, number = Changes(), 0, 0

    async def watching() -> None:
        nonlocal seen
        async for _ in changes.watch():
            seen = number
            await asyncio.sleep(0)

    task = asyncio.create_task(watching())
    await asyncio.sleep(0)
    for number in range(1, 200):
        changes.notify()
        if number % 3:
            await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    task.cancel()
    assert seen == 199
