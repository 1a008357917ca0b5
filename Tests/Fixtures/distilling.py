"""What torch and transformers give for distillation, for distilling.json and distilling.safetensors.

    python -P distilling.py [--check]

`losses`: logits of a student and a teacher with T² KL(p ‖ q), as one label and as any number of labels, at three temperatures; states with
1 - cos; and their gradients, in sums over the rows. `cases`: students in models/ that learn what other models in models/ give for as many
rows: the loss and all gradients of the first four rows, and six steps as in models.py, with the logits or pooled states after them. States of
teachers are rounded to float16 where nothing but states is learnt, as Tenor keeps them. `layers`: the logits of models with two of
their three layers. `projection`: ridge regression without an intercept. Made with the packages of requirements.txt.
"""
import importlib.util
import json
import pathlib
import sys
import warnings

import numpy
import torch
import transformers
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).parent
# Not by its name: tokenizers.py, beside it, would stand for the package of that name.
specification = importlib.util.spec_from_file_location("models", HERE / "models.py")
models = importlib.util.module_from_spec(specification)
sys.modules["models"] = models
specification.loader.exec_module(models)
warnings.filterwarnings("ignore")
LAYERS = ("bert-erf", "xlm-roberta", "distilbert", "mpnet", "electra", "deberta-v2-conv", "xlnet", "gpt2", "rembert")


def classifier(name):
    return transformers.AutoModelForSequenceClassification.from_pretrained(HERE / "models" / name, attn_implementation="eager").double().eval()


def encoder(name):
    return transformers.AutoModel.from_pretrained(HERE / "models" / name, attn_implementation="eager").double().eval()


def rows_of(name):
    return json.loads((HERE / "models" / name / "inputs.json").read_text())["trajectory"]["ids"]


def hidden(model, name, rows):
    """The last hidden states of each row, [tokens, width]."""
    batch = models.padded(models.CASES[name].template, rows)
    states = model(**batch)[0]
    return [states[i][batch["attention_mask"][i].bool()] for i in range(len(rows))]


def divergence(logits, teacher, temperature, several):
    if several:
        p, q = torch.sigmoid(teacher / temperature), torch.sigmoid(logits / temperature)
        each = p * (p.log() - q.log()) + (1 - p) * ((1 - p).log() - (1 - q).log())
        return temperature ** 2 * each.mean(1)
    each = functional.kl_div(torch.log_softmax(logits / temperature, 1), torch.softmax(teacher / temperature, 1), reduction="none")
    return temperature ** 2 * each.sum(1)


def distance(states, targets):
    return 1 - functional.cosine_similarity(states, targets, dim=1)


def losses():
    dice = numpy.random.default_rng(1)

    def numbers(rows, width, scale):
        return torch.tensor((scale * dice.normal(size=(rows, width))).astype(numpy.float32)).double()
    logits, teacher, states, targets = numbers(5, 4, 3), numbers(5, 4, 3), numbers(6, 7, 1), numbers(6, 7, 2)
    found = []

    def add(name, temperature, x, loss):
        x = x.clone().requires_grad_(True)
        value = loss(x).sum()
        value.backward()
        found.append({"name": name, "temperature": temperature, "loss": value.item(), "gradient": x.grad.tolist()})
    for temperature in (1, 2, 5):
        add("one", temperature, logits, lambda z: divergence(z, teacher, temperature, False))
        add("any", temperature, logits, lambda z: divergence(z, teacher, temperature, True))
    add("cosine", 1, states, lambda x: distance(x, targets))
    return {"logits": logits.tolist(), "teacher": teacher.tolist(), "states": states.tolist(), "targets": targets.tolist(), "cases": found}


class Student(nn.Module):
    """A model with its projections. `parts` maps the logits and pooled states of rows to the loss of each."""

    def __init__(self, name, pooling, projections):
        super().__init__()
        self.name, self.pooling = name, pooling
        self.model = classifier(name) if pooling == "first" else encoder(name)
        self.projections = nn.ParameterDict({str(i): nn.Parameter(weight) for i, weight in projections.items()})

    def forward(self, rows):
        if self.pooling == "first":
            output = self.model(**models.padded(models.CASES[self.name].template, rows), output_hidden_states=True)
            return output.logits, output.hidden_states[-1][:, 0]
        states = hidden(self.model, self.name, rows)
        return None, functional.normalize(torch.stack([state.mean(0) for state in states]), dim=1)

    def named(self):
        """The trained parameters, by Tenor's names."""
        for name, tensor in self.model.named_parameters():
            if self.pooling == "first" or not name.startswith("pooler."):
                yield name, tensor, self.pooling == "first" and models.part(self.model, name) == "head"
        for place, tensor in self.projections.items():
            yield f"projection.{place}.weight", tensor, True


