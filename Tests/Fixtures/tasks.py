"""What transformers, torch, scikit-learn and scipy give for several labels and for numbers, for tasks.json and tasks.safetensors.

    python -P tasks.py [--check]

`models`: for three of the folders in models/ and both problem types, the targets of the folder's rows, and in tasks.safetensors the loss
and gradients of the first rows and a trajectory as in models.py, with the loss that …ForSequenceClassification computes by itself for that
`problem_type`. `fits`: one logistic regression for each label, and ridge regression, on (x - mean) / scale as in solving.py.
`sets`: rows of labels and probabilities with multi-label metrics. `numbers`: right and answered numbers with regression metrics; an
undefined value is null. `losses`: logits with the loss of weighted labels, smoothed labels and a focus, and its gradient. `weighted`: a
logistic regression with class weights. Made with the packages of requirements.txt, scikit-learn 1.9.1 and scipy 1.17.1.
"""
import copy
import importlib.util
import json
import pathlib
import sys
import warnings

import numpy
import scipy.stats
import torch
import transformers
from safetensors.torch import save_file
from sklearn import metrics
from sklearn.linear_model import LogisticRegression, Ridge

HERE = pathlib.Path(__file__).parent
# Not by its name: tokenizers.py, beside it, would stand for the package of that name.
specification = importlib.util.spec_from_file_location("models", HERE / "models.py")
models = importlib.util.module_from_spec(specification)
sys.modules["models"] = models
specification.loader.exec_module(models)
FOLDERS = ("bert-erf", "deberta-v3", "xlm-roberta")
PROBLEMS = ("multi_label_classification", "regression")
warnings.filterwarnings("ignore")


def targets(problem, rows, labels, seed):
    dice = numpy.random.default_rng(seed)
    if problem == "regression":
        return numpy.round(dice.normal(size=(rows, labels)), 3).tolist()
    return (dice.random((rows, labels)) < 0.4).astype(int).tolist()


def task(folder, problem, tensors):
    inputs = json.loads((HERE / "models" / folder / "inputs.json").read_text())
    case = models.CASES[folder]
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        HERE / "models" / folder, attn_implementation="eager", problem_type=problem).double().eval()
    labels = model.config.num_labels
    rows, more = inputs["ids"], inputs["trajectory"]["ids"]
    first, second = targets(problem, len(rows), labels, 1), targets(problem, len(more), labels, 2)

    def loss(model, rows, targets):
        return model(**models.padded(case.template, rows), labels=torch.tensor(targets, dtype=torch.float64)).loss

    value = loss(model, rows, first)
    value.backward()
    place = f"{folder}.{problem}"
    tensors[f"{place}.loss"] = value.detach().reshape(1)
    for name, tensor in model.named_parameters():
        tensors[f"{place}.gradient.{name}"] = (torch.zeros_like(tensor) if tensor.grad is None else tensor.grad).float()
    model.zero_grad(set_to_none=True)
    model = copy.deepcopy(model)
    groups = {}
    for name, tensor in model.named_parameters():
        groups.setdefault((models.part(model, name) == "head", models.decays(name, tensor)), []).append(tensor)
    options = models.OPTIONS
    optimizer = torch.optim.AdamW(
        [{"params": found, "lr": options["head_learning_rate"] if head else options["learning_rate"],
          "weight_decay": options["weight_decay"] if decayed else 0.0} for (head, decayed), found in groups.items()],
        betas=tuple(options["betas"]), eps=options["eps"])
    size = options["batch_size"]
    steps = len(more) // size
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, round(steps * options["warmup"]), steps)
    losses = []
    for step in range(steps):
        batch = slice(step * size, (step + 1) * size)
        value = loss(model, more[batch], second[batch])
        optimizer.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), options["clip"])
        optimizer.step()
        schedule.step()
        losses.append(value.item())
    tensors[f"{place}.losses"] = torch.tensor(losses, dtype=torch.float64)
    with torch.no_grad():
        tensors[f"{place}.logits"] = torch.cat([models.logits_of(model, case.template, [row]) for row in more]).float()
    return {"folder": folder, "problem": problem, "targets": first, "trajectory": second}


