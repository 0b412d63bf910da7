"""One compilation: takes a resolved input, returns diagnostics and object bytes.

`check_text` is for test suites and editors, `Session` for the command line. Nothing is printed here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from beskid.analysis.check import CheckedProgram, ProgramCheck, check_program, optional_entry
from beskid.analysis.interface import Interfaces
from beskid.analysis.program import Package, ParsedTexts, ProgramWorld
from beskid.base.node import replace
from beskid.codegen.errors import CodegenError
from beskid.codegen.host import host_triple
from beskid.codegen.objectfile import is_readable
from beskid.driver.cache.store import Cache, user_cache_folder
from beskid.driver.failure import STATUS_INTERNAL, DriverError
from beskid.driver.foreign.policy import LinkOptions
from beskid.driver.inputs.project import SINGLE_FILE_PACKAGE, ResolvedInput
from beskid.driver.inputs.snapshot import take_snapshot
from beskid.driver.inputs.sources import core_library, decode_source
from beskid.driver.lints import LintRequests, read_levels
from beskid.driver.options import CompileOptions
from beskid.driver.timing import StageTimes
from beskid.files.problems import shown_text
from beskid.source.codes import E1008, E2012
from beskid.source.diagnostics import Diagnostic, error, has_errors
from beskid.source.text import SourceText, Span

if TYPE_CHECKING:
    from beskid.codegen.artifact import CodegenArtifact
    from beskid.codegen.unit_store import UnitBuild
    from beskid.driver.cache.warm import RunRequest
    from beskid.driver.known import ChangedProgram, Known
    from beskid.ir.model import Location, Module
    from beskid.lower.points import Points

Result = TypeVar("Result")

DEFAULT_ENTRY = "main"
LIBRARY_HELP = "the target is a library: `beskid build` builds it, and `beskid test` runs its tests"
KEEPING = "keep"
MIN_KEPT_BYTES = 30_000
"""The sources of smaller programs, about a thousand lines, are checked and lowered in the time of reading the rest."""

JOBS_VARIABLE = "BESKID_JOBS"
MAX_JOBS = 256


def jobs_of(environment: dict[str, str]) -> int:
    """Return how many processes compile: `BESKID_JOBS`, or the processors that this process may use."""
    given = environment.get(JOBS_VARIABLE, "")
    if not given:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not given.isascii() or not given.isdigit() or not 0 < int(given) <= MAX_JOBS:
        help = f"set it to a number from 1 to {MAX_JOBS}"
        raise DriverError(f"{JOBS_VARIABLE} is not a number of processes: {shown_text(given)}", help)
    return int(given)


def check_text(path: str, text: str) -> list[Diagnostic]:
    """Check a source text as a program of one file and return all diagnostics."""
    diagnostics: list[Diagnostic] = []
    package = Package(SINGLE_FILE_PACKAGE, {(): lambda: SourceText(path, text)}, False)
    checked = check_packages((package, core_library(diagnostics)), (), None)
    return [*diagnostics, *checked.diagnostics]


def check_packages(
    packages: tuple[Package, ...],
    entry_module: tuple[str, ...],
    entry: str | None,
    is_printed: bool = False,
    is_hosted: bool = False,
    instances: Sequence[str] = (),
    parses: ParsedTexts | None = None,
) -> CheckedProgram:
    """Check all modules of the first package. Without `entry` an entry is optional, but an existing one is checked.

    `is_printed`: the value of the entry is printed, so it may have any type. `is_hosted`: a host sees the public items
    of the entry module, and calls `instances` of its generic functions.
    """
    world = ProgramWorld(packages, parses)
    place = (packages[0].name, entry_module)
    if entry is not None:
        return check_program(world, place, entry, is_printed=is_printed)
    home = place if is_hosted else None
    return check_program(world, optional_entry(world, entry_module), home=home, instances=instances)


def start_check(world: ProgramWorld, entry_module: tuple[str, ...]) -> ProgramCheck:
    """Return the check of all modules of the first package, an entry being optional."""
    return ProgramCheck(world, optional_entry(world, entry_module))


class Session:
    """The sources of one input, read once, and the results of its stages, computed when first needed.

    `diagnostics` grows as stages run; a stage that errors prevent returns None.
    """

    def __init__(
        self,
        resolved: ResolvedInput,
        options: CompileOptions,
        environment: dict[str, str],
        links: LinkOptions | None = None,
        lints: LintRequests = (),
    ) -> None:
        """`links` and `lints`: what the command line specifies in addition to the manifest."""
        self.resolved = resolved
        self.links = (resolved.links or LinkOptions()).with_more(links or LinkOptions())
        self.options = options
        self.lints = read_levels([*resolved.lints, *lints])
        self.diagnostics: list[Diagnostic] = self.lints.apply(list(resolved.diagnostics))
        self.snapshot = take_snapshot(resolved)
        self.environment = environment
        self.build: UnitBuild | None = None
        """How the last object was compiled; None when it came from the cache."""
        self.cache = Cache(user_cache_folder(environment))
        self.times = StageTimes()
        self._checked: CheckedProgram | None = None
        self._found: list[Diagnostic] = []
        """What `check` found, before the levels are applied."""
        self._artifact: CodegenArtifact | None = None
        self._points: Points | None = None
        self._key = ""
        self._known: Known | None = None
        self._changed: ChangedProgram | None = None
        """The program, when only its changed modules were checked."""
        self._interfaces = Interfaces() if self._is_kept() else None
        self.is_cached = False
        """Whether the last object came from the cache."""

    def require_checked(self, needs_entry: bool) -> None:
        """Add the diagnostics of the program to those of the session.

        Modules in which nothing can have changed since they were found free of diagnostics are not checked again.
        """
        if self._checked is not None or self._changed is not None:
            return
        known = self._find_known(needs_entry)
        if known is not None:
            with self.times.measure("check"):
                self._changed = known.find()
        if self._changed is None:
            self.check(needs_entry)

    def keep_checked(self) -> None:
        """Remember that the program is free of diagnostics, for later checks without an entry function."""
        known = self._find_known(needs_entry=False)
        if known is None or self._interfaces is None or self._found:
            return
        with self.times.measure(KEEPING):
            if self._changed is None:
                known.keep_checked(self._interfaces)
            else:
                known.keep_changed(self._changed)

    def _find_known(self, needs_entry: bool) -> Known | None:
        """Return what the cache knows of the program; None when nothing is kept of such a program."""
        if self._known is None and self._interfaces is not None:
            from beskid.driver.known import Known

            entry = (self.options.entrypoint or DEFAULT_ENTRY) if needs_entry else None
            self._known = Known(self.cache, self.snapshot, self.options, entry)
        return self._known

    def _is_kept(self) -> bool:
        """Return whether lowered functions are kept: of programs of some size, built without anything special."""
        options = self.options
        if options.tests or options.library or options.host or options.coverage or options.debug or options.instances:
            return False
        return sum([len(file.data) for file in self.snapshot.files()]) >= MIN_KEPT_BYTES

    def check(self, needs_entry: bool) -> CheckedProgram:
        """Check the whole program once and add its diagnostics to those of the session."""
        if self._checked is None:
            decoding: list[Diagnostic] = []
            entry = (self.options.entrypoint or DEFAULT_ENTRY) if needs_entry else None
            shows_result = self.options.print_result
            with self.times.measure("check"):
                packages = self.snapshot.packages(decoding)
                self._checked = check_packages(
                    tuple(packages),
                    self.resolved.entry_module,
                    entry,
                    shows_result,
                    self.options.host,
                    self.options.instances,
                    self._interfaces,
                )
            self._found = [*decoding, *self._checked.diagnostics]
            if self.resolved.is_library():
                self._found = [replace(each, help=LIBRARY_HELP) if each.code == E1008 else each for each in self._found]
            self.diagnostics += self.lints.apply(self._found)
        return self._checked

    def _needs_entry(self) -> bool:
        return not (self.options.tests or self.options.library)

    def lowered(self) -> Module | None:
        """Return the IR before the first pass."""
        self.require_checked(self._needs_entry())
        if self.has_errors():
            return None
        from beskid.lower.mono import Discovery
        from beskid.lower.pipeline import LOWERING
        from beskid.lower.program import LowerOptions, lower_program

        options = LowerOptions(
            print_result=self.options.print_result,
            module_name=self.resolved.package,
            entry=not (self.options.tests or self.options.host),
            tests=self.options.tests,
            host=self.options.host,
            points=self.points() if self.options.coverage else None,
            variables=self.options.debug,
            keeps_variables=self.options.optimize == 0,
        )
        if self._known is not None and self._changed is not None:
            with self.times.measure(LOWERING):
                module = self._known.lower(self._changed, options)
            if module is not None:
                return module
        checked = self.check(self._needs_entry())
        if checked.typed is None or self.has_errors():
            return None
        discovery = Discovery()
        with self.times.measure(LOWERING):
            module = lower_program(checked.typed, options, self.diagnostics, discovery)
        known = self._find_known(self._needs_entry())
        if known is not None and module is not None:
            with self.times.measure(KEEPING):
                known.keep(module, checked.typed, self._interfaces if not self._found else None, discovery)
        return module

    def points(self) -> Points:
        """Return what the coverage of a checked program without errors counts."""
        from beskid.lower.points import find_points

        if self._points is None:
            checked = self.check(self._needs_entry()).typed
            assert checked is not None
            self._points = find_points(checked)
        return self._points

    def passed(self, stop_after: str = "", verify_each: bool = False) -> Module | None:
        """Return the IR after the pass `stop_after`, by default after all passes."""
        from beskid.lower.pipeline import STAGES, PassOptions, run_passes

        module = self.lowered()
        if module is None:
            return None
        options = PassOptions(
            verify_each=verify_each,
            roots=self.options.roots,
            optimize=self.options.optimize > 0,
            polls=self.options.polls,
            stop_after=stop_after or STAGES[-1],
        )
        exceeded = run_passes(module, options, self.times.measure)
        self.diagnostics += [self._too_large(limit.location, limit.message) for limit in exceeded]
        return None if exceeded else module

    def _too_large(self, location: Location, message: str) -> Diagnostic:
        """E2012 at a function whose frame is too small for the references that it keeps alive."""
        file = self.snapshot.file_of(location.file)
        source = decode_source(b"" if file is None else file.data, location.file, [])
        starts = source.line_starts()
        start = starts[location.line - 1] + location.column - 1 if location.line <= len(starts) else 0
        help = "split the function into smaller ones"
        return error(E2012, message, source, Span(start, start + 1), "too many references at once", help)

    def artifact(self) -> CodegenArtifact | None:
        """Return the input of both back ends."""
        if self._artifact is None:
            module = self.passed()
            if module is not None:
                from beskid.codegen.artifact import make_artifact

                try:
                    with self.times.measure("verify"):
                        # What is compiled is verified when that is known.
                        self._artifact = make_artifact(module, self._test_names(), self.options.roots, verifies=False)
                except CodegenError as fault:
                    raise DriverError(fault.message, fault.help, fault.code, STATUS_INTERNAL) from fault
        return self._artifact

    def _test_names(self) -> tuple[str, ...]:
        from beskid.lower.program import names_of_tests

        checked = self._checked
        return names_of_tests(checked.typed) if self.options.tests and checked is not None and checked.typed else ()

    def object_bytes(self, uses_cache: bool = True) -> bytes | None:
        """Return the object of the program, from the cache if it was compiled before and `uses_cache`."""
        # Warnings are not stored with a cached object.
        self.require_checked(self._needs_entry())
        if self.has_errors():
            return None
        key = self.key()
        cached = self.cache.load_object(key) if uses_cache else None
        self.is_cached = cached is not None and is_readable(cached)
        if self.is_cached:
            return cached
        artifact = self.artifact()
        if artifact is None:
            return None
        from beskid.codegen.emit import EmitOptions, emit_object
        from beskid.codegen.llvm.metadata import DebugLevel

        debug = DebugLevel.FULL if self.options.debug else DebugLevel.LINES
        options = EmitOptions(self.triple(), self.options.cpu, self.options.optimize, debug)
        try:
            with self.times.measure("code generation"):
                made = emit_object(artifact, options, build=self._unit_build(uses_cache))
        except CodegenError as failure:
            raise DriverError(failure.message, failure.help, failure.code) from failure
        if self.snapshot.is_compiler_unchanged():
            self.cache.store_object(key, made)
        return made

    def _unit_build(self, uses_cache: bool) -> UnitBuild:
        """Return how a large program is compiled. A host may have threads, so no process is forked in one."""
        from beskid.codegen.unit_store import UnitBuild
        from beskid.driver.cache.units import CachedUnits

        options = self.options
        machine = (self.triple(), options.cpu, str(options.optimize))
        store = CachedUnits(self.cache, machine, uses_cache, self.snapshot.is_compiler_unchanged)
        jobs = 1 if options.host else jobs_of(self.environment)
        self.build = UnitBuild(store, jobs, is_verified=False, measure=self.times.measure)
        return self.build

    def stage(self) -> str:
        """Return what is being done, for people: a stage, and how many units of those to compile are compiled."""
        stage, build = self.times.current, self.build
        if build is None:
            return stage
        from beskid.codegen.unit_store import COMPILE_UNITS

        return f"{stage}, {build.done} of {build.compiled}" if stage == COMPILE_UNITS else stage

    def use_object(self, image: bytes, use: Callable[[bytes], Result]) -> Result | None:
        """Return what `use` makes of the object that `object_bytes` returned; None when the program has errors.

        When `use` fails with an object of the cache, the program is compiled, its entry is replaced, and `use` is
        called once more. It must not raise `DriverError` after the program has begun to run.
        """
        try:
            return use(image)
        except DriverError:
            if not self.is_cached:
                raise
        self.cache.remove_object(self.key())
        compiled = self.object_bytes(uses_cache=False)
        return None if compiled is None else use(compiled)

    def has_errors(self) -> bool:
        return has_errors(self.diagnostics)

    def exports(self) -> tuple[str, ...]:
        """Return the symbols that a library exports; a cached object needs no lowering for them."""
        if self._changed is not None and self._checked is None:
            return self._changed.known.exports
        typed = self.check(self._needs_entry()).typed
        return () if typed is None or self.has_errors() else tuple(sorted([name for name, _ in typed.exports]))

    def triple(self) -> str:
        return self.options.triple or host_triple()

    def key(self) -> str:
        """Return the digest of everything that can change the bytes of the object."""
        if not self._key:
            self._key = self.snapshot.key(self.options, self.triple(), self.snapshot.compiler_digest(self.cache))
        return self._key

    def remember_host(self, record: str) -> None:
        """Write the record by which a host finds the object later without a front end."""
        if not self.snapshot.is_compiler_unchanged():
            return
        text = ""
        if self.diagnostics:
            from beskid.source.render import human

            text = human(self.diagnostics)
        self.cache.store_record(record, self.snapshot.record(self.key(), self.links.words(), text, text))

    def remember(self, request: RunRequest) -> None:
        """Write the record by which a later `run` of the same request finds the object without a front end.

        That run has no options that set levels; a program that the manifest alone would refuse is not remembered.
        """
        warnings = read_levels(list(self.resolved.lints)).apply([*self.resolved.diagnostics, *self._found])
        if has_errors(warnings) or not self.snapshot.is_compiler_unchanged():
            return
        texts = ("", "")
        if warnings:
            from beskid.source.render import human

            texts = (human(warnings), human(warnings, colour=True))
        self.cache.store_record(request.key(), self.snapshot.record(self.key(), self.links.words(), *texts))
