"""Compiles LLVM text to an object through libllvmlite's C layer.

Importing llvmlite's own Python takes 40 ms, as long as compiling a small program. The bytes are those that the public
package makes of the same text. Functions that are optimized by few passes (`light_passes`) and texts that people read
need the package.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_bool, c_char_p, c_int, c_size_t, c_void_p
from functools import cache

from beskid.base.node import value
from beskid.codegen.llvm_library import ThinUnavailableError, open_library


@value
class Machine:
    """A target machine: `opt_level` is 0 or 2; with `is_native`, `cpu` and `features` are those of this machine."""

    triple: str
    cpu: str
    features: str
    relocation: str
    abi: str
    opt_level: int
    is_native: bool


_ADDRESS = c_void_p
_TEXT_OUT = POINTER(c_char_p)

_SIGNATURES: dict[str, tuple[object, tuple[object, ...]]] = {
    "InitializeAllTargetInfos": (None, ()),
    "InitializeAllTargets": (None, ()),
    "InitializeAllTargetMCs": (None, ()),
    "InitializeAllAsmPrinters": (None, ()),
    "ContextCreate": (_ADDRESS, ()),
    "ContextDispose": (None, (_ADDRESS,)),
    "GetHostCPUName": (None, (_TEXT_OUT,)),
    "GetHostCPUFeatures": (c_int, (_TEXT_OUT,)),
    "GetTargetFromTriple": (_ADDRESS, (c_char_p, _TEXT_OUT)),
    "CreateTargetMachine": (
        _ADDRESS,
        (_ADDRESS, c_char_p, c_char_p, c_char_p, c_int, c_char_p, c_char_p, c_int, c_int, c_char_p),
    ),
    "CreateTargetMachineData": (_ADDRESS, (_ADDRESS,)),
    "CopyStringRepOfTargetData": (None, (_ADDRESS, _TEXT_OUT)),
    "DisposeTargetMachine": (None, (_ADDRESS,)),
    "DisposeTargetData": (None, (_ADDRESS,)),
    "ParseAssembly": (_ADDRESS, (_ADDRESS, c_char_p, _TEXT_OUT)),
    "SetTarget": (None, (_ADDRESS, c_char_p)),
    "SetDataLayout": (None, (_ADDRESS, c_char_p)),
    "VerifyModule": (c_bool, (_ADDRESS, _TEXT_OUT)),
    "CreatePipelineTuningOptions": (_ADDRESS, ()),
    "CreatePassBuilder": (_ADDRESS, (_ADDRESS, _ADDRESS)),
    "buildPerModuleDefaultPipeline": (_ADDRESS, (_ADDRESS, c_int)),
    "CreateNewModulePassManager": (_ADDRESS, ()),
    "module_AddSROAPass": (None, (_ADDRESS,)),
    "RunNewModulePassManager": (None, (_ADDRESS, _ADDRESS, _ADDRESS)),
    "DisposeNewModulePassManger": (None, (_ADDRESS,)),
    "DisposePassBuilder": (None, (_ADDRESS,)),
    "DisposePipelineTuningOptions": (None, (_ADDRESS,)),
    "TargetMachineEmitToMemory": (_ADDRESS, (_ADDRESS, _ADDRESS, c_int, _TEXT_OUT)),
    "GetBufferStart": (_ADDRESS, (_ADDRESS,)),
    "GetBufferSize": (c_size_t, (_ADDRESS,)),
    "DisposeMemoryBuffer": (None, (_ADDRESS,)),
    "DisposeModule": (None, (_ADDRESS,)),
}
"""Result and parameters of each function of the C layer that is called here, without its prefix `LLVMPY_`."""


@cache
def compiler_of(machine: Machine) -> ThinCompiler:
    """Return the code generator of a target machine; it lives until the process exits."""
    return ThinCompiler(machine)


class ThinCompiler:
    """The code generator of one target machine."""

    __slots__ = ("_library", "machine")

    def __init__(self, machine: Machine) -> None:
        """Raises `ThinUnavailableError` where another version is installed."""
        self.machine = machine
        self._library = _declared(open_library())
        for part in ("TargetInfos", "Targets", "TargetMCs", "AsmPrinters"):
            self._call(f"InitializeAll{part}")

    def compile(self, text: str) -> bytes:
        """Return the object of a module given as LLVM text. Raises `RuntimeError` with LLVM's message."""
        # A context of its own: the global one belongs to whatever else uses llvmlite in this process. A machine of its
        # own too: the sections of an object depend on what its machine compiled before.
        context = self._call("ContextCreate")
        machine = self._target_machine()
        try:
            return self._compile_in(context, machine, text)
        finally:
            self._call("DisposeTargetMachine", machine)
            self._call("ContextDispose", context)

    def _compile_in(self, context: int, machine: int, text: str) -> bytes:
        message = c_char_p()
        module = self._call("ParseAssembly", context, text.encode(), ctypes.byref(message))
        if not module:
            raise RuntimeError(f"LLVM IR parsing error\n{self._taken(message)}")
        try:
            self._call("SetTarget", module, self.machine.triple.encode())
            self._call("SetDataLayout", module, self._layout_of(machine))
            if self._call("VerifyModule", module, ctypes.byref(message)):
                raise RuntimeError(self._taken(message))
            self._optimize(machine, module)
            return self._emit(machine, module)
        finally:
            self._call("DisposeModule", module)

    def _optimize(self, machine: int, module: int) -> None:
        tuning = self._call("CreatePipelineTuningOptions")
        builder = self._call("CreatePassBuilder", machine, tuning)
        if self.machine.opt_level:
            manager = self._call("buildPerModuleDefaultPipeline", builder, self.machine.opt_level)
        else:
            manager = self._call("CreateNewModulePassManager")
            self._call("module_AddSROAPass", manager)
        self._call("RunNewModulePassManager", manager, module, builder)
        self._call("DisposeNewModulePassManger", manager)
        self._call("DisposePassBuilder", builder)
        self._call("DisposePipelineTuningOptions", tuning)

    def _emit(self, machine: int, module: int) -> bytes:
        message = c_char_p()
        buffer = self._call("TargetMachineEmitToMemory", machine, module, 1, ctypes.byref(message))
        if not buffer:
            raise RuntimeError(self._taken(message))
        image = ctypes.string_at(self._call("GetBufferStart", buffer), self._call("GetBufferSize", buffer))
        self._call("DisposeMemoryBuffer", buffer)
        return image

    def _layout_of(self, machine: int) -> bytes:
        data = self._call("CreateTargetMachineData", machine)
        layout = self._text("CopyStringRepOfTargetData", data)
        self._call("DisposeTargetData", data)
        return layout

    def _target_machine(self) -> int:
        held = self.machine
        message = c_char_p()
        target = self._call("GetTargetFromTriple", held.triple.encode(), ctypes.byref(message))
        if not target:
            raise RuntimeError(self._taken(message))
        cpu, features = held.cpu.encode(), held.features.encode()
        if held.is_native:
            cpu, features = self._text("GetHostCPUName"), self._text("GetHostCPUFeatures")
            # The order of llvmlite, so that both ways make the same bytes.
            features = ",".join(sorted(features.decode().split(","), key=lambda feature: feature[1:])).encode()
        made: int | None = self._call(
            "CreateTargetMachine", target, held.triple.encode(), cpu, features, held.opt_level,
            held.relocation.encode(), b"default", 0, 0, held.abi.encode(),
        )  # fmt: skip
        if not made:
            raise RuntimeError("cannot create the target machine")
        return made

    def _text(self, function: str, *arguments: object) -> bytes:
        text = c_char_p()
        self._call(function, *arguments, ctypes.byref(text))
        return text.value or b""

    def _taken(self, message: c_char_p) -> str:
        return (message.value or b"").decode("utf-8", "replace")

    def _call(self, function: str, *arguments: object) -> int:
        result: int = getattr(self._library, f"LLVMPY_{function}")(*arguments)
        return result


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    for name, (result, parameters) in _SIGNATURES.items():
        try:
            function = getattr(library, f"LLVMPY_{name}")
        except AttributeError as error:
            raise ThinUnavailableError(str(error)) from error
        function.restype = result
        function.argtypes = parameters
    return library
