"""`beskid version`: print the version, with --json also those of the ABI."""

from __future__ import annotations

import argparse
import json

from beskid import __version__
from beskid.driver.failure import STATUS_FINE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print as JSON, with the ABI version and level")


def execute(options: argparse.Namespace) -> int:
    if not options.json:
        print(f"beskid {__version__}")
        return STATUS_FINE
    from beskid.abi import BESKID_RUNTIME_ABI_LEVEL, BESKID_RUNTIME_ABI_VERSION

    facts = {
        "version": __version__,
        "abiVersion": BESKID_RUNTIME_ABI_VERSION,
        "abiLevel": BESKID_RUNTIME_ABI_LEVEL,
    }
    print(json.dumps(facts))
    return STATUS_FINE
