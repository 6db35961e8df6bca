#!/usr/bin/env python3
"""Checks how long functions are and how many parameters they take.

    check_functions.py [ROOT]       prints each function that is too long or takes too much as file:line; exit status 1 if there is one
    check_functions.py --figures    prints median, 90th percentile and maximum for each folder
    check_functions.py --self-test  shows that it finds what it should

A function's lines are those from the first of its signature to its closing brace; those of a lambda are its function's, and a
lambda's parameters are not counted. It reads C++ as text: comments, literals and preprocessor lines
go, braces are matched, and what stands before a brace tells a function from a type, a namespace or a list of values.
"""

import re
import sys
import tempfile
from pathlib import Path

MAXIMUM_LINES = 60
MAXIMUM_PARAMETERS = 5
CHECKED = ("core", "neurons", "topology", "io", "examples")
ALSO_SHORT = ("tests",)  # length only, and twice as much: a test case is a list of what holds
NOISE = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)\'|//[^\n]*|/\*.*?\*/', re.S)
NO_FUNCTION = re.compile(r"\b(namespace|TEST_SUITE|class|struct|union|enum|extern|if|for|while|switch|catch|return|do|else|try)\b")


def without_noise(text):
    """The text with comments, literals and preprocessor lines blanked; line numbers stay."""
    def blank(match):
        found = match.group()
        quoted = found[0] in "R\"'"
        return ('""' if quoted else "") + "\n" * found.count("\n")
    text = NOISE.sub(blank, text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group().count("\n"), text, flags=re.M)


def closing(text, start, pair):
    """Position of the bracket that closes the one at `start`."""
    depth = 0
    for i in range(start, len(text)):
        if text[i] == pair[0]:
            depth += 1
        elif text[i] == pair[1]:
            depth -= 1
            if depth == 0:
                return i
    return len(text) - 1


def parameter_count(text):
    """Parameters in the text between a function's parentheses: commas that no bracket holds."""
    depth, commas, is_default = 0, 0, False
    for c in re.sub(r"->|<=|>=|<<", "", text):
        if c in "<>" and is_default:  # compares; a type's list in a default argument is not told from it
            continue
        depth += (c in "(<[{") - (c in ")>]}")
        if depth == 0 and c in "=,":
            is_default = c == "="
            commas += c == ","
    return 0 if text.strip() in ("", "void") else commas + 1


def head_of(code, brace):
    """What stands before a brace, back to the end of what came before it: (start, text). Lists of values in braces, as
    in default arguments and member initialisers, belong to it."""
    i, depth = brace - 1, 0
    while i >= 0:
        c = code[i]
        if c in ")}]":
            if c == "}" and depth == 0 and not re.match(r"\s*[,)]|\s*$", code[i + 1:brace]) and not re.match(r"\s*,", code[i + 1:]):
                break
            depth += 1
        elif c in "({[":
            if depth == 0:
                break
            depth -= 1
        elif c == ";" and depth == 0:
            break
        i -= 1
    return i + 1, code[i + 1:brace]


PREFIX = re.compile(r"\b(?:explicit|decltype|alignas|__attribute__|requires)\s*(?=\()")


def without_prefixes(head):
    """A head with what may hold parentheses before a function's name blanked: lists of templates, attributes, types."""
    head = re.sub(r"^(\s*(public|private|protected)\s*:)+|\[\[.*?\]\]", " ", head, flags=re.S)
    head = re.sub(r"\bextern\s*\"\"(?=\s*\w)|\b(struct|class|enum|union)\s+[\w:]+(?=[\s&*]+[\w:~]+\s*\()", " ", head)
    match = PREFIX.search(head)
    while match:
        head = head[:match.start()] + " A " + head[closing(head, match.end(), "()") + 1:]
        match = PREFIX.search(head)
    head = re.sub(r"\brequires\b[^;{(]*$", " ", head)
    i = re.search(r"(?<!operator)(?<!<)<(?![<=])", head)
    while i and i.start() < head.find("(", i.start()):  # "<…>" before the parameters
        depth, nested, j = 0, 0, i.start()
        while j < len(head):
            nested += (head[j] == "(") - (head[j] == ")")
            depth += (head[j] == "<" and nested == 0) - (head[j] == ">" and nested == 0)
            if depth == 0:
                break
            j += 1
        if j == len(head) or "(" in head[:i.start()]:
            break
        head = head[:i.start()] + " " + head[j + 1:]
        i = re.search(r"(?<!operator)(?<!<)<(?![<=])", head)
    return re.sub(r"\btemplate\b(\s+A\b)?", " ", head)


def function_at(code, brace):
    """(start, name, parameters) of the function whose body the brace opens, or None."""
    start, head = head_of(code, brace)
    stripped = without_prefixes(head)
    match = re.search(r"((?:~|\boperator\s*[^\s\w(]+\s*|\boperator\s*\(\s*\)\s*)?[\w:~]*)\s*\(", stripped)
    if not match or NO_FUNCTION.search(stripped[:match.start(1)]) or NO_FUNCTION.fullmatch(match.group(1)) or "=" in stripped[:match.start()]:
        return None
    end = closing(stripped, match.end() - 1, "()")
    if "operator()" in match.group(1).replace(" ", ""):
        end = closing(stripped, stripped.index("(", match.end() - 1), "()")
    labels = re.match(r"\s*((public|private|protected)\s*:\s*)*", head)
    return start + labels.end(), match.group(1), parameter_count(stripped[match.end():end])


