"""`beskid bind`: contracts from C headers, which then compile and run."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.externs.libraries import BESKID, call, compile_library, run_both

HEADER = """
#include <stdint.h>
#include <stdarg.h>
typedef struct shop_item shop_item;
typedef int32_t (*shop_visitor)(const shop_item *item, void *data);
enum colour { RED, GREEN };
struct point { int x, y; };
shop_item *shop_open(const char *name, unsigned long long flags) __attribute__((nonnull));
void shop_close(shop_item *);
int shop_fill(shop_item **out, uint16_t *count, const double values[], _Bool in);
void shop_visit(shop_item *item, shop_visitor visit, void *data);
enum colour shop_colour(enum colour ref, unsigned char type);
int shop_log(const char *format, ...);
struct point shop_place(struct point where);
long double shop_exact(long double x);
const char *shop_name(void);
static inline int shop_inline(int x) { return x; }
"""

CONTRACT = """/// Functions of shop.h. Addresses are `i64`; a `ref u8` takes a string too.

[Opaque]
pub type ShopItem { }

[Extern(Abi: "C", Library: "shop")]
pub contract Shop {
    ShopItem shop_open(ref u8 name, u64 flags);
    unit shop_close(ShopItem argument0);
    i32 shop_fill(ref ShopItem out_, ref u16 count, ref f64 values, bool in_);
    unit shop_visit(ShopItem item, i32(i64, i64) visit, i64 data);
    i32 shop_colour(i32 ref_, u8 type_);
    i64 shop_name();
}

// Left out, because it cannot cross:
//   shop_log: it takes any number of arguments, which follow another calling convention
//   shop_place: `struct point` is passed by value
//   shop_exact: the type `long double` has no counterpart
"""


def test_what_crosses_and_what_does_not(tmp_path: Path) -> None:
    (tmp_path / "shop.h").write_text(HEADER)
    bound = call(tmp_path, [*BESKID, "bind", "shop.h", "--library", "shop"])
    assert bound.status == 0, bound.stderr
    assert bound.stdout == CONTRACT
    assert bound.stderr == "6 functions from shop.h, 3 omitted\n"


@pytest.mark.parametrize("header", ["zlib.h", "sqlite3.h", "math.h", "stdlib.h", "stdio.h"])
def test_contracts_of_real_headers_check(tmp_path: Path, header: str) -> None:
    bound = call(tmp_path, [*BESKID, "bind", header, "--library", "x", "-o", "x.bd"])
    assert bound.status == 0, bound.stderr
    assert int(bound.stderr.split()[0]) > 20
    checked = call(tmp_path, [*BESKID, "check", "x.bd"])
    assert "error" not in checked.stderr
    assert checked.status == 0


def test_a_bound_library_runs(tmp_path: Path) -> None:
    (tmp_path / "tiny.h").write_text("unsigned char add(unsigned char a, signed char b);\n")
    compile_library(
        tmp_path, "tiny", '#include "tiny.h"\nunsigned char add(unsigned char a, signed char b) { return a + b; }'
    )
    bound = call(tmp_path, [*BESKID, "bind", "tiny.h", "--library", "tiny"])
    main = 'unit main() { PrintLine("${Tiny.add(250, 10)} ${Tiny.add(3, -1)}"); }\n'
    (tmp_path / "program.bd").write_text(bound.stdout + main)
    assert run_both(tmp_path, "program.bd", "--link", "tiny", "-L", ".").stdout == "4 2\n"


def test_a_header_that_is_missing_or_no_c(tmp_path: Path) -> None:
    missing = call(tmp_path, [*BESKID, "bind", "nowhere.h", "--library", "x"])
    assert (missing.status, missing.stdout) == (3, "")
    assert "no such header" in missing.stderr
    (tmp_path / "bad.h").write_text("class Widget { public: int x; };\n")
    bad = call(tmp_path, [*BESKID, "bind", "bad.h", "--library", "x"])
    assert (bad.status, bad.stdout) == (3, "")
    assert "not plain C" in bad.stderr
    (tmp_path / "lost.h").write_text("#include <no/such/file.h>\n")
    lost = call(tmp_path, [*BESKID, "bind", "lost.h", "--library", "x"])
    assert lost.status == 3
    assert "no/such/file.h" in lost.stderr
