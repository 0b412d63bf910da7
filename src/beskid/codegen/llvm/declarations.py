"""Declarations of runtime functions, intrinsics and support functions.

It takes the contract's rows and gives `declare` lines. A runtime function that may collect or panic is declared as
reading and writing all memory and as able not to return: with anything narrower the optimiser deletes the stores that
keep references visible. The whitelist below is all that such a row may carry.
"""

from __future__ import annotations

from beskid.abi import BUILTIN_SPECS, AbiParamKind, AbiReturnKind, BuiltinFnSpec
from beskid.codegen.llvm.types import MEMORY_TYPE
from beskid.ir.model import ExternImport

PARAMETER_TYPE: dict[AbiParamKind, str] = {AbiParamKind.PTR: "ptr", AbiParamKind.I64: "i64", AbiParamKind.F64: "double"}

RETURN_TYPE: dict[AbiReturnKind, str] = {
    AbiReturnKind.VOID: "void",
    AbiReturnKind.PTR: "ptr",
    AbiReturnKind.I64: "i64",
    AbiReturnKind.I32: "i32",
    AbiReturnKind.F64: "double",
    AbiReturnKind.NEVER: "void",
}

SAFE_ATTRIBUTES = frozenset({"nounwind", "mustprogress", "noreturn", "cold"})
"""What the declaration of a function that may collect or panic may carry; see `docs/internals/codegen.md`."""

FRESH_RESULT = "noalias nonnull noundef align 16 dereferenceable(16)"
"""Result attributes of functions that always give a fresh cell."""

FRESH_FUNCTIONS = frozenset({"alloc", "array_new_typed"})

SPECS: dict[str, BuiltinFnSpec] = {spec.symbol: spec for spec in BUILTIN_SPECS}


def parameter_types(spec: BuiltinFnSpec) -> list[str]:
    """Counts travel as 64-bit integers, every other `Ptr` as a pointer."""
    return ["i64" if parameter.form.is_count else PARAMETER_TYPE[parameter.kind] for parameter in spec.parameters]


def function_attributes(spec: BuiltinFnSpec) -> list[str]:
    """The attributes of a runtime function's declaration."""
    attributes = ["nounwind", *spec.attributes]
    if spec.returns is AbiReturnKind.NEVER:
        attributes += ["noreturn", "cold"]
    if spec.symbol == "gc_write_barrier":
        attributes.append("cold")
    return attributes


def declare_runtime(symbol: str) -> str:
    """The declaration of a listed runtime function; KeyError for a name that is not in the contract."""
    spec = SPECS[symbol]
    result = f"{FRESH_RESULT} ptr" if symbol in FRESH_FUNCTIONS else RETURN_TYPE[spec.returns]
    attributes = " ".join(function_attributes(spec))
    return f"declare {result} @{symbol}({', '.join(parameter_types(spec))}) {attributes}"


def declare_extern(imported: ExternImport) -> str:
    """The declaration of a foreign function; it may do anything but unwind."""
    signature = imported.signature
    result = MEMORY_TYPE[signature.results[0]] if signature.results else "void"
    parameters = ", ".join([MEMORY_TYPE[parameter] for parameter in signature.parameters])
    return f"declare {result} @{imported.symbol}({parameters}) nounwind"


def declare_mathematical(symbol: str, arguments: int) -> str:
    """A libm function. Not a builtin to LLVM, so that no level folds or rewrites it differently from another."""
    parameters = ", ".join(["double"] * arguments)
    return f"declare double @{symbol}({parameters}) nounwind willreturn nobuiltin memory(none)"
