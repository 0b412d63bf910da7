"""`beskid bind`: contracts from C headers, which then compile and run."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.externs.libraries import BESKID, call, compile_library, run_both

from beskid.source.text import SourceText
from beskid.syntax.parser import parse
from beskid.syntax.tree import ContractItem, StringLiteral

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
//   shop_inline: it is `static`, so no library contains it
"""


def test_what_crosses_and_what_does_not(tmp_path: Path) -> None:
    (tmp_path / "shop.h").write_text(HEADER)
    bound = call(tmp_path, [*BESKID, "bind", "shop.h", "--library", "shop"])
    assert bound.status == 0, bound.stderr
    assert bound.stdout == CONTRACT
    assert bound.stderr == "6 functions from shop.h, 4 omitted\n"


EXOTIC = """
#ifndef EXOTIC_H
#define EXOTIC_H
#include <stdarg.h>
#define EXOTIC_VERSION 12
#define EXOTIC_MAX(a, b) ((a) > (b) ? (a) : (b))
typedef __int128 wide;
typedef float four __attribute__((vector_size(16)));
typedef int byte_sized __attribute__((mode(QI)));
typedef int (*winfn)(int) __attribute__((ms_abi));
typedef int operation(int left, int right);
enum big { SMALL = 1, HUGE_ONE = 1LL << 40 };
enum high { TOP = 0xFFFFFFFFu };
enum computed { FIRST = sizeof(long), SECOND };
enum flags { A = 1 << 0, B = 1 << 4, C = A | B, D = -'a' };
struct packed_one { char a; int b; } __attribute__((packed));
extern int exotic_state;
extern const char *exotic_names[4];
int vlog(const char *format, va_list arguments);
__int128 wide_one(void);
unsigned __int128 wide_two(int);
int wide_three(wide *p);
_Float128 quad(_Float128 x);
double _Complex turned(double _Complex z);
four add_four(four a, four b);
byte_sized small(void);
int big_one(enum big b);
unsigned high_one(enum high h);
int computed_one(enum computed c);
int flags_one(enum flags f);
int __attribute__((ms_abi)) windows(int a);
void takes_windows(winfn f);
operation add_up;
extern int renamed(int) __asm__("exotic_real_name");
int odd_label(int) __asm__("odd$label");
static int hidden(int x) { return x; }
inline int shown(int x) { return __extension__ ({ x; }); }
int type(int);
int type_(int);
__extension__ typedef long long int longer;
longer use_longer(longer x) __attribute__((nonnull)) __attribute__((deprecated("\\"quoted\\"")));
int after_all(__typeof__(exotic_state) x);
int strange(int (^block)(int));
_Static_assert(sizeof(int) == 4, "int");
int last(struct packed_one *p, const char *restrict text);
#endif
"""

FUNCTIONS_OF_EXOTIC = """
    i32 wide_three(i64 p);
    u32 high_one(u32 h);
    i32 flags_one(i32 f);
    i32 add_up(i32 left, i32 right);
    [Symbol("exotic_real_name")]
    i32 renamed(i32 argument0);
    i32 shown(i32 x);
    [Symbol("type")]
    i32 type_(i32 argument0);
    i64 use_longer(i64 x);
    i32 last(PackedOne p, ref u8 text);
"""

OPAQUE_OF_EXOTIC = """
//   PackedOne: `last` takes its address without a length and a capacity
"""

LEFT_OUT_OF_EXOTIC = """
//   vlog: the type `va_list` has no counterpart
//   wide_one: the type `__int128` has no counterpart
//   wide_two: the type `unsigned __int128` has no counterpart
//   quad: the type `_Float128` has no counterpart
//   turned: the type `double _Complex` has no counterpart
//   add_four: the attribute `vector_size` changes the form of its type
//   small: the attribute `mode` changes the form of its type
//   big_one: `enum big` has 64 bits
//   computed_one: the values of `enum computed` are not known without a compiler
//   windows: it follows another calling convention, `ms_abi`
//   takes_windows: it follows another calling convention, `ms_abi`
//   odd_label: its symbol odd$label is not a C name
//   hidden: it is `static`, so no library contains it
//   type_: `type` has the name `type_`
//   after_all: a type is given by `typeof`
//   strange: it is not plain C
"""

