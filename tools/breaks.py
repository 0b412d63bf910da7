"""Edits of the sources, each of which breaks one row of the conformance page, and the test that must fail then.

A row of `CLAUSES` is a clause `[[semantics]]` of `runtime/abi.toml`, which names its test. A row of `DOCUMENTS` is a
requirement of the foundation documents, a row of `RULES` a rule of one function that no clause states, and one of
`STORES` what compiled code owes to the collector. `clauses.py` makes the edits; those of the collector's own rules are
in `tests/runtime/test_collector_breaks.py`, which needs no compiler.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Break:
    """An edit: in `file`, `old`, which is there once, becomes `new`.

    `only` selects cases of a test of many files, as `pytest -k` does. `what` is for the reader where `new` is long.
    """

    file: str
    old: str
    new: str
    test: str = ""
    only: str = ""
    what: str = ""

    def shown(self) -> str:
        """Return what the edit does, as a cell of a Markdown table."""
        edit = " ".join((self.new or self.old).split())
        text = self.what or (f"`{edit}`" if self.new else f"without `{edit}`")
        return f"{text.replace('||', 'or').replace('|', 'or')} in `{self.file}`"

    def shown_test(self) -> str:
        name, _, case = self.test.partition("[")
        cases = " ".join(word for word in (case.removesuffix("]"), self.only) if word)
        return f"`{name}`" + (f" ({cases})" if cases else "")

    def is_in_runtime(self) -> bool:
        """Whether the runtime must be built again."""
        return self.file.startswith("runtime/")


_RUNTIME = "runtime/src"
_PYTHON = "src/beskid"

CLAUSES: dict[str, Break] = {
    "write-null-handle": Break(f"{_RUNTIME}/panic/output.c", "text->ptr == NULL ? -1 :", "text->ptr == NULL ? 0 :"),
    "panic-prints-its-message": Break(f"{_RUNTIME}/panic/panic.c", '"panic: "', '"fault: "'),
    "array-new-is-untraced": Break(
        f"{_RUNTIME}/values/arrays.c",
        "return make(BESKID_KIND_RAW, element_size << 1 | 1",
        "static const uint64_t first[] = {0};\n"
        "    static const BeskidTypeDescriptor reference = {8, 8, 1, 0, first, NULL, 0};\n"
        "    return make(BESKID_KIND_ARRAY, (uint64_t)(uintptr_t)&reference",
        what="the storage has a descriptor with a reference",
    ),
    "handles-start-at-one": Break(f"{_RUNTIME}/heap/roots.c", "return (int64_t)handle;", "return (int64_t)handle - 1;"),
    "barrier-before-store": Break(
        f"{_RUNTIME}/heap/marking.c",
        "    if (child == NULL) {\n        return;",
        '    if (child == NULL) {\n        bk_panic("null");',
    ),
    "objects-do-not-move": Break(
        f"{_RUNTIME}/heap/control.c",
        "int64_t gc_collect(void)\n{\n    return (int64_t)bk_collector_run();\n}\n",
        '#include "context/context.h"\n'
        '#include "heap/allocation.h"\n'
        "#include <string.h>\n"
        "int64_t gc_collect(void)\n{\n"
        "    int64_t bytes = (int64_t)bk_collector_run();\n"
        "    void **slot = bk_context->top - 1;\n"
        "    uint64_t number = ((uint64_t)(uintptr_t)*slot - (uint64_t)(uintptr_t)bk_heap.base) >> BK_BLOCK_SHIFT;\n"
        "    if (number < bk_heap.high && bk_heap.blocks[number].kind == BESKID_KIND_OBJECT) {\n"
        "        void *moved = bk_allocate(BESKID_KIND_OBJECT, bk_heap.blocks[number].cell_size);\n"
        "        *slot = memcpy(moved, *slot, bk_heap.blocks[number].cell_size);\n"
        "    }\n"
        "    return bytes;\n}\n",
        what="a collection copies the object in the last visible slot and stores the copy there",
    ),
    "visible-up-to-top": Break(
        f"{_RUNTIME}/heap/marking.c", "slot < bk_context->top; slot++", "slot + 1 < bk_context->top; slot++"
    ),
    "split-characters-wait": Break(
        f"{_RUNTIME}/system/input.c", "(!incomplete || count <= 0)", "(!incomplete || count <= 4096)"
    ),
    "size-overflow-panics": Break(
        f"{_RUNTIME}/values/arrays.c",
        "__builtin_mul_overflow(size, length, &bytes)",
        "(bytes = size * length) == 1",
    ),
    "event-capacity": Break(f"{_RUNTIME}/values/events.c", 'bk_panic("event capacity exceeded");', "return -1;"),
    "gate-before-code": Break(
        f"{_RUNTIME}/entry/entry.c",
        "program->level > BESKID_RUNTIME_ABI_LEVEL",
        "program->level > BESKID_RUNTIME_ABI_LEVEL + 1",
    ),
    "pauses-are-counted": Break(
        f"{_RUNTIME}/heap/statistics.c", "bk_statistics.pauses++;", "bk_statistics.pauses += pause != BK_SWEEP;"
    ),
    "stores-while-marking": Break(
        f"{_RUNTIME}/heap/marking.c", "bk_heap.phase == BK_MARKING || is_address", "is_address"
    ),
    "string-hash": Break(f"{_RUNTIME}/values/text.c", "hash ^= hash >> 32;", "hash ^= hash >> 31;"),
}
"""A break of each clause of the contract. Its test is that of the clause."""

_ORDER = "tests/boundary/test_prescribed_order.py"
_NAMES = "tests/boundary/test_allowlist_and_version.py"
_FAULTS = "tests/boundary/test_faults.py"
_DISPATCH = "tests/boundary/test_dispatch_routing.py"
_PLATFORM = "tests/boundary/test_no_backend_platform_policy.py"
_SURFACE = "tests/boundary/test_import_surface_consistency.py"
_RULES = "tests/externs/test_rules.py"
_LOCK = "tests/abi/test_lock.py"
_HEADERS = "tests/ir/test_headers.py"
_RANGES = "tests/ir/test_ranges.py"

DOCUMENTS: dict[str, Break] = {
    "S0-EXTRAS": Break(
        f"{_PYTHON}/engine/jit_module.py",
        "            return self._builtins.get(symbol, 0)\n",
        "            return self._extras.get(symbol) or self._builtins.get(symbol, 0)\n",
        f"{_ORDER}::test_the_extras_table_is_optional_and_never_replaces_a_builtin",
    ),
    "S0-ONCE": Break(
        f"{_PYTHON}/engine/jit_module.py",
        "        if self._builtins:\n            return\n",
        "",
        f"{_ORDER}::test_builtins_are_declared_once_and_each_is_the_runtimes_own",
    ),
    "S0-ORDER": Break(
        f"{_PYTHON}/engine/jit_module.py",
        "        self.declare_validated_extern_imports(artifact.extern_imports)\n"
        "        return self.load(emit_object(artifact, options, self.trace), name)\n",
        "        image = emit_object(artifact, options, self.trace)\n"
        "        self.declare_validated_extern_imports(artifact.extern_imports)\n"
        "        return self.load(image, name)\n",
        f"{_ORDER}::test_the_engine_follows_the_prescribed_order",
        what="code is generated before the foreign functions are declared",
    ),
    "S0-GATE": Break(
        f"{_RUNTIME}/entry/entry.c",
        "program->abi_version != BESKID_RUNTIME_ABI_VERSION",
        "program->abi_version == 0",
        f"{_FAULTS}::test_a_program_linked_with_another_version_stops_at_its_start",
    ),
    "S0-AOTIMP": Break(
        f"{_PYTHON}/codegen/llvm/module.py",
        '    return "\\n".join(lines) + "\\n" + metadata.text()\n',
        '    return ("\\n".join(lines) + "\\n" + metadata.text()).replace("@alloc(", "@malloc(")\n',
        f"{_SURFACE}::test_both_back_ends_take_the_same_names[examples/word_frequencies]",
        what="objects import `malloc` in place of `alloc`",
    ),
    "S0-AOTLINK": Break(
        f"{_PYTHON}/aot/runtime_archive.py",
        "    check_machine(archive, [binary for _, _, binary in held], triple)\n",
        "",
        f"{_FAULTS}::test_a_runtime_for_another_machine_is_refused",
    ),
    "S0-META": Break(
        f"{_PYTHON}/aot/metadata.py",
        '"abi_version": int(first.get("abi", "0")),',
        '"abi_version": 0,',
        "tests/aot/test_build.py::test_the_description_lists_what_was_linked",
    ),
    "S0-SIG": Break(
        f"{_PYTHON}/abi/generated/declarations.py",
        '"declare i64 @str_len(ptr)',
        '"declare i32 @str_len(ptr)',
        f"{_PLATFORM}::test_every_listed_function_has_one_llvm_declaration_and_one_prototype",
    ),
    "S0-MISS": Break(
        f"{_PYTHON}/engine/jit_module.py",
        "        if missing:\n            raise JitError.MissingFunction(missing)\n",
        "",
        f"{_ORDER}::test_nothing_is_finalised_when_a_name_is_missing",
    ),
    "S0-BUMPPROC": Break(
        f"{_PYTHON}/abi/upkeep.py",
        "**generated_files(raised), migration_note(version): note}",
        "migration_note(version): note}",
        f"{_LOCK}::test_a_bump_writes_everything_but_the_reasons",
    ),
    "S1-REC": Break(
        f"{_PYTHON}/analysis/types/externs.py",
        '    return text or ""\n',
        '    return ""\n',
        f"{_RULES}::test_s1_rec_the_front_end_records_abi_and_library",
    ),
    "S1-TYPES": Break(
        f"{_PYTHON}/analysis/types/externs.py",
        "if parameter.type is ERROR or crossing_of(parameter) is not None:",
        "if parameter.type is not ERROR:",
        "tests/errors/test_suites.py::test_suite",
        only="externs",
    ),
    "S1-DECL": Break(
        f"{_PYTHON}/codegen/externs.py",
        "frozenset(IRType) - {IRType.REF}",
        "frozenset(IRType)",
        f"{_RULES}::test_s1_decl_bad_rows_are_refused_when_never_called",
    ),
    "S1-NEW": Break(
        f"{_PYTHON}/engine/jit_module.py",
        "    if symbol not in SUPPORT_SYMBOLS:\n        return 0\n",
        "",
        f"{_RULES}::test_s1_new_a_plain_module_knows_runtime_functions_only",
    ),
    "S1-ADDR": Break(
        f"{_PYTHON}/engine/jit_module.py",
        "        for symbol in declared:\n            self._externs[symbol] = given[symbol]\n",
        "",
        f"{_RULES}::test_s1_addr_extras_are_the_addresses",
    ),
    "S1-REMAP": Break(
        f"{_PYTHON}/codegen/emit.py",
        "sorted(found - allowed)",
        "sorted(found & allowed - allowed)",
        "tests/codegen/test_emit.py::test_a_stranger_among_the_imports_is_refused",
    ),
    "S1-DLONCE": Break(
        f"{_PYTHON}/engine/externs.py",
        "            self._libraries[name] = library\n",
        "",
        f"{_RULES}::test_ext_004_two_programs_in_one_process_open_a_library_once",
    ),
    "S1-DISP": Break(
        f"{_PYTHON}/lower/bodies/interop.py",
        '(IRType.REF,): "interop_dispatch_ptr"',
        '(IRType.REF,): "interop_dispatch_usize"',
        f"{_DISPATCH}::test_the_core_library_reaches_each_group_by_its_function",
    ),
    "S2-VER": Break(
        f"{_RUNTIME}/entry/version.c",
        "return BESKID_RUNTIME_ABI_VERSION;",
        "return BESKID_RUNTIME_ABI_VERSION + 1;",
        f"{_NAMES}::test_the_version_is_an_unsigned_number_of_32_bits",
    ),
    "S2-BUMP": Break(
        f"{_PYTHON}/abi/compare.py",
        "if after.get(clause) != fact and (clause in after or not new.partial)",
        "if clause not in after and not new.partial",
        "tests/abi/test_every_clause.py::test_every_change_of_a_function_breaks",
    ),
    "S2-ADD": Break(
        f"{_PYTHON}/abi/compare.py",
        'Difference(Change.ADDITIVE, clause, "", fact)',
        'Difference(Change.BREAKING, clause, "", fact)',
        f"{_LOCK}::test_an_addition_needs_a_level_and_an_update_of_the_lock",
    ),
    "S2-SAME": Break(
        f"{_PYTHON}/engine/jit_module.py",
        "_LISTED = frozenset(RUNTIME_EXPORT_SYMBOLS)\n",
        "RUNTIME_EXPORT_SYMBOLS = RUNTIME_EXPORT_SYMBOLS[:-1]\n_LISTED = frozenset(RUNTIME_EXPORT_SYMBOLS)\n",
        f"{_NAMES}::test_engine_builder_and_code_generation_read_one_contract",
        what="the engine has a list of its own",
    ),
    "S2-LOW": Break(
        f"{_PYTHON}/engine/runtime_library.py",
        "        if answer != BESKID_RUNTIME_ABI_VERSION:\n",
        "        if answer is None:\n",
        f"{_FAULTS}::test_a_runtime_of_another_version_is_refused_at_every_entry_point[1]",
    ),
    "S2-NEW": Break(
        f"{_PYTHON}/engine/runtime_library.py",
        "if self.level() < ENTRY_LEVEL:",
        "if self.level() != BESKID_RUNTIME_ABI_LEVEL:",
        "tests/engine/test_jit_module.py::test_the_runtime_must_keep_our_contract",
    ),
    "S2-PLAT": Break(
        f"{_PYTHON}/codegen/emit.py",
        "triple=target.triple,",
        'triple=target.triple.replace("aarch64", "arm"),',
        "tests/codegen/test_emit.py::test_other_targets_give_objects_of_their_machine",
    ),
    "S2-EXTV": Break(
        f"{_PYTHON}/codegen/externs.py",
        "        if parameter not in _BOUNDARY_TYPES:\n",
        "        if parameter in imported.signature.results:\n",
        "tests/engine/test_jit_module.py::test_signatures_that_do_not_cross_the_boundary_are_refused",
    ),
    "S2-OWN": Break(
        f"{_PYTHON}/codegen/llvm/declarations.py",
        "    return LLVM_DECLARATIONS[symbol]\n",
        '    return "declare i64 @str_len(ptr)" if symbol == "str_len" else LLVM_DECLARATIONS[symbol]\n',
        f"{_PLATFORM}::test_no_signature_of_a_builtin_is_written_outside_the_contract",
    ),
    "S3-LINK": Break(
        f"{_PYTHON}/driver/foreign/policy.py",
        'environment.get(DLOPEN_VARIABLE) == "1"',
        'environment.get(DLOPEN_VARIABLE) != "0"',
        "tests/externs/test_libraries.py::test_the_switched_off_path_lists_every_pair",
    ),
    "S3-SYSC": Break(
        f"{_PYTHON}/codegen/llvm/module.py",
        '            f"  ret i64 %status{place}",\n',
        """            f'  call void asm sideeffect "syscall", ""(){place}',
            f"  ret i64 %status{place}",
