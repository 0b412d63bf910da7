"""Programs for a host: from a request to the bytes of an object, of the cache when nothing changed, and to the program.

`find_or_compile` imports the front end and LLVM only when the object must be compiled. Errors in the source are raised
as `SourceErrors`, everything else as `DriverError`; nothing is printed.
"""

from __future__ import annotations

import os
import time

from beskid.codegen.host import host_processor, host_triple
from beskid.driver.cache.key import digest
from beskid.driver.cache.store import Cache, user_cache_folder
from beskid.driver.cache.warm import find_object
from beskid.driver.execute import ENGINE_ERRORS, foreign_addresses, runtime_library_path
from beskid.driver.failure import DriverError
from beskid.source.codes import E4011

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from beskid.driver.foreign.policy import LinkOptions
    from beskid.driver.inputs.project import ResolvedInput
    from beskid.driver.session import Session
    from beskid.engine.host_program import HostProgram
    from beskid.engine.lljit import ObjectLoader
    from beskid.engine.runtime_library import RuntimeLibrary
    from beskid.source.diagnostics import Diagnostic

    Fallback = Callable[[int, str], Any]

NATIVE = "native"

CTYPES_VARIABLE = "BESKID_EMBED_CTYPES"


class EmbedRequest:
    """What a host wants to load. A program is in the file or project at `path`, or it is `text`, called `name`.

    `cpu` is a processor that LLVM knows, `native`, or empty for the oldest one of this machine's kind. `instances` are
    those of generic functions that are called. `polls`: calls can be interrupted.
    """

    __slots__ = ("cpu", "instances", "links", "name", "optimize", "path", "polls", "target", "text")

    def __init__(
        self,
        path: str = "",
        text: str | None = None,
        name: str = "",
        optimize: int = 2,
        cpu: str = NATIVE,
        target: str = "",
        links: tuple[str, ...] = (),
        instances: tuple[str, ...] = (),
        polls: bool = True,
    ) -> None:
        self.instances = instances
        self.polls = polls
        self.path = path
        self.text = text
        self.name = name
        self.optimize = optimize
        self.cpu = _native_processor() if cpu == NATIVE else cpu
        self.target = target
        self.links = links

    def key(self) -> str:
        """Return the name of the record of this request."""
        fields = [f"{name}={getattr(self, name)!r}" for name in self.__slots__]
        return digest("\n".join(["embed", *fields]).encode("utf-8", "surrogateescape"))

    def changed(self, **values: object) -> EmbedRequest:
        """Return the request with other values of some attributes."""
        made = object.__new__(EmbedRequest)
        for slot in self.__slots__:
            setattr(made, slot, values.pop(slot, getattr(self, slot)))
        assert not values
        return made

    def with_instances(self, instances: tuple[str, ...]) -> EmbedRequest:
        """Return the request for the same program with instances of its generic functions."""
        return self.changed(instances=instances)

    def is_for_this_processor(self) -> bool:
        return not self.cpu.startswith(f"{NATIVE}:") or self.cpu == _native_processor()

    def for_this_processor(self) -> EmbedRequest:
        """Return the request for the same program on this machine."""
        return self.changed(cpu=_native_processor()) if self.cpu.startswith(f"{NATIVE}:") else self

    def root(self) -> str:
        """Return the folder that the names of files in traces are relative to."""
        if self.text is not None:
            return ""
        return self.path if os.path.isdir(self.path) else os.path.dirname(self.path)  # noqa: PTH112, PTH120


def _native_processor() -> str:
    return f"{NATIVE}:{digest(host_processor().encode())}"


