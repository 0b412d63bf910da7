"""From an artifact to the bytes of one position-independent object.

It takes a `CodegenArtifact` and options and returns object bytes, the same for the same input. The package llvmlite
is imported only for what the thin binding does not do. An artifact has passed our verifier, because a failed assertion
in LLVM would end the process. An object with a symbol outside the contract is refused.
"""

from __future__ import annotations

from typing import Any

from beskid import __version__
from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS
from beskid.base.node import value
from beskid.codegen.artifact import CodegenArtifact, require_valid
from beskid.codegen.conventions import conventions_of, support_symbols
from beskid.codegen.elf import ELF_MAGIC
from beskid.codegen.errors import CodegenError
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.light_passes import run_pipeline
from beskid.codegen.llvm.function import LIGHT_ATTRIBUTE
from beskid.codegen.llvm.metadata import DebugLevel
from beskid.codegen.llvm.module import write_module
from beskid.codegen.llvm_library import ThinUnavailableError
from beskid.codegen.objectfile import undefined_symbols
from beskid.codegen.target import Target, target_of
from beskid.codegen.thin_compiler import Machine, compiler_of
from beskid.codegen.trace import Trace
from beskid.codegen.unit_store import UnitBuild
from beskid.codegen.units import is_large
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
    debug: DebugLevel = DebugLevel.LINES


def emit_llvm(artifact: CodegenArtifact, options: EmitOptions, trace: Trace | None = None) -> str:
    """Return the LLVM text of a program, before any pass of LLVM. Raises `CodegenError` for an unknown target."""
    _target(options)
    return write_module(artifact, options.triple, COMPILER, options.debug, options.opt_level > 0, trace)


def emit_object(
    artifact: CodegenArtifact, options: EmitOptions, trace: Trace | None = None, build: UnitBuild | None = None
) -> bytes:
    """Return the object of a program. Raises `CodegenError`."""
    held = build or UnitBuild()
    if trace is None and is_divided(artifact, options, held.min_size):
        from beskid.codegen.build_units import build_units

        image = build_units(
            artifact, options.triple, options.opt_level > 0, options.debug,
            lambda text: object_of(text, options), held,
        )  # fmt: skip
    else:
        if not held.is_verified:
            require_valid(artifact.module, artifact.has_roots)
        image = object_of(emit_llvm(artifact, options, trace), options)
    check_imports(image, artifact, options.triple)
    return image


def is_divided(artifact: CodegenArtifact, options: EmitOptions, min_size: int) -> bool:
    """Return whether a program is compiled in units: one that is not small, for a system of ELF, and has no counters.

    Counters are known to one module only: coverage is asked for more seldom than anything else.
    """
    if artifact.has_counters:
        return False
    held = target_of(options.triple)
    return held is not None and conventions_of(held.triple).format is FileFormat.ELF and is_large(artifact, min_size)


def object_of(text: str, options: EmitOptions) -> bytes:
    """Return the object of a module given as LLVM text; the thin binding makes it where it can."""
    if LIGHT_ATTRIBUTE not in text:
        try:
            return compiler_of(machine_of(options)).compile(text)
        except ThinUnavailableError:
            pass
    module, machine = _run_passes(text, options)
    return bytes(machine.emit_object(module))


def check_imports(image: bytes, artifact: CodegenArtifact, triple: str) -> None:
    """Require every undefined symbol to be a runtime function, a declared extern, or a support function of the
    target."""
    externs = [held.symbol for held in artifact.extern_imports]
    allowed = {*RUNTIME_EXPORT_SYMBOLS, *support_symbols(triple), *externs}
    if image.startswith(ELF_MAGIC[:4]):
        found = set(undefined_symbols(image))
    else:
        from beskid.codegen.fileformats import any_symbols

        found = set(any_symbols(image)[1])
    undefined = sorted(found - allowed)
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
    held = machine_of(options)
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    cpu, features = held.cpu, held.features
    if held.is_native:
        cpu, features = binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()
    return binding.Target.from_triple(held.triple).create_target_machine(
        cpu=cpu,
        features=features,
        opt=held.opt_level,
        reloc=held.relocation,
        codemodel="default",
        abiname=held.abi,
    )


def machine_of(options: EmitOptions) -> Machine:
    """Return the target machine of the options. Raises `CodegenError` for an unknown target."""
    target = _target(options)
    return Machine(
        triple=target.triple,
        cpu=options.cpu or target.cpu,
        features=target.features,
        relocation=conventions_of(target.triple).relocation,
        abi=target.abi,
        opt_level=2 if options.opt_level else 0,
        # The name alone would allow what a virtual machine hides.
        is_native=options.cpu.startswith(NATIVE_CPU),
    )


def _target(options: EmitOptions) -> Target:
    target = target_of(options.triple)
    if target is None:
        raise CodegenError(
            E4001, f"unknown target `{options.triple}`", "use a full triple such as `x86_64-unknown-linux-gnu`"
        )
    return target
