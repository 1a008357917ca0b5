"""A peer: a process that loads a model, warms up, and then does its work once for each line it reads, answering with a JSON object.

    python peers.py classify ENGINE FOLDER TABLE THREADS BATCH    answers with its logits first, in the table's order
    python peers.py tune ENGINE FOLDER TABLE THREADS BATCH POLICY EPOCHS
    python peers.py versions

ENGINE is a name in CLASSIFIERS or TUNERS. Only the work is timed: neither imports nor loading nor warming up.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "TOKENIZERS_PARALLELISM": "true"}

import numpy
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from work import LABELS, MAX_LENGTH, texts


# An engine: (folder, threads) -> a function from batches of numpy arrays to their logits.


def pytorch(precision):
    def load(folder, threads):
        model = AutoModelForSequenceClassification.from_pretrained(folder).eval()

        @torch.inference_mode()
        def run(batches):
            with autocast(precision):
                return [model(**{key: torch.from_numpy(value) for key, value in batch.items()}).logits.float().numpy() for batch in batches]

        return run

    return load


def onnx_runtime(file):
    def load(folder, threads):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(folder / file, options, providers=["CPUExecutionProvider"])
        return lambda batches: [session.run(["logits"], batch)[0] for batch in batches]

    return load


def openvino(precision):
    """As many streams as threads, each with one: more texts a second than all threads on one batch."""

    def load(folder, threads):
        import openvino

        settings = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": threads}
        model = openvino.Core().compile_model(folder / "fp32.onnx", "CPU", settings)

        def run(batches):
            answers = {}
            queue = openvino.AsyncInferQueue(model, threads)
            queue.set_callback(lambda request, index: answers.update({index: request.get_output_tensor().data.copy()}))
            for index, batch in enumerate(batches):
                queue.start_async(batch, index)
            queue.wait_all()
            return [answers[index] for index in sorted(answers)]

        return run

    return load


CLASSIFIERS = {
    "PyTorch fp32": pytorch("fp32"),
    "PyTorch bf16": pytorch("bf16"),
    "ONNX Runtime fp32": onnx_runtime("fp32.onnx"),
    "ONNX Runtime int8": onnx_runtime("int8.onnx"),
    "OpenVINO fp32": openvino("f32"),
    "OpenVINO bf16": openvino("bf16"),
}
TUNERS = {"PyTorch fp32": "fp32", "PyTorch bf16": "bf16"}


def autocast(precision):
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16")


def padded(encoding, rows):
    """The rows as one batch, padded to its longest."""
    width = max(len(encoding["input_ids"][row]) for row in rows)
    batch = {key: numpy.zeros((len(rows), width), dtype=numpy.int64) for key in ("input_ids", "attention_mask", "token_type_ids")}
    for key, matrix in batch.items():
        for line, row in zip(matrix, rows):
            line[: len(encoding[key][row])] = encoding[key][row]
    return batch


def classify(engine, folder, table, threads, batch):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    run = CLASSIFIERS[engine](folder, threads)
    rows = list(texts(table))

    def work():
        """From texts to logits: tokenized, sorted by length, in batches."""
        encoding = tokenizer(rows, truncation=True, max_length=MAX_LENGTH)
        order = sorted(range(len(rows)), key=lambda row: len(encoding["input_ids"][row]))
        batches = [order[start : start + batch] for start in range(0, len(order), batch)]
        answers = run(padded(encoding, chosen) for chosen in batches)
        logits = numpy.empty((len(rows), len(LABELS)), dtype=numpy.float32)
        logits[order] = numpy.concatenate(answers)
        return logits

    return work, work().tolist()


def tune(engine, folder, table, threads, batch, policy, epochs):
    """The plain training loop: AdamW, a linear schedule, clipping, shuffled rows, batches padded to their longest."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    rows = list(texts(table))
    labels = torch.arange(len(rows)) % len(LABELS)
    model = AutoModelForSequenceClassification.from_pretrained(folder)
    layers = model.config.num_hidden_layers
    trained = {"all": 0, "top:2": layers - 2, "none": layers}[policy]
    frozen = [] if policy == "all" else [model.bert.embeddings, *model.bert.encoder.layer[:trained]]
    for module in frozen:
        module.requires_grad_(False)
    model.train()

    def work():
        encoding = tokenizer(rows, truncation=True, max_length=MAX_LENGTH)
        parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        optimizer = torch.optim.AdamW(parameters, lr=2e-5)
        steps = int(epochs) * -(-len(rows) // batch)
        schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0, steps)
        for _ in range(int(epochs)):
            for chosen in torch.randperm(len(rows)).split(batch):
                inputs = {key: torch.from_numpy(value) for key, value in padded(encoding, chosen.tolist()).items()}
                with autocast(TUNERS[engine]):
                    loss = model(**inputs, labels=labels[chosen]).loss
                loss.backward()
                torch.nn.utils.clip_grad_norm_(parameters, 1.0)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()

    return work, None


def versions():
    import onnxruntime
    import openvino
    import transformers

    return {
        "PyTorch": f"{torch.__version__} ({torch.backends.cpu.get_cpu_capability()}; oneDNN {torch.backends.mkldnn.is_available()})",
        "transformers": transformers.__version__,
        "ONNX Runtime": onnxruntime.__version__,
        "OpenVINO": openvino.get_version(),
    }


def main():
    # The answers have a stream of their own, whatever the libraries print.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if sys.argv[1] == "versions":
        print(json.dumps(versions()), file=answers)
        return
    kind, engine, folder, table, threads, batch, *rest = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    work, first = {"classify": classify, "tune": tune}[kind](engine, Path(folder), table, int(threads), int(batch), *rest)
    print(json.dumps(first), file=answers, flush=True)
    for _ in sys.stdin:
        start, before = time.perf_counter(), time.process_time()
        work()
        answer = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - before}
        answer["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
