"""Boundary: a tagged call goes to the dispatch function of its return group: unit, usize or ptr."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.boundary.runtime_calls import SCENES, Scene, dispatch, program
from tests.boundary.toolbox import ROOT, TRIPLE, artifact, compile_text, run_aot, run_jit

from beskid.abi import BUILTIN_SPECS, RUNTIME_EXPORT_SYMBOLS, STRUCT_LAYOUTS, AbiParamKind, AbiReturnKind
from beskid.codegen.emit import EmitOptions, emit_llvm
from beskid.codegen.objectfile import undefined_symbols

ROUTES = {
    "unit": (AbiReturnKind.VOID, "void"),
    "usize": (AbiReturnKind.I64, "i64"),
    "ptr": (AbiReturnKind.PTR, "ptr"),
}
"""What each group yields, as the table says it and as LLVM sees it."""

SPECS = {spec.symbol: spec for spec in BUILTIN_SPECS}


def test_there_is_one_dispatch_function_for_each_group() -> None:
    listed = {symbol for symbol in RUNTIME_EXPORT_SYMBOLS if symbol.startswith("interop_dispatch_")}
    assert listed == {f"interop_dispatch_{group}" for group in ROUTES}


@pytest.mark.parametrize("group", sorted(ROUTES))
def test_the_return_group_decides_the_function(group: str) -> None:
    spec = SPECS[f"interop_dispatch_{group}"]
    kind, machine = ROUTES[group]
    assert spec.returns is kind
    assert spec.params == (AbiParamKind.PTR,)
    text = emit_llvm(artifact(program(Scene(dispatch(group, 0)))), EmitOptions(TRIPLE))
    assert f"call {machine} @interop_dispatch_{group}(ptr" in text
    for other in ROUTES.keys() - {group}:
        assert f"interop_dispatch_{other}" not in text


@pytest.mark.parametrize("group", sorted(ROUTES))
def test_the_object_imports_its_own_group_only(group: str) -> None:
    image = compile_text(program(Scene(dispatch(group, 0))))
    dispatched = {name for name in undefined_symbols(image) if name.startswith("interop_")}
    assert dispatched == {f"interop_dispatch_{group}"}


def test_the_envelope_holds_its_tag_at_8_and_its_payload_at_16() -> None:
    envelope = next(struct for struct in STRUCT_LAYOUTS if struct.name == "BeskidInteropEnvelope")
    assert (envelope.offset("tag"), envelope.offset("payload"), envelope.size) == (8, 16, 24)
    assert not envelope.draft


@pytest.mark.parametrize("tag", [0, 404, -1])
@pytest.mark.parametrize("group", sorted(ROUTES))
def test_only_the_group_that_owns_a_tag_claims_it(group: str, tag: int, tmp_path: Path) -> None:
    image = compile_text(program(Scene(dispatch(group, tag))))
    owned = group == "usize" and tag == 0
    for outcome in (run_jit(image, tmp_path), run_aot(image, tmp_path)):
        assert outcome.status == (0 if owned else 101)
        assert (f"invalid interop tag for {group} dispatch" in outcome.stderr) is not owned


def test_the_string_length_comes_back_through_both_back_ends(tmp_path: Path) -> None:
    scene = SCENES["interop_dispatch_usize"]
    image = compile_text(program(scene))
    assert run_jit(image, tmp_path).stdout == run_aot(image, tmp_path).stdout == "5\n"


def test_the_core_library_needs_no_dispatch() -> None:
    assert not [
        path.name
        for path in sorted((ROOT / "corelib").rglob("*.bd"))
        if "interop_dispatch" in path.read_text(encoding="utf-8")
    ]
