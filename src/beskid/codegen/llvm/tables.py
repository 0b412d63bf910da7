"""Method tables: the static data of contract values.

It takes a table of the IR and returns the definition of its constant: code addresses, then addresses of other tables.
"""

from __future__ import annotations

from beskid.codegen.llvm.pool import Pool, table_name
from beskid.ir.model import MethodTable


def table_line(table: MethodTable, pool: Pool) -> str:
    """Define a table. An empty table has a unique address, too."""
    entries = [pool.body(function) for function in table.functions] + [table_name(link) for link in table.links]
    held = ", ".join([f"ptr {entry}" for entry in entries or ["null"]])
    return f"{table_name(table.name)} = internal constant [{max(1, len(entries))} x ptr] [{held}], align 8"
