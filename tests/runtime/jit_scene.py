"""Run as a script: generated code inside a Python process overflows its stack, panics and lives on.

It takes the shared library's path and the kind of frame; the output is compared by the tests.
"""

from __future__ import annotations

import ctypes
import faulthandler
import sys
import threading

import llvmlite.binding as llvm

from beskid import abi

IR = """
declare ptr @alloc(i64, ptr) nounwind
declare void @panic_division_by_zero() nounwind noreturn cold
define i64 @recurse(ptr %sp, i64 %depth) nounwind "probe-stack"="inline-asm" {
  %frame = alloca [FRAME x i8]
  store volatile i8 1, ptr %frame
  %slot = getelementptr ptr, ptr %sp, i64 1
  store ptr null, ptr %sp
  %next = add i64 %depth, 1
  %deeper = call i64 @recurse(ptr %slot, i64 %next)
  %seen = load volatile i8, ptr %frame
  %wide = zext i8 %seen to i64
  %sum = add i64 %deeper, %wide
  ret i64 %sum
}
define i64 @overflow(ptr %sp, ptr %argument) nounwind "probe-stack"="inline-asm" {
  %result = call i64 @recurse(ptr %sp, i64 0)
  ret i64 %result
}
define i64 @divide(ptr %sp, ptr %argument) nounwind {
  %address = ptrtoint ptr %sp to i64
  %base = and i64 %address, -REGION
  %context = inttoptr i64 %base to ptr
  store ptr %sp, ptr %context
  call void @panic_division_by_zero()
  unreachable
}
define i64 @give(ptr %sp, ptr %argument) nounwind {
  ret i64 42
}
"""


class Program(ctypes.Structure):
    _fields_ = [
        ("abi_version", ctypes.c_uint32),
        ("level", ctypes.c_uint32),
        ("draft_hash", ctypes.c_uint64),
        ("sites", ctypes.c_void_p),
        ("site_count", ctypes.c_uint64),
        ("entry", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
    ]


def compile_functions(runtime: ctypes.CDLL, frame: str) -> tuple[object, dict[str, int]]:
    """The addresses of the functions above; the first value must stay alive."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(opt=2, reloc="pic", codemodel="default")
    text = IR.replace("FRAME", frame).replace("REGION", str(abi.SHADOW_REGION_SIZE))
    module = llvm.parse_assembly(text)
    module.triple = machine.triple
    module.data_layout = str(machine.target_data)
    builder = llvm.JITLibraryBuilder().add_object_img(machine.emit_object(module))
    for name in ("alloc", "panic_division_by_zero"):
        address = ctypes.cast(runtime[name], ctypes.c_void_p).value
        assert address is not None
        builder.import_symbol(name, address)
    names = ("overflow", "divide", "give")
    for name in names:
        builder.export_symbol(name)
    jit = llvm.create_lljit_compiler()
    tracker = builder.link(jit, "scene")
    return (jit, tracker), {name: tracker[name] for name in names}


def scenes(runtime: ctypes.CDLL, addresses: dict[str, int]) -> None:
    program = Program(abi.BESKID_RUNTIME_ABI_VERSION, abi.BESKID_RUNTIME_ABI_LEVEL, abi.BESKID_DRAFT_HASH)
    runtime.beskid_call.restype = ctypes.c_int64
    runtime.beskid_call.argtypes = [ctypes.POINTER(Program), ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
    runtime.beskid_last_panic.restype = ctypes.c_char_p
    for name in ("overflow", "divide", "overflow", "give"):
        result = runtime.beskid_call(ctypes.byref(program), addresses[name], None, abi.ENTER_QUIET)
        print(name, result, runtime.beskid_last_status(), runtime.beskid_last_panic())


def main(path: str, frame: str) -> None:
    faulthandler.enable()
    runtime = ctypes.CDLL(path)
    keep, addresses = compile_functions(runtime, frame)
    scenes(runtime, addresses)
    thread = threading.Thread(target=scenes, args=(runtime, addresses))
    thread.start()
    thread.join()
    del keep

    def deep(depth: int) -> int:
        return 0 if depth == 0 else 1 + deep(depth - 1)

    print("python", deep(500))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