""",
        f"{_RULES}::test_s3_sysc_no_system_call_is_in_generated_code",
        what="a system instruction in the entry",
    ),
    "S3-KINDS": Break(
        f"{_PYTHON}/codegen/llvm/declarations.py",
        'return " zeroext" if type is IRType.I1 or unsigned else " signext"',
        'return " signext"',
        f"{_RULES}::test_s3_kinds_narrow_values_say_how_they_fill_a_register",
    ),
    "S3-PRE": Break(
        f"{_PYTHON}/analysis/types/boundary.py",
        "    return view_of(type)\n",
        "    return Crossing.TEXT_VIEW if type is STRING else view_of(type)\n",
        f"{_RULES}::test_s3_pre_high_level_types_never_reach_lowering",
    ),
    "S4-1": Break(
        f"{_PYTHON}/engine/session.py",
        "for text in [name, *arguments]]",
        "for text in [name]]",
        "tests/boundary/test_parity.py::test_both_back_ends_do_what_the_program_says",
    ),
    "S4-2": Break(
        "runtime/exports.map",
        "        str_lower;\n",
        "",
        f"{_NAMES}::test_the_shared_runtime_shows_exactly_the_list",
    ),
    "S4-3": Break(
        f"{_PYTHON}/lower/bodies/interop.py",
        "from beskid.analysis import typed\n",
        "import os\n\nfrom beskid.analysis import typed\n",
        f"{_PLATFORM}::test_no_layer_up_to_code_generation_touches_the_system",
        what="`import os`",
    ),
    "S4-4": Break(
        f"{_RUNTIME}/entry/start.c",
        "    return (int)beskid_main(argument_count, arguments, &beskid_program);\n",
        "    extern void aot_begin(void);\n    aot_begin();\n"
        "    return (int)beskid_main(argument_count, arguments, &beskid_program);\n",
        f"{_NAMES}::test_the_start_up_object_uses_listed_names_only",
        what="the start-up object calls `aot_begin`",
    ),
    "S4-5": Break(
        f"{_PYTHON}/lower/bodies/interop.py",
        '(): "interop_dispatch_unit"',
        '(): "interop_dispatch_usize"',
        f"{_DISPATCH}::test_the_core_library_reaches_each_group_by_its_function[unit]",
    ),
    "S4-6": Break(
        f"{_PYTHON}/abi/compare.py",
        "    if new.version > old.version and note_lacks:\n",
        "    if new.version > old.version + 1 and note_lacks:\n",
        f"{_LOCK}::test_a_breaking_change_needs_a_version_and_a_note",
    ),
    "S4-ALLOW": Break(
        f"{_PYTHON}/aot/build.py",
        "            image, command = with_c_names(request.object_bytes, names), tuple[str, ...]()\n",
        '            image, command = with_c_names(request.object_bytes, names) + b"\\0", tuple[str, ...]()\n',
        "tests/aot/test_build.py::test_an_object_is_written_as_it_is",
        what="an object file gets one more byte",
    ),
    "S4-FORBID": Break(
        f"{_RUNTIME}/panic/panic.c",
        '    put_text(put, "panic: ");\n',
        '#ifdef BESKID_HIDDEN\n    put_text(put, "fault: ");\n#else\n    put_text(put, "panic: ");\n#endif\n',
        "tests/boundary/test_parity.py::test_both_back_ends_do_what_the_program_says",
        what="the runtime of executables begins a panic with another word",
    ),
    "S4-VAL": Break(
        f"{_PYTHON}/engine/session.py",
        "    runtime, trace = module.runtime, module.trace\n",
        '    import os\n\n    os.write(1, b"")\n    runtime, trace = module.runtime, module.trace\n',
        f"{_PLATFORM}::test_the_back_ends_do_no_input_or_output_for_programs",
        what="the engine writes to descriptor 1",
    ),
    "S4-MAINT": Break(
        "docs/reference/abi.md",
        "`gc_object_count` | `() -> I64`",
        "`gc_object_count` | `() -> I32`",
        "tests/abi/test_generated_is_current.py::test_generated_file_is_current[docs/reference/abi.md]",
        what="another result of `gc_object_count`",
    ),
}
"""A break of each requirement of the foundation documents, by the names of the conformance page."""

RULES: dict[str, Break] = {
    "`str_concat` with an empty left side": Break(
        f"{_RUNTIME}/values/strings.c",
        "    if (left->len == 0) {\n        return right;\n    }\n",
        "",
        "tests/runtime/test_programs.py::test_text",
    ),
    "`str_concat` with an empty right side": Break(
        f"{_RUNTIME}/values/strings.c",
        "    if (right->len == 0) {\n        return left;\n    }\n",
        "",
        "tests/runtime/test_programs.py::test_text",
    ),
    "a header is that of the array": Break(
        f"{_PYTHON}/ir/verify.py",
        "if assigned[register] > 1",
        "if assigned[register] > 9",
        f"{_HEADERS}::test_a_register_with_a_header_is_assigned_once",
    ),
    "the array of a header is rooted": Break(
        f"{_PYTHON}/lower/passes/roots.py",
        "if type(operand) is Register and operand.type is IRType.REF:",
        "if type(operand) is Register and operand.type is IRType.REF and not hasattr(step, 'array'):",
        f"{_HEADERS}::test_an_array_stays_in_a_slot_while_its_header_is_used",
    ),
    "a loop assigns no array whose header it keeps": Break(
        f"{_PYTHON}/lower/passes/headers.py",
        "                    found.pop(register, None)\n",
        "                    pass\n",
        f"{_HEADERS}::test_an_array_that_the_loop_assigns_keeps_its_loads",
    ),
    "what checks a loop before it covers its last iteration": Break(
        f"{_PYTHON}/lower/passes/ranges.py",
        "            self._require(CompareOp.ULT, self._span, left)\n",
        "",
        f"{_RANGES}::test_indices_known_before_the_loop_are_checked_there",
    ),
    "a counter that may wrap is checked in its loop": Break(
        f"{_PYTHON}/lower/passes/ranges.py",
        "            self._require(order, bound, IntConstant(IRType.I64, far))\n",
        "",
        f"{_RANGES}::test_a_counter_that_wraps_is_checked_in_the_loop",
    ),
    "a remainder is not negative if its dividend is not": Break(
        f"{_PYTHON}/lower/passes/ranges.py",
        "        for dividend in form.dividends:\n",
        "        for dividend in ():\n",
        f"{_RANGES}::test_indices_known_before_the_loop_are_checked_there",
    ),
}
"""Breaks of rules of single functions."""


_OPERATIONS = f"{_PYTHON}/codegen/llvm/operations.py"
_BARRIER = "tests/codegen/test_barrier.py"
_STORED = "tests/lang/test_programs.py::test_program[memory/stores_into_old_objects]"

STORES: dict[str, Break] = {
    "a stored field has a barrier": Break(
        _OPERATIONS,
        "    if not operation.initializing:\n        write_barrier(writer, operation.value, address)\n",
        "",
        f"{_BARRIER}::test_stores_of_references_have_a_barrier",
    ),
    "a stored element has a barrier": Break(
        _OPERATIONS,
        "operation.stride, operation.offset)\n    write_barrier(writer, operation.value, address)\n",
        "operation.stride, operation.offset)\n",
        f"{_BARRIER}::test_stores_of_references_have_a_barrier",
        what="without the barrier of a stored element",
    ),
    "the import of the barrier is declared": Break(
        f"{_PYTHON}/codegen/artifact.py",
        "return () if store.initializing else _barrier(store.value)",
        "return ()",
        f"{_BARRIER}::test_stores_of_references_have_a_barrier",
    ),
    "the barrier is called while the collector marks": Break(
        _OPERATIONS, "icmp ne i64 {marking}, 0", "icmp eq i64 {marking}, 0", _STORED
    ),
    "the barrier gets the stored reference": Break(
        _OPERATIONS,
        "call void {name}(ptr null, ptr {writer.value(value)})",
        "call void {name}(ptr null, ptr null)",
        _STORED,
    ),
    "the call of the barrier stays": Break(
        _OPERATIONS,
        "memory(read, inaccessiblemem: readwrite)",
        "memory(none)",
        f"{_BARRIER}::test_values_stay_in_registers_over_a_barrier",
    ),
    "a store sets its card": Break(
        _OPERATIONS,
        'writer.emit(f"store i8 1, ptr {card}',
        'writer.emit(f"store i8 0, ptr {card}',
        f"{_BARRIER}::test_stores_of_references_have_a_barrier",
    ),
    "the card is that of the address": Break(
        _OPERATIONS, "lshr i64 {bounded}, {CARD_SHIFT}", "lshr i64 {bounded}, {CARD_SHIFT + 1}", _STORED
    ),
    "an address outside the heap has the last card": Break(
        _OPERATIONS,
        "select i1 {inside}, i64 {offset}, i64 {size}",
        "select i1 {inside}, i64 {offset}, i64 {offset}",
        f"{_BARRIER}::test_an_address_outside_the_heap_has_the_last_card",
    ),
    "a store in a long block sets its card": Break(
        _OPERATIONS,
        "        mark_card(writer, address)\n        return\n",
        "        return\n",
        f"{_BARRIER}::test_a_store_in_a_long_block_has_a_card",
    ),
    "a field that is stored after its object is made is not the first store": Break(
        f"{_PYTHON}/lower/bodies/objects.py",
        "            context.builder.store_field(object, offset, operand)\n",
        "            context.builder.store_field(object, offset, operand, initializing=True)\n",
        _STORED,
    ),
    "an assignment of a shared variable is not the first store": Break(
        f"{_PYTHON}/lower/bodies/context.py",
        "self.builder.store_field(self._cells[local], offset, operand)",
        "self.builder.store_field(self._cells[local], offset, operand, initializing=True)",
        _STORED,
    ),
    "all words of a shared value are references of its cell": Break(
        f"{_PYTHON}/lower/closures.py",
        "if component is IRType.REF]",
        "if component is IRType.REF][:1]",
        _STORED,
    ),
    "all references of an element are described": Break(
        f"{_PYTHON}/lower/layout.py",
        "            if component is IRType.REF\n        }\n",
        "            if component is IRType.REF and offset < 16\n        }\n",
        _STORED,
    ),
}
"""Breaks of what compiled code owes to the collector: barriers, cards, first stores, described references."""


def all_breaks() -> dict[str, Break]:
    """Return every break with its test, by the row that it breaks."""
    clauses = tomllib.loads((ROOT / "runtime" / "abi.toml").read_text(encoding="utf-8"))["semantics"]
    tests = {row["name"]: row["test"] for row in clauses}
    return {**DOCUMENTS, **{name: replace(held, test=tests[name]) for name, held in CLAUSES.items()}, **RULES, **STORES}
