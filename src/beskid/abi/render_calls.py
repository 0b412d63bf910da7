"""Renders the calls of runtime functions: LLVM declarations for generated code, ctypes letters for hosts.

Each function takes a `Contract` and returns the text of one Python module. It must not access files. A declaration has
no attribute that narrows the memory effects of a call beyond the row of the contract.
"""

from __future__ import annotations

from beskid.abi.model import AbiParameter, AbiParamKind, AbiReturnKind, BuiltinFnSpec, Contract, ValueForm
from beskid.abi.render import ORIGIN

__all__ = ["SAFE_ATTRIBUTES", "function_attributes", "parameter_types", "render_declarations", "render_prototypes"]

SAFE_ATTRIBUTES = frozenset({"nounwind", "noreturn", "cold"})
"""The attributes that are allowed on a function that may collect or panic; see `docs/internals/codegen.md`."""

# A fresh cell has at least the smallest size, and no other reference to it exists.
_FRESH_RESULT = "noalias nonnull noundef align 8 dereferenceable(16)"

_PARAMETER_TYPES = {AbiParamKind.PTR: "ptr", AbiParamKind.I64: "i64", AbiParamKind.F64: "double"}

_RETURN_TYPES = {
    AbiReturnKind.VOID: "void",
    AbiReturnKind.PTR: "ptr",
    AbiReturnKind.I64: "i64",
    AbiReturnKind.I32: "i32",
    AbiReturnKind.F64: "double",
    AbiReturnKind.NEVER: "void",
}

_PARAMETER_LETTERS = {AbiParamKind.PTR: "p", AbiParamKind.I64: "q", AbiParamKind.F64: "d"}

_RETURN_LETTERS = {
    AbiReturnKind.VOID: "v",
    AbiReturnKind.PTR: "p",
    AbiReturnKind.I64: "q",
    AbiReturnKind.I32: "I",
    AbiReturnKind.F64: "d",
    AbiReturnKind.NEVER: "v",
}


def parameter_types(function: BuiltinFnSpec) -> list[str]:
    """Return LLVM types. Counts are passed as 64-bit integers, every other `Ptr` as a pointer."""
    return ["i64" if item.form.is_count else _PARAMETER_TYPES[item.kind] for item in function.parameters]


def function_attributes(function: BuiltinFnSpec) -> list[str]:
    """Return the attributes of a function's LLVM declaration. No runtime function unwinds."""
    attributes = ["nounwind", *function.attributes]
    if function.returns is AbiReturnKind.NEVER:
        attributes += [word for word in ("noreturn", "cold") if word not in attributes]
    return attributes


def _declaration(function: BuiltinFnSpec) -> str:
    result = f"{_FRESH_RESULT} ptr" if function.fresh else _RETURN_TYPES[function.returns]
    parameters = ", ".join(parameter_types(function))
    return f"declare {result} @{function.symbol}({parameters}) {' '.join(function_attributes(function))}"


def render_declarations(contract: Contract) -> str:
    """Render `src/beskid/abi/generated/declarations.py`: the LLVM declaration of every function."""
    return "\n".join(
        [
            f"# {ORIGIN}",
            "# ruff: noqa: E501",
            '"""The LLVM declaration of each runtime function; `codegen` has no other declarations of them."""',
            "",
            "from __future__ import annotations",
            "",
            "LLVM_DECLARATIONS: dict[str, str] = {",
            *[f'    "{function.symbol}": "{_declaration(function)}",' for function in contract.functions],
            "}",
            "",
        ]
    )


def _parameter_letter(parameter: AbiParameter) -> str:
    return "Q" if parameter.form.is_count else _PARAMETER_LETTERS[parameter.kind]


def _prototype(function: BuiltinFnSpec) -> str:
    letters = "".join([_parameter_letter(item) for item in function.parameters])
    result = "z" if function.return_form is ValueForm.TEXT else _RETURN_LETTERS[function.returns]
    return f'    "{function.symbol}": ("{result}", "{letters}"),'


def render_prototypes(contract: Contract) -> str:
    """Render `src/beskid/abi/generated/prototypes.py`: the types of every function as letters for ctypes."""
    return "\n".join(
        [
            f"# {ORIGIN}",
            '"""The types of each runtime function for a host: the letters of its result and of its parameters.',
            "",
            "`p` is an address, `q` and `Q` are signed and unsigned numbers of 64 bits, `I` is unsigned of 32 bits,",
            "`d` is a double, `z` is a C string, `v` is nothing. This module imports nothing.",
            '"""',
            "",
            "from __future__ import annotations",
            "",
            "PROTOTYPES: dict[str, tuple[str, str]] = {",
            *[_prototype(function) for function in contract.functions],
            "}",
            "",
        ]
    )