class SourceErrors(Exception):  # noqa: N818  (errors of a source, not of this program)
    """A program that cannot be compiled, with its diagnostics."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("the program has errors")
        self.diagnostics = diagnostics


class Compiled:
    """Object bytes, what the program may link, the warnings as text, and how they were found."""

    __slots__ = ("image", "is_cached", "key", "links", "milliseconds", "warnings")

    def __init__(
        self,
        image: bytes,
        key: str,
        links: LinkOptions | None,
        warnings: str,
        is_cached: bool,
        milliseconds: dict[str, float],
    ) -> None:
        self.image = image
        self.key = key
        self.links = links
        self.warnings = warnings
        self.is_cached = is_cached
        self.milliseconds = milliseconds

    def link_words(self) -> tuple[str, ...]:
        return () if self.links is None else tuple(self.links.words())


def image_of(image: bytes, key: str, words: tuple[str, ...]) -> Compiled:
    """Return an object that comes from another process. `words` are those of `link_words`."""
    links = None
    if words:
        from beskid.driver.foreign.policy import LinkOptions

        links = LinkOptions.from_words(list(words))
    return Compiled(image, key, links, "", False, {})


def find_or_compile(request: EmbedRequest, environment: dict[str, str]) -> Compiled:
    """Return the object of a program. Raises `SourceErrors` or `DriverError`."""
    started = time.perf_counter()
    found = find_object(request, environment)
    if found is None:
        return _compile(request, environment)
    links = None
    if found.record.links:
        from beskid.driver.foreign.policy import LinkOptions

        links = LinkOptions.from_words(found.record.links)
    spent = {"find": 1000 * (time.perf_counter() - started)}
    return Compiled(found.image, found.record.key, links, found.record.warnings, True, spent)


def forget(compiled: Compiled, environment: dict[str, str]) -> None:
    """Remove an object of the cache that cannot be loaded."""
    Cache(user_cache_folder(environment)).remove_object(compiled.key)


def input_files(request: EmbedRequest, environment: dict[str, str]) -> list[str]:
    """Return every file that decides what a program is."""
    from beskid.driver.outputs import inputs_of

    return inputs_of(_session(request, environment))


def _session(request: EmbedRequest, environment: dict[str, str]) -> Session:
    try:
        from beskid.driver.foreign.policy import LinkOptions
        from beskid.driver.options import CompileOptions
        from beskid.driver.session import Session
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("beskid."):
            raise
        # The distribution `beskid-runtime` has no compiler.
        raise DriverError("the compiler is not installed", "pip install beskid") from error

    options = CompileOptions(
        request.optimize, cpu=request.cpu, library=True, host=True, polls=request.polls, instances=request.instances
    )
    return Session(_resolve(request), options, environment, LinkOptions.from_words(list(request.links)))


def _compile(request: EmbedRequest, environment: dict[str, str]) -> Compiled:
    session = _session(request, environment)
    from beskid.source.render import human

    image = session.object_bytes()
    if image is None:
        raise SourceErrors(session.diagnostics)
    session.remember_host(request.key())
    warnings = human(session.diagnostics) if session.diagnostics else ""
    return Compiled(image, session.key(), session.links, warnings, session.is_cached, _spent(session))


def _spent(session: Session) -> dict[str, float]:
    return {name: 1000 * seconds for name, seconds in session.times.seconds.items()}


def _resolve(request: EmbedRequest) -> ResolvedInput:
    from pathlib import Path

    from beskid.driver.inputs.places import Reading
    from beskid.driver.inputs.project import ResolveFailure, ResolveOptions, lone_input, resolve_input

    if request.text is not None:
        return lone_input(request.name, None, request.text, Reading())
    resolved = resolve_input(
        Path(request.path), None, request.target or None, Path(request.root()), ResolveOptions(cache_folder="")
    )
    if isinstance(resolved, ResolveFailure):
        raise SourceErrors(list(resolved.diagnostics))
    return resolved


# The runtime of this process -----------------------------------------------------------------------------------------


class _Process:
    """The runtime, the JIT and the extension, which every program of a process shares."""

    __slots__ = ("_loader", "extension", "runtime")

    def __init__(self, environment: dict[str, str], objects: dict[str, object], fallback: Fallback) -> None:
        from beskid.engine.extension import addresses_of
        from beskid.engine.runtime_library import installed_library, load_runtime

        self._loader: ObjectLoader | None = None

        with ENGINE_ERRORS:
            path = runtime_library_path(environment)
            self.runtime: RuntimeLibrary = load_runtime(path)
            # Another runtime may be without one of its own.
            folders = [os.path.dirname(each) for each in (path, installed_library(host_triple()))]  # noqa: PTH120
            self.extension: Any = self._extension(folders, environment, fallback)
            self.extension.set_up(addresses_of(self.runtime), objects)
        if hasattr(os, "register_at_fork"):
            # A thread that watches calls is in the parent only, and Python warns of a fork while there are threads.
            watch: Any = self.extension
            os.register_at_fork(
                before=watch.stop_watching, after_in_parent=watch.go_on_watching, after_in_child=watch.watch_this_thread
            )

    def _extension(self, folders: list[str], environment: dict[str, str], fallback: Fallback) -> Any:
        """Return the extension, or what stands for it. Raises `JitError` where there is neither."""
        from beskid.engine.errors import JitError
        from beskid.engine.extension import extension

        missing: JitError | None = None
        if environment.get(CTYPES_VARIABLE) != "1":
            try:
                return extension(folders)
            except JitError as error:
                missing = error
        try:
            from beskid.engine.inside import call_inside

            inside = call_inside(self.loader())
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith(("beskid.", "llvmlite")):
                raise
            # The distribution `beskid-runtime` alone has neither.
            help = f"install beskid, or unset {CTYPES_VARIABLE}"
            raise missing or JitError(E4011, "calls through ctypes need the compiler", help) from error
        return fallback(inside, missing.message if missing else "")

    def loader(self) -> ObjectLoader:
        """Return the JIT, which programs that are libraries do not need."""
        if self._loader is None:
            from beskid.engine.lljit import create_loader

            self._loader = create_loader()
        return self._loader


_process: _Process | None = None


def process_extension(environment: dict[str, str], objects: dict[str, object], fallback: Fallback) -> Any:
    """Return the extension, after the first call has loaded the runtime. `objects` are what it needs of Python.

    Where it cannot be imported, `fallback` makes what stands for it, from the address of the code of `engine.inside`
    and the reason, which is empty if the user wants it so.
    """
    global _process
    if _process is None:
        _process = _Process(environment, objects, fallback)
    return _process.extension


def load_program(compiled: Compiled, name: str, environment: dict[str, str]) -> HostProgram:
    """Load an object into this process. Raises `DriverError`."""
    from beskid.engine.host_program import load_object

    assert _process is not None
    with ENGINE_ERRORS:
        extras = foreign_addresses(compiled.image, compiled.links, environment)
        program = load_object(compiled.image, _process.runtime, name, extras, _process.loader())
    return _attached(program, name)


def load_package_library(path: str, name: str) -> HostProgram:
    """Load the library of an installed package into this process. Raises `DriverError`."""
    from beskid.engine.host_program import load_library

    assert _process is not None
    with ENGINE_ERRORS:
        program = load_library(path, _process.runtime, name)
    return _attached(program, name)


def _attached(program: HostProgram, name: str) -> HostProgram:
    assert _process is not None
    status = _process.extension.attach(program.program)
    if status != 0:
        raise DriverError(f"the runtime refuses `{name}` with status {status}", "compile it again with this beskid")
    return program
