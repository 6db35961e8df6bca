#!/usr/bin/env python3
"""Takes every network the whole way: inspect, convert, network file, run, record, probe, ablate, replay; and compares spikes
with a clocked simulation that is written from the ONNX file alone.

    chain.py PROGRAM [--random N] [--first SEED] [--corpus FOLDER] [--keep FOLDER] [--jobs N] [NAME...]

Names choose networks, such as seed-17 or lenet_avg.ts. Exit status 0: nothing is broken.
"""

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.dont_write_bytecode = True

try:
    import numpy as np
    import onnx  # noqa: F401
except ImportError as missing:
    debian = "/usr/bin/python3"  # whose packages ./run installs
    if os.path.exists(debian) and os.path.realpath(sys.executable) != os.path.realpath(debian):
        os.execv(debian, [debian, *sys.argv])
    sys.exit(f"chain.py needs numpy and onnx ({missing}): install python3-numpy and python3-onnx, or run ./run test, which does")

from expected_faults import EXPECTED  # noqa: E402
from fixed_networks import fixed_cases  # noqa: E402
from one_network import Case, Chain  # noqa: E402
from program import Fault, Program  # noqa: E402
from random_networks import Generator  # noqa: E402

CORPUS = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "data" / "models" / "importer"
# Gates, smooth functions and the like: both inspect and convert must say so.
REFUSED = ("refuse_groupnorm", "refuse_leaky", "refuse_se", "refuse_sigmoid")


def corpus_names(folder):
    return sorted(path.name.removesuffix(".onnx") for path in folder.glob("*.onnx"))


def corpus_case(folder, name):
    data = np.load(folder / (name.split(".")[0] + ".npz"))
    return Case(name, folder / (name + ".onnx"), data["input"], ["--threshold", "max"], is_refused=name.split(".")[0] in REFUSED)


def random_case(name, folder):
    """seed-17, or pool-17 with maxima."""
    kind, seed = name.split("-")
    made = Generator(int(seed), has_maxima=kind == "pool").network(folder / "net.onnx")
    options = made.convert_options() + (["--max-pool", "gate"] if kind == "pool" and int(seed) % 2 else [])
    return Case(name, folder / "net.onnx", made.inputs(4), options, exact=made.exact)


def case_of(name, folder, corpus):
    if name.startswith(("seed-", "pool-")):
        return random_case(name, folder)
    fixed = fixed_cases()
    return fixed[name](name, folder) if name in fixed else corpus_case(corpus, name)


def take(job):
    """(name, what is broken or nothing, shares or nothing)"""
    name, program, corpus, keep = job
    folder = Path(tempfile.mkdtemp(prefix="chain-"))
    try:
        return name, None, Chain(program, case_of(name, folder, corpus), folder).take()
    except Fault as fault:
        return name, str(fault), None
    except Exception:  # of the test itself: as much a failure
        return name, traceback.format_exc(limit=-4), None
    finally:
        if keep:
            shutil.copytree(folder, Path(keep) / name, dirs_exist_ok=True)
        shutil.rmtree(folder)


def summary(results, seconds):
    shares = [s for _, _, s in results if s is not None]
    total = sum(s.all for s in shares)
    compared = sum(s.compared for s in shares)
    before = sum(s.before_first_margin for s in shares)
    exact = sum(s.exact_networks for s in shares)
    print(f"{sum(s.networks for s in shares)} networks ran the whole way and {sum(s.networks == 0 for s in shares)} were refused by inspect and "
          f"convert alike, in {seconds:.0f} s; {exact} spike for spike without any margin")  # fmt: skip
    print(f"{total} (neuron, tick): {compared / max(total, 1):.2%} compared, {before / max(total, 1):.2%} before the first margin of their sample")
    notes = [note for s in shares for note in s.notes]
    print("; ".join(f"{note}: {notes.count(note)}" for note in sorted(set(notes))))
    return compared / max(total, 1), exact / max(len(shares), 1)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--random", type=int, default=300, help="how many random networks")
    parser.add_argument("--first", type=int, default=0, help="their first seed")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--keep", help="folder for all files")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_intermixed_args(arguments)
    names = options.names
    if not names:
        seeds = range(options.first, options.first + options.random)
        names = list(fixed_cases()) + [f"seed-{seed}" for seed in seeds] + [f"pool-{seed}" for seed in seeds if seed % 5 == 0]
        if options.corpus.is_dir():
            names = corpus_names(options.corpus) + names
        else:
            print(f"no corpus of exported networks at {options.corpus}: only fixed and random ones")
    program = Program(Path(options.program).resolve())
    begin = time.monotonic()
    with multiprocessing.Pool(options.jobs) as pool:
        results = pool.map(take, [(name, program, options.corpus, options.keep) for name in names], chunksize=1)
    broken = [(name, fault) for name, fault, _ in results if fault and name not in EXPECTED]
    for name, fault in broken:
        print(f"{name}: {fault}")
    expected = {name for name, fault, _ in results if fault} & set(EXPECTED)
    if expected:
        print(f"{len(expected)} networks break the chain as expected_faults.py says")
    for name in sorted(set(EXPECTED) & set(names) - expected):
        broken.append((name, "no longer broken"))
        print(f"{name}: no longer broken ({EXPECTED[name]}): take it out of expected_faults.py")
    share, exact = summary(results, time.monotonic() - begin)
    if exact < 0.25 and not options.names:
        broken.append(("all", "vacuous"))
        print("less than a quarter of the networks were compared without any margin: the generator is not what it was")
    if broken:
        print(f"{len(broken)} of {len(names)} networks break the chain: {' '.join(name for name, _ in broken)}")
    if share < 0.5:
        print("less than half of all (neuron, tick) could be compared")
    return 1 if broken or share < 0.5 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
