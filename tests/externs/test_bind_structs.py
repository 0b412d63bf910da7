"""C structs that `beskid bind` declares as value types, and the reasons why others stay opaque."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.externs.libraries import BESKID, call, compile_library, run_both

VIEW = "int64_t length, int64_t capacity"


def bind(folder: Path, header: str, *words: str) -> str:
    """The source for a header. It compiles without a warning."""
    (folder / "shape.h").write_text(f"#include <stdint.h>\n#include <stdbool.h>\n{header}\n", encoding="utf-8")
    bound = call(folder, [*BESKID, "bind", "shape.h", "--library", "shape", "-o", "shape.bd", "--force", *words])
    assert bound.status == 0, bound.stderr
    checked = call(folder, [*BESKID, "check", "shape.bd"])
    assert (checked.stderr, checked.status) == ("", 0)
    return (folder / "shape.bd").read_text(encoding="utf-8")


def opaque(text: str) -> dict[str, str]:
    """The structs that stay opaque, with the reasons."""
    _, _, rest = text.partition("// Opaque, because it cannot be a value type:\n")
    return dict(re.findall(r"^//   (\w+): (.*)$", rest.partition("\n\n")[0], re.MULTILINE))


HEADER = f"""
enum kind {{ NONE, SOME = 7 }};
typedef struct entry {{ int8_t type; double weight; _Bool used; enum kind kind; uint16_t count; }} entry;
struct pair {{ float left, right; }};
int64_t entries_scale(struct entry *entries, {VIEW});
double pairs_sum(const struct pair pairs[], size_t pairs_count, size_t cap, double start);
entry *entries_first(void *unknown);
"""
SOURCE = """
#include <stddef.h>
#include "shape.h"
int64_t entries_scale(struct entry *entries, int64_t length, int64_t capacity)
{ int64_t total = capacity;
  for (int64_t i = 0; i < length; i++) {
    total += entries[i].count * (entries[i].used ? entries[i].type : 1000);
    entries[i] = (entry){ (int8_t)-entries[i].type, entries[i].weight * 2, !entries[i].used, SOME, 65535 }; }
  return total; }
