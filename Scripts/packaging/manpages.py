#!/usr/bin/env python3
"""Writes the manual pages of the program, one for each command, from its own help.

    manpages.py PROGRAM FOLDER

`PROGRAM --experimental-dump-help` gives the help as JSON. tenor.1 and tenor-COMMAND.1 are written to FOLDER. The date of a page is
SOURCE_DATE_EPOCH, or today.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time


def escaped(text):
    """Text as roff prints it: no character is a command, and hyphens are those of the command line."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("^", r"\(ha").replace("~", r"\(ti").replace("`", r"\`")
    text = re.sub(r"[^\x00-\x7f]", lambda match: rf"\[u{ord(match[0]):04X}]", text)
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def bold(text):
    return rf"\fB{escaped(text)}\fR"


def italic(text):
    return rf"\fI{escaped(text)}\fR"


def marked(text):
    """A paragraph, in which `code` and the names of options are bold."""
    parts = re.split(r"`([^`\n]+)`|(?<![\w-])(--[a-z][a-z-]*[a-z])", text)
    plain, code, options = parts[::3], parts[1::3], parts[2::3]
    words = [escaped(plain[0])]
    for is_code, is_option, after in zip(code, options, plain[1:]):
        words.append(bold(is_code or is_option) + escaped_inside(after))
    return "".join(words)


def escaped_inside(text):
    """Text that continues a line, whose first character cannot be a command."""
    return escaped("x" + text)[1:]


class Section:
    """A heading and the paragraphs below it."""

    def __init__(self, title):
        self.title, self.lines = title, []

    def paragraph(self, text):
        self.lines += [".PP", marked(text)] if self.lines else [marked(text)]

    def example(self, lines):
        """Lines that are printed as they are."""
        self.lines += [".PP", ".RS 4", ".nf", *(escaped(line) for line in lines), ".fi", ".RE"]

    def tagged(self, tag, text):
        self.lines += [".TP", tag, marked(text) if text else r"\&"]

    def __str__(self):
        lines = self.lines[1:] if self.lines[:1] == [".PP"] else self.lines
        return "\n".join([f'.SH "{self.title}"', *lines])


def described(discussion):
    """The discussion as sections: DESCRIPTION and, where they begin with these words, EXIT STATUS and EXAMPLES."""
    description, status, examples = Section("DESCRIPTION"), Section("EXIT STATUS"), Section("EXAMPLES")
    section = description
    for block in re.split(r"\n{2,}", discussion.strip("\n")):
        lines = block.split("\n")
        if lines[0] == "Examples:":
            section, lines = examples, lines[1:]
        elif block.startswith("Exit status:"):
            status.paragraph(block.removeprefix("Exit status:").strip())
            continue
        while lines:
            indented = lines[0].startswith(" ")
            same = next((i for i, line in enumerate(lines) if line.startswith(" ") != indented), len(lines))
            if indented:
                section.example(line.removeprefix("  ") for line in lines[:same])
            else:
                section.paragraph("\n".join(lines[:same]))
            lines = lines[same:]
    return description, status, examples


def shown(arguments):
    return [argument for argument in arguments if argument["shouldDisplay"]]


def value(argument):
    return italic(argument["valueName"])


def name(option):
    dashes = {"long": "--", "short": "-", "longWithSingleDash": "-"}[option["kind"]]
    return bold(dashes + option["name"])


def synopsis(names, arguments, subcommands):
    words = [bold(" ".join(names))]
    if subcommands:
        words.append(italic("command"))
    if any(argument["kind"] != "positional" for argument in arguments):
        words.append(f"[{italic('options')}]")
    for argument in arguments:
        word = value(argument)
        if argument["kind"] != "positional":
            word = f"{name(argument['preferredName'])} {word}"
        if argument["isRepeating"]:
            word += r" \&..."
        if not argument["isOptional"]:
            words.append(word)
        elif argument["kind"] == "positional":
            words.append(f"[{word}]")
    return " ".join(words)


def options(arguments):
    """A section for positional arguments, and one for each group of options."""
    sections = {}
    for argument in arguments:
        positional = argument["kind"] == "positional"
        title = "ARGUMENTS" if positional else argument.get("sectionTitle", "Options").upper()
        tag = value(argument) if positional else ", ".join(map(name, argument["names"]))
        if argument["kind"] == "option":
            tag += " " + value(argument)
        facts = [f"values: {', '.join(argument['allValues'])}"] if "allValues" in argument else []
        if "defaultValue" in argument:
            facts.append(f"default: {argument['defaultValue']}")
        text = argument.get("abstract", "") + (f" ({'; '.join(facts)})" if facts else "")
        sections.setdefault(title, Section(title)).tagged(tag, text.strip())
    return sections.values()


def page(command, parents, version, date):
    names = [*parents, command["commandName"]]
    arguments = shown(command.get("arguments", []))
    subcommands = [each for each in shown(command.get("subcommands", [])) if each["commandName"] != "help"]
    description, status, examples = described(command.get("discussion", ""))

    heading = Section("NAME")
    purpose = re.sub(r"\. (\w)", lambda match: ", " + match[1].lower(), command["abstract"].rstrip("."))
    heading.lines = [f"{escaped('-'.join(names))} \\- {escaped(purpose)}"]
    usage = Section("SYNOPSIS")
    usage.lines = [synopsis(names, arguments, subcommands)]
    commands = Section("COMMANDS")
    for each in subcommands:
        commands.tagged(bold(each["commandName"]), each["abstract"])
    see = Section("SEE ALSO")
    others = ["-".join([*names, each["commandName"]]) for each in subcommands] or ["-".join(parents)]
    see.lines = [", ".join(rf"\fB{escaped(other)}\fR(1)" for other in others)]

    sections = [heading, usage, description, commands, *options(arguments), status, examples, see]
    title = escaped("-".join(names).upper())
    header = f'.TH "{title}" 1 {date} "{names[0]} {version}" "User Commands"'
    return "\n".join([header, ".nh", ".ad l", *(str(section) for section in sections if section.lines)]) + "\n"


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])

    def printed(option):
        return subprocess.run([program, option], check=True, capture_output=True, text=True).stdout

    root = json.loads(printed("--experimental-dump-help"))["command"]
    version = printed("--version").strip()
    date = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))
    folder.mkdir(parents=True, exist_ok=True)
    parent = root["commandName"]
    (folder / f"{parent}.1").write_text(page(root, [], version, date), encoding="utf-8")
    for command in shown(root["subcommands"]):
        if command["commandName"] != "help":
            (folder / f"{parent}-{command['commandName']}.1").write_text(page(command, [parent], version, date), encoding="utf-8")


main()
