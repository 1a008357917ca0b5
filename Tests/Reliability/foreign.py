"""Things of other people's under the names that the program uses, and second runs to one place."""

import os
import random
import shutil
import signal
import time

from jobs import NEIGHBOUR, check_nothing_left, check_state, has_checkpoint, passing_names as names_of_runs
from kills import wait
from program import Skipped, require
from trees import difference, tree


def cases(stage, seed):
    return {**checkpoints(stage), **outputs(stage), **passing_names(stage), **second_runs(stage), **crowds(stage, seed)}


def folder_with_file(path):
    path.mkdir()
    (path / "thesis.txt").write_text("years of work\n")


def link(path, make):
    """A link to something elsewhere in the working folder."""
    target = path.parent / "elsewhere"
    if make:
        make(target)
    path.symlink_to(target)


def state_json(text):
    def make(path):
        folder_with_file(path)
        (path / "state.json").write_text(text)

    return make


CHECKPOINTS = {
    "a folder": folder_with_file,
    "an empty folder": lambda path: path.mkdir(),
    "a file": lambda path: path.write_text("years of work\n"),
    "a link to a folder": lambda path: link(path, folder_with_file),
    "a link to an empty folder": lambda path: link(path, lambda target: target.mkdir()),
    "a link to a file": lambda path: link(path, lambda target: target.write_text("years of work\n")),
    "a link to nothing": lambda path: link(path, None),
    "a folder with a state.json that is no JSON": state_json("mine"),
    "a folder with a state.json of something else": state_json('{"state": "mine"}'),
    "a folder with a state.json without fingerprint": state_json('{"format_version": 1}'),
    "a pipe": os.mkfifo,
}


def look(folder):
    """The tree of a folder that may hold a pipe, which cannot be read."""
    pipes = [name for name in os.listdir(folder) if (folder / name).is_fifo()]
    for name in pipes:
        (folder / name).unlink()
    entries = tree(folder)
    for name in pipes:
        os.mkfifo(folder / name)
        entries[name] = ("pipe", None, None)
    return entries


def refused(stage, arguments, work, status=73, before_work=True):
    """Runs it; nothing in the working folder may change."""
    before = look(work)
    outcome = stage.program.run(arguments, work)
    after = look(work)
    require(not difference(after, before), f"it changes what is not its own: {difference(after, before)}; {outcome}")
    require(outcome.status == status, f"it should be refused with {status}: {outcome}")
    require(not before_work or "epoch 1" not in outcome.remarks, "it is refused only after the work")
    return outcome


def checkpoints(stage):
    found = {}
    for name, make in CHECKPOINTS.items():
        for options in ((), ("--force",), ("--resume",)):
            found[f"checkpoint/{name}{' '.join(('',) + options)}"] = foreign_checkpoint(stage, make, options)
    # Of a Tenor to come: --force may give it up, nothing else.
    newer = state_json('{"format_version": 99, "fingerprint": "x"}')
    for options in ((), ("--resume",)):
        found[f"checkpoint/of another version{' '.join(('',) + options)}"] = foreign_checkpoint(stage, newer, options)
    return found


def foreign_checkpoint(stage, make, options):
    def run(root):
        work = root / "work"
        work.mkdir()
        make(work / "out.checkpoint")
        if options == ("--resume",):
            # What cannot be gone on with may also be a file with the wrong contents, or none at all.
            before = look(work)
            outcome = stage.program.run([*stage.tuning(), "--output", "out", *options], work)
            require(look(work) == before, f"it changes what is not its own: {outcome}")
            require(outcome.status in (65, 66, 73), f"it should be refused: {outcome}")
        else:
            refused(stage, [*stage.tuning(), "--output", "out", *options], work)

    return run


