"""The completion scripts of the shells, written from the words of `completion_words`.

Each script is complete in itself: a shell that completes never starts beskid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from beskid.cli.completion_words import FILES, Option, Words


def bash_script(words: list[Words]) -> str:
    """Return the script for bash 4 and newer, which also works in zsh's emulation of it."""
    lines = ["# Completion of beskid for bash, printed by `beskid completion bash`.", "declare -A _beskid_after=("]
    for each in words:
        actions = [name for name, _ in each.actions]
        spellings = [name for option in each.options for name in option.names]
        lines.append(f"  [{_key(each.path)}]={_quoted(' '.join((*actions, *spellings, *each.values)))}")
    lines += [")", "declare -A _beskid_values=("]
    for each in words:
        for option, name in _with_values(each):
            lines.append(f"  [{_key((*each.path, name))}]={_quoted(' '.join(option.values or ()))}")
    lines += [")", "declare -A _beskid_actions=("]
    lines += [f"  [{_key((*each.path, name))}]=1" for each in words for name, _ in each.actions]
    return "\n".join([*lines, ")", _BASH.replace("FILES", FILES[0])])


_BASH = """\
_beskid() {
    local word=${COMP_WORDS[COMP_CWORD]} path=- pending= each i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        each=${COMP_WORDS[i]}
        if [[ $each == = ]]; then
            continue
        elif [[ -n $pending ]]; then
            pending=
        elif [[ $each == -- ]]; then
            compopt -o default
            return
        elif [[ -n ${_beskid_values["$path $each"]+set} ]]; then
            pending="$path $each"
        elif [[ -n ${_beskid_actions["$path $each"]+set} ]]; then
            path="$path $each"
        fi
    done
    [[ $word != = ]] || word=
    local words=${_beskid_after["$path"]}
    if [[ -n $pending ]]; then
        words=${_beskid_values["$pending"]}
    fi
    for each in $words; do
        if [[ $each == "FILES" ]]; then
            compopt -o default
        elif [[ $each == "$word"* && ( $each != -* || $word == -* ) ]]; then
            COMPREPLY+=("$each")
        fi
    done
}
complete -F _beskid beskid
"""


def zsh_script(words: list[Words]) -> str:
    """Return the script for zsh: a file `_beskid` in a folder of `fpath`, or a text for `source`."""
    lines = ["#compdef beskid", "# Completion of beskid for zsh, printed by `beskid completion zsh`."]
    for each in words:
        lines += [f"{_function(each.path)}() {{", *_zsh_body(each), "}"]
    return "\n".join([*lines, _ZSH])


_ZSH = """\
if [[ ${funcstack[1]-} == _beskid ]]; then
    _beskid "$@"
else
    compdef _beskid beskid
fi
"""


def _zsh_body(words: Words) -> Iterator[str]:
    if words.actions:
        yield "    local context state state_descr line"
        yield "    typeset -A opt_args"
    yield "    _arguments -C \\"
    for option in words.options:
        for name in option.names:
            ending = ""
            if option.values is not None:
                ending = f":value:{_zsh_values(option.values)}"
            yield f"        {_quoted(f'*{name}[{_zsh_text(option.help)}]{ending}')} \\"
    if words.actions:
        yield "        '1: :->action' '*:: :->rest'"
        yield "    case $state in"
        yield "    action)"
        yield "        local -a actions=("
        for name, help in words.actions:
            yield f"            {_quoted(f'{name}:{help}')}"
        yield "        )"
        yield "        _describe action actions ;;"
        yield "    rest)"
        yield f"        (( $+functions[{_function(words.path)}_$line[1]] )) && {_function(words.path)}_$line[1] ;;"
        yield "    esac"
    elif FILES[0] in words.values and words.values != FILES:
        yield f"        {_quoted(f'1:argument:{_zsh_values(_listed(words.values))}')} '*:argument:_files'"
    elif words.values:
        yield f"        {_quoted(f'*:argument:{_zsh_values(words.values)}')}"
    else:
        yield "        '*: :'"


def _zsh_values(values: tuple[str, ...]) -> str:
    if values == FILES:
        return "_files"
    return f"({' '.join(values)})" if values else " "


def _listed(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words among values that may be files too: those of an argument before the files."""
    return tuple([each for each in values if each not in FILES])


def _zsh_text(text: str) -> str:
    return "".join(f"\\{each}" if each in "[]:\\" else each for each in text)


def fish_script(words: list[Words]) -> str:
    """Return the script for fish: a file `beskid.fish` in its folder `completions`, or a text for `source`."""
    lines = ["# Completion of beskid for fish, printed by `beskid completion fish`.", _FISH.rstrip()]
    actions = [" ".join(("-", *each.path, name)) for each in words for name, _ in each.actions]
    values = [" ".join(("-", *each.path, name)) for each in words for _, name in _with_values(each)]
    lines += [f"set -g __beskid_actions {_fish_list(actions)}", f"set -g __beskid_values {_fish_list(values)}"]
    for each in words:
        condition = f"-n {_quoted(f'__beskid_is_after {_key(each.path)}')}"
        for name, help in each.actions:
            lines.append(f"complete -c beskid {condition} -f -a {_quoted(name)} -d {_quoted(help)}")
        for option in each.options:
            lines.append(f"complete -c beskid {condition} {_fish_option(option)} -d {_quoted(option.help)}")
        listed = _listed(each.values)
        if FILES[0] in each.values:
            words_too = f" -a {_quoted(' '.join(listed))}" if listed else ""
            lines.append(f"complete -c beskid {condition} -F{words_too}")
        elif each.values:
            lines.append(f"complete -c beskid {condition} -f -a {_quoted(' '.join(each.values))}")
        elif not each.actions:
            lines.append(f"complete -c beskid {condition} -f")
    return "\n".join([*lines, ""])


_FISH = """\
function __beskid_is_after
    set -l path -
    set -l words (commandline -opc)
    set -l skip 0
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
        else if test "$word" = --
            return 1
        else if contains -- "$path $word" $__beskid_values
            set skip 1
        else if contains -- "$path $word" $__beskid_actions
            set path "$path $word"
        end
    end
    test "$path" = "$argv"
end
"""


def _fish_option(option: Option) -> str:
    parts: list[str] = []
    for name in option.names:
        if name.startswith("--"):
            parts.append(f"-l {name[2:]}")
        elif len(name) == 2:
            parts.append(f"-s {name[1:]}")
        else:
            parts.append(f"-o {name[1:]}")
    if option.values == FILES:
        parts.append("-r -F")
    elif option.values is not None:
        parts.append("-x")
        if option.values:
            parts.append(f"-a {_quoted(' '.join(option.values))}")
    return " ".join(parts)


def _fish_list(items: list[str]) -> str:
    return " ".join(map(_quoted, items))


SHELLS: dict[str, Callable[[list[Words]], str]] = {"bash": bash_script, "zsh": zsh_script, "fish": fish_script}
"""How the script of each shell is written."""


def _with_values(words: Words) -> Iterator[tuple[Option, str]]:
    """Yield the options that take a value, once for each spelling."""
    for option in words.options:
        if option.values is not None:
            for name in option.names:
                yield option, name


def _key(path: tuple[str, ...]) -> str:
    return _quoted(" ".join(("-", *path)))


def _function(path: tuple[str, ...]) -> str:
    return "_".join(("_beskid", *path))


def _quoted(text: str) -> str:
    """Quote a text for all three shells. Inside single quotes nothing is special, except a backslash in fish."""
    return "'" + text.replace("'", "'\\''") + "'"