OTHERS_OF_EXOTIC = """
//   exotic_state: a variable
//   exotic_names: a variable
//   EXOTIC_VERSION: a macro
//   EXOTIC_MAX: a macro
"""


def test_what_a_contract_cannot_say_is_listed(tmp_path: Path) -> None:
    """Such types were taken for others of another size, static functions for functions of the library, and one
    declaration with a word of a compiler refused the header."""
    (tmp_path / "exotic.h").write_text(EXOTIC)
    bound = call(tmp_path, [*BESKID, "bind", "exotic.h", "--library", "exotic"])
    assert bound.status == 0, bound.stderr
    text = bound.stdout
    functions = text[text.index("pub contract Exotic {") + len("pub contract Exotic {") : text.index("}\n\n// Opaque")]
    opaque = text[text.index("be a value type:") + len("be a value type:") : text.index("\n// Left out, because it c")]
    left_out = text[text.index("cannot cross:") + len("cannot cross:") : text.index("\n// Left out, because it is not")]
    assert functions == FUNCTIONS_OF_EXOTIC
    assert opaque == OPAQUE_OF_EXOTIC
    assert left_out == LEFT_OUT_OF_EXOTIC
    assert text.endswith(OTHERS_OF_EXOTIC)
    assert bound.stderr == "9 functions from exotic.h, 16 omitted, 4 macros and variables omitted\n"
    (tmp_path / "exotic.bd").write_text(text)
    assert call(tmp_path, [*BESKID, "check", "exotic.bd"]).status == 0


def test_the_name_of_the_library_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "odd.h").write_text("int odd(int x);\n")
    library = 'we"ird${1}\\x'
    bound = call(tmp_path, [*BESKID, "bind", "odd.h", "--library", library, "-o", "odd.bd"])
    assert bound.status == 0, bound.stderr
    checked = call(tmp_path, [*BESKID, "check", "odd.bd"])
    assert (checked.status, checked.stderr) == (0, "")
    ran = call(tmp_path, [*BESKID, "run", "odd.bd"])
    assert "E1007" in ran.stderr or "main" in ran.stderr


def test_headers_of_this_processor_are_found(tmp_path: Path) -> None:
    """They lie in a folder that only the compiler knows."""
    bound = call(tmp_path, [*BESKID, "bind", "sys/mman.h", "--library", "c"])
    assert bound.status == 0, bound.stderr
    assert "i32 munmap(i64 __addr, u64 __len);" in bound.stdout


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


@pytest.mark.parametrize("library", ['a"b', "a\\", "${a}", "a\nb\r\t", "\x1b[31m", "é", "a b"], ids=ascii)
def test_any_name_of_a_library_is_one_string_literal(tmp_path: Path, library: str) -> None:
    (tmp_path / "h.h").write_text("int twice(int value);\n")
    bound = call(tmp_path, [*BESKID, "bind", "h.h", "--library", library, "-o", "h.bd"])
    assert bound.status == 0, bound.stderr
    text = (tmp_path / "h.bd").read_text(encoding="utf-8")
    assert len(text.split("\n")) == 7, text
    (declared,) = library_of(text)
    assert declared == library


def library_of(text: str) -> list[object]:
    """The values of `Library` in a source, as the parser reads them."""
    result = parse(SourceText("h.bd", text))
    assert result.diagnostics == []
    contracts = [item for item in result.program.items if isinstance(item, ContractItem)]
    arguments = [each for item in contracts for attribute in item.attributes for each in attribute.arguments]
    values = [each.value for each in arguments if each.name is not None and each.name.text == "Library"]
    return [value.pieces[0] for value in values if isinstance(value, StringLiteral)]
