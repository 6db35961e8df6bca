#!/usr/bin/env python3
"""Runs the commands of README.md, so that they stay true.

    check_readme.py FOLDER [FILE.md]    FOLDER holds the program `syncopate`; FILE is another page than README.md
    check_readme.py --self-test

In a block fenced as ```console, a line that begins with `$ ` is a command, continued while it ends with a backslash;
the lines after it are what it prints: each must stand in the output, in this order, where `…` stands for anything.
Lines of other blocks are not run: they install, build or take long. The blocks share a scratch folder that shows the
project's `examples`. A block fenced as ```cpp must stand, as it is, in tests/install/main.cpp, which is compiled and
run. The README's test command must be the one that .ci/run calls.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
PROGRAM_BLOCK = re.compile(r"^```cpp\n(.*?)^```$", re.M | re.S)
PROGRAM = Path("tests") / "install" / "main.cpp"
TEST_COMMAND = "./run test"


def commands(text):
    """The commands of all console blocks, each with the lines of output that follow it."""
    for block in BLOCK.findall(text):
        lines = iter(block.splitlines())
        current = None
        for line in lines:
            if not line.startswith("$ "):
                if current is None:
                    raise SystemExit(f"README.md: a console block begins with a `$ ` line, not with: {line}")
                current[1].append(line)
                continue
            if current:
                yield current
            command = line[2:]
            while command.endswith("\\"):
                command = command[:-1] + next(lines).strip()
            current = (command, [])
        if current:
            yield current


def first_missing(expected, output):
    """The first line of `expected` that `output` does not have after the lines before it, or None."""
    rest = iter(output.splitlines())
    for line in expected:
        pattern = ".*".join(re.escape(part.strip()) for part in line.split("…"))
        if not any(re.fullmatch(pattern, candidate.strip()) for candidate in rest):
            return line
    return None


def complaint(command, expected, folder, environment):
    """What is wrong with one command, or None."""
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=folder, env=environment, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        return f"$ {command}\nexit status {done.returncode}:\n{done.stdout}"
    missing = first_missing(expected, done.stdout)
    if missing is not None:
        return f"$ {command}\ndoes not print: {missing}\nbut:\n{done.stdout}"
    return None


def check(text, programs):
    """Runs all commands of `text`; returns how many there were and what is wrong with them."""
    complaints, count = [], 0
    environment = dict(os.environ, PATH=f"{Path(programs).resolve()}:{os.environ['PATH']}")
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(ROOT / "examples", Path(folder) / "examples")
        for command, expected in commands(text):
            count += 1
            wrong = complaint(command, expected, folder, environment)
            if wrong:
                complaints.append(wrong)
    return count, complaints


def foreign_programs(text, program):
    """What is said about each C++ block of `text` that is no part of `program`."""
    return [f"README.md: not in {PROGRAM.as_posix()}:\n{block}"
            for block in PROGRAM_BLOCK.findall(text) if block not in program]


def self_test():
    cases = (
        ("```console\n$ echo one; echo two\none\ntwo\n```\n", 1, 0),
        ("```console\n$ echo one; echo two\ntwo\none\n```\n", 1, 1),
        ("```console\n$ echo accuracy 91.5 %\naccuracy … %\n$ echo a \\\n    b\na b\n```\n", 2, 0),
        ("```console\n$ false\n```\n", 1, 1),
        ("```console\n$ false | true\n```\n", 1, 1),
        ("```sh\nfalse\n```\n", 0, 0),
    )
    failures = 0
    for text, count, wrong in cases:
        found = check(text, ".")
        if (found[0], len(found[1])) != (count, wrong):
            failures += 1
            print(f"self-test: {text!r}: expected {count} commands, {wrong} wrong; found {found}")
    for block, wrong in (("    a();\n    b();\n", 0), ("    a();\n", 0), ("    b();\n    a();\n", 1)):
        if len(foreign_programs(f"```cpp\n{block}```\n", "int main() {\n    a();\n    b();\n}\n")) != wrong:
            failures += 1
            print(f"self-test: C++ block {block!r} should give {wrong} complaints")
    print(f"{len(cases) + 3} cases, {failures} wrong")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) == 2:
        count, complaints = check(Path(arguments[1]).read_text(encoding="utf-8"), arguments[0])
        print("\n".join(complaints) or f"{count} commands do what {Path(arguments[1]).name} says")
        return 1 if complaints or count == 0 else 0
    if len(arguments) != 1:
        print(__doc__)
        return 2
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    count, complaints = check(text, arguments[0])
    if count == 0:
        complaints.append("README.md has no command that is run")
    complaints += foreign_programs(text, (ROOT / PROGRAM).read_text(encoding="utf-8"))
    for name, lines in (("README.md", text), (".ci/run", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))):
        if TEST_COMMAND not in (line.split("#")[0].strip() for line in lines.splitlines()):
            complaints.append(f"{name}: no line says {TEST_COMMAND}")
    print("\n".join(complaints) or f"{count} commands do what the README says")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
