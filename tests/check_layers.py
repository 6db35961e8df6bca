#!/usr/bin/env python3
"""Checks the rules that a compiler does not: who may include whom, where each library has its home, how long a file is.

    check_layers.py [ROOT]      prints each broken rule as file:line: what, what to do; exit status 1 if there is one
    check_layers.py --self-test shows that every rule finds a file that breaks it, and leaves alone one that does not
    check_layers.py --graph [DEPTH]  prints the includes between folders as a graph: `... --graph 2 | dot -Tsvg > includes.svg`
"""

import os
import re
import sys
import tempfile
from pathlib import Path

# A folder may include those before it and itself; tests and examples may include everything.
LAYERS = ("core", "neurons", "topology", "io")
OUTSIDE = ("tests", "examples")
LIBRARY_FREE = ("core", "neurons", "topology")  # and no files, no printing, no exit
MAXIMUM_LINES = 400

# Folders of a layer, from the bottom up: a file may include what lies in its own line or below it. "" is the layer itself.
INNER_LAYERS = {"io": (("", "files", "json"), ("schemas", "formats"), ("run",), ("study",), ("plot",), ("report",), ("cli",))}

# `syncopate run --check` compares with the reference simulator, which lives beside the tests that rely on it.
EXCEPTIONS = {("io/cli/main.cpp", "tests/support/reference_simulator.hpp")}

# Third-party header -> the files that may include it, as regular expressions of the path from the root. A home that
# may be a single file of a folder, whichever it is, stands in SINGLE_FILE_HOMES.
HOMES = (
    (r"(oneapi/)?tbb/", r"core/engine/tbb_executor\.cpp"),
    (r"(oneapi/)?dnnl/|(oneapi/)?dnnl\.h|dnnl\.hpp|omp\.h", r"core/delivery/[^/]+\.cpp|topology/conversion/[^/]+\.cpp"),
    (r"boost/(asio|beast)[./]", r"io/server/.*"),
    (r"boost/(graph|property_map|pending)/", r"topology/.*\.cpp"),
    (r"boost/", r"(topology|io)/.*\.cpp"),
    (r"google/protobuf/|.*\.pb\.h", r"io/formats/onnx/.*"),
    (r"nlohmann/", r"io/.*\.cpp"),
    (r"CLI/", r"io/cli/.*"),
    (r"png\.h", r"io/formats/data/png_image\.cpp"),
    (r"jpeglib\.h|jerror\.h", r"io/formats/data/jpeg_image\.cpp"),
    (r"cairo|zlib\.h|openssl/|zstd\.h|hdf5\.h|H5", r"io/.*"),
    (r"hwy/", r"(core|neurons|topology)/.*|io/version\.cpp"),
    (r"Random123/", r"core/.*"),
    (r"doctest/|rapidcheck|benchmark/", r"(?!)"),
)
SINGLE_FILE_HOMES = ((r"(oneapi/)?dnnl", "core/delivery/"), (r"(oneapi/)?dnnl", "topology/conversion/"))

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.S)
SOURCE = (".cpp", ".hpp")
TEXT = SOURCE + (".py", ".md", ".txt", ".cmake", ".json", ".sh", ".in", ".cff", ".yml", "")
PRIVATE_PATH = re.compile(r"(?<![\w.$}])/(?:" + r"home|Users|work|root|mnt|scratch" + r")/[\w.]")
FORBIDDEN_CALLS = re.compile(
    r"std::(?:cout|cerr|clog|[io]?fstream|exit|abort|printf|fprintf|puts)\b|\bfopen\s*\(|(?<![\w:])exit\s*\(")


def layer_of(path):
    return path.split("/", 1)[0]


def inner_height(path):
    """How high in its layer the folder of a file lies, or None where no order is stated."""
    parts = path.split("/")
    lines = INNER_LAYERS.get(parts[0], ())
    folder = parts[1] if len(parts) > 2 else ""
    return next((height for height, folders in enumerate(lines) if folder in folders), None)


def check_inner_layers(path, name):
    """The complaint about an include within a layer that goes upwards, or None."""
    if layer_of(path) != layer_of(name):
        return None
    here, there = inner_height(path), inner_height(name)
    if layer_of(path) in INNER_LAYERS and here is None:
        return f'"{path}": its folder has no place among those of {layer_of(path)}; give it one in INNER_LAYERS'
    if here is not None and there is not None and there > here:
        return f'"{name}" lies higher than this file: ' + " <- ".join(
            ", ".join(f or "the files themselves" for f in folders) for folders in INNER_LAYERS[layer_of(path)])
    return None


