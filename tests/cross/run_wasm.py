"""Runs a WebAssembly program in wasmtime, as its command line would: `run_wasm.py PROGRAM ARGUMENTS…`.

The package of wasmtime brings the engine and no command. The program sees the current folder as its root, this
process's environment, and its standard streams; its exit status is this process's, and 134 after a trap. It gets a
stack as large as a program of Linux has, so that its own checks find an overflow and not the engine.
"""

from __future__ import annotations

import os
import sys
import threading

import wasmtime
from wasmtime import _bindings as bindings

STACK_BYTES = 1 << 30
TRAPPED = 134


def run(program: str, arguments: list[str]) -> int:
    config = wasmtime.Config()
    config.wasm_memory64 = True
    bindings.wasmtime_config_async_stack_size_set(config.ptr(), STACK_BYTES)
    config.max_wasm_stack = STACK_BYTES // 2
    engine = wasmtime.Engine(config)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = [program, *arguments]
    wasi.env = list(os.environ.items())
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    wasi.preopen_dir(".", "/")
    store.set_wasi(wasi)
    instance = linker.instantiate(store, wasmtime.Module.from_file(engine, program))
    start = instance.exports(store)["_start"]
    assert isinstance(start, wasmtime.Func)
    try:
        start(store)
    except wasmtime.ExitTrap as ended:
        return int(ended.code)
    except wasmtime.Trap as trap:
        print(trap, file=sys.stderr)
        return TRAPPED
    return 0


def main() -> None:
    statuses: list[int] = []
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=lambda: statuses.append(run(sys.argv[1], sys.argv[2:])))
    thread.start()
    thread.join()
    sys.exit(statuses[0] if statuses else 1)


if __name__ == "__main__":
    main()
