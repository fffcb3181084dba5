"""Looking numbers up."""

import random

import numpy as np

from classifiers.index import Index


def test_every_number_is_found_where_it_stands() -> None:
    """Known numbers get their place counted from 1, all others 0, however many share a home."""
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    numbers = np.random.default_rng(seed)
    for size in (0, 1, 3, 5_000):
        keys = np.unique(numbers.integers(1, 2**63, size, dtype=np.uint64))
        places = {int(key): place for place, key in enumerate(keys, start=1)}
        near = np.concatenate([keys, keys + np.uint64(1), np.zeros(2, np.uint64)])
        assert Index(keys).find(near).tolist() == [places.get(int(key), 0) for key in near]
