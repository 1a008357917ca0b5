"""Writes what changed settings do in transformers: `python settings.py` in this folder, once with each version:

    transformers==4.57.3  tokenizers==0.22.2  torch==2.13.0     into settings/4.json
    transformers==5.24.0  tokenizers==0.23.3  torch==2.13.0     into settings/5.json

models:      a folder of models/, a key of its config.json and a value; the logits for the rows of its inputs.json.
tokenizers:  a folder of saved/, a key of its tokenizer_config.json and a value; the ids of TEXTS.
specials:    a folder of saved/; the texts and ids where special and added tokens stand in a text and are read as tokens, as is the default.

With "slow", the folder has no tokenizer.json and the slow class is used, which only version 4 has.
"""
import json
import os
import shutil
import sys
import tempfile

sys.path = [path for path in sys.path if os.path.abspath(path or ".") != os.path.dirname(os.path.abspath(__file__))]
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import torch  # noqa: E402
import transformers  # noqa: E402
from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
VERSION = transformers.__version__[0]
NORM, ACT, HEADS = {"layer_norm_eps": 0.5}, {"hidden_act": "relu"}, {"num_attention_heads": 1}
BERT = {**NORM, **ACT, **HEADS}
# Values with which the weights of the folder still fit.
MODELS = {
    "albert": BERT, "bert-erf": BERT, "camembert": BERT, "electra": BERT, "mpnet": {**NORM, **ACT}, "rembert": BERT, "xlm-roberta": BERT,
    "roberta": {**BERT, "pad_token_id": 0},
    "deberta-v3": {**NORM, **ACT, "max_relative_positions": 9, "pooler_hidden_act": "tanh"},
    "deberta-v2-conv": {"conv_act": "relu"},
    "distilbert": {"activation": "relu", "n_heads": 1, "num_attention_heads": 1},
    "gpt2": {"activation_function": "relu", "layer_norm_epsilon": 0.5, "n_head": 1, "num_attention_heads": 1},
    "modernbert": {
        "hidden_activation": "relu", "norm_eps": 0.5, "local_attention": 4, "classifier_pooling": "mean", "classifier_activation": "relu",
        **({"global_rope_theta": 10.0, "local_rope_theta": 10.0, "global_attn_every_n_layers": 1} if VERSION == "4" else {
            "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 10.0},
                                "sliding_attention": {"rope_type": "default", "rope_theta": 20.0}},
            "layer_types": None})},
    "xlnet": {**NORM, "ff_activation": "relu", "clamp_len": 2},
}
TEXTS = ["The Waiter brought the WRONG soup.", "Ünïcode é naïve café", "漢字 two  spaces", "it's 1,000 5, ''quoted'' ``so''", "a,b;c (d)!", "soup\x1cnobody"]
WORDPIECE = {"do_lower_case": False, "strip_accents": False, "tokenize_chinese_chars": False}
# The slow classes, because a tokenizer.json counts more than some of these settings.
TOKENIZERS = {
    "bert": {**WORDPIECE, "do_basic_tokenize": False}, "mpnet": {"do_lower_case": False},
    "albert": {"do_lower_case": False, "keep_accents": True},
    "xlnet-symbols": {"do_lower_case": True, "keep_accents": True, "remove_space": False},
    "deberta-v2-punct": {"do_lower_case": False, "split_by_punct": False}, "rembert": {"do_lower_case": False},
    "gpt2": {"add_prefix_space": True, "add_bos_token": True}, "roberta": {"add_prefix_space": True},
}


def changed(folder, file, key, value, out):
    """A copy of a folder with one setting changed; None takes a key away."""
    shutil.copytree(folder, out, dirs_exist_ok=True)
    path = os.path.join(out, file)
    with open(path) as source:
        settings = json.load(source)
    settings[key] = value
    if value is None:
        del settings[key]
    with open(path, "w") as target:
        json.dump(settings, target)
    return out


def logits(folder, rows, types):
    model = AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation="eager").eval()
    answers = []
    with torch.no_grad():
        for index, ids in enumerate(rows):
            extra = {"token_type_ids": torch.tensor([types[index]])} if types else {}
            row = model(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), **extra).logits[0]
            answers.append([round(float(value), 7) for value in row])
    return answers


def models():
    for name, keys in MODELS.items():
        folder = os.path.join(HERE, "models", name)
        with open(os.path.join(folder, "inputs.json")) as file:
            inputs = json.load(file)
        for key, value in keys.items():
            if value is None:
                continue
            with tempfile.TemporaryDirectory() as out:
                changed(folder, "config.json", key, value, out)
                rows = inputs["ids"][1:4]
                types = inputs.get("types") or inputs.get("token_type_ids")
                yield {"folder": name, "key": key, "value": value, "logits": logits(out, rows, types[1:4] if types else None)}


def tokenizers():
    for name, keys in TOKENIZERS.items():
        for key, value in keys.items():
            with tempfile.TemporaryDirectory() as out:
                changed(os.path.join(HERE, "saved", "4", name), "tokenizer_config.json", key, value, out)
                os.remove(os.path.join(out, "tokenizer.json"))
                tokenizer = AutoTokenizer.from_pretrained(out, use_fast=False)
                yield {"folder": name, "key": key, "value": value, "ids": [tokenizer(text)["input_ids"] for text in TEXTS]}


def specials():
    for name in sorted(os.listdir(os.path.join(HERE, "saved", VERSION))):
        folder = os.path.join(HERE, "saved", VERSION, name)
        for slow in [False, True] if VERSION == "4" and name != "modernbert" else [False]:
            with tempfile.TemporaryDirectory() as out:
                shutil.copytree(folder, out, dirs_exist_ok=True)
                if slow:
                    os.remove(os.path.join(out, "tokenizer.json"))
                tokenizer = AutoTokenizer.from_pretrained(out, use_fast=not slow)
                texts = ["hi <user> x", "see <USER>", "a😀b 😀 c", "Foo Bar foo bar"]
                for token in tokenizer.all_special_tokens:
                    texts += [f"one {token} two", f"{token}one", f"one{token}", f"One  {token} {token}{token} Two."]
                ids = [tokenizer(text)["input_ids"] for text in texts]
                yield {"folder": name, **({"slow": True} if slow else {}), "texts": texts, "ids": ids}


def main():
    os.makedirs(os.path.join(HERE, "settings"), exist_ok=True)
    parts = {"models": models(), "specials": specials(), **({"tokenizers": tokenizers()} if VERSION == "4" else {})}
    text = ",\n".join(f'"{name}": [\n' + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "]" for name, cases in parts.items())
    extra = json.dumps({"texts": TEXTS}, ensure_ascii=False)[1:-1]
    with open(os.path.join(HERE, "settings", f"{VERSION}.json"), "w") as file:
        file.write("{" + extra + ",\n" + text + "}\n")


main()