def fits():
    dice = numpy.random.default_rng(3)
    x = (dice.normal(size=(40, 6)) + 2).astype(numpy.float32)
    exact = x.astype(numpy.float64)
    centered = exact - exact.mean(axis=0)
    scaled = centered / numpy.sqrt((centered ** 2).sum(axis=1).mean())
    direction = dice.normal(size=(6, 3))
    sets = (centered @ direction + dice.normal(size=(40, 3)) > 0.3).astype(int)
    numbers = centered @ direction + 0.2 * dice.normal(size=(40, 3)) + [1, -4, 10]
    found = []
    for c in (0.3, 30):
        logistic = [LogisticRegression(C=c, tol=1e-12, max_iter=100_000, solver="newton-cg").fit(scaled, sets[:, k]) for k in range(3)]
        ridge = Ridge(alpha=1 / c, tol=1e-12, solver="cholesky").fit(scaled, numbers)
        found.append({
            "strength": c,
            "sets": {"coefficients": [fit.coef_[0].tolist() for fit in logistic], "intercepts": [fit.intercept_[0] for fit in logistic]},
            "numbers": {"coefficients": ridge.coef_.tolist(), "intercepts": ridge.intercept_.tolist()}})
    return {"features": x.tolist(), "sets": sets.tolist(), "numbers": numbers.tolist(), "fits": found}


def set_case(name, truth, probabilities, thresholds):
    truth, p = numpy.asarray(truth), numpy.asarray(probabilities, dtype=float)
    given = (p >= numpy.asarray(thresholds)).astype(int)
    options = {"zero_division": 0}
    precision, recall, f1, support = metrics.precision_recall_fscore_support(truth, given, average=None, **options)
    return {
        "name": name, "truth": truth.tolist(), "probabilities": p.tolist(), "thresholds": thresholds,
        "micro_f1": metrics.f1_score(truth, given, average="micro", **options),
        "micro_precision": metrics.precision_score(truth, given, average="micro", **options),
        "micro_recall": metrics.recall_score(truth, given, average="micro", **options),
        "macro_f1": metrics.f1_score(truth, given, average="macro", **options),
        "weighted_f1": metrics.f1_score(truth, given, average="weighted", **options),
        "samples_f1": metrics.f1_score(truth, given, average="samples", **options),
        "subset_accuracy": metrics.accuracy_score(truth, given), "hamming_loss": metrics.hamming_loss(truth, given),
        "macro_average_precision": metrics.average_precision_score(truth, p, average="macro"),
        "bce": numpy.mean([metrics.log_loss(truth[:, k], p[:, k], labels=[0, 1]) for k in range(truth.shape[1])]),
        "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(), "support": support.tolist(),
        "average_precision": [metrics.average_precision_score(truth[:, k], p[:, k]) for k in range(truth.shape[1])]}


def sets():
    dice = numpy.random.default_rng(4)
    truth = (dice.random((60, 4)) < [0.5, 0.2, 0.8, 0.05]).astype(int)
    p = numpy.clip(0.6 * truth + 0.5 * dice.random((60, 4)), 0, 1)
    p[:20] = numpy.round(p[:20], 1)
    return [
        set_case("usual, with ties", truth, p, [0.5] * 4),
        set_case("thresholds of their own", truth, p, [0.3, 0.7, 0.5, 0.9]),
        set_case("a label that no row has", [[1, 0], [0, 0], [1, 0]], [[0.9, 0.2], [0.3, 0.7], [0.4, 0.1]], [0.5, 0.5]),
        set_case("rows without labels", [[0, 0], [0, 0]], [[0.1, 0.2], [0.8, 0.3]], [0.5, 0.5]),
        set_case("certain and wrong", [[1, 0], [0, 1]], [[0.0, 1.0], [1.0, 0.0]], [0.5, 0.5]),
    ]


