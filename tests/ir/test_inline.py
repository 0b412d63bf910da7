"""Which calls are inlined, what stands in their place, and that traces stay."""

from __future__ import annotations

from beskid.ir.model import Call, CallClosure, CallIndirect, Module
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.ir.read import read_module
from beskid.ir.text import print_function, print_module
from beskid.ir.verify import verify
from beskid.lower.passes.inline import CALLER_SIZE, INLINE
from beskid.lower.passes.remove_uncalled import REMOVE_UNCALLED
from beskid.lower.pipeline import PassOptions, run_passes

HEAD = """module "m"
entry @main
descriptor "Pair" size 24 align 8 references [] display "Pair"
descriptor "closure" size 24 align 8 references [] display "<function>"
table "t" functions [@twice] tables [] display "Pair as Shape"

function @half(%0 i64) -> (i64) at "half" "m.bd" 20:1 {
  registers %1 i64
entry:
  %1 = sdiv i64 100, %0 ! 21:5
  return %1
}

function @twice(%0 ref) -> (i64) at "twice" "m.bd" 30:1 {
  registers %1 i64, %2 i64
entry:
  %1 = load_field %0 + 8 ! 31:5
  %2 = call @half(%1) ! 31:9
  return %2
}

function @endless(%0 i64) -> (i64) at "endless" "m.bd" 40:1 {
  registers %1 i64
entry:
  %1 = call @endless(%0) ! 41:5
  return %1
}

function @captured(%0 ref, %1 i64) -> (i64) at "captured" "m.bd" 50:1 {
  registers %2 i64
entry:
  %2 = load_field %0 + 16
  %2 = iadd %2, %1
  return %2
}
"""

MAIN = 'function @main(%0 ref) -> (i64) at "main" "m.bd" 1:1 {{\n  registers {registers}\nentry:\n{body}\n}}\n'


def module_of(body: str, registers: str = "%1 ref, %2 i64, %3 i64, %4 ptr, %5 i1", others: str = "") -> Module:
    lines = "\n".join([f"  {line.strip()}" for line in body.strip().split("\n")])
    module = read_module(HEAD + others + "\n" + MAIN.format(registers=registers, body=lines))
    assert verify(module) == []
    return module


def inlined(module: Module) -> list[str]:
    """The operations of main after the pass."""
    INLINE.run(module)
    assert verify(module) == []
    text = print_function(module.functions["main"])
    return [line.strip() for line in text[text.index("entry:") :].split("\n")[1:-2]]


def calls_left(module: Module) -> list[str]:
    kinds = (Call, CallClosure, CallIndirect)
    blocks = module.functions["main"].blocks
    return [type(step).__name__ for block in blocks for step in block.instructions if isinstance(step, kinds)]


def test_a_small_function_is_inlined_with_its_place_and_that_of_the_call() -> None:
    assert inlined(module_of("%2 = call @half(i64 7) ! 2:3\nreturn %2")) == [
        '%6 = sdiv i64 100, i64 7 ! "half" "m.bd" 21:5 < 2:3',
        "%2 = move %6 ! 2:3",
        "return %2",
    ]


def test_places_of_nested_calls_are_chained() -> None:
    lines = inlined(module_of('%1 = allocate_object "Pair"\n%2 = call @twice(%1) ! 2:3\nreturn %2'))
    assert '"half" "m.bd" 21:5 < "twice" "m.bd" 31:9 < 2:3' in "\n".join(lines)


def test_a_recursive_function_is_not_inlined() -> None:
    module = module_of("%2 = call @endless(i64 7) ! 2:3\nreturn %2")
    inlined(module)
    assert calls_left(module) == ["Call"]


