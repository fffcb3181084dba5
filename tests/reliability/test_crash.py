"""Killed again and again, the real process ends where one left in peace ends. `make crash` does it 200 times."""

from pathlib import Path

from benchmarks.crash import measure

KILLS, SEED = 3, 7


async def test_nothing_is_lost_and_nothing_is_said_twice(tmp_path: Path, model_dir: Path) -> None:
    """After every kill: the same tickets, supporters, statuses and posts as without, each told to the platform once."""
    figures = await measure(tmp_path, model_dir, kills=KILLS, seed=SEED, groups=6, rate=12.0, told=print)
    print(figures)
    assert figures.differences == []
    assert figures.tickets > 10
    assert figures.doubled == 0
