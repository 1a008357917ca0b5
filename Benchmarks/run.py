#!/usr/bin/env python3
"""Tenor against its peers: the same texts, weights and threads, in turn, in one run on one machine.

    run.py                                     everything, about half an hour on two cores
    run.py --quick                             a few minutes
    run.py --only classify --model minilm      a part
    run.py --short SST2.csv --long IMDB.csv    texts of one's own: a column `text`; the project's corpora unless told
    run.py --output Benchmarks/RESULTS.md      writes the tables there too

Set up by Benchmarks/setup, which names the interpreter; `make benchmark` does both.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import machine
import measures
import report
import work

MEASURES = ("classify", "tune", "cold", "epochs", "tokenize", "memory", "scaling", "layers")
POLICIES = ("all", "top:2", "none")
# Texts to classify: some seconds of the slowest peer.
CLASSIFIED = {("minilm", "short"): 2000, ("minilm", "long"): 96, ("bert-base", "short"): 320, ("bert-base", "long"): 16}
# (model, kind, policy) -> epochs, rows. A BERT-base on long texts takes PyTorch minutes a round, and is left out.
TUNED = {
    ("minilm", "short", "all"): (1, 512),
    ("minilm", "short", "top:2"): (3, 1024),
    ("minilm", "short", "none"): (3, 1024),
    ("minilm", "long", "all"): (1, 16),
    ("minilm", "long", "top:2"): (3, 16),
    ("minilm", "long", "none"): (3, 16),
    ("bert-base", "short", "all"): (1, 128),
    ("bert-base", "short", "top:2"): (3, 128),
    ("bert-base", "short", "none"): (3, 128),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    home = Path(os.environ.get("CACHE", Path.home() / ".cache/tenor"))
    parser.add_argument("--tenor", type=Path, default=work.HERE.parent / ".build/release/tenor", help="the program")
    parser.add_argument("--layers", type=Path, default=work.HERE.parent / ".build/release/TenorLayerBenchmarks", help="that of the layers")
    parser.add_argument("--original", type=Path, default=home / "all-minilm-l6-v2", help="the MiniLM-L6 that `make base` keeps")
    parser.add_argument("--cache", type=Path, default=home / "benchmarks", help="where models and texts are kept")
    parser.add_argument("--short", type=Path, help="a .csv file with short texts in the column `text`")
    parser.add_argument("--long", type=Path, help="one with long texts; those under 512 tokens are left out")
    parser.add_argument("--only", action="append", choices=MEASURES, help="leave out the others (may be repeated)")
    parser.add_argument("--model", action="append", choices=("minilm", "bert-base"), help="leave out the other")
    parser.add_argument("--kind", action="append", choices=("short", "long"), help="leave out the other kind of text")
    parser.add_argument("--policy", action="append", choices=POLICIES, help="leave out the other ways of tuning")
    parser.add_argument("--rounds", type=int, default=3, help="how often both sides take turns")
    parser.add_argument("--tries", type=int, default=3, help="of a reading that other work disturbs; 1: wait for nothing")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    parser.add_argument("--quick", action="store_true", help="a quarter of the texts")
    parser.add_argument("--output", type=Path, help="a Markdown file for the tables")
    options = parser.parse_args()
    for program in (options.tenor, options.layers):
        if not program.is_file():
            parser.error(f"{program}: there is no such program; `make benchmark` builds it")
    if not options.original.is_dir():
        parser.error(f"{options.original}: there is no such folder; `make base` makes it")
    return options


def plan(options):
    """The tables, one after the other."""
    wanted = lambda measure: not options.only or measure in options.only
    share = 4 if options.quick else 1
    setting = measures.Setting(
        options.tenor, options.threads, options.rounds, options.tries, options.cache, machine.environment(options.threads))
    most = max([*CLASSIFIED.values(), *(size for _, size in TUNED.values())])
    files = [options.short or "", options.long or ""]
    subprocess.run([sys.executable, work.HERE / "prepare.py", options.cache, options.original, str(most), *files], check=True)
    yield machine.describe(options.tenor, options.layers, options.cache / "minilm", options.threads, setting.environment)
    for (model, kind), rows in CLASSIFIED.items():
        if model not in (options.model or (model,)) or kind not in (options.kind or (kind,)):
            continue
        every = work.Work(options.cache / model, options.cache / f"{kind}.csv", kind)
        part = every.first(max(rows // share, 16))
        if wanted("classify"):
            yield "classify", part, measures.classify(setting, part)
        if wanted("tune"):
            for policy in options.policy or POLICIES:
                if (model, kind, policy) not in TUNED:
                    continue
                epochs, size = TUNED[model, kind, policy]
                yield f"tune {policy}", every, measures.tune(setting, every, policy, epochs, max(size // share, 16))
        if wanted("cold") and kind == "short":
            yield "cold", part, measures.cold(setting, part)
        if wanted("epochs") and kind == "short":
            yield "epochs", every, measures.epochs(setting, every, TUNED[model, kind, "none"][1])
        if wanted("tokenize") and model == "minilm":
            yield "tokenize", part, measures.tokenizing(setting, part, 20)
        if wanted("memory") and model == "minilm":
            yield "memory", part, measures.memory(setting, part, 4)
        if wanted("scaling") and model == "minilm":
            yield "scaling", part, measures.scaling(setting, part)


def main():
    options = arguments()
    tables = plan(options)
    facts = next(tables)
    print(report.machine(facts), flush=True)
    done = []
    for name, texts, table in tables:
        done.append((name, texts, table))
        print(report.table(table), flush=True)
    print(report.summary(done))
    layers = layer_tables(options)
    print(layers)
    if options.output:
        report.write(options.output, facts, done, layers)


def layer_tables(options):
    if options.only and "layers" not in options.only:
        return ""
    folders = [options.cache / model for model in options.model or ("minilm", "bert-base")]
    return subprocess.run([options.layers, *folders], env=machine.environment(1), check=True, capture_output=True, text=True).stdout


main()
