"""Beskid from Python: `load` and `compile` return a module whose functions are called like those of an extension in C.

    kernel = beskid.load("kernel.bd")
    kernel.MeanAbove(numpy.random.rand(1000), 0.5)

An unchanged program comes from the cache without the compiler. Panics are raised as `Panic`, errors of `Result` as
`ResultError`, errors in the source as `CompileError`. `beskid` offers all of this lazily.
"""

from __future__ import annotations

import os
import sys
import warnings

from beskid.driver.embedding import (
    NATIVE,
    Compiled,
    EmbedRequest,
    SourceErrors,
    find_or_compile,
    forget,
    image_of,
    load_program,
    process_extension,
)
from beskid.driver.failure import DriverError
from beskid.embed.errors import (
    BeskidWarning,
    CompileError,
    ForkedError,
    Frame,
    GateError,
    Panic,
    ReleasedError,
    ResultError,
    describe,
    panic_of,
    raised_through,
)
from beskid.embed.module import Builder, Module, ModuleInfo, read_interface
from beskid.embed.names import char, f32, f64, i8, i16, i32, i64, string, u8, u16, u32, u64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from beskid.embed.elements import Ufunc
    from beskid.embed.types import Types
    from beskid.engine.host_program import HostProgram

    Array = Any

__all__ = [
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
]

INLINE_NAME = "inline"

_loaded: dict[tuple[str, str, str], Module] = {}

_reasons: list[str] = []
"""Why the extension could not be imported, until a warning has said so."""


def load(
    path: str | os.PathLike[str],
    *,
    target: str | None = None,
    optimize: int = 2,
    cpu: str = NATIVE,
    link: Sequence[str] = (),
    folders: Sequence[str] = (),
    polls: bool = True,
    on_warning: str = "warn",
) -> Module:
    """Compile and load a source file or a project, unless that was done before and nothing has changed.

    `link` and `folders` are the libraries that the program may call and where they are. `cpu` is `native`, a processor
    that LLVM knows, or empty for one that every machine of this kind has. Without `polls` a call cannot be interrupted.
    `on_warning` is `warn`, `error` or `ignore`.
    Raises `FileNotFoundError`, `CompileError` and `GateError`.
    """
    shown = os.fspath(path)
    place = os.path.abspath(shown)  # noqa: PTH100 (Path.absolute keeps `..`)
    if not os.path.exists(place):  # noqa: PTH110
        raise FileNotFoundError(f"no such file: {shown}")
    name = os.path.splitext(os.path.basename(place))[0]  # noqa: PTH119, PTH122
    links = link_words(link, folders)
    request = EmbedRequest(place, None, name, _level(optimize), cpu, target or "", links, polls=polls)
    return _load(request, name, on_warning)


def compile(
    source: str,
    *,
    name: str = INLINE_NAME,
    optimize: int = 2,
    cpu: str = NATIVE,
    link: Sequence[str] = (),
    folders: Sequence[str] = (),
    polls: bool = True,
    on_warning: str = "warn",
) -> Module:
    """Compile and load a program given as text; the arguments are those of `load`. Raises `CompileError`."""
    shown = f"<beskid {name}>"
    request = EmbedRequest("", source, shown, _level(optimize), cpu, "", link_words(link, folders), polls=polls)
    _remember_source(request.name, source)
    return _load(request, name, on_warning)


def load_request(request: EmbedRequest, name: str) -> Module:
    """Load a program that adds to one that was loaded before, whose warnings were shown then."""
    _remember_source(request.name, request.text or "")
    return _load(request, name, "ignore")


def is_unchanged(request: EmbedRequest, key: str) -> bool:
    """Return whether a request still has the program with this key. A changed one is compiled."""
    try:
        return _find(request, dict(os.environ)).key == key
    except CompileError:
        return False


def make_cell(request: EmbedRequest, former: Types | None) -> tuple[Module, Types]:
    """Load the program of a cell of a notebook; its types are those of the `former` one where they are the same."""
    _remember_source(request.name, request.text or "")
    environment = dict(os.environ)
    extension = this_extension()
    warn_of_slow_calls()
    module, builder = _build(request, _find(request, environment), request.name, environment, extension, former)
    return module, builder.types()


def ufunc(function: Any, *, name: str | None = None) -> Ufunc:
    """Return a function that applies a function of numbers to each element of NumPy arrays."""
    from beskid.embed.elements import elementwise

    return elementwise(function, name)


def _level(optimize: int) -> int:
    if optimize not in (0, 2):
        raise ValueError(f"optimize is 0 or 2, not {optimize!r}")
    return optimize


def link_words(libraries: Sequence[str], folders: Sequence[str]) -> tuple[str, ...]:
    """Return the lines that `LinkOptions.from_words` reads; its module is imported only where it is needed."""
    return (*[f"library {each}" for each in libraries], *[f"folder {each}" for each in folders])


def _remember_source(file: str, source: str) -> None:
    """Let tracebacks show lines of a program that is in no file."""
    import linecache

    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)


