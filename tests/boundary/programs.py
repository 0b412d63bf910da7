"""Programs in IR text with what they print; every construct that code generation knows occurs in one of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """A program and its observable behaviour."""

    text: str
    stdout: str = ""
    stderr: str = ""
    status: int = 0
    arguments: tuple[str, ...] = ()


RETURN_42 = Program(
    """
module "answer"
entry @_B4main
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 1:1 {
entry:
  return i64 42
}
""",
    status=42,
)

HELLO = Program(
    """
module "hello"
entry @_B4main
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 1:1 {
  registers %1 i64
entry:
  %1 = call_runtime stdout_write(string "hello\\x0a") ! 2:3
  return i64 0
}
""",
    stdout="hello\n",
)

TREES = Program(
    """
module "trees"
entry @_B4main
descriptor "Node" size 24 align 8 references [8, 16] display "Node"
function @_B4make(%0 i64) -> (ref) at "make" "main.bd" 1:1 {
  registers %1 i1, %2 ref, %3 i64, %4 ref, %5 ref, %6 ref
entry:
  %1 = compare sle %0, i64 0
  branch %1, leaf, inner
leaf:
  %2 = allocate_object "Node" ! 2:1
  return %2
inner:
  %3 = isub %0, i64 1
  %4 = call @_B4make(%3) ! 3:1
  %5 = call @_B4make(%3) ! 4:1
  %6 = allocate_object "Node" ! 5:1
  store_field %6 + 8, %4 initializing
  store_field %6 + 16, %5
  return %6
}
function @_B5count(%0 ref) -> (i64) at "count" "main.bd" 9:1 {
  registers %1 ref, %2 i1, %3 i64, %4 ref, %5 i64, %6 i64, %7 i64
entry:
  %1 = load_field %0 + 8
  %2 = compare eq %1, null ref
  branch %2, leaf, inner
leaf:
  return i64 1
inner:
  %3 = call @_B5count(%1) ! 10:1
  %4 = load_field %0 + 16
  %5 = call @_B5count(%4) ! 11:1
  %6 = iadd %3, %5
  %7 = iadd %6, i64 1
  return %7
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 20:1 {
  registers %1 ref, %2 i64, %3 i64, %4 i1, %5 ref, %6 ref, %7 i64, %8 ref, %9 i64
entry:
  %1 = call @_B4make(i64 6) ! 21:1
  %2 = move i64 0
  %9 = move i64 0
  jump head
head:
  %4 = compare slt %2, i64 3
  branch %4, body, done likely
body:
  %5 = call @_B4make(i64 4) ! 22:1
  %3 = call @_B5count(%5) ! 23:1
  %9 = iadd %9, %3
  %2 = iadd %2, i64 1
  jump head
done:
  %3 = call @_B5count(%1) ! 24:1
  %9 = iadd %9, %3
  %6 = call_runtime str_from_i64(%9) ! 25:1
  %8 = concat string "nodes: ", %6, string "\\x0a" ! 25:1
  %7 = call_runtime stdout_write(%8) ! 25:1
  return i64 0
}
""",
    stdout="nodes: 220\n",
)

ARRAYS = Program(
    """
module "arrays"
entry @_B4main
descriptor "element string" size 8 align 8 references [0] display "string"
descriptor "element pair" size 24 align 8 references [8] display "pair"
descriptor "element u8" size 1 align 1 references [] display "u8"
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 1:1 {
  registers %1 ref, %2 i64, %3 i1, %4 ref, %5 ref, %6 i64, %7 ref, %8 i64, %9 ref, %10 i1, %11 i64, %12 i8, %13 i64
  registers %14 ref, %15 i64
entry:
  %1 = allocate_array "element string", i64 5 ! 2:1
  %2 = move i64 0
  jump fill
fill:
  %4 = call_runtime str_from_i64(%2) ! 3:1
  store_element %1[%2] stride 8 + 0, %4 ! 3:2
  %2 = iadd %2, i64 1
  %3 = compare slt %2, i64 5
  branch %3, fill, filled
filled:
  %7 = allocate_array "element pair", i64 3 ! 5:1
  store_element %7[i64 2] stride 24 + 0, i64 7 ! 5:2
  store_element %7[i64 2] stride 24 + 8, string "x" ! 5:3
  store_element %7[i64 2] stride 24 + 16, i1 1 ! 5:4
  %8 = load_element %7[i64 2] stride 24 + 0 ! 6:1
  %9 = load_element %7[i64 2] stride 24 + 8 ! 6:2
  %10 = load_element %7[i64 2] stride 24 + 16 ! 6:3
  %11 = convert zext %10
  %8 = iadd %8, %11
  %5 = load_element %1[i64 4] stride 8 + 0 ! 7:1
  %6 = length %1
  %13 = iadd %6, %8
  %12 = load_element string "abc"[i64 1] stride 1 + 0 ! 8:1
  %15 = convert zext %12
  %13 = iadd %13, %15
  %14 = call_runtime str_from_i64(%13) ! 9:1
  %4 = concat %5, %9, string " ", %14, string "\\x0a" ! 9:2
  %15 = call_runtime stdout_write(%4) ! 9:3
  return i64 0
}
""",
    stdout="4x 111\n",
)

CLOSURES = Program(
    """
module "closures"
entry @_B4main
descriptor "closure" size 24 align 8 references [] display "<function>"
function @_B5twice(%0 ref, %1 i64) -> (i64) at "twice" "main.bd" 1:1 {
  registers %2 i64
entry:
  %2 = imul %1, i64 2
  return %2
}
function @_B5scale(%0 ref, %1 i64) -> (i64) at "scale" "main.bd" 2:1 {
  registers %2 i64, %3 i64
entry:
  %2 = load_field %0 + 16
  %3 = imul %1, %2
  return %3
}
function @_B5apply(%0 ref, %1 i64) -> (i64) at "apply" "main.bd" 3:1 {
  registers %2 i64
entry:
  %2 = call_closure %0(%1) : (ref, i64) -> (i64) ! 3:5
  return %2
}
function @_B5split(%0 i64) -> (i32, ref, i64) at "split" "main.bd" 4:1 {
  registers %1 i32, %2 ref
entry:
  %1 = convert trunc %0
  %2 = call_runtime str_from_i64(%0) ! 4:2
  return %1, %2, %0
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 10:1 {
  registers %1 i64, %2 ref, %3 i64, %4 i64, %5 i32, %6 ref, %7 i64, %8 i64, %9 i64
entry:
  %1 = call @_B5apply(closure @_B5twice, i64 21) ! 11:1
  %2 = allocate_object "closure" ! 12:1
  store_field %2 + 8, address @_B5scale initializing
  store_field %2 + 16, i64 100 initializing
  %3 = call @_B5apply(%2, i64 3) ! 13:1
  %4 = iadd %1, %3
  %5, %6, %7 = call @_B5split(%4) ! 14:1
  %8 = convert sext %5
  %9 = isub %8, %7
  %7 = call_runtime stdout_write(%6) ! 15:1
  return %9
}
""",
    stdout="342",
)

CHECKS = {
    "index": Program(
        """
module "index"
entry @_B4main
descriptor "element i64" size 8 align 8 references [] display "i64"
function @_B3get(%0 ref, %1 i64) -> (i64) at "Box.Get" "src/box.bd" 5:1 {
  registers %2 i64
entry:
  %2 = load_element %0[%1] stride 8 + 0 ! 5:9
  return %2
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 8:1 {
  registers %1 ref, %2 i64, %3 i64
entry:
  %1 = allocate_array "element i64", i64 3 ! 9:12
  %3 = call_runtime stdout_write(string "before") ! 9:20
  %2 = call @_B3get(%1, i64 -1) ! 10:4
  return %2
}
""",
        stdout="before",
        stderr="panic: index out of range: the length is 3 but the index is -1\n"
        "  at src/box.bd:5:9 in Box.Get\n  at main.bd:10:4 in main\n",
        status=101,
    ),
    "zero": Program(
        """
module "zero"
entry @_B4main
function @_B6divide(%0 i32, %1 i32) -> (i32) at "divide" "main.bd" 1:1 {
  registers %2 i32
entry:
  %2 = srem %0, %1 ! 2:10
  return %2
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 4:1 {
  registers %1 i32, %2 i64
entry:
  %1 = call @_B6divide(i32 7, i32 0) ! 5:3
  %2 = convert sext %1
  return %2
}
""",
        stderr="panic: division by zero\n  at main.bd:2:10 in divide\n  at main.bd:5:3 in main\n",
        status=101,
    ),
    "overflow": Program(
        """
module "overflow"
entry @_B4main
function @_B6divide(%0 i8, %1 i8) -> (i8) at "divide" "main.bd" 1:1 {
  registers %2 i8
entry:
  %2 = sdiv %0, %1 ! 2:10
  return %2
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 4:1 {
  registers %1 i8, %2 i64
entry:
  %1 = call @_B6divide(i8 -128, i8 -1) ! 5:3
  %2 = convert sext %1
  return %2
}
""",
        stderr="panic: integer overflow\n  at main.bd:2:10 in divide\n  at main.bd:5:3 in main\n",
        status=101,
    ),
    "panic": Program(
        """
module "panic"
entry @_B4main
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 1:1 {
entry:
  call_runtime panic_str(string "gone") ! 2:3
  unreachable
}
""",
        stderr="panic: gone\n  at main.bd:2:3 in main\n",
        status=101,
    ),
}

ENDLESS = Program(
    """
module "endless"
entry @_B4main
function @_B1f(%0 i64) -> (i64) at "f" "main.bd" 1:1 {
  registers %1 i64, %2 i64
entry:
  %1 = iadd %0, i64 1
  %2 = call @_B1f(%1) ! 2:3
  %1 = iadd %1, %2
  return %1
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 4:1 {
  registers %1 i64
entry:
  %1 = call @_B1f(i64 0) ! 5:3
  return %1
}
""",
    stderr="panic: stack overflow",
    status=101,
)

ARGUMENTS = Program(
    """
module "arguments"
entry @_B4main
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 1:1 {
  registers %1 i64, %2 ref, %3 i64
entry:
  %1 = length %0
  %2 = load_element %0[i64 1] stride 8 + 0 ! 2:3
  %3 = call_runtime stdout_write(%2) ! 3:3
  return %1
}
""",
    stdout="zwei ü",
    status=2,
    arguments=("one", "zwei ü"),
)

SWITCH = Program(
    """
module "switch"
entry @_B4main
function @_B4name(%0 i32) -> (ref) at "name" "main.bd" 1:1 {
entry:
  switch %0, 0: zero, 7: seven, -1: minus, default: other
zero:
  return string "zero "
seven:
  return string "seven "
minus:
  return string "minus "
other:
  return string "other "
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 9:1 {
  registers %1 ref, %2 ref, %3 ref, %4 ref, %5 ref, %6 i64
entry:
  %1 = call @_B4name(i32 7) ! 10:1
  %2 = call @_B4name(i32 -1) ! 10:2
  %3 = call @_B4name(i32 3) ! 10:3
  %4 = call @_B4name(i32 0) ! 10:4
  %5 = concat %1, %2, %3, %4 ! 11:1
  %6 = call_runtime stdout_write(%5) ! 12:1
  return i64 0
}
""",
    stdout="seven minus other zero ",
)

EXTERN = Program(
    """
module "extern"
entry @_B4main
extern "abs" library "c" (i32) -> (i32)
extern "write" library "c" (i32, ptr, i64) -> (i64)
extern "cbrt" library "m" (f64) -> (f64)
function @_B5write(%0 i64) -> (i64) at "write" "main.bd" 1:1 {
  registers %1 i32, %2 i32, %3 f64, %4 i64, %5 i64
entry:
  %5 = call_runtime stdout_write(string "first\\x0a") ! 2:1
  %1 = convert trunc %0
  %2 = call_extern "abs"(%1) ! 3:1
  %3 = call_extern "cbrt"(f64 27.0) ! 4:1
  %4 = convert float_to_signed %3
  %5 = convert sext %2
  %4 = iadd %4, %5
  return %4
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 9:1 {
  registers %1 i64, %2 i64
entry:
  %1 = call @_B5write(i64 -40) ! 10:1
  %2 = call_extern "write"(i32 1, null ptr, i64 0) ! 11:1
  return %1
}
""",
    stdout="first\n",
    status=43,
)

RUNNABLE: dict[str, Program] = {
    "return 42": RETURN_42,
    "hello": HELLO,
    "trees": TREES,
    "arrays": ARRAYS,
    "closures": CLOSURES,
    "arguments": ARGUMENTS,
    "switch": SWITCH,
    **CHECKS,
}
"""Programs without foreign functions that end by themselves."""
