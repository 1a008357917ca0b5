"""Places that cannot be written to: full disks, temporary folders that are full or missing, read-only folders, output that nobody takes."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import models
from jobs import check_nothing_left, check_state, passing_names, recover
from program import Skipped, require
from trees import difference, size, tree

NOBODY = 65534


def cases(stage):
    return {**full_disks(stage), **temporary_folders(stage), **read_only(stage), **streams(stage), **names(stage), **memory(stage)}


@contextmanager
def disk(folder, kilobytes):
    """A small file system of its own; gives a function that makes it larger, or read-only."""
    if os.geteuid() != 0:
        raise Skipped("mounting a small disk needs root")
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=755", "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode != 0:
        raise Skipped(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield lambda options: subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def full_disks(stage):
    """Disks with room for a part of the new output, from nothing to more than enough."""
    shares = (0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 1.0, 1.05, 1.2, 2.5)
    jobs = (
        "tune", "tune --force", "tune larger --force", "tune with checkpoints", "tune with checkpoints --force", "quantize --force",
        "transplant --force", "evaluate", "evaluate --force",
    )
    return {f"full disk/{name}/{share}": full_disk(stage, name, share) for name in jobs for share in shares}


def full_disk(stage, name, share):
    def run(root):
        job = stage.job(name)
        occupied = size(job.old_tree) // 1024 + 4 * len(job.old_tree or {}) + 8
        with disk(root / "work", int(occupied + share * size(job.new_tree) / 1024) + 4) as remount:
            work = root / "work"
            try:
                job.prepare(work)
            except OSError:
                raise Skipped("the old output does not fit") from None
            outcome = stage.program.run(job.arguments, work)
            state = check_state(job, work)
            require(outcome.status in (0, 73, 74), f"a full disk should end it with 73: {outcome}")
            require(outcome.status == 0 or "No space left on device" in outcome.error, f"the message does not say why: {outcome}")
            require(outcome.status != 0 or state == "new", f"the run ended with 0, and its output is {state}")
            check_nothing_left(job, work, "a run on a full disk")
            remount("size=200m")
            recover(stage.program, job, work, state)

    return run


def temporary_folders(stage):
    """States of frozen layers that do not fit into memory go to TMPDIR. What cannot be kept there is computed again, to the same end."""

    def run(root):
        work = root / "work"
        work.mkdir()
        corpus = work / "long.csv"
        # 547 groups of 128 rows, a megabyte each, where 512 are kept in memory.
        models.write_rows(corpus, models.long_rows(stage.reviews, 70_000, 62, seed=5))
        arguments = stage.tuning("--epochs", 1, "--max-steps", 2, "--dev-fraction", 0, "--threads", os.cpu_count() or 1, corpus=corpus)

        def tuned(name, place):
            outcome = stage.program.run([*arguments, "--output", name], work, environment={"TMPDIR": str(place)}, timeout=300)
            require(outcome.status == 0, f"with TMPDIR {name} the run should go on: {outcome}")
            return outcome, without_card(tree(work / name))

        (root / "good").mkdir()
        _, wanted = tuned("good", root / "good")
        require(os.listdir(root / "good") == [], "something is left in TMPDIR")
        (root / "a-file").write_text("")
        for name in ("missing", "a-file"):
            outcome, found = tuned(name, root / name)
            require(not difference(found, wanted), f"with TMPDIR {name} the result is another: {difference(found, wanted)}")
            require(str(root / name) in outcome.remarks, f"nothing is said of TMPDIR {name}")
        with disk(root / "full", 5000):
            outcome, found = tuned("full", root / "full")
            require(not difference(found, wanted), f"with a full TMPDIR the result is another: {difference(found, wanted)}")
            require("No space left on device" in outcome.remarks, "nothing is said of a full TMPDIR")

    return {"TMPDIR/full, missing, a file": run}


def without_card(entries):
    """The model card has the folder's name in it."""
    return {name: entry for name, entry in (entries or {}).items() if name != "README.md"}