def check_include(path, name, ours):
    """The complaint about `#include name` in `path`, or None."""
    here = layer_of(path)
    if ours and (layer_of(name) in LAYERS + OUTSIDE):
        if here in OUTSIDE or (path, name) in EXCEPTIONS:
            return None
        there = layer_of(name)
        if there in OUTSIDE or LAYERS.index(there) > LAYERS.index(here):
            return f"{here} must not include {name}: includes point one way, {' <- '.join(LAYERS)}"
        return check_inner_layers(path, name)
    if ours and not name.endswith(".pb.h"):
        return f'"{name}": write an include of ours from the root, as "core/shape.hpp", and of others in <>'
    if here in OUTSIDE:
        return None
    for library, home in HOMES:
        if re.match(library, name):
            return None if re.fullmatch(home, path) else f"<{name}> has its home elsewhere (DESIGN.md, section 9)"
    return None


def without_strings_and_comments(text):
    return STRING_OR_COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def defaults_of_enumerations(code):
    """Lines of each `default:` in a switch that has cases like `case Type::name:`; of nested switches the inner one counts."""
    open_switches, depth = [], 0
    for number, line in enumerate(code.splitlines(), 1):
        if re.search(r"\bswitch\s*\(", line):
            open_switches.append([depth, False, None])
        if open_switches and re.search(r"\bcase\s+(?!std::)\w+(::\w+)+\s*:", line):
            open_switches[-1][1] = True
        if open_switches and re.search(r"\bdefault\s*:", line):
            open_switches[-1][2] = number
        depth += line.count("{") - line.count("}")
        while open_switches and depth <= open_switches[-1][0] and "}" in line:
            _, has_enumerators, default = open_switches.pop()
            if has_enumerators and default:
                yield default


def check_code(path, text):
    """Complaints about the code of one file: (line, what)."""
    code = without_strings_and_comments(text)
    if path.endswith(".hpp"):
        if not path.endswith("-inl.hpp") and not re.search(r"^#pragma once$", text, re.M):  # those are included once a target
            yield 1, "a header begins with #pragma once"
        for match in re.finditer(r"\busing\s+namespace\b", code):
            yield code.count("\n", 0, match.start()) + 1, "no `using namespace` in a header"
    if layer_of(path) not in OUTSIDE:
        for line in defaults_of_enumerations(code):
            yield line, "`default:` beside cases of an enumeration of ours: name the others, so that the compiler names a forgotten one"
    if layer_of(path) in LIBRARY_FREE and path != "core/assert.hpp":
        for match in FORBIDDEN_CALLS.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            yield line, f"{match.group().strip()}: core, neurons and topology never open a file, print or exit"


def check_source(path, text):
    """Complaints about one source file: (line, what)."""
    lines = text.splitlines()
    if len(lines) > MAXIMUM_LINES:
        yield MAXIMUM_LINES + 1, f"{len(lines)} lines, the limit is {MAXIMUM_LINES}: one noun a file"
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if match:
            complaint = check_include(path, match.group(1) or match.group(2), match.group(1) is not None)
            if complaint:
                yield number, complaint
    yield from check_code(path, text)


CITATION = re.compile(r"METHODS\.md, ((?:[A-Z][\w-]*)(?: [a-z][\w-]*)*)")


def check_citations(files):
    """Complaints about citations of METHODS.md, from (path, text): a section that it does not have."""
    texts = dict(files)
    sections = re.findall(r"^## (.+)$", texts.get("METHODS.md", ""), re.M)
    for path, text in texts.items():
        flat = re.sub(r"\n\s*(?://+|#)? ?", " ", text)
        for name in CITATION.findall(flat):
            if name != "NAME" and not any(name == s or name.startswith(s + " ") for s in sections):
                yield path, 1, f"METHODS.md has no section {name!r}"


def check_text(text):
    """Complaints about any text file: (line, what)."""
    for number, line in enumerate(text.splitlines(), 1):
        match = PRIVATE_PATH.search(line)
        if match:
            yield number, f"{match.group()}…: a path of one machine; write it from the root, or let the user give it"


def check_single_homes(includes):
    """Complaints about a library whose home in a folder is one file, but which several include."""
    for library, folder in SINGLE_FILE_HOMES:
        files = sorted({path for path, name in includes if path.startswith(folder) and re.match(library, name)})
        if len(files) > 1:
            yield files[1], 1, f"{library.split(')?')[-1]} already has its home in {files[0]}"


