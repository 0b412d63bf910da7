"""The runtime's areas use each other downward only, and only the platform folder knows the operating system."""

from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from tests import limits
from tests.architecture import runtime_order as order

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "runtime"
SOURCES = RUNTIME / "src"

ISO_HEADERS = {
    "assert.h", "ctype.h", "errno.h", "float.h", "inttypes.h", "limits.h", "math.h", "setjmp.h", "signal.h",
    "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h",
}  # fmt: skip
SANITIZER_HEADER = "sanitizer/asan_interface.h"


def load_build() -> ModuleType:
    specification = importlib.util.spec_from_file_location("order_build", RUNTIME / "build.py")
    assert specification is not None and specification.loader is not None
    build = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(build)
    return build


def compile_unit(path: Path, folder: Path, target: Path) -> Path:
    """The object of one source file of a tree."""
    build = load_build()
    flags = [flag for flag in build.FLAGS if flag not in ("-O2", "-Werror")]
    include = [f"-I{folder}", f"-I{RUNTIME / 'include'}"]
    # Without inlining every call of a function of another file leaves its symbol undefined.
    command = ["cc", *flags, "-O0", *build.feature_flags(path), *include, "-c", str(path), "-o", str(target)]
    limits.run(command, check=True, capture_output=True)
    return target


def compile_all(folder: Path, out: Path) -> dict[str, list[Path]]:
    """The objects of every unit of a tree."""
    # Those of other systems need the headers of these.
    others = {folder / "platform" / name for platform in load_build().PLATFORMS.values() for name in platform.folders}
    others -= {folder / "platform" / name for name in load_build().PLATFORMS["linux"].folders}
    files = sorted(path for path in folder.rglob("*.c") if not others.intersection(path.parents))
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda item: compile_unit(item[1], folder, out / f"{item[0]}.o"), enumerate(files)))
    objects: dict[str, list[Path]] = {}
    for path, file in zip(files, made, strict=True):
        objects.setdefault(order.unit_of(path.relative_to(folder).as_posix()), []).append(file)
    return objects


def test_includes_go_downward() -> None:
    assert not order.violations(order.included_units(SOURCES))


def test_calls_go_downward(tmp_path: Path) -> None:
    used = order.called_units(compile_all(SOURCES, tmp_path))
    assert "panic/panic" in used["heap/marking"], "no symbols were read"
    assert not order.violations(used)


def test_every_layer_is_in_use() -> None:
    present = order.included_units(SOURCES).keys() | {"beskid_abi", "beskid_rows"}
    assert order.RANKS.keys() == present


def plant(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_planted_upward_call_is_found(tmp_path: Path) -> None:
    tree = tmp_path / "src"
    plant(tree, "heap/collector.c", "int bk_planted(void);\nint bk_planted(void) { return 1; }\n")
    plant(
        tree,
        "heap/blocks.c",
        "extern int bk_planted(void);\nint bk_caller(void);\nint bk_caller(void) { return bk_planted(); }\n",
    )
    assert order.violations(order.called_units(compile_all(tree, tmp_path))) == ["heap/blocks uses heap/collector"]
    assert not order.violations(order.included_units(tree))


@pytest.mark.parametrize(
    ("name", "included", "expected"),
    [
        ("heap/blocks.h", "entry/faults.h", "heap/blocks uses entry/faults"),
        ("heap/marking.c", "heap/statistics.h", "heap/marking uses heap/statistics"),
        ("platform/linux/files.c", "panic/panic.h", "platform uses panic/panic"),
        ("heap/new_area.c", "common.h", "heap/new_area has no layer"),
    ],
)
def test_a_planted_upward_include_is_found(tmp_path: Path, name: str, included: str, expected: str) -> None:
    plant(tmp_path, name, f'#include "{included}"\n')
    assert order.violations(order.included_units(tmp_path)) == [expected]


def test_core_files_include_iso_c_only() -> None:
    foreign = {
        path: sorted(headers - ISO_HEADERS - {SANITIZER_HEADER})
        for path, headers in order.system_includes(SOURCES).items()
        if path.count("/") < 2 or not path.startswith("platform/")
    }
    assert not {path: headers for path, headers in foreign.items() if headers}
    assert "sys/mman.h" in order.system_includes(SOURCES)["platform/linux/memory.c"], "no includes were read"


def test_the_sanitizer_is_included_only_under_its_condition() -> None:
    for path, headers in order.system_includes(SOURCES).items():
        if SANITIZER_HEADER in headers:
            text = (SOURCES / path).read_text(encoding="utf-8")
            assert text.index("#if defined(__SANITIZE_ADDRESS__)") < text.index(SANITIZER_HEADER)
