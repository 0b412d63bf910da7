"""`beskid explain`: print the page of a diagnostic code, or list all codes."""

from __future__ import annotations

import argparse

from beskid.driver.failure import STATUS_FINE, STATUS_USAGE, DriverError
from beskid.files.problems import shown_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="?", metavar="CODE", help="a code such as E1206 (default: list all codes)")


def execute(options: argparse.Namespace) -> int:
    from beskid.driver.explanations import page_codes, read_page, read_pages
    from beskid.source.pages import code_of, near_codes, render_list

    if options.code is None:
        print(render_list(read_pages()), end="")
        return STATUS_FINE
    codes = page_codes()
    code = code_of(options.code, codes)
    if code is None:
        near = [f"`{each}`" for each in near_codes(options.code, codes)]
        help = f"did you mean {' or '.join(near)}?" if near else "`beskid explain` without a code lists all codes"
        raise DriverError(f"unknown diagnostic code `{shown_name(options.code)}`", help, status=STATUS_USAGE)
    print(read_page(code).text, end="")
    return STATUS_FINE
