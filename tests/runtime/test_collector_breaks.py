"""The collector with one rule broken at a time: a program of the tests fails then.

Each edit is made in a copy of the sources. The programs run with the verifier, in stress mode and without, with stores
of this level and of older ones; they pass with the sources as they are. An ordinary run breaks a few rules, and
`BESKID_BREAKS=all` every one. What compiled code owes to the collector is broken by `tools/clauses.py`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import limits
from tests.runtime.build import RUNTIME, load_script, run

ALLOCATION = "heap/allocation.c"
ARRAYS = "values/arrays.c"
BLOCKS = "heap/blocks.c"
COLLECTOR = "heap/collector.c"
EVENTS = "values/events.c"
FOREIGN = "heap/foreign.c"
MARKING = "heap/marking.c"
ROOTS = "heap/roots.c"
SWEEPING = "heap/sweeping.c"


@dataclass(frozen=True)
class Fault:
    """In `file`, `old`, which is there once, becomes `new`."""

    file: str
    old: str
    new: str


FAULTS = {
    "a stored reference is not marked while marking": Fault(
        MARKING, "bk_heap.phase == BK_MARKING || is_address", "is_address"
    ),
    "a barrier of a host does not mark outside of cycles": Fault(
        MARKING, "|| is_address_marked((uint64_t)(uintptr_t)parent)", ""
    ),
    "what a barrier marks is not traced": Fault(
        MARKING,
        "        mark((uint64_t)(uintptr_t)child);\n    }\n}",
        "        mark((uint64_t)(uintptr_t)child);\n        stack_size -= stack_size != 0;\n    }\n}",
    ),
    "the flag stays set after a collection": Fault(COLLECTOR, "    bk_set_marking(false);\n", ""),
    "the final stop does not look at the roots": Fault(
        COLLECTOR, "        bk_marking_roots();\n        clean_all_cards();", "        clean_all_cards();"
    ),
    "the final stop does not look at the cards": Fault(
        COLLECTOR, "        bk_marking_roots();\n        clean_all_cards();", "        bk_marking_roots();"
    ),
    "the final stop does not mark what is left": Fault(
        COLLECTOR, "bk_marking_run(UINT64_MAX);\n    bk_set", "0;\n    bk_set"
    ),
    "a minor collection does not look at the cards": Fault(
        COLLECTOR, "cycle.end_card = minor ? all_groups() :", "cycle.end_card = minor ? 0 :"
    ),
    "a minor collection does not look at the roots": Fault(
        COLLECTOR, "        bk_marking_begin_young();\n", "        bk_marking_begin_young();\n        return;\n"
    ),
    "a minor collection marks into the other set": Fault(
        MARKING, "    target = bk_heap.marked;\n", "    target = 1 - bk_heap.marked;\n"
    ),
    "a full collection marks into the marks in use": Fault(
        MARKING, "    target = 1 - bk_heap.marked;\n", "    target = bk_heap.marked;\n"
    ),
    "marks that are no longer in use stay": Fault(
        SWEEPING, "bk_block_clear_marks(block, 1 - bk_heap.marked);", "(void)0;"
    ),
    "an abandoned marking leaves its marks": Fault(
        MARKING, "        bk_block_clear_marks(&bk_heap.blocks[number], target);", "        (void)number;"
    ),
    "an abandoned marking leaves its stack": Fault(
        MARKING,
        "    target = 1 - bk_heap.marked;\n    stack_size = 0;",
        "    target = 1 - bk_heap.marked;\n    stack_size = stack_size / 2;",
    ),
    "cards are not cleaned after a look": Fault(
        MARKING, "                cards[card] = 0;\n", "                cards[card] = 0;\n                break;\n"
    ),
    "the marks are not exchanged": Fault(COLLECTOR, "    bk_marking_flip();\n", ""),
    "blocks allocated into are not swept": Fault(COLLECTOR, "    bk_sweeping_young();\n", ""),
    "the number of the collection stays": Fault(
        COLLECTOR,
        "    bk_sweeping_young();\n    bk_heap.young = 0;\n    bk_heap.epoch++;",
        "    bk_sweeping_young();\n    bk_heap.young = 0;",
    ),
    "cursors stay open after a collection": Fault(COLLECTOR, "    bk_cursors_close();\n", ""),
    "an array card is looked at without its last element": Fault(
        MARKING, "trace_elements(array, element, first, last);", "trace_elements(array, element, first, last - 1);"
    ),
    "copied elements have no cards": Fault(ARRAYS, "        bk_dirty_cards(target->ptr", "        (void)(target->ptr"),
    "only the first of copied elements has a card": Fault(
        ARRAYS, "target_start * size, (uint64_t)count * size);\n    }", "target_start * size, size);\n    }"
    ),
    "a new list of handlers has no card": Fault(EVENTS, "        bk_dirty_cards(slot, sizeof *slot);\n", ""),
    "a new handler has no card": Fault(
        EVENTS, "    bk_dirty_cards(handlers(state) + state->len, sizeof handler);\n", ""
    ),
    "handlers that move have no cards": Fault(
        EVENTS, "            bk_dirty_cards(items + index, (state->len - index) * sizeof *items);\n", ""
    ),
    "cells that begin before a card are not looked at": Fault(
        MARKING,
        "uint64_t index = offset / block->cell_size; index < block->cells",
        "uint64_t index = (offset + block->cell_size - 1) / block->cell_size; index < block->cells",
    ),
    "elements that begin before a card are not looked at": Fault(
        MARKING,
        "(uint64_t)(from - array->ptr) / element->size;",
        "((uint64_t)(from - array->ptr) + element->size - 1) / element->size;",
    ),
    "cards after the first block of a cell are not looked at": Fault(
        MARKING, "        const BkBlock *head = &bk_heap.blocks[block->head];", "        const BkBlock *head = block;"
    ),
    "cards are cleared after something was marked": Fault(
        COLLECTOR,
        "    if (cycle.next_clear < cycle.clear_end) {\n        return clear_some_cards();\n    }\n"
        "    if (!bk_marking_is_done()) {\n        return bk_marking_run(max_steps);\n    }\n",
        "    if (!bk_marking_is_done()) {\n        return bk_marking_run(max_steps);\n    }\n"
        "    if (cycle.next_clear < cycle.clear_end) {\n        return clear_some_cards();\n    }\n",
    ),
    "a host's barrier does nothing in a minor collection": Fault(
        MARKING,
        "bk_heap.phase == BK_MARKING || is_address",
        "(bk_heap.phase == BK_MARKING && target != bk_heap.marked) || is_address",
    ),
    "elements of a long array are left out between two pieces": Fault(MARKING, "push(to);", "push(to + 1);"),
    "what a slice refers to is not marked": Fault(
        MARKING,
        "    case BESKID_KIND_SLICE:\n        mark(word_at(cell));\n",
        "    case BESKID_KIND_SLICE:\n",
    ),
    "an address inside a large cell is one of a block": Fault(
        MARKING,
        "        number = block->head;\n        block = &bk_heap.blocks[number];\n",
        "        if (block->state == BK_LARGE_TAIL) {\n            return;\n        }\n",
    ),
    "the last references of an object are not marked": Fault(
        MARKING,
        "index < descriptor->pointer_count; index++) {\n            mark(word_at(cell +",
        "index + 1 < descriptor->pointer_count; index++) {\n            mark(word_at(cell +",
    ),
    "the first visible slot is not looked at": Fault(
        MARKING, "void **slot = bk_shadow_slots(); slot <", "void **slot = bk_shadow_slots() + 2; slot <"
    ),
    "registered slots are not roots": Fault(
        ROOTS, "        visit((uint64_t)(uintptr_t)*slots[index]);\n", "        (void)visit;\n"
    ),
    "handles are not roots": Fault(ROOTS, "            visit(handles[index]);\n", "            (void)visit;\n"),
    "a new large cell is marked": Fault(
        ALLOCATION, "    head->marks[0][0] = 0;\n", "    head->marks[bk_heap.marked][0] = 1;\n"
    ),
    "marks of large cells that are no longer in use stay": Fault(
        SWEEPING,
        "bk_heap.phase == BK_SWEEPING && (block->state == BK_SMALL || block->state == BK_LARGE)",
        "bk_heap.phase == BK_SWEEPING && block->state == BK_SMALL",
    ),
    "a block with room is listed twice": Fault(
        SWEEPING,
        "            append(list, number);\n        } else",
        "            append(list, number);\n            append(list, number);\n        } else",
    ),
    "a block that is allocated into is swept": Fault(
        SWEEPING, "is_cell && bk_heap.blocks[swept].epoch != bk_heap.epoch", "is_cell"
    ),
    "free cells are handed out with old bytes": Fault(SWEEPING, "    block->dirty = true;\n", ""),
    "only the first block of a dead large cell is released": Fault(
        SWEEPING, "bk_blocks_release(number, block->run);", "bk_blocks_release(number, 1);"
    ),
    "free blocks are handed out with old bytes": Fault(
        ALLOCATION, "            memset(bk_block_start(index), 0, BESKID_HEAP_BLOCK_SIZE);\n", ""
    ),
    "of the young blocks only the last is swept": Fault(
        ALLOCATION, "        block->young = bk_heap.young;\n", "        block->young = 0;\n"
    ),
    "free blocks below the search are forgotten": Fault(
        BLOCKS, "    if (first < bk_heap.search) {\n        bk_heap.search = first;\n    }\n", ""
    ),
    "lent memory is returned before anything is marked": Fault(
        COLLECTOR,
        "    cycle.kind = kind;\n",
        "    cycle.kind = kind;\n    bk_foreign_after_marking();\n",
    ),
    "lent memory is returned before a minor collection marks": Fault(
        COLLECTOR,
        "        bk_marking_begin_young();\n",
        "        bk_marking_begin_young();\n        bk_foreign_after_marking();\n",
    ),
    "lent memory is never returned": Fault(
        FOREIGN, "            released.rows[released.count++] = loans.rows[number];\n", "            continue;\n"
    ),
    "a stop after slices does not look for what is new": Fault(COLLECTOR, "    cycle.interrupted = true;\n", ""),
}

BROKEN = tuple(FAULTS) if os.environ.get("BESKID_BREAKS") == "all" else tuple(FAULTS)[::9]

RUNS = (
    ("test_heap", (), "1", "0"),
    ("test_random", ("1", "3000"), "1", "0"),
    ("test_random", ("2", "3000"), "1", "1"),
    ("test_random", ("3", "60000"), "0", "0"),
    ("test_heap", (), "0", "0"),
)
"""Program, arguments, stress mode, stores of older levels."""


def object_of(source: Path, root: Path, folder: Path) -> Path:
    target = folder / f"{source.relative_to(root).as_posix().replace('/', '-')}.o"
    build = load_script("build")
    flags = [flag for flag in build.FLAGS if flag != "-O2"]
    words = [*flags, "-Wno-error", "-w", "-O1", "-DBESKID_HIDDEN", *build.feature_flags(source)]
    limits.run(
        ["cc", *words, f"-I{root / 'src'}", f"-I{root / 'include'}", "-c", str(source), "-o", str(target)], check=True
    )
    return target


def link(objects: list[Path], name: str, folder: Path) -> Path:
    source = RUNTIME / "tests" / f"{name}.c"
    words = ["-std=c11", "-O1", "-D_GNU_SOURCE", "-DBESKID_HIDDEN", f"-I{RUNTIME / 'src'}", f"-I{RUNTIME / 'include'}"]
    target = folder / name
    limits.run(["cc", *words, str(source), *map(str, objects), "-o", str(target), "-lm", "-lpthread"], check=True)
    return target


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The objects of the sources as they are, by the path of the source."""
    folder = tmp_path_factory.mktemp("objects")
    sources = [
        path for path in load_script("build").sources(RUNTIME) if path.stem not in ("modules", "rows", "inflate")
    ]
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda source: object_of(source, RUNTIME, folder), sources))
    return {source.relative_to(RUNTIME / "src").as_posix(): path for source, path in zip(sources, made, strict=True)}