def number_case(name, truth, answers):
    truth, answers = numpy.asarray(truth, dtype=float), numpy.asarray(answers, dtype=float)

    def defined(value):
        return float(value) if numpy.isfinite(value) else None
    columns = [{
        "rmse": metrics.root_mean_squared_error(t, a), "mae": metrics.mean_absolute_error(t, a),
        "r2": defined(metrics.r2_score(t, a)) if len(t) > 1 else None,
        "pearson": defined(scipy.stats.pearsonr(t, a)[0]) if len(t) > 1 else None,
        "spearman": defined(scipy.stats.spearmanr(t, a)[0]) if len(t) > 1 else None} for t, a in zip(truth.T, answers.T)]
    return {"name": name, "truth": truth.tolist(), "answers": answers.tolist(), "columns": columns,
            "rmse": metrics.root_mean_squared_error(truth, answers), "mae": metrics.mean_absolute_error(truth, answers),
            "r2": defined(metrics.r2_score(truth, answers)) if len(truth) > 1 else None}


def numbers():
    dice = numpy.random.default_rng(5)
    truth = numpy.round(dice.normal(size=(50, 2)) * [1, 30], 1)
    answers = truth + dice.normal(size=(50, 2)) * [0.5, 20]
    answers[:10] = numpy.round(answers[:10])
    return [
        number_case("usual, with ties", truth, answers), number_case("equal right values", [[2], [2], [2]], [[2], [3], [1]]),
        number_case("all right and equal", [[2], [2]], [[2], [2]]), number_case("one row", [[1]], [[3]]),
        number_case("opposite", [[1], [2], [3]], [[3], [2], [1]]),
    ]


def losses():
    dice = numpy.random.default_rng(6)
    logits = torch.tensor(dice.normal(size=(7, 4)) * 2, dtype=torch.float32).double()
    labels = torch.tensor([0, 1, 2, 3, 0, 0, 2])
    sets = torch.tensor((dice.random((7, 4)) < 0.4).astype(float))
    weights = torch.tensor([0.3, 2.0, 1.5, 4.0], dtype=torch.float64)

    def focal(z, y, gamma, weight):
        logs = torch.log_softmax(z, dim=1)[torch.arange(len(y)), y]
        return (-weight[y] * (1 - logs.exp()) ** gamma * logs).sum() / weight[y].sum()

    ones = torch.ones_like(weights)
    cross = torch.nn.functional.cross_entropy
    cases = {
        "weights": lambda z: cross(z, labels, weight=weights), "smoothing": lambda z: cross(z, labels, label_smoothing=0.1),
        "weights and smoothing": lambda z: cross(z, labels, weight=weights, label_smoothing=0.2),
        "focus": lambda z: focal(z, labels, 2.0, ones), "weights and focus": lambda z: focal(z, labels, 1.5, weights),
        "sets and weights": lambda z: torch.nn.functional.binary_cross_entropy_with_logits(z, sets, pos_weight=weights)}
    found = {}
    for name, loss in cases.items():
        z = logits.clone().requires_grad_(True)
        value = loss(z)
        value.backward()
        found[name] = {"loss": value.item(), "gradient": z.grad.tolist()}
    return {"logits": logits.tolist(), "labels": labels.tolist(), "sets": sets.int().tolist(), "weights": weights.tolist(),
            "cases": found}


def weighted():
    dice = numpy.random.default_rng(8)
    y = numpy.array([0] * 30 + [1] * 8 + [2] * 4)
    x = (dice.normal(size=(3, 5))[y] + dice.normal(size=(42, 5))).astype(numpy.float32)
    exact = x.astype(numpy.float64)
    centered = exact - exact.mean(axis=0)
    scaled = centered / numpy.sqrt((centered ** 2).sum(axis=1).mean())
    fit = LogisticRegression(C=3, tol=1e-12, max_iter=100_000, solver="newton-cg", class_weight="balanced").fit(scaled, y)
    return {"features": x.tolist(), "labels": y.tolist(), "strength": 3, "coefficients": fit.coef_.tolist(),
            "intercepts": fit.intercept_.tolist()}


def main():
    tensors = {}
    content = {"models": [task(folder, problem, tensors) for folder in FOLDERS for problem in PROBLEMS], "fits": fits(), "sets": sets(),
               "numbers": numbers(), "losses": losses(), "weighted": weighted()}
    text = json.dumps(content, indent=1) + "\n"
    if "--check" in sys.argv:
        old = json.loads((HERE / "tasks.json").read_text())
        assert json.loads(text) == old, "tasks.json would change"
        return
    (HERE / "tasks.json").write_text(text)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, HERE / "tasks.safetensors", metadata={"format": "pt"})


main()
