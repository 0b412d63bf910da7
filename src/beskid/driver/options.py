"""The options that decide the bytes of an object, in addition to the sources."""

from __future__ import annotations

from beskid.base.node import value


@value
class CompileOptions:
    """Empty strings are the defaults: entry `main`, the triple of this machine, its baseline processor.

    `tests`: compile the tests, callable by number, instead of the entry. `library`: no entry is needed. With `host` the
    public functions of the entry module are built, and described in the object, for a host, which also calls
    `instances` of its generic functions, and with `polls` may interrupt them. `coverage`: the program counts what runs.
    `debug`: a debugger can show variables and their types. Without `roots` the program never collects, to measure what
    roots cost.
    `RunRequest` and `Session.key` repeat these fields.
    """

    optimize: int = 2
    print_result: bool = False
    entrypoint: str = ""
    triple: str = ""
    cpu: str = ""
    tests: bool = False
    library: bool = False
    roots: bool = True
    host: bool = False
    polls: bool = False
    instances: tuple[str, ...] = ()
    coverage: bool = False
    debug: bool = False
