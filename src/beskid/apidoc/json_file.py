"""`api.json`: the items of a package for other tools (schema 4, with the keys of schema 1)."""

from __future__ import annotations

import json
from typing import Any

from beskid.apidoc.comments import read_comment
from beskid.apidoc.links import Links
from beskid.apidoc.markdown import reference_text
from beskid.apidoc.model import Item, Kind, Location, Module, PackageDocumentation

SCHEMA = 4
NAVIGATION = "graph-v1"

Json = dict[str, Any]


def api_json(package: PackageDocumentation, version: str) -> str:
    """Return the file. Items are sorted by qualified name and kind; an `id` holds within one file."""
    links = Links(package.modules)
    entries: list[Json] = []
    for module in package.modules:
        entry = _common(Kind.MODULE, module, module, links)
        entry["parentId"] = None
        entry["memberIds"] = [_identity(item) for item in module.items]
        entries.append(entry)
        for item in module.items:
            _add(item, module, _module_identity(module), links, entries)
    content = {
        "schemaVersion": SCHEMA,
        "generator": f"beskid doc {version}",
        "navigationModel": NAVIGATION,
        "package": package.name,
        "items": sorted(entries, key=lambda entry: (entry["qualifiedName"], entry["kind"])),
    }
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _add(item: Item, module: Module, parent: str, links: Links, entries: list[Json]) -> None:
    entry = _common(item.kind, item, module, links)
    entry["parentId"] = parent
    entry["memberIds"] = [_identity(member) for member in item.members]
    comment = read_comment(item.comment)
    names = {**comment.arguments, **comment.variants}
    entry["parameters"] = [
        {"name": each.name, "type": {"display": each.type, "refItemId": _type_identity(each.type, module, links)},
         "modifier": each.modifier or None, "docMarkdown": names.get(each.name)}
        for each in item.parameters
    ]  # fmt: skip
    entry["genericParameters"] = [
        {"name": name, "docMarkdown": comment.type_parameters.get(name)} for name in item.type_parameters
    ]
    entry["conformances"] = list(item.conformances)
    is_value = item.kind in (Kind.FIELD, Kind.CONSTANT)
    entry["fieldType"] = item.result if is_value else None
    entry["returnType"] = item.result or None if not is_value else None
    entry["returnsMarkdown"] = comment.returns or None
    entries.append(entry)
    for member in item.members:
        _add(member, module, _identity(item), links, entries)


def _common(kind: Kind, target: Item | Module, module: Module, links: Links) -> Json:
    prose = links.expand(read_comment(target.comment).prose, module.path, reference_text)
    is_item = isinstance(target, Item)
    return {
        "id": _identity(target) if isinstance(target, Item) else _module_identity(module),
        "kind": kind.value,
        "name": target.path[-1] if target.path else "",
        "displayName": target.path[-1] if target.path else "",
        "qualifiedName": ".".join(target.path),
        "modulePath": module.dotted(),
        "visibility": "public" if not isinstance(target, Item) or target.is_pub else "private",
        "signature": target.signature if isinstance(target, Item) else None,
        "location": _location(target.location),
        "doc_markdown": prose or None,
        "docMarkdown": prose or None,
        "controls": [],
    } | ({} if is_item else {"parameters": [], "genericParameters": []})


def _identity(item: Item) -> str:
    return f"{item.kind.value}:{item.qualified_name()}"


def _module_identity(module: Module) -> str:
    return f"{Kind.MODULE.value}:{module.dotted()}"


def _type_identity(type: str, module: Module, links: Links) -> str | None:
    """Return the item that a type names, if it is one of the package."""
    name = type.partition("<")[0].removesuffix("[]")
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    found = links.find(name, module.path)
    return _identity(found) if isinstance(found, Item) else None


def _location(location: Location) -> Json:
    return {
        "file": location.file,
        "startLine": location.start_line,
        "startColumn": location.start_column,
        "endLine": location.end_line,
        "endColumn": location.end_column,
    }
