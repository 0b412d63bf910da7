"""Declarations of runtime functions, foreign functions and libm functions.

It takes names and signatures and gives `declare` lines. Those of runtime functions are generated from the contract.
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
    """The declaration of a listed runtime function; KeyError for a name that is not in the contract."""
    return LLVM_DECLARATIONS[symbol]


def declare_extern(imported: ExternImport) -> str:
    """The declaration of a foreign function; it may do anything but unwind."""
    words = [
        f"{MEMORY_TYPE[parameter]}{extension(imported, index)}"
        for index, parameter in enumerate(imported.signature.parameters)
    ]
    return f"declare {foreign_result(imported)} @{imported.symbol}({', '.join(words)}) nounwind"


def foreign_result(imported: ExternImport) -> str:
    """The type that a foreign function gives, with the extension that C promises before it."""
    results = imported.signature.results
    if not results:
        return "void"
    return f"{extension(imported, -1)} {MEMORY_TYPE[results[0]]}".strip()


def extension(imported: ExternImport, index: int) -> str:
    """How a parameter (or, for -1, the result) narrower than a C `int` fills its register, behind a space."""
    signature = imported.signature
    type = signature.results[0] if index < 0 else signature.parameters[index]
    return extension_of(type, index in imported.unsigned)


def extension_of(type: IRType, unsigned: bool) -> str:
    """How a value of the type fills its register, behind a space; nothing for a whole word."""
    if type not in NARROW:
        return ""
    return " zeroext" if type is IRType.I1 or unsigned else " signext"


def declare_mathematical(symbol: str, arguments: int) -> str:
    """A libm function. Not a builtin to LLVM, so that no level folds or rewrites it differently from another."""
    parameters = ", ".join(["double"] * arguments)
    return f"declare double @{symbol}({parameters}) nounwind willreturn nobuiltin memory(none)"
