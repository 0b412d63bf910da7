"""`beskid new`: make a project to start with."""

from __future__ import annotations

import argparse
import os
import shlex

from beskid.cli.command import path_argument
from beskid.driver.failure import STATUS_FINE
from beskid.driver.templates import TEMPLATES, create, find_template, name_for, require_name
from beskid.files.places import absolute_path
from beskid.files.problems import shown_name

_DEFAULT = TEMPLATES[0]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = ", ".join(f"{each.name} ({each.summary})" for each in TEMPLATES)
    parser.add_argument(
        "folder", metavar="FOLDER", type=path_argument,
        help="the folder of the project, which is made; `.` is this one",
    )  # fmt: skip
    parser.add_argument(
        "--template", choices=[each.name for each in TEMPLATES], default=_DEFAULT.name,
        help=f"what to make: {kinds}; default {_DEFAULT.name}",
    )  # fmt: skip
    parser.add_argument("--name", metavar="NAME", default="", help="the name of the project (default: of the folder)")


def execute(options: argparse.Namespace) -> int:
    folder = os.path.normpath(options.folder)
    if options.name:
        require_name(options.name)
    name = options.name or name_for(absolute_path(folder))
    template = find_template(options.template)
    create(template, name, folder)
    enter = "" if folder == "." else f"cd {shlex.quote(folder)} && "
    print(f"made {template.summary}, `{name}`, in {shown_name(folder)}")
    print(f"next: {shown_name(enter)}{template.first_command}")
    return STATUS_FINE