def test_known_targets_are_called_directly() -> None:
    closure = """
%1 = allocate_object "closure"
store_field %1 + 8, address @captured initializing
store_field %1 + 16, i64 5 initializing
%2 = call_closure %1(i64 7) : (ref, i64) -> (i64)
return %2
"""
    module = module_of(closure)
    inlined(module)
    assert calls_left(module) == []
    dispatched = '%1 = allocate_object "Pair"\n%4 = load_table table "t" + 0\n'
    dispatched += "%2 = call_indirect %4(%1) : (ref) -> (i64)\nreturn %2"
    module = module_of(dispatched)
    inlined(module)
    assert calls_left(module) == []


def test_an_unknown_closure_is_called() -> None:
    module = module_of("%2 = call_closure %0(i64 7) : (ref, i64) -> (i64)\nreturn %2")
    inlined(module)
    assert calls_left(module) == ["CallClosure"]


SWAP = """
function @swap(%0 i64, %1 i64) -> (i64, i64) at "swap" "m.bd" 60:1 {
entry:
  return %1, %0
}
"""


def run(module: Module, checked: bool) -> tuple[int, str]:
    host = MemoryHost()
    status = run_module(module, host, (), RunOptions(Explicit.EVERYTHING if checked else Explicit.NOTHING))
    return status, host.stderr.decode()


def test_results_may_be_the_arguments() -> None:
    module = module_of("%2 = move i64 30\n%3 = move i64 4\n%2, %3 = call @swap(%2, %3)\nreturn %2", others=SWAP)
    run_passes(module, PassOptions(verify_each=True))
    assert calls_left(module) == []
    assert run(module, True)[0] == 4


CHANGING = """
function @changing(%0 i64) -> (i64) at "changing" "m.bd" 60:1 {
entry:
  %0 = iadd %0, i64 1
  return %0
}
"""


def test_a_parameter_that_is_assigned_is_a_copy() -> None:
    module = module_of("%3 = move i64 4\n%2 = call @changing(%3)\n%2 = imul %2, %3\nreturn %2", others=CHANGING)
    run_passes(module, PassOptions(verify_each=True))
    assert calls_left(module) == []
    assert run(module, True)[0] == 20


def test_a_callee_that_never_returns_ends_the_block() -> None:
    never = 'function @never() -> (i64) at "never" "m.bd" 60:1 {\nentry:\n  unreachable\n}\n'
    module = module_of("%2 = call @never()\n%3 = iadd %2, i64 1\nreturn %3", others=never)
    assert inlined(module) == ['unreachable ! "never" "m.bd" 60:1 < 1:1']


CALLS = CALLER_SIZE * 3 // 4


def test_growth_ends_at_the_size_of_a_caller() -> None:
    body = "\n".join([f"%2 = call @half(i64 {number}) ! {number + 1}:1" for number in range(CALLS)])
    module = module_of(body + "\nreturn %2")
    inlined(module)
    assert 0 < len(calls_left(module)) < CALLS


def test_functions_without_calls_left_go() -> None:
    module = module_of('%1 = allocate_object "Pair"\n%2 = call @twice(%1)\nreturn %2')
    INLINE.run(module)
    REMOVE_UNCALLED.run(module)
    # The method table keeps one; the others were never called.
    assert list(module.functions) == ["twice", "endless", "captured", "main"]


def test_a_trace_names_the_inlined_calls() -> None:
    source = '%1 = allocate_object "Pair" ! 2:3\n%2 = call @twice(%1) ! 3:3\nreturn %2'
    plain, passed = module_of(source), module_of(source)
    run_passes(passed, PassOptions(verify_each=True))
    assert calls_left(passed) == []
    assert run(plain, False) == run(passed, True)
    assert run(passed, True) == (
        101,
        "panic: division by zero\n  at m.bd:21:5 in half\n  at m.bd:31:9 in twice\n  at m.bd:3:3 in main\n",
    )


def test_places_of_inlined_code_can_be_read_back() -> None:
    module = module_of('%1 = allocate_object "Pair"\n%2 = call @twice(%1) ! 3:3\nreturn %2')
    INLINE.run(module)
    assert print_module(read_module(print_module(module))) == print_module(module)
