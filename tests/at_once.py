"""Threads that start together: what is claimed once is claimed once however they interleave."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def at_once(count: int, job: Callable[[int], T]) -> list[T]:
    """Results of job(0) … job(count - 1), started together; raises what one of them raises."""
    barrier = threading.Barrier(count)

    def one(number: int) -> T:
        barrier.wait(timeout=30)
        return job(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
