"""From an artifact to the bytes of one position-independent object.

It takes a `CodegenArtifact` and options and returns object bytes, the same for the same input. llvmlite is imported
when the first object is emitted, not before. An artifact has passed our verifier, because a failed assertion in LLVM
would end the process. An object with a symbol outside the contract is refused.
"""

from __future__ import annotations

from typing import Any

from beskid import __version__
from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS
from beskid.base.node import value
from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.conventions import conventions_of, support_symbols
from beskid.codegen.errors import CodegenError
from beskid.codegen.fileformats import any_symbols
from beskid.codegen.light_passes import run_pipeline
from beskid.codegen.llvm.module import write_module
from beskid.codegen.target import Target, target_of
from beskid.codegen.trace import Trace
from beskid.source.codes import E2003, E4001

NATIVE_CPU = "native"
COMPILER = f"beskid {__version__}"


@value
class EmitOptions:
    """The options that change the bytes.

    An empty `cpu` means the baseline of the triple; one that begins with `NATIVE_CPU` means the processor of this
    machine with the features that it has now.
    """

    triple: str = "x86_64-unknown-linux-gnu"
    cpu: str = ""
    opt_level: int = 2
    debug_info: bool = True


def emit_llvm(artifact: CodegenArtifact, options: EmitOptions, trace: Trace | None = None) -> str:
    """Return the LLVM text of a program, before any pass of LLVM. Raises `CodegenError` for an unknown target."""
    _target(options)
    return write_module(artifact, options.triple, COMPILER, options.debug_info, options.opt_level > 0, trace)


def emit_object(artifact: CodegenArtifact, options: EmitOptions, trace: Trace | None = None) -> bytes:
    """Return the object of a program. Raises `CodegenError`."""
    module, machine = _run_passes(emit_llvm(artifact, options, trace), options)
    image = bytes(machine.emit_object(module))
    check_imports(image, artifact, options.triple)
    return image


def check_imports(image: bytes, artifact: CodegenArtifact, triple: str) -> None:
    """Require every undefined symbol to be a runtime function, a declared extern, or a support function of the
    target."""
    externs = [held.symbol for held in artifact.extern_imports]
    allowed = {*RUNTIME_EXPORT_SYMBOLS, *support_symbols(triple), *externs}
    undefined = sorted(any_symbols(image)[1] - allowed)
    if undefined:
        raise CodegenError(E2003, f"undefined symbols in the object: {', '.join(undefined)}")


def emit_assembly(artifact: CodegenArtifact, options: EmitOptions) -> str:
    """Return the assembly of a program."""
    module, machine = _compile(artifact, options)
    return str(machine.emit_assembly(module))


def optimized_llvm(artifact: CodegenArtifact, options: EmitOptions) -> str:
    """Return the LLVM text of a program after the passes of its optimization level."""
    module, _ = _compile(artifact, options)
    return str(module)


def optimize_text(text: str, options: EmitOptions) -> str:
    """Run the passes of an optimization level over LLVM text."""
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
        return run_pipeline(binding, module, builder), machine
    manager = binding.create_new_module_pass_manager()
    manager.add_sroa_pass()
    manager.run(module, builder)
    return module, machine


def _target_machine(binding: Any, options: EmitOptions) -> Any:
    target = _target(options)
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    cpu, features = options.cpu or target.cpu, target.features
    if cpu.startswith(NATIVE_CPU):
        # The name alone would allow what a virtual machine hides.
        cpu, features = binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()
    return binding.Target.from_triple(target.triple).create_target_machine(
        cpu=cpu,
        features=features,
        opt=2 if options.opt_level else 0,
        reloc=conventions_of(target.triple).relocation,
        codemodel="default",
        abiname=target.abi,
    )


def _target(options: EmitOptions) -> Target:
    target = target_of(options.triple)
    if target is None:
        raise CodegenError(
            E4001, f"unknown target `{options.triple}`", "use a full triple such as `x86_64-unknown-linux-gnu`"
        )
    return target