def failures(objects: list[Path], folder: Path) -> Iterator[str]:
    """Run the programs up to the first that fails, and return what it says."""
    programs = {name: link(objects, name, folder) for name in ("test_heap", "test_random")}
    for name, arguments, stress, older in RUNS:
        settings = {"BESKID_GC_VERIFY": "1", "BESKID_GC_STRESS": stress, "BESKID_TEST_OLDER_STORES": older}
        done = run(programs[name], *arguments, **settings)
        if done.returncode != 0 or not done.stdout.startswith("ok"):
            yield f"{name} {stress} {older}: {done.returncode} {done.stderr[:200]}"
            return


def test_the_programs_pass(objects: dict[str, Path], tmp_path: Path) -> None:
    assert list(failures(list(objects.values()), tmp_path)) == []


def test_every_break_fits_the_sources() -> None:
    counts = {
        name: (RUNTIME / "src" / fault.file).read_text(encoding="utf-8").count(fault.old)
        for name, fault in FAULTS.items()
    }
    assert {name: count for name, count in counts.items() if count != 1} == {}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_noticed(name: str, objects: dict[str, Path], tmp_path: Path) -> None:
    fault = FAULTS[name]
    copy = tmp_path / "runtime"
    shutil.copytree(RUNTIME / "src", copy / "src")
    shutil.copytree(RUNTIME / "include", copy / "include")
    source = copy / "src" / fault.file
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    broken = {**objects, fault.file: object_of(source, copy, tmp_path)}
    assert list(failures(list(broken.values()), tmp_path)) != []
