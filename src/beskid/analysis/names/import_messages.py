"""Diagnostics about `use` declarations and public module declarations (§6.3, §6.4): E1102, E1104, E1105, E1501, E1502.

Takes the result of the resolution; looks up names only to suggest them.
"""

from __future__ import annotations

from beskid.analysis.model.internal import offered_paths
from beskid.analysis.model.symbols import ModuleSymbol, Symbol, UseBinding
from beskid.analysis.model.world import World
from beskid.analysis.names.import_fixes import import_help
from beskid.analysis.names.index import bound_name, is_type_like, kind_of, path_texts
from beskid.analysis.names.suggest import FOREIGN_MODULES, did_you_mean, import_path, module_to_import, public_list
from beskid.base.spelling import closest
from beskid.source.codes import E1006, E1102, E1104, E1105, E1501, E1502
from beskid.source.diagnostics import Diagnostic, Label, error
from beskid.syntax import tree


def bound_twice(module: ModuleSymbol, bound: UseBinding, again: tree.UseItem, name: tree.Name) -> Diagnostic:
    first = bound_name(bound.tree)
    shorter, longer = sorted((path_texts(bound.tree.path), path_texts(again.path)), key=len)
    # A module that is imported brings its type of the same name with it.
    is_type_of_module = longer == (*shorter, shorter[-1])
    help = f"rename one of them: `use … as Other{name.text};`"
    if is_type_of_module:
        help = f"`use {'.'.join(shorter)};` imports the module and its type `{name.text}`; remove the other line"
    return error(
        E1104,
        f"the name `{name.text}` is imported twice",
        module.source,
        name.span,
        "imported again here",
        help,
        (Label(module.source, first.span, "first imported here"),),
    )


def clashes_with_item(module: ModuleSymbol, own: Symbol, name: tree.Name) -> Diagnostic:
    code = E1102 if is_type_like(own) else E1006
    return error(
        code,
        f"the import `{name.text}` conflicts with a {kind_of(own)} of this module",
        module.source,
        name.span,
        "hidden by the declaration",
        f"rename the import: `use … as Other{name.text};`",
        (Label(module.source, own.name_span, "declared here"),),
    )


def import_not_found(
    world: World, module: ModuleSymbol, use: tree.UseItem, private: Symbol | None, holder: ModuleSymbol | None
) -> Diagnostic:
    names = path_texts(use.path)
    written = ".".join(names)
    if private is not None:
        return error(
            E1501,
            f"`{written}` is private",
            module.source,
            use.path.span,
            "private item",
            f"add `pub` to its declaration in {private.source.path}",
            (Label(private.source, private.name_span, "declared here without `pub`"),),
        )
    last = use.path.segments[-1].name
    if holder is not None:
        names_there = [name for name in public_names(world, holder, module.package) if name != last.text]
        return error(
            E1105,
            f"module `{holder.dotted()}` has no public item or module `{last.text}`",
            module.source,
            use.path.span,
            "not found",
            did_you_mean(closest(last.text, names_there)) or public_list(names_there),
        )
    return error(
        E1105,
        f"unresolved import `{written}`",
        module.source,
        use.path.span,
        "not found",
        unknown_module_help(world, module, names),
    )


def public_names(world: World, module: ModuleSymbol, package: str) -> list[str]:
    """Return the names of a module's public items, inline modules, re-exports and submodules for a package."""
    index = world.index(module)
    names = [name for name, symbol in (*module.members.items(), *module.children.items()) if symbol.is_pub]
    names.extend(name for name, uses in index.uses_by_name.items() if any(use.is_pub for use in uses))
    depth = len(module.path)
    paths = offered_paths(world, package, module.package)
    names.extend(path[depth] for path in paths if len(path) > depth and path[:depth] == module.path)
    return names


def unknown_module_help(world: World, module: ModuleSymbol, names: tuple[str, ...]) -> str:
    """Return the help text for a path whose first name is not a module."""
    recased = _recased_path(world, module, names)
    if recased is not None:
        return recased
    if names[0] == "std" and "Std" in world.visible_packages(module.package):
        return f"the core library is `Std`: `Std.{'.'.join(names[1:])}`"
    foreign = FOREIGN_MODULES.get(names[0], FOREIGN_MODULES.get(names[-1]))
    if foreign is not None:
        return f"the module is `{foreign}`: `use {foreign};`"
    known: list[str] = []
    for package in (module.package, *world.visible_packages(module.package)):
        paths = [".".join(path) for path in offered_paths(world, module.package, package) if path]
        known.extend(paths)
        if package != module.package:
            known.extend(f"{package}.{path}" for path in paths)
    written = ".".join(names)
    below = [path for path in known if path.startswith(f"{written}.")]
    if below:
        return f"it is a folder with the modules {', '.join([f'`{path}`' for path in sorted(below)[:4]])}"
    path = module_to_import(world, module, names[0])
    if path is not None:
        return import_help(path, names[0])
    near = closest(written, known)
    if near is None and len(names) > 1:
        near = closest(".".join(names[:-1]), known)
        near = f"{near}.{names[-1]}" if near is not None else None
    return did_you_mean(near) or "a module path is the path of a file in the source folder, without `.bd`"


def _recased_path(world: World, module: ModuleSymbol, names: tuple[str, ...]) -> str | None:
    """Return the help for the path of a module, or of a folder, in other letters: `std.collections`."""
    written = ".".join(names).lower().removeprefix("std.")
    for package in (module.package, *world.visible_packages(module.package)):
        files = [path for path in offered_paths(world, module.package, package) if path]
        paths = {".".join(path).lower(): import_path(world, module.package, package, path) for path in files}
        if written in paths:
            return f"the module is `{paths[written]}`: `use {paths[written]};`"
        below = sorted(path for name, path in paths.items() if name.startswith(f"{written}."))
        if below and not below[0].startswith(".".join(names)):
            shown = ", ".join([f"`use {path};`" for path in below[:4]])
            return f"import a module of the folder: {shown}"
    return None


def module_not_found(world: World, module: ModuleSymbol, declaration: tree.ModuleDeclaration) -> Diagnostic:
    """Return E1502: a public module declaration without a file."""
    names = path_texts(declaration.path)
    path = "/".join(names)
    dotted = [".".join(known) for known in world.file_paths(module.package)]
    near = did_you_mean(closest(".".join(names), dotted))
    return error(
        E1502,
        f"module `{'.'.join(names)}` was not found",
        module.source,
        declaration.path.span,
        "no file for this module",
        f"create `{path}.bd` or `{path}/mod.bd` in the source folder" + (f"; {near}" if near is not None else ""),
    )
