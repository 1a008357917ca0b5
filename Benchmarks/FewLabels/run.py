#!/usr/bin/env python3
"""Accuracy with few labels: `tenor tune` beside SetFit and logistic regression, on the same rows.

    run.py CORPORA WORK --peers-base FOLDER --base FOLDER                 five draws of 8 rows per label, seven sets
    run.py CORPORA WORK … --size 64 --draws 3 --setfit-set ag_news        SetFit on one set only
    run.py CORPORA WORK … --validation                                    for choosing methods: the test rows stay unseen
    run.py CORPORA WORK … --options "--unfreeze top:2" --again tenor      other options; measures Tenor again

CORPORA has a folder for each set: train.csv (or all.csv), test.csv and dev.csv, with the columns text and label. WORK keeps the rows
drawn and the results. What is there is not measured again. requirements.txt lists the Python packages.
"""

import argparse
from pathlib import Path

import draws
from contestants import Peer, Tenor
from results import Results
from tables import Table, check_lines

HERE = Path(__file__).resolve().parent
SETS = ("sst2_sentence", "sst5", "ag_news", "subj", "umsab/english", "pros_cons", "sms_spam")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, metavar="CORPORA", help="a folder with a folder for each set")
    parser.add_argument("work", type=Path, metavar="WORK", help="a folder for the rows drawn and the results")
    parser.add_argument("--peers-base", type=Path, required=True, help="the folder all-minilm-l6-v2, which the peers start from")
    parser.add_argument("--base", type=Path, action="append", default=[], help="a folder that Tenor starts from (may be repeated)")
    parser.add_argument("--options", action="append", help="options of `tenor tune`, as one argument (may be repeated; default: none)")
    parser.add_argument("--set", action="append", dest="sets", help=f"a set (may be repeated; default: {', '.join(SETS)})")
    parser.add_argument("--setfit-set", action="append", dest="setfit_sets", help="SetFit runs on this set only (may be repeated)")
    parser.add_argument("--size", action="append", dest="sizes", help="rows per label, or 500-rows for 500 in all (may be repeated; default: 8)")
    parser.add_argument("--draws", type=int, default=5, help="how many times rows are drawn (default: 5)")
    parser.add_argument("--validation", action="store_true", help="measure with rows that are neither drawn nor test rows")
    parser.add_argument("--only", action="append", choices=("setfit", "lr", "tenor"), help="measure only this one; show all (may be repeated)")
    parser.add_argument("--again", action="append", default=[], choices=("setfit", "lr", "tenor"), help="measure this one again (may be repeated)")
    parser.add_argument("--tenor", type=Path, default=HERE.parents[1] / ".build/release/tenor", help="the program")
    options = parser.parse_args()
    options.sets = options.sets or list(SETS)
    options.sizes = options.sizes or ["8"]
    for folder in (options.corpora, options.peers_base, *options.base):
        if not folder.is_dir():
            parser.error(f"{folder}: there is no such folder")
    if options.base and not options.tenor.is_file():
        parser.error(f"{options.tenor}: there is no such program; `make build` builds it")
    return options


def contestants(options):
    every = [Peer("lr", options.peers_base), Peer("setfit", options.peers_base)]
    every += [Tenor(options.tenor, base, chosen) for base in options.base for chosen in options.options or [""]]
    return every


def measure(contestant, options, folders, results):
    """Measures what is missing. `folders` has the draws by set, size and number."""
    kind = contestant.name.split()[0]
    if options.only and kind not in options.only:
        return
    missing = {}
    for key, folder in folders.items():
        left_out = kind == "setfit" and options.setfit_sets and key[0] not in options.setfit_sets
        if not left_out and not results.get(*key, contestant.name):
            missing[folder] = key
    if not missing:
        return
    # The first draw of each set comes first: an interrupted run has something of all.
    for folder, figures in contestant.measure(sorted(missing, key=lambda folder: missing[folder][2])):
        results.add(*missing[folder], contestant.name, figures=figures)
        what = " ".join(map(str, missing[folder]))
        print(f"{what}  {contestant.name}  {100 * figures['accuracy']:.1f} %  {figures['seconds']:.2f} s", flush=True)


def main():
    options = arguments()
    mode = "validation" if options.validation else "test"
    numbers = range(options.draws)
    folders = {}
    for name in options.sets:
        for (size, number), folder in draws.write_draws(options.corpora, options.work, mode, name, options.sizes, numbers).items():
            folders[name, size, number] = folder
    results = Results(options.work / mode / "results.json")
    every = contestants(options)
    again = [contestant.name for contestant in every if contestant.name.split()[0] in options.again]
    results.forget((*key, name) for key in folders for name in again)
    for contestant in every:
        measure(contestant, options, folders, results)
    names = [contestant.name for contestant in every]
    tables = [Table(results, options.sets, size, numbers, names) for size in options.sizes]
    for table in tables:
        print("\n".join(table.lines()))
    print("\n".join(check_lines(tables, options.peers_base.name)))


main()
