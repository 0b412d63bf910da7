"""Pack the extension for Visual Studio Code: `python -m tools.vsix OUTPUT.vsix`.

A VSIX file is a ZIP archive of the extension with two lists of its own. The same files give the same bytes: entries are
sorted and have one fixed time.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tools import node_packages

EXTENSION = node_packages.EXTENSION
FILES = ("README.md", "package.json", "extension.js", "language-configuration.json", "snippets.json")
FOLDERS = ("syntaxes", "node_modules")
_TIME = (1980, 1, 1, 0, 0, 0)
_KINDS = {".cjs": "application/javascript", ".js": "application/javascript", ".json": "application/json",
          ".md": "text/markdown", ".mjs": "application/javascript", ".txt": "text/plain",
          ".vsixmanifest": "text/xml"}  # fmt: skip
"""The kinds of files that are packed. Type declarations, maps and sources of packages are left out."""

_LICENSE = "LICENSE"
"""A license without a suffix, whose kind the archive could not tell, is packed as a text file."""

_MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id={name} Version={version} Publisher={publisher}/>
    <DisplayName>{title}</DisplayName>
    <Description xml:space="preserve">{description}</Description>
    <Categories>{categories}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value={engine}/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
  </Assets>
</PackageManifest>
"""


def files() -> dict[str, bytes]:
    """Return the files of the extension by their paths in the archive."""
    paths = [EXTENSION / name for name in FILES]
    for folder in FOLDERS:
        paths += [path for path in (EXTENSION / folder).rglob("*") if path.is_file() and not path.name.startswith(".")]
    packed = {f"extension/{_LICENSE}.txt": (EXTENSION.parent.parent / _LICENSE).read_bytes()}
    for path in paths:
        name = f"extension/{path.relative_to(EXTENSION).as_posix()}"
        if path.name == _LICENSE:
            packed[f"{name}.txt"] = path.read_bytes()
        elif path.suffix in _KINDS:
            packed[name] = path.read_bytes()
    return packed


def manifest(package: dict[str, Any]) -> str:
    """Return the list that the archive's readers need, from the extension's `package.json`."""
    return _MANIFEST.format(
        name=quoteattr(package["name"]),
        version=quoteattr(package["version"]),
        publisher=quoteattr(package["publisher"]),
        title=escape(package["displayName"]),
        description=escape(package["description"]),
        categories=escape(",".join(package["categories"])),
        engine=quoteattr(package["engines"]["vscode"]),
    )


def kinds() -> str:
    rows = [f'<Default Extension="{suffix}" ContentType="{kind}"/>' for suffix, kind in sorted(_KINDS.items())]
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return (
        f'{head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{"".join(rows)}</Types>\n'
    )


def pack(output: Path) -> None:
    """Write the archive. The packages of npm must be installed."""
    contents = files()
    contents["extension.vsixmanifest"] = manifest(json.loads(contents["extension/package.json"])).encode("utf-8")
    contents["[Content_Types].xml"] = kinds().encode("utf-8")
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(contents.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.vsix OUTPUT.vsix")
    problem = node_packages.install(EXTENSION)
    if problem:
        sys.exit(problem)
    pack(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
