"""Runtime functions as IR sees them: machine types of parameters and results, and what a call may do.

It takes the rows of the contract (`beskid.abi`) and returns `RuntimeSignature` values by symbol. References of the
contract are `REF`, counts are `I64`, every other address is `PTR`. It must not add functions or facts of its own.
"""

from __future__ import annotations

from beskid.abi import BUILTIN_SPECS, AbiParameter, AbiParamKind, AbiReturnKind, BuiltinFnSpec, ValueForm
from beskid.base.node import value
from beskid.ir.model import IRType


@value
class RuntimeSignature:
    """One runtime function: `result` is None for none, `returns` False for a function that never does."""

    symbol: str
    parameters: tuple[IRType, ...]
    result: IRType | None
    returns: bool
    collects: bool
    panics: bool

    @property
    def needs_site(self) -> bool:
        """Return whether the call site and the top of the live prefix must be stored before a call."""
        return self.collects or self.panics


def _parameter_type(parameter: AbiParameter) -> IRType:
    if parameter.form.is_reference:
        return IRType.REF
    if parameter.kind is AbiParamKind.F64:
        return IRType.F64
    if parameter.kind is AbiParamKind.I64 or parameter.form.is_count:
        return IRType.I64
    return IRType.PTR


def _result_type(kind: AbiReturnKind, form: ValueForm) -> IRType | None:
    match kind:
        case AbiReturnKind.VOID | AbiReturnKind.NEVER:
            return None
        case AbiReturnKind.I64:
            return IRType.I64
        case AbiReturnKind.I32:
            return IRType.I32
        case AbiReturnKind.F64:
            return IRType.F64
        case AbiReturnKind.PTR:
            return IRType.REF if form.is_reference else IRType.PTR


def _signature(spec: BuiltinFnSpec) -> RuntimeSignature:
    return RuntimeSignature(
        spec.symbol,
        tuple([_parameter_type(parameter) for parameter in spec.parameters]),
        _result_type(spec.returns, spec.return_form),
        spec.returns is not AbiReturnKind.NEVER,
        spec.collects,
        spec.panics,
    )


RUNTIME_SIGNATURES: dict[str, RuntimeSignature] = {spec.symbol: _signature(spec) for spec in BUILTIN_SPECS}
"""Every callable runtime function by its symbol."""
