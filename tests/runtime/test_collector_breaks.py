"""The collector with one rule broken at a time: a program of the tests fails then.

Each edit is made in a copy of the sources. The programs run with the verifier, in stress mode and without, with stores
of this level and of older ones; they pass with the sources as they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import limits
from tests.runtime.build import RUNTIME, load_script, run

COLLECTOR = "heap/collector.c"
MARKING = "heap/marking.c"
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
    "copied elements have no cards": Fault(
        "values/arrays.c", "        bk_dirty_cards(target->ptr", "        (void)(target->ptr"
    ),
}

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


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_rule_is_noticed(name: str, objects: dict[str, Path], tmp_path: Path) -> None:
    fault = FAULTS[name]
    copy = tmp_path / "runtime"
    shutil.copytree(RUNTIME / "src", copy / "src")
    shutil.copytree(RUNTIME / "include", copy / "include")
    source = copy / "src" / fault.file
    text = source.read_text(encoding="utf-8")
    assert text.count(fault.old) == 1
    source.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    broken = {**objects, fault.file: object_of(source, copy, tmp_path)}
    assert list(failures(list(broken.values()), tmp_path)) != []
