"""Project manifests: what they may say, and what is said about mistakes."""

from __future__ import annotations

import pytest

from beskid.driver.inputs.manifest import read_manifest
from beskid.source.text import SourceText

GOOD = """
# a shop
project {
    name = "Shop"
    version = "0.1.0"
    root = "Source"
}

target "app" {
    kind = App
    entry = "Main.bd"
}

target "all" { kind = Lib entry = "Lib.bd" }

dependency "Money" {
    source = path
    path = "../Money"   // beside us
}
"""


PATH_SOURCE = 'source = path\n    path = "../Money"'


def test_a_good_manifest() -> None:
    result = read_manifest(SourceText("Project.proj", GOOD))
    assert result.diagnostics == []
    manifest = result.manifest
    assert manifest is not None
    assert (manifest.name, manifest.version, manifest.root) == ("Shop", "0.1.0", "Source")
    assert [(t.name, t.kind, t.entry) for t in manifest.targets] == [
        ("app", "App", "Main.bd"),
        ("all", "Lib", "Lib.bd"),
    ]
    assert [(d.name, d.source, d.path) for d in manifest.dependencies] == [("Money", "path", "../Money")]


def test_the_root_has_a_default() -> None:
    result = read_manifest(SourceText("Project.proj", GOOD.replace('    root = "Source"\n', "")))
    assert result.manifest is not None
    assert result.manifest.root == "Src"


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("project {", "project", "E3003", "expected `{`"),
        ("project {", "projekt {", "E3003", "unknown block `projekt`"),
        ('name = "Shop"', "name =", "E3003", "expected"),
        ('name = "Shop"', "", "E3004", "needs a `name`"),
        ('name = "Shop"', 'name = "  "', "E3004", "needs a `name`"),
        ("kind = App", "kind = Application", "E3004", "cannot be `Application`"),
        ('entry = "Main.bd"', 'entry = "../Main.bd"', "E3004", "inside the project"),
        ('entry = "Main.bd"', "", "E3004", "needs a `entry`"),
        ('target "all"', 'target "app"', "E3004", "two target blocks"),
        ('target "all"', "target", "E3004", "needs a name"),
        ("source = path", "source = ftp", "E3004", "cannot be `ftp`"),
        ('path = "../Money"', "", "E3004", "needs a `path`"),
        ('name = "Shop"', 'name = "Shop" name = "Shop"', "E3004", "`name` is written twice"),
        ('name = "Shop"', 'name = "Std"', "E3004", "the core library has this name"),
        ('name = "Shop"', 'name = "Core"', "E3004", "the core library has this name"),
        ('dependency "Money"', 'dependency "Core"', "E3004", "the core library has this name"),
        ('dependency "Money"', 'dependency "my-money"', "E3004", "cannot name the dependency"),
        (PATH_SOURCE, 'source = git rev = "v1"', "E3004", "needs a `url`"),
        (PATH_SOURCE, 'source = git url = "https://a.example/b"', "E3004", "needs a `rev`"),
        (PATH_SOURCE, 'source = git url = "https://a.example/b" rev = "-x"', "E3004", "is not a revision"),
        (PATH_SOURCE, 'source = git url = "ext::sh -c x" rev = "v1"', "E3004", "is not the address"),
        (
            PATH_SOURCE,
            'source = git url = "https://a.example/b" rev = "v1" path = "../x"',
            "E3004",
            "inside the repository",
        ),
        (PATH_SOURCE, "source = registry", "E3004", "needs a `version`"),
    ],
)
def test_a_mistake_is_one_fault(old: str, new: str, code: str, words: str) -> None:
    assert old in GOOD
    result = read_manifest(SourceText("Project.proj", GOOD.replace(old, new, 1)))
    assert result.manifest is None
    assert [d.code for d in result.diagnostics] == [code]
    assert words in result.diagnostics[0].message


def test_git_and_registry_dependencies() -> None:
    text = GOOD.replace(PATH_SOURCE, 'source = git url = "https://a.example/b" rev = "v1" path = "libs/money"')
    text += 'dependency "Other" { source = registry version = "1.0" registry = "main" }'
    result = read_manifest(SourceText("Project.proj", text))
    assert result.diagnostics == []
    assert result.manifest is not None
    git, registry = result.manifest.dependencies
    assert (git.source, git.url, git.rev, git.path) == ("git", "https://a.example/b", "v1", "libs/money")
    assert (registry.source, registry.version) == ("registry", "1.0")


