"""A chain of constants, each of which refers to the next, ended the compiler with a RecursionError."""

from __future__ import annotations

from beskid.driver.session import check_text


def test_three_thousand_constants_that_refer_forward() -> None:
    rows = "".join([f"const i64 C{i} = C{i + 1} + 1;\n" for i in range(3000)])
    assert check_text("chain.bd", rows + 'const i64 C3000 = 1;\nunit main() { PrintLine("${C0}"); }\n') == []
