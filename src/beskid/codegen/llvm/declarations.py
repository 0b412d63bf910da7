"""Declarations of runtime functions, foreign functions and libm functions.

It takes names and signatures and returns `declare` lines. Those of runtime functions are generated from the contract.
"""

from __future__ import annotations

from beskid.abi import BUILTIN_SPECS, AbiReturnKind, BuiltinFnSpec
from beskid.abi.generated.declarations import LLVM_DECLARATIONS
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


def declare_extern(imported: ExternImport) -> str:
    """Declare a foreign function, which may do anything except unwind."""
    words = [
        f"{MEMORY_TYPE[parameter]}{extension(imported, index)}"
        for index, parameter in enumerate(imported.signature.parameters)
    ]
    return f"declare {foreign_result(imported)} @{imported.symbol}({', '.join(words)}) nounwind"


def foreign_result(imported: ExternImport) -> str:
    """Return the result type of a foreign function, after the extension that C guarantees."""
    results = imported.signature.results
    if not results:
        return "void"
    return f"{extension(imported, -1)} {MEMORY_TYPE[results[0]]}".strip()


def extension(imported: ExternImport, index: int) -> str:
    """Return the extension of a parameter (or, for -1, the result) narrower than a C `int`, after a space."""
    signature = imported.signature
    type = signature.results[0] if index < 0 else signature.parameters[index]
    return extension_of(type, index in imported.unsigned)


def extension_of(type: IRType, unsigned: bool) -> str:
    """Return the extension of a type to a whole register, after a space; nothing for a whole word."""
    if type not in NARROW:
        return ""
    return " zeroext" if type is IRType.I1 or unsigned else " signext"


def declare_mathematical(symbol: str, arguments: int) -> str:
    """Declare a libm function, not as a builtin, so that all optimization levels compute the same result.

    An extern contract may declare the same function, whose signature `beskid.codegen.externs` has compared.
    """
    parameters = ", ".join(["double"] * arguments)
    return f"declare double @{symbol}({parameters}) nounwind willreturn nobuiltin memory(none)"
