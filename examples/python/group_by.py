"""Group a table of Arrow: the columns are read where they are."""

from __future__ import annotations

from pathlib import Path

import pyarrow

import beskid


def main() -> None:
    kernel = beskid.load(Path(__file__).with_suffix(".bd"))
    table = pyarrow.table({"customer": [3, 1, 3, 2, 1], "amount": [1.5, 2.0, 0.5, 4.0, 1.0]})
    columns = [table.column(name).combine_chunks() for name in ("customer", "amount")]
    sums = kernel.Sums(*columns)
    print(dict(sorted(sums.items())))


if __name__ == "__main__":
    main()