def case(name, student, pooling, teachers, tensors, labels=None, several=False, states_weight=0.0, temperature=2.0, share=0.5):
    """`teachers`: for each target the model, what is taken from it, and whether the student needs a projection."""
    rows = rows_of(student)
    targets, projections = [], {}
    dice = numpy.random.default_rng(7)
    with torch.no_grad():
        for place, (teacher, output, projected) in enumerate(teachers):
            others = rows_of(teacher)
            if output == "logits":
                target = classifier(teacher)(**models.padded(models.CASES[teacher].template, others))[0].float().double()
            else:
                states = hidden(encoder(teacher), teacher, others)
                target = torch.stack([state[0] if output == "first" else state.mean(0) for state in states])
                target = target.half().double() if pooling != "first" else target.float().double()
            targets.append(target)
            tensors[f"{name}.target.{place}"] = target.float()
            if projected:
                projections[place] = torch.tensor((0.2 * dice.normal(size=(target.shape[1], 36))).astype(numpy.float32)).double()
                tensors[f"{name}.projection.{place}"] = projections[place].float()
    model = Student(student, pooling, projections)

    def loss(indices):
        logits, pooled = model([rows[i] for i in indices])
        total = 0
        for place, (_, output, projected) in enumerate(teachers):
            target = targets[place][list(indices)]
            if output != "logits":
                states = pooled @ model.projections[str(place)].T if projected else pooled
                total = total + distance(states, target) * (states_weight if pooling == "first" else 1 / len(teachers))
                continue
            soft = divergence(logits, target, temperature, several)
            for at, i in enumerate(indices):
                if labels[i] is None:
                    continue
                if several:
                    wanted = torch.zeros(3, dtype=torch.float64)
                    wanted[labels[i]] = 1
                    hard = functional.binary_cross_entropy_with_logits(logits[at], wanted)
                else:
                    hard = functional.cross_entropy(logits[at:at + 1], torch.tensor(labels[i]))
                soft = torch.cat([soft[:at], ((1 - share) * soft[at] + share * hard).reshape(1), soft[at + 1:]])
            total = total + soft
        return total.mean()

    value = loss(range(4))
    value.backward()
    tensors[f"{name}.loss"] = value.detach().reshape(1)
    for parameter, tensor, _ in model.named():
        tensors[f"{name}.gradient.{parameter}"] = tensor.grad.float()
    model.zero_grad(set_to_none=True)
    options, groups = models.OPTIONS, {}
    for parameter, tensor, is_head in model.named():
        groups.setdefault((is_head, models.decays(parameter, tensor)), []).append(tensor)
    optimizer = torch.optim.AdamW(
        [{"params": found, "lr": options["head_learning_rate"] if head else options["learning_rate"],
          "weight_decay": options["weight_decay"] if decayed else 0.0} for (head, decayed), found in groups.items()],
        betas=tuple(options["betas"]), eps=options["eps"])
    size = options["batch_size"]
    steps = len(rows) // size
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, round(steps * options["warmup"]), steps)
    found = []
    for step in range(steps):
        value = loss(range(step * size, (step + 1) * size))
        optimizer.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_([tensor for group in groups.values() for tensor in group], options["clip"])
        optimizer.step()
        schedule.step()
        found.append(value.item())
    tensors[f"{name}.losses"] = torch.tensor(found, dtype=torch.float64)
    with torch.no_grad():
        ends = [model([row]) for row in rows]
        tensors[f"{name}.end"] = torch.cat([pooled if logits is None else logits for logits, pooled in ends]).float()
    return {"name": name, "student": student, "pooling": pooling, "several": several, "labels": labels, "temperature": temperature,
            "share": share, "states_weight": states_weight, "outputs": ["logits" if output == "logits" else "states" for _, output, _ in teachers]}


def cases(tensors):
    some = [[i % 3] if i % 4 else None for i in range(24)]
    sets = [sorted({i % 3, i // 5 % 3})[:i % 3] if i % 4 else None for i in range(24)]
    return [
        case("answers", "bert-erf", "first", [("roberta", "logits", False)], tensors, some),
        case("hot answers", "bert-erf", "first", [("roberta", "logits", False)], tensors, some, temperature=5.0, share=0.1),
        case("sets", "bert-erf", "first", [("roberta", "logits", False)], tensors, sets, several=True),
        case("answers and states", "bert-erf", "first", [("deberta-c2p", "logits", False), ("deberta-c2p", "first", True)], tensors, some,
             states_weight=0.7),
        case("states", "bert-mean", "mean", [("bert-xlmr", "mean", False)], tensors),
        case("two teachers", "bert-mean", "mean", [("bert-xlmr", "mean", False), ("deberta-c2p", "mean", True)], tensors),
    ]


def layers(tensors):
    found = []
    for name, kept in [(name, kept) for name in LAYERS for kept in ((0, 1), (0, 2))]:
        model = classifier(name)
        model.config.use_cache = False
        for module in list(model.modules()):
            for child, blocks in list(module.named_children()):
                if isinstance(blocks, nn.ModuleList) and len(blocks) == 3:
                    setattr(module, child, nn.ModuleList([blocks[i] for i in kept]))
        ids = json.loads((HERE / "models" / name / "inputs.json").read_text())["ids"]
        with torch.no_grad():
            tensors[f"layers.{name}.{kept[1]}"] = torch.cat([models.logits_of(model, models.CASES[name].template, [row]) for row in ids]).float()
        found.append({"name": name, "kept": kept})
    return found


def projection():
    dice = numpy.random.default_rng(9)
    x, t = dice.normal(size=(20, 5)).astype(numpy.float32), dice.normal(size=(20, 3)).astype(numpy.float32)
    exact, wanted = x.astype(float), t.astype(float)
    ridge = 1e-3 * (exact ** 2).sum() / 5
    return {"states": x.tolist(), "targets": t.tolist(),
            "weights": numpy.linalg.solve(exact.T @ exact + ridge * numpy.eye(5), exact.T @ wanted).T.tolist()}


def main():
    tensors = {}
    content = {"losses": losses(), "cases": cases(tensors), "layers": layers(tensors), "projection": projection()}
    text = json.dumps(content, indent=1) + "\n"
    tensors = {name: tensor.float().contiguous() for name, tensor in tensors.items()}
    if "--check" in sys.argv:
        assert json.loads(text) == json.loads((HERE / "distilling.json").read_text()), "distilling.json would change"
        old = load_file(HERE / "distilling.safetensors")
        assert old.keys() == tensors.keys() and all(torch.allclose(old[name], tensors[name], atol=1e-6) for name in old)
        return
    (HERE / "distilling.json").write_text(text)
    save_file(tensors, HERE / "distilling.safetensors", metadata={"format": "pt"})


main()
