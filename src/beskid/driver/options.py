"""What decides an object's bytes beside the sources."""

from __future__ import annotations

from beskid.base.node import value


@value
class CompileOptions:
    """Empty texts stand for the defaults: entry `main`, the triple of this machine, its baseline processor.

    `tests`: compile the tests, callable by number, instead of the entry. `library`: no entry is needed.
    Without `roots` the program runs with collection off; for measuring what roots cost.
    """

    optimize: int = 2
    print_result: bool = False
    entrypoint: str = ""
    triple: str = ""
    cpu: str = ""
    tests: bool = False
    library: bool = False
    roots: bool = True
