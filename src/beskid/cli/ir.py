"""`beskid ir`: show what a program becomes on its way to machine code."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from beskid.cli.command import Command, add_entrypoint, add_input, add_messages, add_optimization
from beskid.cli.report import errors_of, print_diagnostics
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE
from beskid.driver.options import CompileOptions

if TYPE_CHECKING:
    from beskid.driver.session import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    stage = parser.add_mutually_exclusive_group()
    stage.add_argument("--before-passes", action="store_true", help="IR as lowering gives it (default: after passes)")
    stage.add_argument("--llvm", action="store_true", help="the LLVM text")
    stage.add_argument("--optimized-llvm", action="store_true", help="the LLVM text after optimisation")
    stage.add_argument("--assembly", action="store_true", help="the machine's assembly text")
    add_optimization(parser)
    add_entrypoint(parser)
    parser.add_argument("--target-triple", metavar="TRIPLE", default="", help="the target (default: this machine)")
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    from beskid.cli.session import open_session

    session = open_session(options, CompileOptions(options.optimize, False, options.entrypoint, options.target_triple))
    if session is None:
        return STATUS_DIAGNOSTICS
    text = render(session, options)
    if text is None:
        print_diagnostics(errors_of(session.diagnostics), options)
        return STATUS_DIAGNOSTICS
    print(text, end="" if text.endswith("\n") else "\n")
    return STATUS_FINE


def render(session: Session, options: argparse.Namespace) -> str | None:
    """The text of the stage that was asked for; None when the program has errors."""
    if options.llvm or options.optimized_llvm or options.assembly:
        return render_code(session, options)
    from beskid.ir.text import print_module

    module = session.lowered() if options.before_passes else session.passed()
    return None if module is None else print_module(module)


def render_code(session: Session, options: argparse.Namespace) -> str | None:
    from beskid.codegen.emit import EmitOptions, emit_assembly, emit_llvm, optimized_llvm

    artifact = session.artifact()
    if artifact is None:
        return None
    emit_options = EmitOptions(session.triple(), "", options.optimize)
    if options.assembly:
        return emit_assembly(artifact, emit_options)
    return optimized_llvm(artifact, emit_options) if options.optimized_llvm else emit_llvm(artifact, emit_options)


COMMAND = Command("ir", ("clif",), "show the intermediate representation of a program", add_arguments, execute)