def outputs(stage):
    """What --force does not replace, and how it replaces the rest."""
    found = {}
    for command in ("tune", "quantize", "transplant"):
        for name, make in OUTPUTS.items():
            found[f"--force/{command}/{name}"] = foreign_output(stage, command, make)
    for name, make in INPUTS.items():
        found[f"--force/inputs/{name}"] = input_inside(stage, make)
    for command in ("tune --force", "quantize --force", "transplant --force"):
        found[f"--force/{command}/keeps permissions"] = keeps_permissions(stage, command)
    found["--force/an empty folder"] = empty_output(stage)
    return found


def base_without_facts(stage, path):
    shutil.copytree(stage.base, path)


def tuned_behind_a_link_with_more(stage, path):
    folder_with_file(path.parent / "elsewhere")
    path.symlink_to("elsewhere")


OUTPUTS = {
    "a folder of documents": lambda stage, path: folder_with_file(path),
    "a model of other programs": base_without_facts,
    "a link to a folder of documents": tuned_behind_a_link_with_more,
    "a file": lambda stage, path: path.write_text("mine\n"),
    "a link to nothing": lambda stage, path: path.symlink_to("elsewhere"),
    "a folder with a folder named tenor.json": lambda stage, path: (folder_with_file(path), (path / "tenor.json").mkdir()),
}


def foreign_output(stage, command, make):
    def run(root):
        work = root / "work"
        work.mkdir()
        make(stage, work / "out")
        refused(stage, stage.job(command).loud.forced, work)

    return run


def tuned(stage, path):
    shutil.copytree(stage.classifier, path)


def corpus_inside(stage, work):
    tuned(stage, work / "out")
    shutil.copy(stage.opinions, work / "out/corpus.csv")
    return stage.tuning("--output", "out", "--force", corpus="out/corpus.csv")


def corpus_deep_inside(stage, work):
    tuned(stage, work / "out")
    (work / "out/data").mkdir()
    shutil.copy(stage.opinions, work / "out/data/corpus.csv")
    (work / "link.csv").symlink_to("out/data/corpus.csv")
    return stage.tuning("--output", "out/", "--force", corpus="link.csv")


def dev_inside(stage, work):
    tuned(stage, work / "out")
    shutil.copy(stage.opinions, work / "out/dev.csv")
    return stage.tuning("--output", "out", "--force", "--dev", f"{work}/out/dev.csv")


def base_itself(stage, work):
    tuned(stage, work / "out")
    return stage.tuning("--output", "out", "--force", base="out")


def base_by_a_link(stage, work):
    tuned(stage, work / "out")
    (work / "base").symlink_to("out")
    return stage.tuning("--output", "out", "--force", base="base")


def base_inside(stage, work):
    tuned(stage, work / "out")
    shutil.copytree(stage.base, work / "out/base")
    return stage.tuning("--output", "./out", "--force", base="out/base")


def quantized_over_itself(stage, work):
    stage.job("quantize")  # skips the case where the processor cannot
    tuned(stage, work / "out")
    return ["quantize", str(stage.opinions), "--model", "out", "--output", "out", "--force", "--max-loss", "100"]


def transplanted_over_itself(stage, work):
    tuned(stage, work / "out")
    return ["transplant", "--model", "out", "--vocabulary", str(stage.vocabulary), "--output", "out", "--force"]


INPUTS = {
    "the corpus in the output": corpus_inside, "the corpus deep in the output, behind a link": corpus_deep_inside,
    "the dev file in the output": dev_inside, "the base as output": base_itself, "the base as output, behind a link": base_by_a_link,
    "the base in the output": base_inside, "the classifier as output of quantize": quantized_over_itself,
    "the base as output of transplant": transplanted_over_itself,
}


def input_inside(stage, make):
    def run(root):
        work = root / "work"
        work.mkdir()
        refused(stage, make(stage, work), work)

    return run


