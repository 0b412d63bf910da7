"""`beskid abi`: print the runtime contract, verify built files, compare contracts, and update the golden lock."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beskid.cli.command import path_argument
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_ENVIRONMENT, STATUS_FINE, STATUS_USAGE
from beskid.files.problems import shown_name

if TYPE_CHECKING:
    from beskid.abi.compare import Comparison
    from beskid.abi.model import BuiltinFnSpec, Contract
    from beskid.driver.abi_verify import Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    show = actions.add_parser("show", help="print the contract of this compiler")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print as JSON")
    form.add_argument("--c-header", action="store_true", help="print the C header")
    verify = actions.add_parser("verify", help="verify objects, libraries, executables and metadata files")
    verify.add_argument("files", nargs="+", metavar="FILE", type=path_argument, help="a file to verify")
    verify.add_argument("--json", action="store_true", help="print as JSON")
    diff = actions.add_parser(
        "diff", help="compare the contract in two files: contract or lock files, runtimes, or built files"
    )
    diff.add_argument("old", metavar="OLD")
    diff.add_argument("new", metavar="NEW")
    diff.add_argument("--json", action="store_true", help="print as JSON")
    check = actions.add_parser("check", help="compare the contract in a checkout of beskid with its lock file")
    check.add_argument(
        "--update", action="store_true", help="write the lock file and the generated files if the rules allow it"
    )
    check.add_argument(
        "--against", metavar="REV", help="also compare with the lock file of a commit in the history of the checkout"
    )
    bump = actions.add_parser("bump", help="raise the ABI version in a checkout of beskid")
    for action in (check, bump):
        action.add_argument(
            "--tree",
            metavar="PATH",
            type=path_argument,
            help="the checkout (default: the one that contains this folder)",
        )
    parser.set_defaults(print_help=parser.print_help)


def execute(options: argparse.Namespace) -> int:
    match options.action:
        case "show":
            return show_contract(options.json, options.c_header)
        case "verify":
            return verify_files([Path(name) for name in options.files], options.json)
        case "diff":
            return show_difference(Path(options.old), Path(options.new), options.json)
        case "check":
            return check_sources(options.tree, options.update, options.against)
        case "bump":
            return raise_version(options.tree)
        case _:
            options.print_help(sys.stderr)
            return STATUS_USAGE


# show -------------------------------------------------------------------------------------------------------------


def show_contract(as_json: bool, as_header: bool) -> int:
    from beskid.abi.installed import installed_contract
    from beskid.abi.render import render_header

    contract = installed_contract()
    if as_header:
        sys.stdout.write(render_header(contract))
    elif as_json:
        print(json.dumps(contract_as_json(contract), indent=2, ensure_ascii=False))
    else:
        print("\n".join(table_lines(contract)))
    return STATUS_FINE


def signature(function: BuiltinFnSpec) -> str:
    """`str_slice(text: string, start: I64, count: I64) -> string`."""
    parameters = ", ".join(
        f"{item.name}: {item.form.value}{'?' if item.nullable else ''}" for item in function.parameters
    )
    return f"{function.symbol}({parameters}) -> {function.return_form.value}{'?' if function.return_nullable else ''}"


def marks(function: BuiltinFnSpec) -> str:
    return " ".join(word for word, on in (("collects", function.collects), ("panics", function.panics)) if on)


def table_lines(contract: Contract) -> list[str]:
    lines = [
        f"ABI version {contract.version}, level {contract.level}, draft layout {contract.draft_hash:#018x}",
        "",
        "since  function",
        *[
            f"{function.since:>5}  {signature(function)}{f'  [{marks(function)}]' if marks(function) else ''}"
            for function in contract.functions
        ],
        "",
        "size  structure",
    ]
    for struct in contract.structs:
        lines.append(f"{struct.size:>4}  {struct.name}{'  (draft)' if struct.draft else ''}")
        lines += [f"      +{field.offset:<3} {field.name}: {field.c_type}" for field in struct.fields]
    lines += [
        "",
        " tag  interop",
        *[f"{tag.number:>4}  {tag.function}  {tag.name}: {tag.meaning}" for tag in contract.interop_tags],
    ]
    lines += ["", "what programs rely on", *[f"  {item.name}: {item.meaning}" for item in contract.semantics]]
    return lines


def contract_as_json(contract: Contract) -> dict[str, object]:
    return {
        "version": contract.version,
        "level": contract.level,
        "draftHash": f"{contract.draft_hash:#018x}",
        "functions": [
            {
                "symbol": function.symbol,
                "parameters": [
                    {
                        "name": item.name,
                        "kind": item.kind.value,
                        "form": item.form.value,
                        "nullable": item.nullable,
                        "ownership": "borrowed" if item.form.is_reference else "plain",
                    }
                    for item in function.parameters
                ],
                "returns": {
                    "kind": function.returns.value,
                    "form": function.return_form.value,
                    "nullable": function.return_nullable,
                    "fresh": function.fresh,
                },
                "collects": function.collects,
                "panics": function.panics,
                "since": function.since,
                "meaning": function.meaning,
            }
            for function in contract.functions
        ],
        "structures": [
            {
                "name": struct.name,
                "size": struct.size,
                "draft": struct.draft,
                "fields": [
                    {"name": field.name, "offset": field.offset, "size": field.size, "type": field.c_type}
                    for field in struct.fields
                ],
            }
            for struct in contract.structs
        ],
        "constants": {item.name: item.value for item in contract.constants},
        "interopTags": [
            {
                "number": tag.number,
                "group": tag.group,
                "name": tag.name,
                "payload": tag.payload.value,
                "nullable": tag.payload_nullable,
                "collects": tag.collects,
                "since": tag.since,
                "meaning": tag.meaning,
            }
            for tag in contract.interop_tags
        ],
        "semantics": {item.name: item.meaning for item in contract.semantics},
        "support": list(contract.support),
    }


# verify -----------------------------------------------------------------------------------------------------------


def verify_files(paths: list[Path], as_json: bool) -> int:
    from beskid.driver.abi_files import verify_file

    verdicts = [verify_file(path) for path in paths]
    if as_json:
        found = [
            {"file": v.path, "kind": v.kind, "ok": not v.problems, **v.facts, "problems": v.problems} for v in verdicts
        ]
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for verdict in verdicts:
            print_verdict(verdict)
    return STATUS_ENVIRONMENT if any(verdict.problems for verdict in verdicts) else STATUS_FINE


def print_verdict(verdict: Verdict) -> None:
    if not verdict.problems:
        facts = ", ".join(f"{name} {held}" for name, held in verdict.facts.items() if name != "draft")
        print(f"ok: {shown_name(verdict.path)}: {verdict.kind}, {facts}")
        return
    for problem in verdict.problems:
        print(f"error: {shown_name(verdict.path)}: {verdict.kind}: {problem}")
    print("  = help: rebuild the file with this beskid, or use the beskid and runtime that built it")


# diff -------------------------------------------------------------------------------------------------------------


def show_difference(old: Path, new: Path, as_json: bool) -> int:
    from beskid.abi.compare import Change, compare_surfaces
    from beskid.driver.abi_files import surface_of_file

    before, after = surface_of_file(old), surface_of_file(new)
    comparison = compare_surfaces(before, after)
    if as_json:
        print(json.dumps(difference_as_json(comparison), indent=2, ensure_ascii=False))
    else:
        print(f"version {before.version} -> {after.version}, level {before.level} -> {after.level}")
        for difference in comparison.differences:
            print(difference)
        print(f"overall: {comparison.change.value}")
    return STATUS_DIAGNOSTICS if comparison.change is Change.BREAKING else STATUS_FINE


def difference_as_json(comparison: Comparison) -> dict[str, object]:
    return {
        "version": [comparison.old.version, comparison.new.version],
        "level": [comparison.old.level, comparison.new.level],
        "change": comparison.change.value,
        "differences": [
            {"change": item.change.value, "clause": item.clause, "before": item.before, "after": item.after}
            for item in comparison.differences
        ],
    }


# check and bump ---------------------------------------------------------------------------------------------------


def check_sources(tree: str | None, update: bool, revision: str | None = None) -> int:
    from beskid.abi.upkeep import check_against, check_tree
    from beskid.driver.abi_files import lock_of_revision, reader, source_tree, write_texts

    folder = source_tree(tree)
    findings = check_tree(reader(folder))
    if revision is not None:
        against = check_against(reader(folder), lock_of_revision(folder, revision), revision)
        for problem in against.problems:
            print(f"error: {problem}", file=sys.stderr)
        if against.problems:
            return STATUS_DIAGNOSTICS
        print(f"since {revision}: {against.change.value}")
    if update and findings.updates:
        for path in write_texts(folder, findings.updates):
            print(f"wrote {path}")
        findings = check_tree(reader(folder))
    for problem in findings.problems:
        print(f"error: {problem}", file=sys.stderr)
    if findings.problems:
        return STATUS_DIAGNOSTICS
    print("the contract, its lock file and the generated files agree")
    return STATUS_FINE


def raise_version(tree: str | None) -> int:
    from beskid.abi.contract import ContractError
    from beskid.abi.generate import CONTRACT_PATH, LOCK_PATH
    from beskid.abi.upkeep import new_version
    from beskid.driver.abi_files import reader, source_tree, write_texts
    from beskid.driver.failure import DriverError

    folder = source_tree(tree)
    read = reader(folder)
    contract, lock = read(CONTRACT_PATH), read(LOCK_PATH)
    if contract is None or lock is None:
        raise DriverError(f"{LOCK_PATH} does not exist", "restore it from the latest release")
    try:
        texts = new_version(contract, lock)
    except ContractError as error:
        raise DriverError(f"{CONTRACT_PATH}: {error}", "fix the contract first", status=STATUS_DIAGNOSTICS) from error
    for path in write_texts(folder, texts):
        print(f"wrote {path}")
    print("next: fill in the migration note, run `make runtime`, `beskid abi check --update` and `make bless`")
    return STATUS_FINE
