#!/usr/bin/env python3
"""Builds a wheel: the module of Integrations/python with the program and the libraries that it needs.

    wheel.py TREE OUTPUT

The wheel's tag names the oldest glibc that has what the program needs. The time in the archive is SOURCE_DATE_EPOCH.
"""

import base64
import hashlib
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
MODULE = HERE.parent.parent / "Integrations" / "python"


def printed(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def information(version, tag):
    """The files of the folder .dist-info, apart from RECORD and the licences."""
    description = (MODULE / "README.md").read_text(encoding="utf-8")
    metadata = f"""\
Metadata-Version: 2.1
Name: tenor
Version: {version}
Summary: Text classifiers from labelled examples, on ordinary processors
License: Apache-2.0
Requires-Python: >=3.9
Classifier: Operating System :: POSIX :: Linux
Classifier: Typing :: Typed
Description-Content-Type: text/markdown

{description}"""
    wheel = f"Wheel-Version: 1.0\nGenerator: tenor\nRoot-Is-Purelib: false\nTag: {tag}\n"
    return {"METADATA": metadata, "WHEEL": wheel, "entry_points.txt": "[console_scripts]\ntenor = tenor.command:main\n"}


def contents(tree, version, tag):
    """The wheel's files: (name, bytes, whether it is a program)."""
    for path in sorted((MODULE / "tenor").iterdir()):
        if path.suffix == ".py" or path.name == "py.typed":
            yield f"tenor/{path.name}", path.read_bytes(), False
    for path in [tree / "bin" / "tenor", *sorted((tree / "lib").iterdir())]:
        yield f"tenor/{path.parent.name}/{path.name}", path.read_bytes(), path.parent.name == "bin"
    base = tree / "share" / "tenor"
    for path in sorted(path for path in base.rglob("*") if path.is_file()):
        yield f"tenor/share/tenor/{path.relative_to(base)}", path.read_bytes(), False
    folder = f"tenor-{version}.dist-info"
    documents = tree / "share" / "doc" / "tenor"
    for path in [documents / "LICENSE", documents / "NOTICES", *sorted((documents / "licences").iterdir())]:
        yield f"{folder}/licenses/{path.name}", path.read_bytes(), False
    for name, text in information(version, tag).items():
        yield f"{folder}/{name}", text.encode(), False


def entry(name, executable):
    date = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))[:6]
    info = zipfile.ZipInfo(name, date)
    info.external_attr = (0o100755 if executable else 0o100644) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def write(path, files, version):
    record = []
    with zipfile.ZipFile(path, "w") as archive:
        for name, data, executable in files:
            archive.writestr(entry(name, executable), data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(data)}\n")
        name = f"tenor-{version}.dist-info/RECORD"
        archive.writestr(entry(name, False), "".join([*record, f"{name},,\n"]))


def main():
    source, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    version = printed(source / "bin" / "tenor", "--version")
    with tempfile.TemporaryDirectory() as work:
        tree = pathlib.Path(work) / "tree"
        shutil.copytree(source, tree)
        subprocess.run([HERE / "libraries", tree], check=True)
        glibc = printed(HERE / "glibc", tree / "bin" / "tenor", *(tree / "lib").iterdir())
        tag = f"py3-none-manylinux_{glibc.replace('.', '_')}_{platform.machine()}"
        name = f"tenor-{version}-{tag}.whl"
        write(pathlib.Path(work) / name, contents(tree, version, tag), version)
        output.mkdir(parents=True, exist_ok=True)
        shutil.move(pathlib.Path(work) / name, output / name)
    print(output / name)


main()
