"""Values, frames and panics of Beskid programs in lldb; `beskid debug --lldb` loads this file.

Runs in lldb's own Python and imports nothing of beskid but the forms of values, which are in the same folder. lldb
finds printers by the names of types, so each type of a program that is debugged is registered.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lldb  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from beskid._debug.beskid_forms import (
        GENERATED_FILE,
        MAX_OBJECTS,
        PANIC_FUNCTION,
        WORD,
        Formatter,
        Sort,
        form_of,
        form_of_type,
    )
else:
    sys.path.append(str(Path(__file__).parent))
    from beskid_forms import GENERATED_FILE, MAX_OBJECTS, PANIC_FUNCTION, WORD, Formatter, Sort, form_of, form_of_type

Value = Any
"""A `lldb.SBValue`; lldb has no types for type checkers."""
Type = Any
Debugger = Any

CATEGORY = "beskid"
_SCALARS = ("char", "signed char", "unsigned char", "float", "double", "char32_t")
"""Types that lldb knows by their names in C, and whose forms differ from those of Beskid."""
_MAX_TEXT = 4096
FRAME_FORMAT = (
    f"frame #${{frame.index}}: ${{script.frame:{__name__}.call_text}}"
    "{ at ${line.file.basename}:${line.number}{:${line.column}}}\\n"
)
STOP_FORMAT = "thread #${thread.index}{, stop reason = ${thread.stop-reason}}\\n"
"""As lldb's own, without addresses and without the name of the executable, which is that of a file in the cache."""


class UnreadableError(Exception):
    """lldb cannot read a value; the text says why."""


# Values --------------------------------------------------------------------------------------------------------


class LldbValues:
    """What lldb knows about values of a target."""

    def __init__(self, target: Any) -> None:
        self.target = target

    def sort(self, value: Value) -> Sort | None:
        return sort_of(value.GetType())

    def type_name(self, value: Value) -> str:
        return name_of(value.GetType())

    def size(self, value: Value) -> int:
        return int(value.GetType().GetByteSize())

    def default(self, value: Value) -> str:
        if value.GetError().Fail():
            return f"<{reason_of(value.GetError())}>"
        return value.GetSummary() or value.GetValue() or "<no value>"

    def integer(self, value: Value) -> int:
        error = lldb.SBError()
        is_signed = value.GetType().GetCanonicalType().GetTypeFlags() & lldb.eTypeIsSigned
        number = value.GetValueAsSigned(error, 0) if is_signed else value.GetValueAsUnsigned(error, 0)
        check(error)
        return int(number)

    def float(self, value: Value) -> float:
        error = lldb.SBError()
        data = value.GetData()
        number = data.GetFloat(error, 0) if self.size(value) == 4 else data.GetDouble(error, 0)
        check(error)
        return float(number)

    def parts(self, value: Value) -> Sequence[tuple[str, Value]]:
        held = value if target_of(value.GetType()) is None else value.Dereference()
        return [
            (field.GetName() or "", held.GetChildAtIndex(index))
            for index, field in enumerate(held.GetType().GetCanonicalType().fields)
        ]

    def element(self, data: Value, index: int) -> Value:
        kind = data.GetType().GetPointeeType()
        return data.CreateValueFromAddress("", self.integer(data) + index * kind.GetByteSize(), kind)

    def enumerator(self, value: Value) -> str:
        number = self.integer(value)
        known = value.GetType().GetCanonicalType().GetEnumMembers()
        members = [known.GetTypeEnumMemberAtIndex(index) for index in range(known.GetSize())]
        return next((member.GetName() for member in members if member.GetValueAsSigned() == number), "")

    def memory(self, address: int, size: int) -> bytes:
        error = lldb.SBError()
        data = self.target.GetProcess().ReadMemory(address, size, error)
        check(error)
        return bytes(data)

    def text_at(self, address: int) -> str:
        error = lldb.SBError()
        text = self.target.GetProcess().ReadCStringFromMemory(address, _MAX_TEXT, error)
        check(error)
        return str(text)

    def function_at(self, address: int) -> str:
        return self.target.ResolveLoadAddress(address).GetFunction().GetName() or ""

    def object_of(self, name: str, address: int, boxed: int) -> Value | None:
        found = self.target.FindTypes(name)
        kinds = [found.GetTypeAtIndex(index) for index in range(found.GetSize())]
        for kind in kinds:
            if target_of(kind) is not None:
                data = lldb.SBData.CreateDataFromUInt64Array(self.target.GetByteOrder(), WORD, [address])
                return self.target.CreateValueFromData("object", data, kind)
        for kind in kinds:
            if sort_of(kind) is Sort.STRUCTURE:
                return self.target.CreateValueFromAddress("object", lldb.SBAddress(boxed, self.target), kind)
        return None

    def failure(self, error: Exception) -> str:
        return str(error) if isinstance(error, UnreadableError) else f"not readable: {error}"


