"""From an artifact to the bytes of one position-independent object.

It takes a `CodegenArtifact` and options and gives object bytes, the same for the same input. llvmlite is imported when
the first object is emitted, not before. What an artifact holds has passed our verifier, so LLVM, whose assertions
would end the process, sees no broken IR. An object that needs a name outside the contract is never given out.
"""

from __future__ import annotations

from typing import Any

from beskid import __version__
from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS, SUPPORT_SYMBOLS
from beskid.base.node import value
from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.errors import CodegenError
from beskid.codegen.llvm.module import write_module
from beskid.codegen.objectfile import undefined_symbols
from beskid.codegen.target import target_of
from beskid.codegen.trace import Trace
from beskid.source.codes import E2003, E4001

COMPILER = f"beskid {__version__}"


@value
class EmitOptions:
    """What decides the bytes beside the artifact. `cpu` empty means the triple's baseline."""

    triple: str = "x86_64-unknown-linux-gnu"
    cpu: str = ""
    opt_level: int = 2
    debug_info: bool = True


def emit_llvm(artifact: CodegenArtifact, options: EmitOptions, trace: Trace | None = None) -> str:
    """The LLVM text of a program, before LLVM sees it."""
    return write_module(artifact, options.triple, COMPILER, options.debug_info, options.opt_level > 0, trace)


def emit_object(artifact: CodegenArtifact, options: EmitOptions, trace: Trace | None = None) -> bytes:
    """The object of a program; raises `CodegenError`."""
    module, machine = _run_passes(emit_llvm(artifact, options, trace), options)
    image = bytes(machine.emit_object(module))
    check_imports(image, artifact)
    return image


def check_imports(image: bytes, artifact: CodegenArtifact) -> None:
    """Every name that an object needs is a listed runtime function, a declared extern or a support function."""
    allowed = {*RUNTIME_EXPORT_SYMBOLS, *SUPPORT_SYMBOLS, *[held.symbol for held in artifact.extern_imports]}
    strangers = [symbol for symbol in undefined_symbols(image) if symbol not in allowed]
    if strangers:
        raise CodegenError(E2003, f"the object needs names that no one offers: {', '.join(strangers)}")


def emit_assembly(artifact: CodegenArtifact, options: EmitOptions) -> str:
    """The machine's assembly text of a program."""
    module, machine = _compile(artifact, options)
    return str(machine.emit_assembly(module))


def optimized_llvm(artifact: CodegenArtifact, options: EmitOptions) -> str:
    """The LLVM text of a program after the passes of its level."""
    module, _ = _compile(artifact, options)
    return str(module)


def optimize_text(text: str, options: EmitOptions) -> str:
    """LLVM text after the passes of a level."""
    module, _ = _run_passes(text, options)
    return str(module)


def _compile(artifact: CodegenArtifact, options: EmitOptions) -> tuple[Any, Any]:
    return _run_passes(emit_llvm(artifact, options), options)


def _run_passes(text: str, options: EmitOptions) -> tuple[Any, Any]:
    from llvmlite import binding

    machine = _target_machine(binding, options)
    module = binding.parse_assembly(text)
    module.triple = machine.triple
    module.data_layout = str(machine.target_data)
    module.verify()
    tuning = binding.create_pipeline_tuning_options(speed_level=2 if options.opt_level else 0)
    builder = binding.create_pass_builder(machine, tuning)
    if options.opt_level:
        builder.getModulePassManager().run(module, builder)
        return module, machine
    manager = binding.create_new_module_pass_manager()
    manager.add_sroa_pass()
    manager.run(module, builder)
    return module, machine


def _target_machine(binding: Any, options: EmitOptions) -> Any:
    target = target_of(options.triple)
    if target is None:
        raise CodegenError(
            E4001, f"unknown target `{options.triple}`", "use a full triple such as `x86_64-unknown-linux-gnu`"
        )
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    return binding.Target.from_triple(target.triple).create_target_machine(
        cpu=options.cpu or target.cpu,
        features=target.features,
        opt=2 if options.opt_level else 0,
        reloc="pic",
        codemodel="default",
        abiname=target.abi,
    )
