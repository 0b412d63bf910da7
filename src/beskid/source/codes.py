"""The registry of diagnostic codes: identifier, meaning, severity, and the version that introduced it.

A code has one meaning and is never reused. `error()` and `warning()` take a row of this table. The page of a code is
`docs/reference/diagnostics/CODE.md`; a test checks that its title and severity agree with the table. A warm start
imports this module, so it imports nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


class Code(str):
    """One row of the registry; as a string it is its identifier (`E1206`, or `parse` for syntax errors)."""

    __slots__ = ("meaning", "since")

    meaning: str
    since: str

    def __new__(cls, id: str, meaning: str, since: str = "0.1.0") -> Code:
        code = super().__new__(cls, id)
        code.meaning = meaning
        code.since = since
        return code

    @property
    def is_warning(self) -> bool:
        return self[0] == "W"

    @property
    def page(self) -> str:
        """Return the file name of the page that explains the code."""
        return f"{self}.md"


PARSE: Final = Code("parse", "syntax error")
E1001: Final = Code("E1001", "duplicate type name")
E1002: Final = Code("E1002", "duplicate variant name")
E1003: Final = Code("E1003", "duplicate method in a contract")
E1004: Final = Code("E1004", "conflicting method in an embedded contract")
E1005: Final = Code("E1005", "unknown type in a declaration")
E1006: Final = Code("E1006", "duplicate function name")
E1007: Final = Code("E1007", "invalid entry function", since="0.2.0")
E1008: Final = Code("E1008", "missing entry function", since="0.2.0")
E1009: Final = Code("E1009", "two files declare the same module", since="0.2.0")
E1101: Final = Code("E1101", "unknown value")
E1102: Final = Code("E1102", "duplicate name in the same scope")
W1103: Final = Code("W1103", "a local shadows another name")
E1104: Final = Code("E1104", "ambiguous name")
E1105: Final = Code("E1105", "unresolved import")
E1106: Final = Code("E1106", "a local is used before its declaration")
E1107: Final = Code("E1107", "the item is private")
E1108: Final = Code("E1108", "unknown module in a path")
E1109: Final = Code("E1109", "not Beskid syntax")
E1110: Final = Code("E1110", "reserved for a later edition")
E1111: Final = Code("E1111", "not a value", since="0.2.0")
E1112: Final = Code("E1112", "not a type", since="0.2.0")
E1113: Final = Code("E1113", "the type has no struct literals", since="0.2.0")
E1151: Final = Code("E1151", "invalid test setting")
E1154: Final = Code("E1154", "a match has no arms")
E1201: Final = Code("E1201", "unknown type")
E1202: Final = Code("E1202", "the type cannot be inferred")
W1203: Final = Code("W1203", "a conversion may lose information")
E1203: Final = Code("E1203", "missing type arguments")
E1204: Final = Code("E1204", "wrong number of arguments")
E1205: Final = Code("E1205", "`ref` or `out` does not match the parameter")
E1206: Final = Code("E1206", "mismatched types")
E1207: Final = Code("E1207", "not all paths return a value")
E1208: Final = Code("E1208", "a condition is not `bool`")
E1209: Final = Code("E1209", "the operator is not defined for these operands")
E1210: Final = Code("E1210", "the operator is not defined for this operand")
E1211: Final = Code("E1211", "unknown field or attribute parameter")
E1212: Final = Code("E1212", "missing field or attribute argument")
E1213: Final = Code("E1213", "the type has no fields")
E1214: Final = Code("E1214", "assignment to an immutable local")
E1215: Final = Code("E1215", "`for` cannot iterate over this value")
E1216: Final = Code("E1216", "the `Next` method of an iterator has parameters")
E1217: Final = Code("E1217", "the `Next` method of an iterator does not return an `Option`")
E1218: Final = Code("E1218", "the `Some` variant of an iterator must carry one value")
E1219: Final = Code("E1219", "an event is raised outside its type")
E1220: Final = Code("E1220", "the capacity of an event is not positive")
E1221: Final = Code("E1221", "not an event")
E1222: Final = Code("E1222", "`?` requires a `Result` or an `Option`")
E1230: Final = Code("E1230", "`as` cannot convert between these types")
E1231: Final = Code("E1231", "not a constant expression")
E1232: Final = Code("E1232", "a constant depends on itself")
E1233: Final = Code("E1233", "unsatisfied constraint")
E1234: Final = Code("E1234", "an `out` parameter is not assigned on every path")
E1235: Final = Code("E1235", "a reference would outlive its call")
E1236: Final = Code("E1236", "a `ref` or `out` argument cannot be assigned to")
E1238: Final = Code("E1238", "`?` in a function that cannot return the failure", since="0.2.0")
E1239: Final = Code("E1239", "a hashed type has `Equals` but no `Hash`", since="0.2.0")
E1240: Final = Code("E1240", "wrong number of type arguments", since="0.2.0")
E1242: Final = Code("E1242", "an `impl` block must name the type parameters of its type", since="0.2.0")
E1243: Final = Code("E1243", "a field or argument is given twice", since="0.2.0")
E1244: Final = Code("E1244", "two reference arguments refer to the same local", since="0.2.0")
E1245: Final = Code("E1245", "`ref` outside of a parameter", since="0.2.0")
E1301: Final = Code("E1301", "unknown enum or variant")
E1302: Final = Code("E1302", "wrong number of values for a variant")
E1303: Final = Code("E1303", "a variant is written without its enum")
E1304: Final = Code("E1304", "non-exhaustive match")
E1305: Final = Code("E1305", "branches have different types")
E1306: Final = Code("E1306", "duplicate name in a pattern")
E1307: Final = Code("E1307", "wrong number of subpatterns")
E1308: Final = Code("E1308", "a match guard is not `bool`")
E1401: Final = Code("E1401", "`break` outside of a loop")
E1402: Final = Code("E1402", "`continue` outside of a loop")
W1403: Final = Code("W1403", "unreachable code")
W1404: Final = Code("W1404", "unconditional recursion")
W1407: Final = Code("W1407", "unused local, parameter or binding", since="0.2.0")
W1408: Final = Code("W1408", "`return` in an initializer", since="0.2.0")
W1409: Final = Code("W1409", "a `// beskid:` comment has no effect", since="0.2.0")
E1501: Final = Code("E1501", "an import names a private item")
E1502: Final = Code("E1502", "the file of a module is missing")
W1503: Final = Code("W1503", "unused import")
W1504: Final = Code("W1504", "unused private item")
E1505: Final = Code("E1505", "`mod name;` must be the first item")
E1506: Final = Code("E1506", "more than one `mod name;` in a file")
E1507: Final = Code("E1507", "an inline module in a file with `mod name;`")
E1510: Final = Code("E1510", "not allowed in a foreign declaration")
E1511: Final = Code("E1511", "an extension uses a private member")
E1520: Final = Code("E1520", 'an extern contract must specify `Abi: "C"`')
E1521: Final = Code("E1521", "an extern contract must specify a library")
E1522: Final = Code("E1522", "a parameter type cannot be passed to C")
E1523: Final = Code("E1523", "a result type cannot be returned from C")
E1524: Final = Code("E1524", "a foreign function cannot be bound")
E1525: Final = Code("E1525", "a foreign function is declared with two signatures")
E1526: Final = Code("E1526", "a foreign function or its library is not found")
E1527: Final = Code("E1527", "a foreign function is not permitted")
E1528: Final = Code("E1528", "a foreign function is declared in two libraries")
E1529: Final = Code("E1529", "a function cannot be exported")
E1530: Final = Code("E1530", "the type cannot be used with this interop function", since="0.2.0")
E1531: Final = Code("E1531", "C cannot call this function", since="0.2.0")
E1601: Final = Code("E1601", "a method of the contract is missing")
E1602: Final = Code("E1602", "a method does not match the contract")
E1606: Final = Code("E1606", "unknown method or function")
E1607: Final = Code("E1607", "not a contract")
E1608: Final = Code("E1608", "methods for a contract", since="0.2.0")
E1609: Final = Code("E1609", "not callable", since="0.2.0")
W1610: Final = Code("W1610", "documentation names an unknown parameter or variant")
W1611: Final = Code("W1611", "duplicate documentation directive")
W1612: Final = Code("W1612", "misplaced documentation")
W1613: Final = Code("W1613", "`@returns` on a function that returns `unit`")
W1614: Final = Code("W1614", "unknown or malformed documentation directive")
W1615: Final = Code("W1615", "unresolved documentation reference")
E1806: Final = Code("E1806", "duplicate target of an attribute")
E1807: Final = Code("E1807", "unknown target of an attribute")
E1808: Final = Code("E1808", "unknown attribute", since="0.2.0")
E1809: Final = Code("E1809", "an attribute is not allowed here")
E1890: Final = Code("E1890", "duplicate `link` block")
E1891: Final = Code("E1891", "unknown key in the `link` block")
E1892: Final = Code("E1892", "an empty entry in the `link` block")
E1893: Final = Code("E1893", "a library is listed twice")
E1894: Final = Code("E1894", "a linker argument is not allowed", since="0.2.0")
E2001: Final = Code("E2001", "not supported yet")
E2003: Final = Code("E2003", "undefined symbols")
E2011: Final = Code("E2011", "the IR is invalid")
E2012: Final = Code("E2012", "too many references in one function", since="0.2.0")
E2013: Final = Code("E2013", "types grow without end", since="0.2.0")
E3001: Final = Code("E3001", "no manifest found")
E3002: Final = Code("E3002", "the manifest cannot be read")
E3003: Final = Code("E3003", "syntax error in the manifest")
W3004: Final = Code("W3004", "unknown key in the manifest")
E3004: Final = Code("E3004", "missing or invalid value in the manifest")
W3005: Final = Code("W3005", "an override has no effect", since="0.2.0")
E3005: Final = Code("E3005", "the project has no such target")
E3006: Final = Code("E3006", "a dependency has no manifest")
E3007: Final = Code("E3007", "dependency cycle")
E3008: Final = Code("E3008", "a dependency cannot be fetched")
E3009: Final = Code("E3009", "two dependencies have one name", since="0.2.0")
E3010: Final = Code("E3010", "the program `git` cannot be used", since="0.2.0")
E3011: Final = Code("E3011", "the source of a dependency is not supported", since="0.2.0")
E3012: Final = Code("E3012", "the workspace has no such member", since="0.2.0")
E3020: Final = Code("E3020", "the lock file is damaged", since="0.2.0")
E3022: Final = Code("E3022", "the lock file is out of date", since="0.2.0")
E3023: Final = Code("E3023", "the lock file is missing", since="0.2.0")
E3024: Final = Code("E3024", "the files of a dependency are not those that were locked", since="0.2.0")
E3033: Final = Code("E3033", "a dependency has not been fetched", since="0.2.0")
E4001: Final = Code("E4001", "unknown target")
E4002: Final = Code("E4002", "the object cannot be loaded or entered")
E4003: Final = Code("E4003", "missing functions")
E4010: Final = Code("E4010", "the runtime archive is damaged")
E4011: Final = Code("E4011", "the runtime is missing")
E4012: Final = Code("E4012", "runtime ABI mismatch")
E4013: Final = Code("E4013", "the runtime does not state its contract")
E4014: Final = Code("E4014", "the program was loaded with another runtime")
E4020: Final = Code("E4020", "no linker found")
E4021: Final = Code("E4021", "linking failed")
E4022: Final = Code("E4022", "linking is not supported for this target")
E4030: Final = Code("E4030", "the program has no entry function")
E4040: Final = Code("E4040", "the output cannot be written")
E4041: Final = Code("E4041", "invalid build request")

CODES: Final[dict[str, Code]] = {code: code for code in list(globals().values()) if type(code) is Code}
"""Every code by its identifier, in the order of the table."""