def _load(request: EmbedRequest, name: str, on_warning: str) -> Module:
    if on_warning not in ("warn", "error", "ignore"):
        raise ValueError(f"on_warning is 'warn', 'error' or 'ignore', not {on_warning!r}")
    environment = dict(os.environ)
    extension = this_extension()
    warn_of_slow_calls()
    compiled = _find(request, environment)
    known = _loaded.get((compiled.key, name, request.root()))
    if known is not None:
        return known
    if compiled.warnings and on_warning == "error":
        raise CompileError(compiled.warnings)
    if compiled.warnings and on_warning == "warn":
        warnings.warn(f"\n{compiled.warnings}", BeskidWarning, stacklevel=3)
    return _make(request, compiled, name, environment, extension)


def load_image(request: EmbedRequest, name: str, key: str, image: bytes, links: tuple[str, ...]) -> Module:
    """Return the module of an object from another process, or compile it here if it does not fit this machine."""
    known = _loaded.get((key, name, request.root()))
    if known is not None:
        return known
    environment = dict(os.environ)
    extension = this_extension()
    warn_of_slow_calls()
    if request.text is not None:
        _remember_source(request.name, request.text)
    refused: GateError
    if request.is_for_this_processor():
        try:
            return _make(request, image_of(image, key, links), name, environment, extension)
        except GateError as error:
            refused = error
    else:
        refused = GateError(f"`{name}` was compiled for another processor")
    if request.text is None and not os.path.exists(request.path):  # noqa: PTH110
        raise refused
    return _load(request.for_this_processor(), name, "ignore")


def _make(request: EmbedRequest, compiled: Compiled, name: str, environment: dict[str, str], extension: Any) -> Module:
    module, _ = _build(request, compiled, name, environment, extension)
    _loaded[compiled.key, name, request.root()] = module
    return module


def _build(
    request: EmbedRequest,
    compiled: Compiled,
    name: str,
    environment: dict[str, str],
    extension: Any,
    former: Types | None = None,
) -> tuple[Module, Builder]:
    program, info = _open(request, compiled, name, environment)

    def find(wanted: str) -> tuple[Any, ModuleInfo]:
        own = request.with_instances((wanted,))
        return _open(own, _find(own, environment), name, environment)

    builder = Builder(extension, name, info, find)
    return builder.module(program, former), builder


def _open(
    request: EmbedRequest, compiled: Compiled, name: str, environment: dict[str, str]
) -> tuple[HostProgram, ModuleInfo]:
    """Load a compiled program."""
    try:
        program = load_program(compiled, name, environment)
    except DriverError as error:
        if compiled.is_cached:
            # The next attempt compiles it again.
            forget(compiled, environment)
        raise GateError(failure_text(error)) from error
    info = ModuleInfo(
        read_interface(program.interface),
        program.fields,
        compiled.key,
        request.root(),
        compiled.is_cached,
        compiled.milliseconds,
        compiled.image,
        compiled.link_words(),
        request,
    )
    return program, info


def _find(request: EmbedRequest, environment: dict[str, str]) -> Compiled:
    try:
        return find_or_compile(request, environment)
    except SourceErrors as error:
        from beskid.source.render import human

        raise CompileError(human(error.diagnostics).rstrip("\n"), tuple(error.diagnostics)) from None
    except DriverError as error:
        raise CompileError(failure_text(error)) from error


def failure_text(error: DriverError) -> str:
    """Return the message of an exception."""
    head = f"error[{error.code}]: {error.message}" if error.code else f"error: {error.message}"
    return f"{head}\n  help: {error.help}" if error.help else head


def this_extension() -> Any:
    """Return the extension of this process, after the first call has loaded the runtime."""
    objects: dict[str, object] = {
        "raise_panic": panic_of,
        "result_error": ResultError,
        "released_error": ReleasedError,
        "forked_error": ForkedError,
        "describe": describe,
        "write": _write,
        "through": raised_through,
        "is_main_thread": _is_main_thread,
    }
    try:
        return process_extension(dict(os.environ), objects, _without_extension)
    except DriverError as error:
        raise GateError(failure_text(error)) from error


def _without_extension(inside: int, reason: str) -> Any:
    """Return what stands for the extension; `warn_of_slow_calls` says why, unless the user wants it so.

    `reason` is empty then.
    """
    from beskid.embed.fallback import Fallback

    if reason:
        _reasons.append(reason)
    return Fallback(inside)


def warn_of_slow_calls() -> None:
    """Warn once, at the place that called the caller of the function that calls this."""
    while _reasons:
        text = f"calls are slow and take fewer types: {_reasons.pop()}"
        warnings.warn(text, BeskidWarning, stacklevel=4)


def _is_main_thread() -> bool:
    """Return whether signal handlers of Python run in this thread."""
    threading = sys.modules.get("threading")
    return threading is None or bool(threading.get_ident() == threading.main_thread().ident)


def _write(descriptor: int, data: bytes) -> None:
    """Print what a program prints, where Python prints."""
    stream = sys.stdout if descriptor == 1 else sys.stderr
    if stream is not None:
        stream.write(data.decode("utf-8", "replace"))
        # The runtime flushes before it waits for input. A terminal shows lines, and must show a prompt as well.
        if not data.endswith(b"\n") and hasattr(stream, "isatty") and stream.isatty():
            stream.flush()


def __getattr__(name: str) -> Any:
    """Return the class of arrays, which the extension defines."""
    if name == "Array":
        return this_extension().Array
    raise AttributeError(f"module 'beskid.embed' has no attribute {name!r}")
