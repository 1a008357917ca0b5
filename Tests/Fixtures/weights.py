"""Writes Tests/Fixtures/weights: weight files as the usual tools make them, and some that nobody should load.

Made with Python 3.11.7, torch 2.13.0 and safetensors 0.8.0. Run it in any folder:

    python Tests/Fixtures/weights.py

Element i (row-major) of the tensor numbered n is ((7 i + 3 n) mod 31 - 15) / 8, which every float type holds exactly, so that the tests
know what to find without asking this script. Only rounding.safetensors has random numbers. Each run writes the same bytes, but for old.bin,
which names its storages by their addresses.
"""

import collections
import json
import os
import pathlib
import random
import struct
import zipfile

import safetensors.torch
import torch

FOLDER = pathlib.Path(__file__).parent / "weights"


def pattern(n, *shape, dtype=torch.float32):
    count = int(torch.tensor(shape).prod()) if shape else 1
    return ((7 * torch.arange(count) + 3 * n) % 31 - 15).div(8).to(dtype).reshape(shape)


def state():
    """Every element type that encoders come in, and every rank that matters."""
    return {
        "encoder.weight": pattern(0, 6, 4),
        "encoder.bias": pattern(1, 6),
        "half": pattern(2, 3, 5, dtype=torch.float16),
        "brain": pattern(3, 5, 3, dtype=torch.bfloat16),
        "double": pattern(4, 2, 2, dtype=torch.float64),
        "cube": pattern(5, 2, 3, 4),
        "scalar": pattern(6),
        "empty": pattern(7, 0, 3),
        "position_ids": torch.arange(5).unsqueeze(0),
        "flags": torch.tensor([True, False]),
    }


def safe(name, tensors):
    safetensors.torch.save_file(tensors, FOLDER / name, metadata={"format": "pt"})


def quantized():
    """Bytes with scales, as `tenor quantize` names them: for the fuzzer."""
    return {
        "encoder.weight": (7 * torch.arange(24) % 255 - 127).to(torch.int8).reshape(6, 4),
        "encoder.weight.scale": pattern(1, 6).abs(),
        "encoder.bias": pattern(1, 6),
    }


def rounding():
    """Random bit patterns, and the neighbourhood of every edge, rounded by PyTorch."""
    generator = random.Random(7)
    bits = [generator.getrandbits(32) for _ in range(3000)]
    # The exponents that halves have, with all signs, and fractions near halfway.
    for exponent in range(100, 145):
        for low in (0x0FFF, 0x1000, 0x1001, 0x2FFF, 0x3000, 0x3001, 0x7FFF, 0x8000, 0x8001, 0x17FFF, 0x18000, 0x18001):
            bits.append(exponent << 23 | generator.getrandbits(5) << 18 | low)
    bits += [0, 1, 0x80000000, 0x7F7FFFFF, 0x7F7F8000, 0x7F800000, 0xFF800000, 0x33000000, 0x33000001, 0x477FEFFF, 0x477FF000]
    # Without NaNs, whose payload depends on the processor.
    values = [struct.unpack("<f", struct.pack("<I", b))[0] for b in bits if b & 0x7F800000 != 0x7F800000 or b & 0x7FFFFF == 0]
    x = torch.tensor(values, dtype=torch.float32)
    safe("rounding.safetensors", {"x": x, "half": x.half(), "brain": x.bfloat16()})


def sharded(folder, suffix, save):
    os.makedirs(FOLDER / folder, exist_ok=True)
    everything = state()
    names = list(everything)
    stem = "model" if suffix == "safetensors" else "pytorch_model"
    shards = {f"{stem}-00001-of-00002.{suffix}": names[:4], f"{stem}-00002-of-00002.{suffix}": names[4:]}
    for shard, mine in shards.items():
        save(f"{folder}/{shard}", {name: everything[name] for name in mine})
    index = {"metadata": {"total_size": 0}, "weight_map": {name: shard for shard, mine in shards.items() for name in mine}}
    (FOLDER / folder / f"{stem}.{suffix}.index.json").write_text(json.dumps(index, indent=2) + "\n")


def torch_file(name, value, **options):
    torch.save(value, FOLDER / name, **options)


class Call:
    """An object whose pickle calls a function."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


def torch_files():
    torch_file("state.bin", state())
    # The format before PyTorch 1.6; its storage keys are addresses, so each run writes other bytes.
    torch_file("old_state.bin", state(), _use_new_zipfile_serialization=False)

    base = pattern(0, 6, 4)
    torch_file(
        "views.bin",
        collections.OrderedDict(
            whole=base,
            tied=base,
            parameter=torch.nn.Parameter(pattern(1, 6)),
            transposed=base.t(),
            half_transposed=base.half().t(),
            rows=base[2:4],
            columns=base[:, 1:3],
            every_other=base[::2, ::2],
            cube=pattern(2, 2, 3, 4).permute(2, 0, 1),
        ),
    )

    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.LayerNorm(2))
    module.load_state_dict({"0.weight": pattern(0, 2, 3), "0.bias": pattern(1, 2), "1.weight": pattern(2, 2), "1.bias": pattern(3, 2)})
    torch_file("module.bin", module.state_dict())

    # What a checkpoint of a training run looks like, which is no state dict.
    torch_file("checkpoint.bin", {"model": {"w": base}, "epoch": 3})
    torch_file("old.bin", {"w": base}, _use_new_zipfile_serialization=False)
    torch_file("system.bin", {"w": Call(os.system, "echo this must not run")})
    torch_file("eval.bin", {"w": Call(eval, "print('this must not run')")})
    torch_file("whole_module.bin", module)
    torch_file("unsigned.bin", {"w": torch.zeros(2, dtype=torch.uint16)})
    torch_file("sparse.bin", {"w": torch.eye(2).to_sparse()})
    torch_file("protocol4.bin", {"w": base}, pickle_protocol=4)
    torch_file("repeated.bin", {"w": torch.zeros(1).expand(1000, 1000)})

    with zipfile.ZipFile(FOLDER / "state.bin") as archive, zipfile.ZipFile(FOLDER / "deflated.bin", "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in archive.namelist():
            copy.writestr(zipfile.ZipInfo(entry), archive.read(entry), zipfile.ZIP_DEFLATED)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    safe("state.safetensors", state())
    rounding()
    safe("quantized.safetensors", quantized())
    sharded("sharded", "safetensors", safe)
    sharded("sharded_torch", "bin", torch_file)
    torch_files()


main()
