"""Beskid: a statically typed, garbage-collected language that compiles to native code.

Importing this package loads nothing but the version; every heavy part is imported by the command that needs it, and
what calls Beskid from Python (`beskid.embed`) at its first use.
"""

from __future__ import annotations

__version__ = "0.2.0.dev0"

_EMBEDDING = frozenset(
    (
        "Array",
        "BeskidWarning",
        "CompileError",
        "ForkedError",
        "Frame",
        "GateError",
        "Module",
        "Panic",
        "ReleasedError",
        "ResultError",
        "char",
        "compile",
        "f32",
        "f64",
        "i8",
        "i16",
        "i32",
        "i64",
        "load",
        "string",
        "u8",
        "u16",
        "u32",
        "u64",
        "ufunc",
    )
)


def __getattr__(name: str) -> object:
    """Return what `beskid.embed` offers; it is imported now."""
    if name not in _EMBEDDING:
        raise AttributeError(f"module 'beskid' has no attribute {name!r}")
    import sys

    # The package `importlib` imports more than this needs.
    __import__("beskid.embed")
    found: object = getattr(sys.modules["beskid.embed"], name)
    globals()[name] = found
    return found


def load_ipython_extension(shell: object) -> None:
    """Add the commands of notebooks to a shell of IPython: `%load_ext beskid`."""
    import sys

    __import__("beskid.embed.notebook")
    sys.modules["beskid.embed.notebook"].install(shell)


def __dir__() -> list[str]:
    return sorted({*globals(), *_EMBEDDING})