def keeps_permissions(stage, name):
    def run(root):
        job = stage.job(name)
        for mode in (0o700, 0o750, 0o2770):
            work = root / oct(mode)
            work.mkdir()
            job.prepare(work)
            (work / "out").chmod(mode)
            stage.program.succeed(job.arguments, work)
            found = (work / "out").stat().st_mode & 0o7777
            require(found == mode, f"permissions {mode:o} of a replaced folder become {found:o}")

    return run


def empty_output(stage):
    def run(root):
        work = root / "work"
        (work / "out").mkdir(parents=True)
        stage.program.succeed([*stage.tuning(), "--output", "out", "--force"], work)
        require(not difference({**tree(work / "out"), "": 0}, {**stage.job("tune").new_tree, "": 0}), "the output is another")

    return run


def dead_pid():
    """Of a process that has ended."""
    pid = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(pid, 0)
    return pid


def passing_names(stage):
    """Of the passing names beside the output, those of ended runs go, and nothing else."""

    def ended(root):
        work = root / "work"
        work.mkdir()
        dead = dead_pid()
        folder_with_file(work / "elsewhere")
        folder_with_file(work / f".tenor-{dead}-1a2b")
        (work / f".tenor-{dead}-1a2b/inner").symlink_to("../elsewhere")
        (work / f".tenor-{dead}-3c4d").write_text("half")
        (work / f".tenor-{dead}-5e6f").symlink_to("elsewhere")
        kept = ("elsewhere", ".tenor-backup", ".tenor-x1-2", ".tenor-12", ".tenor-1-notes.txt", ".tenor-1-2-3", ".tenorrc")
        for name in kept[1:]:
            folder_with_file(work / name)
        before = {name: tree(work / name) for name in kept}
        stage.program.succeed([*stage.tuning(), "--output", "out"], work)
        for name in kept:
            require(tree(work / name) == before[name], f"'{name}' is not the program's to remove")
        left = [name for name in (f".tenor-{dead}-1a2b", f".tenor-{dead}-3c4d") if os.path.lexists(work / name)]
        require(not left, "passing names of an ended run are left")

    return {"passing names/of ended runs": ended, "passing names/of a run in progress": in_progress(stage)}


def in_progress(stage):
    """A run that is held while it writes, and others beside it: they must not take away what it is writing."""

    def run(root):
        job = stage.job("tune larger")
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        for _ in range(20):
            began = time.monotonic()
            process = stage.program.start(job.arguments, work)
            while process.poll() is None and not names_of_runs(work):
                time.sleep(0.0002)
            if process.poll() is None:
                process.send_signal(signal.SIGSTOP)
                break
            shutil.rmtree(work / "out")
        try:
            held = names_of_runs(work)
            stage.program.succeed([*stage.tuning(), "--output", "beside"], work)
            stage.program.succeed([*stage.tuning(), "--output", "beside", "--force"], work)
            require(names_of_runs(work) == held, "a run takes away what another is writing")
        finally:
            process.send_signal(signal.SIGCONT)
        outcome = stage.program.end(process, began)
        require(outcome.status == 0, f"a run beside which others ran: {outcome}")
        shutil.rmtree(work / "beside")
        require(check_state(job, work) == "new", "the output is another")
        check_nothing_left(job, work, "a run beside which others ran")

    return run


def second_runs(stage):
    return {
        "second run/without --force": run_twice(stage, ()), "second run/with --force": run_twice(stage, ("--force",)),
        "second run/over an interrupted one": over_interrupted(stage),
        "second run/resuming what is complete": resume_complete(stage, ()),
        "second run/resuming what is complete, with --force": resume_complete(stage, ("--force",)),
    }


def run_twice(stage, options):
    def run(root):
        work = root / "work"
        work.mkdir()
        arguments = [*stage.tuning(), "--output", "out"]
        stage.program.succeed(arguments, work)
        if options:
            stage.program.succeed([*arguments, *options], work)
        else:
            refused(stage, arguments, work)
        require(not difference(tree(work / "out"), stage.job("tune").new_tree), "the output is another")
        require(os.listdir(work) == ["out"], "something is left")

    return run