def check(error: Any) -> None:
    """Raise if lldb could not read a value."""
    if error.Fail():
        raise UnreadableError(reason_of(error))


def reason_of(error: Any) -> str:
    return "optimized out" if "not available" in (error.GetCString() or "") else "not readable"


def target_of(kind: Type) -> Type | None:
    """Return the structure that a reference type refers to, None for other types."""
    if not kind.IsTypedefType():
        return None
    pointer = kind.GetTypedefedType()
    if not pointer.IsPointerType() or pointer.GetPointeeType().GetTypeClass() != lldb.eTypeClassStruct:
        return None
    return pointer.GetPointeeType()


def sort_of(kind: Type) -> Sort | None:
    if target_of(kind) is not None:
        return Sort.REFERENCE
    kind = kind.GetCanonicalType()
    if kind.GetTypeClass() == lldb.eTypeClassStruct:
        return Sort.STRUCTURE
    if kind.GetTypeClass() == lldb.eTypeClassEnumeration:
        return Sort.TAG
    basic = kind.GetBasicType()
    if basic in (lldb.eBasicTypeFloat, lldb.eBasicTypeDouble):
        return Sort.FLOAT
    if basic == lldb.eBasicTypeChar32:
        return Sort.CHARACTER
    if basic != lldb.eBasicTypeBool and kind.GetTypeFlags() & lldb.eTypeIsInteger:
        return Sort.INTEGER
    return None


def name_of(kind: Type) -> str:
    return (kind.GetName() or "").removeprefix("struct ").removeprefix("enum ")


def summary(value: Value, _names: dict[str, object]) -> str:
    """Return the form of a value; lldb calls this for the types that are registered."""
    held = value.GetNonSyntheticValue()
    values = LldbValues(held.GetTarget())
    if form_of(values, held)[1] is None:
        # What a reference refers to.
        address = held.GetLoadAddress()
        held = values.object_of(name_of(held.GetType()), address, address) or held
    debugger = values.target.GetDebugger()
    limit = debugger.GetInternalVariableValue("target.max-children-count", debugger.GetInstanceName())
    return Formatter(values, int(limit.GetStringAtIndex(0) or MAX_OBJECTS)).form(held)


_registered: set[str] = set()
"""The files of the programs whose types are registered."""


def register_types(debugger: Debugger, target: Any) -> None:
    """Register the types of the programs in a target."""
    for module in target.modules:
        name = str(module.GetFileSpec())
        if name in _registered or not is_program(module):
            continue
        _registered.add(name)
        found = module.GetTypes(lldb.eTypeClassTypedef | lldb.eTypeClassStruct | lldb.eTypeClassEnumeration)
        kinds = [found.GetTypeAtIndex(index) for index in range(found.GetSize())]
        for each in (*_SCALARS, *[name_of(kind) for kind in kinds if is_beskid(kind)]):
            add_summary(debugger, each)


def is_beskid(kind: Type) -> bool:
    names = [field.GetName() or "" for field in (target_of(kind) or kind).GetCanonicalType().fields]
    sort = sort_of(kind)
    return sort is Sort.TAG or (sort is not None and form_of_type(sort, names) is not None)


def is_program(module: Any) -> bool:
    return any(is_generated(unit.GetFileSpec()) for unit in module.compile_units)


def is_generated(file: Any) -> bool:
    return bool(file.GetFilename() == GENERATED_FILE)


def add_summary(debugger: Debugger, name: str) -> None:
    options = lldb.eTypeOptionHideChildren | lldb.eTypeOptionHideValue | lldb.eTypeOptionSkipPointers
    made = lldb.SBTypeSummary.CreateWithFunctionName(f"{__name__}.summary", options)
    debugger.GetCategory(CATEGORY).AddTypeSummary(lldb.SBTypeNameSpecifier(name, False), made)


