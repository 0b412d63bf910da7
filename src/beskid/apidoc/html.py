"""HTML pages of a package, with a search that needs no server.

The pages are the Markdown pages rendered by markdown-it-py, which the extra `beskid[doc]` installs. HTML in comments is
shown as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape

from beskid.apidoc.comments import read_comment
from beskid.apidoc.markdown import MARK, Pages, module_name, page_of
from beskid.apidoc.model import GENERATED, Item, Module, PackageDocumentation

SUFFIX = ".html"
STYLE_FILE = "style.css"
SEARCH_FILE = "search.js"

_ANCHOR = re.compile(r"(?:<p>)?&lt;a id=&quot;([\w.]+)&quot;&gt;&lt;/a&gt;(?:</p>)?")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<!-- {mark} -->
<title>{title}</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<nav>
<p><a href="index.html">{package}</a></p>
<label>Search <input id="search" type="search" autocomplete="off"></label>
<ul id="found" hidden></ul>
<ul>
{modules}
</ul>
</nav>
<main>
{content}
</main>
<script src="search.js"></script>
</body>
</html>
"""

_STYLE = (
    f"/* {GENERATED} */\n"
    """
:root { color-scheme: light dark; --text: #1f2328; --page: #ffffff; --side: #f6f8fa; --line: #d0d7de; --link: #0a58ca; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --page: #0d1117; --side: #161b22; --line: #30363d; --link: #79b8ff; }
}
* { box-sizing: border-box; }
body { margin: 0; display: flex; color: var(--text); background: var(--page); font: 16px/1.55 system-ui, sans-serif; }
nav { width: 17rem; flex: none; padding: 1rem; background: var(--side); border-right: 1px solid var(--line);
  height: 100vh; position: sticky; top: 0; overflow: auto; }
nav ul { list-style: none; padding: 0; margin: .5rem 0; }
nav input { width: 100%; padding: .35rem; font: inherit; }
main { flex: 1; min-width: 0; max-width: 54rem; padding: 1rem 2rem 4rem; }
a { color: var(--link); }
code, pre { font: 14px/1.5 ui-monospace, monospace; }
pre { background: var(--side); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem;
  overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
h3, h4 { border-top: 1px solid var(--line); padding-top: 1rem; }
:target { scroll-margin-top: 1rem; }
@media (max-width: 45rem) {
  body { display: block; }
  nav { width: auto; height: auto; position: static; border-right: 0; border-bottom: 1px solid var(--line); }
  main { padding: 1rem; }
}
"""
)

_SEARCH = (
    f"// {GENERATED}\n"
    """const items = %s;
const input = document.getElementById("search");
const list = document.getElementById("found");
function score(item, words) {
  const name = item[0].toLowerCase();
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (!words.every(word => name.includes(word) || item[3].toLowerCase().includes(word))) return -1;
  const weight = word => last === word ? 8 : last.startsWith(word) ? 4 : name.includes(word) ? 2 : 1;
  return words.reduce((sum, word) => sum + weight(word), 0);
}
input.addEventListener("input", () => {
  const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const found = words.length === 0 ? [] : items.map(item => [score(item, words), item]).filter(each => each[0] > 0);
  found.sort((left, right) => right[0] - left[0] || left[1][0].length - right[1][0].length);
  list.hidden = found.length === 0;
  list.replaceChildren(...found.slice(0, 30).map(([, [name, kind, address, summary]]) => {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = name;
    link.title = summary;
    const row = document.createElement("li");
    row.append(link, " " + kind);
    return row;
  }));
});
"""
)


def html_pages(package: PackageDocumentation, render: Callable[[str], str]) -> dict[str, str]:
    """Return the text of each file by its name. `render` makes HTML of CommonMark with tables."""
    pages = {name: _page(package, text, render) for name, text in Pages(package, SUFFIX).all().items()}
    return {**pages, STYLE_FILE: _STYLE, SEARCH_FILE: _SEARCH % _search_index(package)}


def _page(package: PackageDocumentation, text: str, render: Callable[[str], str]) -> str:
    content = _ANCHOR.sub(r'<a id="\1"></a>', render(text.removeprefix(MARK)))
    title = re.search(r"^# (.*)$", text, re.MULTILINE)
    links = [
        f'<li><a href="{escape(page_of(module, SUFFIX))}">{escape(module_name(module))}</a></li>'
        for module in package.modules
    ]
    return _PAGE.format(
        title=escape(title[1] if title else package.name), package=escape(package.name), modules="\n".join(links),
        content=content, mark=GENERATED,
    )  # fmt: skip


def _search_index(package: PackageDocumentation) -> str:
    rows: list[list[str]] = []
    for module in package.modules:
        page = page_of(module, SUFFIX)
        rows.append([module_name(module), "module", page, read_comment(module.comment).summary()])
        rows += [_row(item, module, page) for item in module.all_items()]
    # `</script>` in a comment must not end the script of a page that includes the index.
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _row(item: Item, module: Module, page: str) -> list[str]:
    summary = read_comment(item.comment).summary()
    return [item.qualified_name(), item.kind.value.replace("_", " "), f"{page}#{item.qualified_name()}", summary]