def files_below(root):
    """Paths of the project's text files from `root`, sorted; build folders and hidden ones but .ci are left out."""
    for folder, folders, names in os.walk(root):
        inside = Path(folder).relative_to(root)
        folders[:] = sorted(f for f in folders if (not f.startswith(".") or f == ".ci")
                            and f != "__pycache__" and not (inside == Path() and f in ("build", "out")))
        for name in sorted(names):
            if Path(name).suffix in TEXT and not name.startswith(".git"):
                yield (inside / name).as_posix()


def check(root):
    """All complaints about the project at `root`: (file, line, what)."""
    complaints, includes, texts = [], [], []
    for path in files_below(root):
        try:
            text = (Path(root) / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path != "tests/check_layers.py":
            complaints += [(path, line, what) for line, what in check_text(text)]
            texts.append((path, text))
        if path.endswith(SOURCE) and layer_of(path) in LAYERS + OUTSIDE:
            complaints += [(path, line, what) for line, what in check_source(path, text)]
            found = (INCLUDE.match(line) for line in text.splitlines())
            includes += [(path, match.group(1) or match.group(2)) for match in found if match]
    return complaints + list(check_single_homes(includes)) + list(check_citations(texts))


def self_test():
    """Every rule against one file that breaks it (part of the complaint given) and one that does not (None)."""
    head = "#pragma once\n"
    cases = (
        ("core/a.cpp", '#include "core/b.hpp"\n', None),
        ("topology/a.cpp", '#include "core/b.hpp"\n', None),
        ("core/a.cpp", '#include "topology/b.hpp"\n', "includes point one way"),
        ("neurons/a.cpp", ' # include "io/b.hpp"\n', "includes point one way"),
        ("io/a.cpp", '#include "tests/support/b.hpp"\n', "includes point one way"),
        ("io/cli/main.cpp", '#include "tests/support/reference_simulator.hpp"\n', None),
        ("io/cli/other.cpp", '#include "tests/support/reference_simulator.hpp"\n', "includes point one way"),
        ("tests/a.cpp", '#include "io/b.hpp"\n', None),
        ("core/a.cpp", '#include "b.hpp"\n', "from the root"),
        ("core/engine/tbb_executor.cpp", "#include <tbb/parallel_for.h>\n", None),
        ("core/engine/tbb_executor.hpp", head + "#include <tbb/task_arena.h>\n", "has its home elsewhere"),
        ("io/a.cpp", "#include <oneapi/tbb/task_arena.h>\n", "has its home elsewhere"),
        ("topology/a.cpp", "#include <boost/graph/adjacency_list.hpp>\n", None),
        ("topology/a.hpp", head + "#include <boost/graph/adjacency_list.hpp>\n", "has its home elsewhere"),
        ("io/a.cpp", "#include <boost/graph/adjacency_list.hpp>\n", "has its home elsewhere"),
        ("io/a.cpp", "#include <boost/math/distributions/normal.hpp>\n", None),
        ("io/a.hpp", head + "#include <boost/math/distributions/normal.hpp>\n", "has its home elsewhere"),
        ("core/a.cpp", "#include <boost/math/distributions/normal.hpp>\n", "has its home elsewhere"),
        ("io/run/a.cpp", "#include <boost/asio.hpp>\n", "has its home elsewhere"),
        ("io/study/a.cpp", '#include "io/run/b.hpp"\n#include "io/printable.hpp"\n', None),
        ("io/run/a.cpp", '#include "io/study/b.hpp"\n', "lies higher than this file"),
        ("io/json/a.cpp", '#include "io/formats/onnx/b.hpp"\n', "lies higher than this file"),
        ("io/new/a.cpp", '#include "io/run/b.hpp"\n', "has no place among those of io"),
        ("io/version.cpp", "#include <hwy/targets.h>\n", None),
        ("io/a.cpp", "#include <hwy/highway.h>\n", "has its home elsewhere"),
        ("io/formats/onnx/a.cpp", '#include "onnx.pb.h"\n', None),
        ("io/cli/a.cpp", "#include <google/protobuf/message.h>\n", "has its home elsewhere"),
        ("io/a.cpp", "#include <nlohmann/json.hpp>\n", None),
        ("io/a.hpp", head + "#include <nlohmann/json.hpp>\n", "has its home elsewhere"),
        ("io/study/a.cpp", "#include <CLI/CLI.hpp>\n", "has its home elsewhere"),
        ("io/formats/data/jpeg_image.cpp", "#include <jpeglib.h>\n", None),
        ("io/formats/data/a.cpp", "#include <jpeglib.h>\n", "has its home elsewhere"),
        ("io/formats/data/a.cpp", "#include <png.h>\n", "has its home elsewhere"),
        ("topology/a.cpp", "#include <zlib.h>\n", "has its home elsewhere"),
        ("core/a.cpp", "#include <doctest/doctest.h>\n", "has its home elsewhere"),
        ("topology/conversion/a.cpp", "#include <oneapi/dnnl/dnnl.hpp>\n", None),
        ("topology/a.cpp", "#include <oneapi/dnnl/dnnl.hpp>\n", "has its home elsewhere"),
        ("core/a.cpp", "switch (a) {\n case A::b:\n  f();\n default:\n  g();\n}\n", "name the others"),
        ("core/a.cpp", "switch (a) {\n case 1: {\n  f();\n }\n default:\n  g();\n}\nswitch (a) {\n case A::b:\n  f();\n}\n", None),
        ("core/a.cpp", "x\n" * 400, None),
        ("core/a.cpp", "x\n" * 401, "401 lines"),
        ("core/a.hpp", "int x;\n", "#pragma once"),
        ("core/a.hpp", head + "using namespace std;\n", "no `using namespace`"),
        ("core/a.hpp", head + "// using namespace std would be wrong\n", None),
        ("core/a.cpp", "void f() { std::cout << 1; }\n", "never open a file"),
        ("topology/a.cpp", "std::ofstream out(path);\n", "never open a file"),
        ("io/a.cpp", "std::ofstream out(path);\n", None),
        ("core/a.cpp", 'auto x = "std::cout";\n', None),
        ("neurons/a.hpp", head + "/// An update (METHODS.md, Integrate-and-fire).\n", "has no section 'Integrate-and-fire'"),
        ("a.md", "An update (METHODS.md,\nIntegrate-and-fire).\n", "has no section 'Integrate-and-fire'"),
        ("METHODS.md", "## Two-phase neurons\n\nMETHODS.md, Two-phase neurons, has it.\n", None),
        ("README.md", "see " + "/home" + "/me/data\n", "a path of one machine"),
        ("README.md", "see https://host/home/page and /usr/share/x and ../work/x\n", None),
        ("io/a.cpp", "// see " + "/work" + "/data\n", "a path of one machine"),
    )
    failures = 0
    for path, text, expected in cases:
        with tempfile.TemporaryDirectory() as root:
            (Path(root) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(root) / path).write_text(text)
            found = [what for _, _, what in check(root)]
        right = not found if expected is None else len(found) == 1 and expected in found[0]
        if not right:
            failures += 1
            print(f"self-test: {path}: {text[:60]!r}: expected {expected!r}, found {found}")
    with tempfile.TemporaryDirectory() as root:
        (Path(root) / "core" / "delivery").mkdir(parents=True)
        for name in ("a.cpp", "b.cpp"):
            (Path(root) / "core" / "delivery" / name).write_text("#include <oneapi/dnnl/dnnl.hpp>\n")
        found = check(root)
        if [c[:1] for c in found] != [("core/delivery/b.cpp",)]:
            failures += 1
            print(f"self-test: two homes of one library: found {found}")
    with tempfile.TemporaryDirectory() as root:
        for path, text in (("io/run/a.cpp", '#include "core/b.hpp"\n#include "io/run/c.hpp"\n'), ("core/b.hpp", head)):
            (Path(root) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(root) / path).write_text(text)
        if '  "io/run" -> "core" [label=1];\n}' not in include_graph(root, 2):
            failures += 1
            print("self-test: the graph lacks an edge")
    print(f"{len(cases) + 2} cases, {failures} wrong")
    return 1 if failures else 0


def include_graph(root, depth):
    """The includes between folders, `depth` names deep, as text for Graphviz: an edge for each pair, with how many files include."""
    counts = {}
    for path in files_below(root):
        if layer_of(path) not in LAYERS or not path.endswith(SOURCE):
            continue
        for line in (Path(root) / path).read_text(encoding="utf-8").splitlines():
            match = INCLUDE.match(line)
            if match and match.group(1) and layer_of(match.group(1)) in LAYERS:
                ends = tuple("/".join(p.split("/")[:-1][:depth]) for p in (path, match.group(1)))
                if ends[0] != ends[1]:
                    counts[ends] = counts.get(ends, 0) + 1
    edges = "".join(f'  "{a}" -> "{b}" [label={n}];\n' for (a, b), n in sorted(counts.items()))
    return "digraph includes {\n  rankdir=BT;\n  node [shape=box];\n" + edges + "}\n"


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if arguments[:1] == ["--graph"]:
        depth = int(arguments[1]) if len(arguments) > 1 else 2
        print(include_graph(Path(__file__).resolve().parent.parent, depth), end="")
        return 0
    root = arguments[0] if arguments else Path(__file__).resolve().parent.parent
    complaints = check(root)
    for path, line, what in complaints:
        print(f"{path}:{line}: {what}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