@contextmanager
def as_nobody(folder):
    """Words to run a program as somebody to whom permissions apply."""
    if os.geteuid() != 0:
        yield []
        return
    if not shutil.which("setpriv"):
        raise Skipped("setpriv is not installed")
    yield ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def read_only(stage):
    found = {}
    jobs = ("tune", "tune --force", "tune with checkpoints", "quantize", "quantize --force", "transplant", "evaluate", "evaluate --force")
    for name in jobs:
        found[f"read-only/folder/{name}"] = read_only_folder(stage, name)
        found[f"read-only/disk/{name}"] = read_only_disk(stage, name)
    for name in ("tune --force", "quantize --force", "transplant --force"):
        found[f"read-only/old output/{name}"] = read_only_output(stage, name)
    return found


def refused(stage, job, work, prefix=()):
    before = tree(work)
    outcome = stage.program.run(job.loud.arguments, work, prefix=prefix)
    require(outcome.status == 73, f"it should be refused with 73: {outcome}")
    require("epoch 1" not in outcome.remarks, "it is refused only after the work")
    require(not difference(tree(work), before), f"a refused run changes something: {difference(tree(work), before)}")


def read_only_folder(stage, name):
    def run(root):
        job = stage.job(name)
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        work.chmod(0o555)
        try:
            with as_nobody(work) as prefix:
                refused(stage, job, work, prefix)
        finally:
            work.chmod(0o755)

    return run


def read_only_disk(stage, name):
    def run(root):
        job = stage.job(name)
        with disk(root / "work", 50_000) as remount:
            job.prepare(root / "work")
            remount("ro")
            refused(stage, job, root / "work")

    return run


def read_only_output(stage, name):
    """A folder of somebody else's in a folder of one's own may be replaced or not; it is not lost."""

    def run(root):
        job = stage.job(name)
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        (work / "out").chmod(0o555)
        before = tree(work / "out")
        if os.geteuid() == 0:
            os.chown(work, NOBODY, NOBODY)
        with as_nobody(work) as prefix:
            outcome = stage.program.run(job.arguments, work, prefix=prefix)
        found = tree(work / "out")
        require(outcome.status in (0, 73), f"it should be replaced or refused: {outcome}")
        if outcome.status == 73:
            require(found == before, f"a refused run changes the old output: {difference(found, before)}")
        else:
            problem = difference({**found, "": None}, {**job.new_tree, "": None})
            require(not problem, f"the run ended with 0, and its output is not whole: {problem}")

    return run


def commands(stage):
    """Every command, as it answers something."""
    classifier, opinions = str(stage.classifier), str(stage.opinions)
    found = {
        "--help": ["--help"], "--version": ["--version"], "help tune": ["help", "tune"],
        "classify": ["classify", opinions, "--model", classifier],
        "classify csv": ["classify", opinions, "--model", classifier, "--format", "csv"],
        "tokenize": ["tokenize", opinions, "--model", classifier], "inspect": ["inspect", classifier],
        "inspect --json": ["inspect", classifier, "--json"],
        "evaluate": ["evaluate", opinions, "--model", classifier],
        "vocabulary": ["vocabulary", opinions, "--size", "100", "--output", "out.model"],
        "completion": ["--generate-completion-script", "bash"],
    }
    for command in ("tune", "classify", "evaluate", "inspect", "tokenize", "quantize", "transplant", "vocabulary"):
        found[f"{command} --help"] = [command, "--help"]
    return found


def streams(stage):
    found = {f"full stream/{name}": full_stream(stage, arguments) for name, arguments in commands(stage).items()}
    for name in ("tune", "tune --force", "tune with checkpoints", "quantize", "transplant", "evaluate", "evaluate --force"):
        found[f"full stream/{name} (writing)"] = full_stream_writing(stage, name)
    for name in ("tune", "quantize --force", "transplant", "evaluate"):
        for closed in ("1", "2", "0 1 2"):
            found[f"closed streams/{name}/{closed}"] = closed_streams(stage, name, closed)
    return found


