"""`beskid ir`: show a program at a stage of its compilation, from IR to machine code."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beskid.cli.command import (
    add_entrypoint,
    add_input,
    add_machine,
    add_messages,
    add_optimization,
    add_time_passes,
    path_argument,
)
from beskid.cli.report import errors_of, print_diagnostics
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.driver.options import CompileOptions
from beskid.driver.timing import StageTimes
from beskid.source.codes import E2012

if TYPE_CHECKING:
    from beskid.codegen.artifact import CodegenArtifact
    from beskid.codegen.emit import EmitOptions
    from beskid.ir.model import Module


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    parser.add_argument(
        "--from",
        dest="from_file",
        metavar="FILE",
        type=path_argument,
        help="read IR text from FILE instead of compiling",
    )
    parser.add_argument(
        "--start-after", metavar="PASS", default="", help="with --from: the pass that FILE was printed after"
    )
    stage = parser.add_mutually_exclusive_group()
    stage.add_argument("--before-passes", action="store_true", help="print the IR before the first pass")
    stage.add_argument("--after", metavar="PASS", default="", help="print the IR after this pass (default: the last)")
    stage.add_argument("--llvm", action="store_true", help="print LLVM IR")
    stage.add_argument("--optimized-llvm", action="store_true", help="print LLVM IR after optimization")
    stage.add_argument("--assembly", action="store_true", help="print assembly")
    parser.add_argument("--verify-each", action="store_true", help="verify the IR before the first and after each pass")
    add_time_passes(parser)
    add_optimization(parser)
    add_entrypoint(parser)
    add_machine(parser)
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    """Print the stage on standard output; times go to standard error."""
    from beskid.driver.passes import invalid_ir
    from beskid.driver.targets import require_kind, triple_named
    from beskid.lower.pipeline import InvalidIRError

    options.target_triple = triple_named(options.target_triple)
    if emits_code(options):
        require_kind(options.target_triple, "object")
    times = StageTimes()
    try:
        module = read_module(options, times) if options.from_file else compile_module(options, times)
    except InvalidIRError as error:
        raise invalid_ir(error) from error
    if module is None:
        return STATUS_DIAGNOSTICS
    with times.measure("code generation" if emits_code(options) else "print"):
        text = render(module, options)
    print(text, end="" if text.endswith("\n") else "\n")
    if options.time_passes:
        print(times.table(), file=sys.stderr)
    return STATUS_FINE


def last_stage(options: argparse.Namespace) -> str:
    """The stage whose IR is printed or passed to code generation."""
    from beskid.driver.passes import stages_between
    from beskid.lower.pipeline import LOWERING

    if options.start_after and not options.from_file:
        raise DriverError("`--start-after` needs `--from`", status=STATUS_USAGE)
    return stages_between(options.start_after, LOWERING if options.before_passes else options.after)[1]


def compile_module(options: argparse.Namespace, times: StageTimes) -> Module | None:
    """The program's IR; None after its errors were printed."""
    from beskid.cli.session import open_session

    stage = last_stage(options)
    session = open_session(options, CompileOptions(options.optimize, False, options.entrypoint, options.target_triple))
    if session is None:
        return None
    session.times = times
    module = session.passed(stage, options.verify_each)
    if module is None:
        print_diagnostics(errors_of(session.diagnostics), options)
    return module


def read_module(options: argparse.Namespace, times: StageTimes) -> Module:
    """The IR in a file, taken through the passes that are left."""
    from beskid.driver.passes import invalid_file, read_ir, stage_named
    from beskid.lower.pipeline import LOWERING, InvalidIRError, PassOptions, run_passes

    if options.input is not None or options.project is not None:
        raise DriverError("INPUT and `--from` exclude each other", status=STATUS_USAGE)
    stop = last_stage(options)
    start = stage_named(options.start_after or LOWERING)
    with times.measure("read"):
        module = read_ir(Path(options.from_file))
    try:
        passes = PassOptions(options.verify_each, True, options.optimize > 0, start, stop)
        exceeded = run_passes(module, passes, times.measure)
    except InvalidIRError as error:
        if error.after == start:
            raise invalid_file(options.from_file, error) from error
        raise
    if exceeded:
        raise DriverError(exceeded[0].message, "split the function into smaller ones", E2012)
    return module


def emits_code(options: argparse.Namespace) -> bool:
    return bool(options.llvm or options.optimized_llvm or options.assembly)


def render(module: Module, options: argparse.Namespace) -> str:
    """The text of the requested stage."""
    if not emits_code(options):
        from beskid.ir.text import print_module

        return print_module(module)
    from beskid.codegen.emit import emit_assembly, emit_llvm, optimized_llvm

    emit = emit_assembly if options.assembly else optimized_llvm if options.optimized_llvm else emit_llvm
    return emit(*code_request(module, options))


def code_request(module: Module, options: argparse.Namespace) -> tuple[CodegenArtifact, EmitOptions]:
    from beskid.codegen.artifact import make_artifact
    from beskid.codegen.emit import EmitOptions
    from beskid.codegen.errors import CodegenError
    from beskid.codegen.host import host_triple

    emit_options = EmitOptions(options.target_triple or host_triple(), "", options.optimize)
    try:
        return make_artifact(module), emit_options
    except CodegenError as error:
        raise DriverError(error.message, error.help, error.code) from error