def interrupted(stage, job, work):
    """Leaves a checkpoint in the working folder, and a copy of it beside that."""
    for _ in range(5):
        process = stage.program.start(job.arguments, work)
        while process.poll() is None and not (work / "out.checkpoint/state.json").exists():
            time.sleep(0.001)
        process.kill()
        process.communicate()
        if has_checkpoint(job, work) and tree(work / "out") is None:
            shutil.copytree(work / "out.checkpoint", work.parent / "kept")
            return
    raise Skipped("no run could be killed between its checkpoint and its end")


def over_interrupted(stage):
    """An interrupted run is not forgotten by accident, nor gone on with under other options."""

    def run(root):
        job = stage.job("tune with checkpoints")
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        interrupted(stage, job, work)
        for name in names_of_runs(work):
            shutil.rmtree(work / name)
        refused(stage, job.arguments, work)
        refused(stage, [*job.arguments, "--resume", "--seed", "9"], work, status=65)
        stage.program.succeed(job.forced, work)
        require(check_state(job, work) == "new", "the output is another")
        require(not has_checkpoint(job, work), "the checkpoint is left")
        check_nothing_left(job, work, "the next run")

    return run


def resume_complete(stage, options):
    """As after an end between saving the output and removing the checkpoint."""

    def run(root):
        job = stage.job("tune with checkpoints")
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        interrupted(stage, job, work)
        stage.program.succeed([*job.arguments, "--resume"], work)
        shutil.copytree(root / "kept", work / "out.checkpoint")
        outcome = stage.program.run([*job.arguments, "--resume", *options], work)
        require(outcome.status == 0, f"resuming a run that is complete should end with 0: {outcome}")
        require("complete" in outcome.output + outcome.remarks, f"it does not say that the run is complete: {outcome.remarks!r}")
        require(check_state(job, work) == "new", "the output is another")
        require(not has_checkpoint(job, work), "the checkpoint is left")

    return run


def crowds(stage, seed):
    """Two runs to one output at the same time: one wins whole."""
    found = {}
    for name in ("tune", "tune --force", "tune with checkpoints --force", "quantize --force", "transplant", "evaluate --force"):
        for index in range(4 if "checkpoints" in name else 8):
            rng = random.Random(f"{seed} {name} {index}")
            found[f"two runs/{name}/{index + 1}"] = crowd(stage, name, rng)
    return found


def crowd(stage, name, rng):
    def run(root):
        job = stage.job(name)
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        other = [*job.arguments, "--seed", "8"] if name.startswith("tune") else [*job.arguments]
        began = time.monotonic()
        processes = [stage.program.start(job.arguments, work)]
        wait(processes[0], rng.uniform(0, job.seconds) * rng.choice((0, 0.1, 1)))
        processes.append(stage.program.start(other, work))
        outcomes = [stage.program.end(process, began) for process in processes]
        statuses = sorted(outcome.status for outcome in outcomes)
        require(statuses in ([0, 0], [0, 73]), f"one should win: {outcomes[0]} and {outcomes[1]}")
        found, first = tree(work / "out" if job.output == "out" else work / job.output), job.new_tree
        if found != first:
            require(outcomes[1].status == 0, f"the output is not that of the run that won: {difference(found, first)}")
            wanted = alone(stage, job, other, root / "alone")
            require(not difference(found, wanted), f"the output is a mixture: {difference(found, wanted)}")
        check_nothing_left(job, work, "a pair of runs")
        allowed = {NEIGHBOUR, job.output} | ({job.checkpoint} if 73 in statuses else set())
        require(set(os.listdir(work)) <= allowed, f"something is left: {set(os.listdir(work)) - allowed}")

    return run


def alone(stage, job, arguments, folder):
    """What the other run makes when it is alone."""
    folder.mkdir()
    job.prepare(folder)
    stage.program.succeed(arguments, folder)
    return tree(folder / job.output)