# Frames and panics ---------------------------------------------------------------------------------------------


def is_hidden(frame: Any) -> bool:
    """Return whether a frame is of the runtime, or of a function that no source has."""
    file = frame.GetLineEntry().GetFileSpec()
    return not file.IsValid() or is_generated(file) or not is_program(frame.GetModule())


def call_text(frame: Any, _names: dict[str, object]) -> str:
    """Return the name of the function of a frame with its arguments.

    lldb itself shows an inlined function by the name of the symbol.
    """
    arguments = frame.GetFrameBlock().GetVariables(frame, True, False, False, lldb.eNoDynamicValues)
    values = LldbValues(frame.GetThread().GetProcess().GetTarget())
    shown = [f"{each.GetName()}={values.default(each)}" for each in arguments]
    name = frame.GetFunctionName() or "??"
    return f"{name}({', '.join(shown)})" if frame.GetFunction().IsValid() else name


def backtrace(_debugger: Debugger, argument: str, context: Any, result: Any, _names: dict[str, object]) -> None:
    """Show the frames of the program; `thread backtrace` also shows those of the runtime."""
    thread = context.GetThread()
    if not thread.IsValid():
        result.SetError("the program is not running")
        return
    count = argument.strip()
    if count and not count.isdecimal():
        result.SetError("`bt` takes a number of frames; `thread backtrace` has options")
        return
    limit = int(count or MAX_OBJECTS)
    shown = [frame for frame in thread if not is_hidden(frame)]
    for frame in shown[:limit]:
        mark = "*" if frame.GetFrameID() == thread.GetSelectedFrame().GetFrameID() else " "
        result.AppendMessage(f"{mark} {description(frame)}")
    if limit < len(shown):
        result.AppendMessage(f"  … {len(shown) - limit} more")


def description(frame: Any) -> str:
    stream = lldb.SBStream()
    frame.GetDescription(stream)
    return str(stream.GetData()).rstrip()


def catch_panic(debugger: Debugger, _argument: str, _context: Any, result: Any, _names: dict[str, object]) -> None:
    """Stop when the program panics, at the call that panicked."""
    made = debugger.GetSelectedTarget().BreakpointCreateByName(PANIC_FUNCTION)
    result.AppendMessage(f"Breakpoint {made.GetID()}: panics")


class StopHook:
    """Registers the types of modules that were loaded, and selects the program's innermost frame at a panic."""

    def __init__(self, _target: Any, _extra: Any, _names: dict[str, object]) -> None:
        pass

    def handle_stop(self, context: Any, _stream: Any) -> bool:
        target = context.GetTarget()
        register_types(target.GetDebugger(), target)
        thread = context.GetThread()
        if thread.IsValid() and thread.GetFrameAtIndex(0).GetFunctionName() == PANIC_FUNCTION:
            for frame in thread:
                if not is_hidden(frame):
                    thread.SetSelectedFrame(frame.GetFrameID())
                    break
        return True


def restore_environment() -> None:
    """Restore the user's `PYTHONPATH`, which the program inherits; `beskid debug` has put folders of lldb in it."""
    known = os.environ.pop("BESKID_PYTHONPATH", None)
    if known:
        os.environ["PYTHONPATH"] = known
    elif known is not None:
        os.environ.pop("PYTHONPATH", None)


def __lldb_init_module(debugger: Debugger, _names: dict[str, object]) -> None:
    restore_environment()
    debugger.CreateCategory(CATEGORY).SetEnabled(True)
    # A program may have been built anew since this file was loaded before.
    _registered.clear()
    register_types(debugger, debugger.GetSelectedTarget())
    for command in (
        f'settings set frame-format "{FRAME_FORMAT}"',
        f'settings set thread-stop-format "{STOP_FORMAT}"',
        f"command script add -f {__name__}.catch_panic catch-panic",
        "command unalias bt",
        f"command script add -f {__name__}.backtrace bt",
        f"target stop-hook add -P {__name__}.StopHook",
    ):
        debugger.GetCommandInterpreter().HandleCommand(command, lldb.SBCommandReturnObject())