double pairs_sum(const struct pair pairs[], size_t count, size_t cap, double start)
{ double total = start; for (size_t i = 0; i < count; i++) total += pairs[i].left * pairs[i].right; return total; }
"""
PROGRAM = """
unit main() {
    let entries = [
        Entry { type_: 2, weight: 1.5, used: true, kind: 0, count: 7 },
        Entry { type_: -3, weight: 0.25, used: false, kind: 7, count: 1 },
    ];
    PrintLine("${Shape.entries_scale(entries)} ${entries}");
    PrintLine("${Shape.pairs_sum([Pair { left: 2.0, right: 3.0 }, Pair { left: 1.0, right: 0.5 }], 0.25)}");
}
"""
EXPECTED = """1016 [Entry { type_: -2, weight: 3.0, used: false, kind: 7, count: 65535 }, \
Entry { type_: 3, weight: 0.5, used: true, kind: 7, count: 65535 }]
6.75
"""


def test_arrays_of_structs_are_shared_with_c(tmp_path: Path) -> None:
    """With padding between the fields and after the last one, a `bool`, and a name that is a keyword."""
    header = HEADER.replace("entry *entries_first(void *unknown);", "")
    text = bind(tmp_path, f"#include <stddef.h>\n{header}")
    assert "i64 entries_scale(CArrayView entries);" in text
    assert "f64 pairs_sum(CArrayView pairs, f64 start);" in text
    assert "[Value]\npub type Entry {\n    i8 type_,\n    f64 weight,\n    bool used,\n    i32 kind,\n" in text
    assert opaque(text) == {}
    compile_library(tmp_path, "shape", SOURCE, f"-I{tmp_path}")
    (tmp_path / "program.bd").write_text(text + PROGRAM, encoding="utf-8")
    assert run_both(tmp_path, "program.bd", "--link", "shape", "-L", ".").stdout == EXPECTED


def test_a_struct_whose_address_c_returns_stays_opaque(tmp_path: Path) -> None:
    text = bind(tmp_path, f"#include <stddef.h>\n{HEADER}")
    assert opaque(text) == {"Entry": "`entries_first` returns a pointer to it"}
    assert "i64 entries_scale(Entry entries, i64 length, i64 capacity);" in text
    assert "[Value]\npub type Pair {\n    f32 left,\n    f32 right,\n}" in text


VECTOR = "the attribute `vector_size` changes the form of a type in it"
REFUSED = {
    "struct s { int a : 3; int b; };": "the field `a` is a bit-field",
    "struct s { int a; int : 3; };": "a field is a bit-field",
    "union s { int a; float b; };": "it is a union",
    "struct s { int a; union { int b; float c; } d; };": "the field `d` is a union",
    "struct s { int a; union { int b; float c; }; };": "it has a field without a name",
    "struct s { int length; int items[]; };": "the field `items` is a flexible array",
    "struct s { int length; int items[0]; };": "the field `items` is a flexible array",
    "struct s { int items[4]; };": "the field `items` is an array",
    "struct s { struct s *next; int a; };": "the field `next` is a pointer",
    "struct s { int (*call)(int); };": "the field `call` is a pointer",
    "struct s { long double a; };": "the field `a` has the type `long double`",
    "struct s { double _Complex a; };": "the field `a` has the type `double _Complex`",
    "struct s { _Atomic int a; };": "the field `a` is atomic",
    "typedef _Atomic int shared; struct s { shared a; };": "the field `a` is atomic",
    "struct s { };": "it has no fields",
    "struct s { char a, b, c, d, e, f, g, h, i; };": "it has 9 numbers, and a value type at most 8",
    "struct s { float a __attribute__((vector_size(16))); };": VECTOR,
    "struct s { int a __attribute__((mode(SF))); };": "the attribute `mode` changes the form of a type in it",
    "struct s { char a; int b; } __attribute__((packed));": "its layout in C is another one",
    "struct s { char a; int b __attribute__((packed)); };": "its layout in C is another one",
    "struct s { char a; char b __attribute__((aligned(8))); };": "its layout in C is another one",
    "struct s { double a, b; } __attribute__((aligned(16)));": "its layout in C is another one",
    "struct s { _Alignas(16) double a; double b; };": "its layout in C is another one",
    "#pragma pack(push, 2)\nstruct s { char a; int b; };\n#pragma pack(pop)": "its layout in C is another one",
}


def test_other_structs_are_listed_with_the_reason(tmp_path: Path) -> None:
    parts, wanted = [], {}
    for number, (text, reason) in enumerate(REFUSED.items()):
        kind = "union" if text.startswith("union") else "struct"
        named = re.sub(r"\b(struct|union) s\b", rf"\1 s{number}", text).replace("shared", f"shared{number}")
        parts.append(f"{named}\nvoid f{number}({kind} s{number} *items, {VIEW});")
        wanted[f"S{number}"] = reason
    text = bind(tmp_path, "\n".join(parts))
    assert opaque(text) == wanted
    assert "[Value]" not in text


KEPT = {
    "struct s { char a; int b; } __attribute__((aligned(4)));": "i8 a, i32 b",
    "struct s { char a, b; } __attribute__((packed));": "i8 a, i8 b",
    "#pragma pack(push, 8)\nstruct s { char a; double b; };\n#pragma pack(pop)": "i8 a, f64 b",
    "typedef struct { const volatile unsigned long a; long long b; } s;": "u64 a, i64 b",
    "typedef unsigned short word; struct s { word a; enum { ONE = 1 } b; };": "u16 a, i32 b",
}


def test_attributes_may_keep_the_layout(tmp_path: Path) -> None:
    parts, wanted = [], []
    for number, (text, fields) in enumerate(KEPT.items()):
        named = re.sub(r"\bs\b", f"s{number}", text).replace("ONE", f"ONE{number}")
        kind = "" if text.startswith("typedef struct") else "struct "
        parts.append(f"{named}\nvoid f{number}({kind}s{number} *items, {VIEW});")
        wanted.append(f"pub type S{number} {{\n" + "".join(f"    {field},\n" for field in fields.split(", ")) + "}")
    text = bind(tmp_path, "\n".join(parts))
    assert opaque(text) == {}
    for declared in wanted:
        assert declared in text


def test_structs_that_are_only_declared_are_opaque_without_a_reason(tmp_path: Path) -> None:
    text = bind(tmp_path, f"struct hidden;\nvoid f(struct hidden *items, {VIEW});\nvoid g(struct other *o);")
    assert opaque(text) == {}
    assert "unit f(Hidden items, i64 length, i64 capacity);" in text


@pytest.mark.parametrize("names", ["int64_t x, int64_t y", "int length, int capacity", "long n, double cap"])
def test_other_numbers_are_passed_one_by_one(tmp_path: Path, names: str) -> None:
    text = bind(tmp_path, f"struct s {{ int a; }};\nvoid f(struct s *items, {names});")
    assert "CArrayView" not in text


def test_names_that_meet_get_an_underscore(tmp_path: Path) -> None:
    header = f"""struct a_b {{ int type; int type_; }}; struct aB {{ int a; }};
        void f(struct a_b *items, {VIEW}); void g(struct aB *items, {VIEW}); void shape(struct shape *one);"""
    text = bind(tmp_path, header)
    assert "pub type AB {\n    i32 type__,\n    i32 type_,\n}" in text
    assert "pub type AB_ {\n    i32 a,\n}" in text
    assert "pub contract ShapeFunctions {" in text