def full_stream(stage, arguments):
    def run(root):
        with open("/dev/full", "w") as full:
            outcome = stage.program.run(arguments, root, stdout=full)
        require(outcome.status == 74, f"with /dev/full as standard output it should end with 74: {outcome}")
        require("No space left on device" in outcome.remarks, f"the message does not say why: {outcome}")

    return run


def full_stream_writing(stage, name):
    def run(root):
        job = stage.job(name)
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        with open("/dev/full", "w") as full:
            outcome = stage.program.run(job.arguments, work, stdout=full)
        require(outcome.status == 74, f"with /dev/full as standard output it should end with 74: {outcome}")
        state = check_state(job, work)
        check_nothing_left(job, work, "a run with /dev/full as standard output")
        recover(stage.program, job, work, state)

    return run


def closed_streams(stage, name, closed):
    """A file that is opened in place of a closed standard output must not get what is printed."""

    def run(root):
        job = stage.job(name)
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        shutters = " ".join(f"{number}>&-" for number in closed.split())
        outcome = stage.program.run(job.loud.arguments, work, prefix=["sh", "-c", f'exec "$@" {shutters}', "sh"])
        state = check_state(job, work)
        require(outcome.status != 0 or state == "new", f"the run ended with 0, and its output is {state}")
        check_nothing_left(job, work, "a run with closed streams")
        recover(stage.program, job, work, state)

    return run


def names(stage):
    """Names that no folder, or no checkpoint or passing name beside it, can have are refused before the work."""
    long, longest = "n" * 245, "é" * 122
    refusals = {
        "empty": "", "245 bytes": long, "246 bytes of two-byte letters": "é" * 123, "300 bytes": "n" * 300,
        "a long parent": f"{'n' * 300}/out",
    }
    found = {f"names/{name}": refused_name(stage, output) for name, output in refusals.items()}
    found["names/244 bytes"] = good_name(stage, "n" * 244)
    found["names/244 bytes of two-byte letters"] = good_name(stage, longest)
    return found


def refused_name(stage, output):
    def run(root):
        work = root / "work"
        work.mkdir()
        outcome = stage.program.run([*stage.tuning(), "--output", output], work)
        require(outcome.status in (64, 73), f"the name should be refused: {outcome}")
        require("epoch 1" not in outcome.remarks, "it is refused only after the work")
        require(os.listdir(work) == [], "something is left")

    return run


def good_name(stage, output):
    def run(root):
        work = root / "work"
        work.mkdir()
        stage.program.succeed([*stage.tuning(), "--output", output], work)
        require(os.listdir(work) == [output], f"not only the output is there: {len(os.listdir(work))} names")
        found = without_card(tree(work / output))
        require(not difference(found, without_card(stage.job("tune").new_tree)), "the output is another")

    return run


def memory(stage):
    """Limits of address space, in megabytes: the program ends soon, with a message or its work done."""
    runs = {
        "classify": ["classify", str(stage.opinions), "--model", str(stage.classifier)],
        "tune": [*stage.tuning(), "--output", "out"],
        "--version": ["--version"],
    }
    limits = (20, 50, 100, 150, 200, 250, 300, 350, 400, 500, 700, 1000, 1500)
    return {f"memory/{name}/{limit} MB": limited(stage, arguments, limit) for name, arguments in runs.items() for limit in limits}


def limited(stage, arguments, limit):
    def run(root):
        work = root / "work"
        work.mkdir()
        prefix = ["bash", "-c", f'ulimit -c 0; ulimit -v {limit * 1024}; exec "$@"', "bash"]
        outcome = stage.program.run(arguments, work, prefix=prefix, timeout=20)
        require(outcome.status >= 0, f"with little memory it crashes: {outcome}")
        require(outcome.status == 0 or outcome.remarks.strip(), f"it ends without a message: {outcome}")
        require(not passing_names(work), "passing names are left")
        if outcome.status == 0 and "--output" in arguments:
            found = tree(work / "out")
            require(not difference(without_card(found), without_card(stage.job("tune").new_tree)), "the output is another")

    return run
