"""The intermediate representation: modules, functions, basic blocks, instructions.

Three-address code over typed registers. A register may be assigned several times (it then becomes a stack slot that
LLVM promotes); a register assigned once is an SSA value. IR knows no generics, no source types, no `match`. A value of
a source type is a list of registers (see `lower/layout.py`); calls take and return register lists.

`ir/verify.py` states and checks the invariants. This module defines functions and modules, and offers the whole
representation under one name.
"""

from __future__ import annotations

from beskid.base.node import value
from beskid.ir.debug import DebugType, Variable
from beskid.ir.instructions import *  # noqa: F403
from beskid.ir.instructions import Block
from beskid.ir.operators import *  # noqa: F403
from beskid.ir.values import *  # noqa: F403
from beskid.ir.values import IRType, Location, Register, Signature


class Function:
    """One lowered function. `name` is the mangled symbol (decision A9); `location` its declaration.

    `slots` is the number of shadow slots it uses, the call site included; set by the roots pass. `unsigned_result`
    says, of a function that C calls, that a result narrower than 32 bits is extended with zeros. `variables` are those
    that a debugger shows.
    """

    __slots__ = (
        "blocks",
        "exported",
        "inline_never",
        "is_callback",
        "location",
        "name",
        "parameters",
        "registers",
        "results",
        "slots",
        "unsigned_result",
        "variables",
    )

    def __init__(self, name: str, location: Location, results: tuple[IRType, ...], exported: bool = False) -> None:
        self.name = name
        self.location = location
        self.parameters: list[Register] = []
        self.results = results
        self.registers: list[Register] = []
        self.blocks: list[Block] = []
        self.exported = exported
        self.is_callback = False
        self.unsigned_result = False
        self.inline_never = False
        self.slots = 0
        self.variables: list[Variable] = []

    def signature(self) -> Signature:
        return Signature(tuple([p.type for p in self.parameters]), self.results)

    def place(self) -> tuple[str, int, int, str]:
        """Return what functions are sorted by to be in the order of their sources."""
        return (self.location.file, self.location.line, self.location.column, self.name)

    def new_register(self, type: IRType, name: str = "") -> Register:
        register = Register(len(self.registers), type, name)
        self.registers.append(register)
        return register


@value
class Descriptor:
    """A type descriptor: objects (`size` with the header word, offsets from the object) or array elements
    (`size` is the stride, offsets from the element). `display` is the source type, for readers and dumps. Closures
    of an `is_bound_method` descriptor are the same function value if all words after the descriptor are equal.
    `family` is the same text for the variants of one enum, and empty for everything else."""

    name: str
    size: int
    align: int
    reference_offsets: tuple[int, ...]
    display: str
    is_bound_method: bool = False
    family: str = ""


@value
class MethodTable:
    """The static data that contract values point to: the code of functions of this module, then the addresses of other
    tables.

    `display` names the type and the contract, for readers and dumps.
    """

    name: str
    functions: tuple[str, ...]
    links: tuple[str, ...]
    display: str


@value
class ExternImport:
    """A foreign function the module declares: C symbol, library as written, signature as machine types.

    `unsigned` lists the parameters narrower than 32 bits that C extends with zeros; -1 means the result.
    """

    symbol: str
    library: str
    signature: Signature
    unsigned: tuple[int, ...] = ()


@value
class HostInterface:
    """What a host such as Python needs to call the functions of a module.

    `entries` are the functions it calls, `descriptors` those of the objects it makes, and `callbacks` the signatures of
    the function values it makes, without the closure. All are known by their index in `text`, which describes functions
    and types in JSON.
    """

    entries: tuple[str, ...]
    descriptors: tuple[str, ...]
    callbacks: tuple[Signature, ...]
    text: str


class Module:
    """A whole program in IR. `entry` takes the argument array (REF) and returns the exit status (I64).

    `inlined` names the functions that were copied into a caller; set by the inline pass, emptied by the pass that
    removes those that are no longer called. `host` is None for a program that no host calls. `debug_types` are the
    types of the variables of functions, by their keys.
    """

    __slots__ = ("debug_types", "descriptors", "entry", "externs", "functions", "host", "inlined", "name", "tables")

    def __init__(self, name: str) -> None:
        self.name = name
        self.functions: dict[str, Function] = {}
        self.descriptors: dict[str, Descriptor] = {}
        self.externs: dict[str, ExternImport] = {}
        self.tables: dict[str, MethodTable] = {}
        self.inlined: set[str] = set()
        self.entry: str | None = None
        self.host: HostInterface | None = None
        self.debug_types: dict[str, DebugType] = {}
