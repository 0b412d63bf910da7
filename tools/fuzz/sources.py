"""Mutated sources: checked, and when they have no errors, run by the interpreter before and after the passes.

Half are edits of whole tokens, as in `tests/property/test_random_edits.py`; the others change bytes or nest deeply.
"""

from __future__ import annotations

import random
from pathlib import Path
from unittest.mock import patch

from tests.property.comparison import _parse as parse_library_once
from tests.property.test_random_edits import PROGRAMS, WORDS, edited
from tools.fuzz.mutate import mutate_bytes, mutate_words
from tools.fuzz.target import Target

from beskid.analysis.names.lints import ENTRY_NAMES
from beskid.analysis.program import Package
from beskid.driver.failure import DriverError
from beskid.driver.foreign_calls import refuse_foreign_calls
from beskid.driver.inputs.project import SINGLE_FILE_PACKAGE
from beskid.driver.inputs.sources import core_library, decode_source
from beskid.driver.session import check_packages
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.ir.oracle.values import StepLimitError, UnsupportedError
from beskid.lower.pipeline import PassOptions, run_passes
from beskid.lower.program import LowerOptions, lower_program
from beskid.source.diagnostics import Diagnostic, has_errors
from beskid.source.render import human, short

STEPS = 20_000
OPENERS = ("(", "[", "{", "!", "-", "~", "if true {", "match x { _ => ", "(x) => ", "Option<", "a.", "x?", '"${', "/*")
ENCODED_PROGRAMS = [text.encode() for text in PROGRAMS]
ENCODED_WORDS = [word.encode() for word in WORDS]


class Sources(Target):
    suffix = ".bd"
    verdicts = ("refused", "compiled", "ran", "ran past the step limit")

    def prepare(self, folder: Path) -> None:
        self.run(ENCODED_PROGRAMS[0])

    def make(self, chance: random.Random) -> bytes:
        kind = chance.randrange(8)
        if kind < 4:
            return edited(chance).encode("utf-8", "surrogatepass")
        program = chance.choice(ENCODED_PROGRAMS)
        if kind < 6:
            return mutate_bytes(program, chance, ENCODED_PROGRAMS)
        if kind == 6:
            return mutate_words(program, chance, ENCODED_WORDS)
        at = chance.randrange(len(program) + 1)
        return program[:at] + chance.choice(OPENERS).encode() * chance.choice((10, 300, 3000)) + program[at:]

    @patch("beskid.analysis.program.parse", parse_library_once)
    def run(self, data: bytes) -> str:
        diagnostics: list[Diagnostic] = []
        source = decode_source(data, "fuzzed.bd", diagnostics)
        package = Package(SINGLE_FILE_PACKAGE, {(): lambda: source}, False)
        entry = next((name for name in ENTRY_NAMES if f" {name}(" in source.text), None)
        checked = check_packages((package, core_library(diagnostics)), (), entry)
        diagnostics += checked.diagnostics
        short(diagnostics)
        human(diagnostics[:20])
        if checked.typed is None or has_errors(diagnostics):
            return "refused"
        module = lower_program(checked.typed, LowerOptions(module_name="fuzzed"), diagnostics)
        if module is None:
            return "refused"
        try:
            refuse_foreign_calls(module)
            is_runnable = module.entry is not None
        except DriverError:
            is_runnable = False
        try:
            if is_runnable:
                host = MemoryHost()
                before = (run_module(module, host, [], RunOptions(step_limit=STEPS)), bytes(host.stdout))
            if run_passes(module, PassOptions(verify_each=True)):
                return "refused"
            if not is_runnable:
                return "compiled"
            host = MemoryHost()
            options = RunOptions(Explicit.EVERYTHING, step_limit=4 * STEPS)
            after = (run_module(module, host, [], options), bytes(host.stdout))
        except (StepLimitError, UnsupportedError):
            return "ran past the step limit"
        if before != after:
            raise AssertionError(f"the passes changed the behaviour: {before} became {after}")
        return "ran"
