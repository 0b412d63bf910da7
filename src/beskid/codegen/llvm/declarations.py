"""Declarations of runtime functions, foreign functions and libm functions.

It takes names and signatures and returns `declare` lines. Those of runtime functions are generated from the contract.
"""

from __future__ import annotations

from beskid.abi import BUILTIN_SPECS, AbiReturnKind, BuiltinFnSpec
from beskid.abi.generated.declarations import LLVM_DECLARATIONS
from beskid.codegen.conventions import Conventions
from beskid.codegen.llvm.types import MEMORY_TYPE
from beskid.ir.boundary import NARROW
from beskid.ir.model import ExternImport, IRType

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
    """Return the declaration of a runtime function. Raises `KeyError` for a name that is not in the contract."""
    return LLVM_DECLARATIONS[symbol]


def declare_extern(imported: ExternImport, conventions: Conventions) -> str:
    """Declare a foreign function, which may do anything except unwind."""
    words = [
        f"{MEMORY_TYPE[parameter]}{extension(imported, index, conventions)}"
        for index, parameter in enumerate(imported.signature.parameters)
    ]
    return f"declare {foreign_result(imported)} @{imported.symbol}({', '.join(words)}) nounwind"


def foreign_result(imported: ExternImport) -> str:
    """Return the result type of a foreign function. Nothing is assumed about the bits above a narrow result."""
    results = imported.signature.results
    return MEMORY_TYPE[results[0]] if results else "void"


def extension(imported: ExternImport, index: int, conventions: Conventions) -> str:
    """Return the extension of a parameter, after a space."""
    return extension_of(imported.signature.parameters[index], index in imported.unsigned, conventions)


def extension_of(type: IRType, unsigned: bool, conventions: Conventions) -> str:
    """Return the extension of a value that C gets to a whole register, after a space; nothing for a whole word.

    Where C wants 32-bit numbers extended, it wants their sign extended, also of unsigned ones.
    """
    if type is IRType.I32:
        return " signext" if conventions.sign_extended_bits >= 32 else ""
    if type not in NARROW:
        return ""
    return " zeroext" if type is IRType.I1 or unsigned else " signext"


def declare_mathematical(symbol: str, arguments: int) -> str:
    """Declare a libm function, not as a builtin, so that all optimization levels compute the same result.

    An extern contract may declare the same function, whose signature `beskid.codegen.externs` has compared.
    """
    parameters = ", ".join(["double"] * arguments)
    return f"declare double @{symbol}({parameters}) nounwind willreturn nobuiltin memory(none)"
