"""Declarations of runtime functions carry only attributes that keep root stores alive (decision A11)."""

from __future__ import annotations

import pytest

from beskid.abi import BUILTIN_SPECS, AbiReturnKind, BuiltinFnSpec
from beskid.abi.render_calls import SAFE_ATTRIBUTES, function_attributes, parameter_types
from beskid.codegen.llvm.declarations import declare_runtime

NARROWING = ("memory(", "readonly", "readnone", "allockind", "willreturn", "inaccessiblemem", "nofree", "nosync")


@pytest.mark.parametrize("spec", [spec for spec in BUILTIN_SPECS if spec.collects or spec.panics])
def test_a_function_that_may_collect_or_panic_has_safe_attributes_only(spec: BuiltinFnSpec) -> None:
    assert set(function_attributes(spec)) <= SAFE_ATTRIBUTES
    declaration = declare_runtime(spec.symbol)
    assert not [word for word in NARROWING if word in declaration]


@pytest.mark.parametrize("spec", BUILTIN_SPECS)
def test_every_listed_function_has_a_declaration(spec: BuiltinFnSpec) -> None:
    declaration = declare_runtime(spec.symbol)
    assert f"@{spec.symbol}(" in declaration
    assert len(parameter_types(spec)) == len(spec.parameters)
    assert ("noreturn" in declaration) == (spec.returns is AbiReturnKind.NEVER)


def test_the_stack_pointer_is_never_noalias() -> None:
    from tests.boundary.programs import RUNNABLE
    from tests.boundary.toolbox import artifact

    from beskid.codegen.emit import EmitOptions, emit_llvm

    for program in RUNNABLE.values():
        text = emit_llvm(artifact(program.text), EmitOptions())
        for line in text.splitlines():
            if line.startswith("define"):
                assert "noalias" not in line
                assert '"probe-stack"="inline-asm"' in line


def test_only_fresh_cells_have_result_attributes() -> None:
    fresh = [spec.symbol for spec in BUILTIN_SPECS if "noalias" in declare_runtime(spec.symbol)]
    assert fresh == [spec.symbol for spec in BUILTIN_SPECS if spec.fresh] == ["alloc", "array_new_typed"]
