"""Calls of one module from several threads at once."""

from __future__ import annotations

import threading

import beskid


def wrong_answers(values: beskid.Module, threads: int, rounds: int) -> list[int]:
    """Call functions of `values.bd` in several threads; return the numbers for which an answer was wrong."""
    wrong: list[int] = []

    def hammer(start: int) -> None:
        for number in range(start, start + rounds):
            if values.Add(number, 1) != number + 1 or values.Twice(str(number)) != str(number) * 2:
                wrong.append(number)
            try:
                values.Third(number + 3)
            except beskid.Panic:
                continue
            wrong.append(number)

    started = [threading.Thread(target=hammer, args=(index * 10_000,)) for index in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return wrong
