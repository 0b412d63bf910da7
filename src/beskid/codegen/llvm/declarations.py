"""Declarations of runtime functions, foreign functions and libm functions.

It takes names and signatures and gives `declare` lines. Those of runtime functions are generated from the contract.
"""

from __future__ import annotations

from beskid.abi import BUILTIN_SPECS, AbiReturnKind, BuiltinFnSpec
from beskid.abi.declarations import LLVM_DECLARATIONS
from beskid.codegen.llvm.types import MEMORY_TYPE
from beskid.ir.model import ExternImport

RETURN_TYPE: dict[AbiReturnKind, str] = {
    AbiReturnKind.VOID: "void",
    AbiReturnKind.PTR: "ptr",
    AbiReturnKind.I64: "i64",
    AbiReturnKind.I32: "i32",
    AbiReturnKind.F64: "double",
    AbiReturnKind.NEVER: "void",
}

SPECS: dict[str, BuiltinFnSpec] = {spec.symbol: spec for spec in BUILTIN_SPECS}


def declare_runtime(symbol: str) -> str:
    """The declaration of a listed runtime function; KeyError for a name that is not in the contract."""
    return LLVM_DECLARATIONS[symbol]


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