def test_a_declared_core_library_is_a_path_dependency() -> None:
    text = GOOD.replace('dependency "Money"', 'dependency "Std"')
    result = read_manifest(SourceText("Project.proj", text))
    assert result.diagnostics == []
    for source in ('source = git url = "https://a.example/b" rev = "v1"', 'source = registry version = "1"'):
        found = read_manifest(SourceText("Project.proj", text.replace(PATH_SOURCE, source)))
        assert [each.code for each in found.diagnostics] == ["E3004"]


def test_a_key_of_another_source_is_warned_about() -> None:
    text = GOOD.replace(PATH_SOURCE, PATH_SOURCE + ' rev = "v1"')
    result = read_manifest(SourceText("Project.proj", text))
    assert result.manifest is not None
    assert [(each.code, each.message) for each in result.diagnostics] == [
        ("W3004", "`rev` has no effect with `source = path`")
    ]


NAMED = """
@schemaless
Shop {
    name = "Shop" version = "0.1.0" readme = "README.md"
    target "shop" { kind = Lib }
    dependency "Money" { source = path path = "../Money" }
    link { libraries = ["z"] }
}
"""


def test_a_manifest_of_the_second_form() -> None:
    result = read_manifest(SourceText("Shop.bproj", NAMED))
    assert result.diagnostics == []
    manifest = result.manifest
    assert manifest is not None
    assert (manifest.name, manifest.root, manifest.targets[0].entry) == ("Shop", "Src", "")
    assert (manifest.dependencies[0].path, manifest.link.libraries) == ("../Money", ("z",))


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("Shop {", "project {", "E3004", "has no `project` block"),
        ("Shop {", "Store {", "E3004", "the block is named `Store` and the project `Shop`"),
        ("@schemaless", "@", "E3003", "expected"),
        ("@schemaless", "@ {", "E3003", "the name of a directive"),
        ("kind = Lib", "kind = App", "E3004", "needs a `entry`"),
        ("readme", "type = Mod readme", "E3004", "projects of the type `Mod` are not supported"),
        ("target", "targets", "E3003", "unknown block `targets`"),
        ("link {", "link { more {} ", "E3003", "expected `=`"),
    ],
)
def test_a_mistake_in_the_second_form_is_one_fault(old: str, new: str, code: str, words: str) -> None:
    assert old in NAMED
    result = read_manifest(SourceText("Shop.bproj", NAMED.replace(old, new, 1)))
    assert result.manifest is None
    assert [d.code for d in result.diagnostics] == [code]
    assert words in result.diagnostics[0].message


def test_unknown_keys_are_warned_about() -> None:
    result = read_manifest(SourceText("Project.proj", GOOD.replace("version =", "versoin =", 1)))
    assert [d.code for d in result.diagnostics] == ["W3004", "E3004"]
    assert result.diagnostics[0].help == "did you mean `version`?"


@pytest.mark.parametrize("text", ["", "{", '"', "project { name = [", "\0", "target", "project {}\ntarget {"])
def test_no_text_breaks_the_reader(text: str) -> None:
    result = read_manifest(SourceText("Project.proj", text))
    assert result.manifest is None
    assert result.diagnostics


LINK = 'link { libraries = ["z", "vendor/libshop.so"] searchPaths = ["vendor"] extraArgs = ["-lfoo"] }'


def test_the_link_block() -> None:
    result = read_manifest(SourceText("Project.proj", GOOD + LINK))
    assert result.manifest is not None
    link = result.manifest.link
    assert link.libraries == ("z", "vendor/libshop.so")
    assert (link.search_paths, link.extra_arguments) == (("vendor",), ("-lfoo",))


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (LINK + LINK, "E1890"),
        (LINK.replace("searchPaths", "searchPath"), "E1891"),
        (LINK.replace('"z"', '" "'), "E1892"),
        (LINK.replace('"-lfoo"', '""'), "E1892"),
        (LINK.replace('"z"', '"z", "libz.so.1"'), "E1893"),
        (LINK.replace('"z"', '"z", "z"'), "E1893"),
    ],
)
def test_errors_of_the_link_block(block: str, code: str) -> None:
    result = read_manifest(SourceText("Project.proj", GOOD + block))
    assert result.manifest is None
    assert [diagnostic.code for diagnostic in result.diagnostics] == [code]