def functions(text):
    """Every function with a body: (first line, name, lines, parameters)."""
    code = without_noise(text)
    i = code.find("{")
    while i >= 0:
        found = function_at(code, i)
        if found:
            start, name, parameters = found
            end = closing(code, i, "{}")
            first = code.count("\n", 0, start) + 1
            yield first, name, code.count("\n", 0, end) + 1 - first + 1, parameters
            i = code.find("{", end)
        else:
            i = code.find("{", i + 1)


def sources(root, folders):
    for folder in folders:
        for path in sorted((Path(root) / folder).rglob("*.?pp")):
            if path.suffix in (".cpp", ".hpp"):
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def check(root):
    """Complaints: (path, line, what)."""
    for folders, most_lines, most_parameters in ((CHECKED, MAXIMUM_LINES, MAXIMUM_PARAMETERS), (ALSO_SHORT, 2 * MAXIMUM_LINES, 99)):
        for path, text in sources(root, folders):
            for line, name, lines, parameters in functions(text):
                if lines > most_lines:
                    yield path, line, f"{name} has {lines} lines, at most {most_lines}; give its parts names of their own"
                if parameters > most_parameters:
                    yield path, line, f"{name} takes {parameters} parameters, at most {most_parameters}; what belongs together is a struct"


def figures(root):
    for folder in CHECKED + ALSO_SHORT:
        lengths = sorted(lines for _, text in sources(root, (folder,)) for _, _, lines, _ in functions(text))
        if lengths:
            print(f"{folder}: {len(lengths)} functions, median {lengths[len(lengths) // 2]}, 90th percentile "
                  f"{lengths[len(lengths) * 9 // 10]}, longest {lengths[-1]}")


def self_test():
    long = "int f() {\n" + "g();\n" * 59 + "}\n"
    cases = (
        ("core/a.cpp", "int f() {\n" + "g();\n" * 58 + "}\n", None),
        ("core/a.cpp", long, "f has 61 lines"),
        ("core/a.cpp", "namespace a {\nclass B {\n  B(int x) : x_{x}, y_(2) {\n" + "    g();\n" * 60 + "  }\n};\n}\n", "B has 62 lines"),
        ("core/a.cpp", "namespace a {\n" + "int x;\n" * 80 + "}\n", None),
        ("core/a.cpp", "struct A {\n" + "int x = 0;\n" * 80 + "};\n", None),
        ("core/a.cpp", "const int table[] = {\n" + "1,\n" * 80 + "};\n", None),
        ("core/a.cpp", "void f(int a, std::map<int, int> b, int (*c)(int, int), int d = g(1, 2), int e = {}) {}\n", None),
        ("core/a.cpp", "void f(int a, int b, int c, int d, int e, int g) {}\n", "f takes 6 parameters"),
        ("core/a.cpp", "template <class A, class B>\nvoid f(A a, B b) const noexcept {}\n", None),
        ("core/a.cpp", "bool operator()(int a, int b, int c, int d, int e, int g) const {}\n", "takes 6 parameters"),
        ("core/a.cpp", "void f() {\n  // {\n  g(\"{\");\n}\n" * 30, None),
        ("core/a.cpp", "void f(int a, V b = {1, 2}, int c = 1, int d = 2, int e = 5, int g = 6) {}\n", "f takes 6 parameters"),
        ("core/a.cpp", "void f(V a = V(), V b = {}, V c = g(1, 2)) {}\n", None),
        ("core/a.cpp", "[[nodiscard]] std::function<void(int)> f(int a, int b, int c, int d, int e, int g) {}\n", "f takes 6 parameters"),
        ("core/a.cpp", "template <class T, int N = (3 > 2)>\n  requires(N > 1)\nvoid f(int a, int b, int c, int d, int e, int g) {}\n", "f takes 6 parameters"),
        ("core/a.cpp", "template <class T>\nvoid\nf() {\n" + "g();\n" * 57 + "}\n", "f has 61 lines"),
        ("tests/a.cpp", long, None),
    )
    failures = 0
    for path, text, expected in cases:
        with tempfile.TemporaryDirectory() as root:
            (Path(root) / path).parent.mkdir(parents=True)
            (Path(root) / path).write_text(text)
            found = [what for _, _, what in check(root)]
        if (expected is None and found) or (expected is not None and not (len(found) == 1 and expected in found[0])):
            failures += 1
            print(f"self-test: {text[:70]!r}: expected {expected!r}, found {found}")
    print(f"{len(cases)} cases, {failures} wrong")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    only_figures = arguments[:1] == ["--figures"]
    rest = arguments[1:] if only_figures else arguments
    root = Path(rest[0]) if rest else Path(__file__).resolve().parent.parent
    if only_figures:
        return figures(root)
    complaints = list(check(root))
    for path, line, what in complaints:
        print(f"{path}:{line}: {what}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
