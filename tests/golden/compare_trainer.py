# SPDX-License-Identifier: Apache-2.0
"""Whether dense fine-tuning on CoLA ends where Hugging Face's Trainer ends with the same settings, within the noise of the seeds.

Usage: python tests/golden/compare_trainer.py PROGRAM MODEL COLA RECORD [--side stockpot|trainer|both] [--seeds N] [--steps T] ...
       PROGRAM  the program `stockpot`
       MODEL    Hugging Face folder of a BERT, such as MiniLM-L6
       COLA     folder of CoLA's train.tsv and dev.tsv
       RECORD   file of one JSON line per run; runs that it holds are not made again, so a second call goes on

Both train on all of train.tsv and are scored once on dev.tsv: AdamW (no decay), linear warm-up and decay, clipping at 1, dropout as config.json
says, texts cut at --max-length. What differs by design: random heads, the order of the data (here batches of like length) and the bits
of dropout, which is what seeds are for. Prints mean, standard deviation and number of runs of both sides and Welch's 95 % interval of the
difference; ends with 1 where the interval of the primary metric leaves 0 out, or where no run has learned anything.
Needs torch, transformers, accelerate, scipy and h5py (tools/reference_python.sh).
"""
import argparse
import csv
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

METRICS = ("matthews", "accuracy")


def read_rows(path):
    with open(path, encoding="utf-8") as file:
        return [(row[3], int(row[1])) for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def scores_of(predicted, labels):
    counts = [[sum(p == a and t == b for p, t in zip(predicted, labels)) for b in (0, 1)] for a in (0, 1)]
    (tn, fn), (fp, tp) = counts
    below = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return {"matthews": (tp * tn - fp * fn) / below if below else 0.0, "accuracy": (tp + tn) / len(labels)}


def run_stockpot(options, seed):
    import h5py

    with tempfile.TemporaryDirectory() as folder:
        settings = {"name": "trainer", "seed": seed, "run_root": folder, "data.name": "cola", "data.dir": options.cola, "data.max_length": options.max_length,
                    "data.validation_size": 0, "model.name": "bert", "model.weights": options.model, "train.steps": options.steps,
                    "train.batch": options.batch, "train.lr": options.lr, "train.warmup_steps": options.warmup, "train.weight_decay": 0,
                    "train.clip_norm": 1, "train.dropout": "model", "prune.method": "dense", "prune.sparsity": 0, "dist.threads": options.threads}
        subprocess.run([options.program, "run", *(f"--{key}={value}" for key, value in settings.items())], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        (path,) = pathlib.Path(folder).glob("*/result.h5")
        with h5py.File(path) as file:
            result = dict(file["result"].attrs)
            last = [float(loss) for loss in file["metrics/train"]["loss"][-50:]]
    return {**{metric: float(result.get(metric, result["test"])) for metric in METRICS}, "train_loss": statistics.fmean(last)}


def run_trainer(options, seed):
    import torch
    import transformers

    torch.set_num_threads(options.threads)
    transformers.set_seed(seed)
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)

    def encoded(name):
        rows = read_rows(pathlib.Path(options.cola) / name)
        texts = tokenizer([text for text, _ in rows], truncation=True, max_length=options.max_length)
        return [{**{key: texts[key][i] for key in texts}, "labels": label} for i, (_, label) in enumerate(rows)]

    with tempfile.TemporaryDirectory() as folder:
        model = transformers.AutoModelForSequenceClassification.from_pretrained(options.model, num_labels=2, dtype=torch.float32)
        arguments = transformers.TrainingArguments(
            output_dir=folder, max_steps=options.steps, per_device_train_batch_size=options.batch, per_device_eval_batch_size=128,
            learning_rate=options.lr, warmup_steps=options.warmup, lr_scheduler_type="linear", weight_decay=0.0, max_grad_norm=1.0,
            optim="adamw_torch", seed=seed, data_seed=seed, use_cpu=True, report_to="none", save_strategy="no", logging_steps=1, disable_tqdm=True,
            dataloader_pin_memory=False)
        trainer = transformers.Trainer(model=model, args=arguments, train_dataset=encoded("train.tsv"),
                                       data_collator=transformers.DataCollatorWithPadding(tokenizer))
        trainer.train()
        dev = encoded("dev.tsv")
        predicted = trainer.predict(dev).predictions.argmax(-1).tolist()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry][-50:]
    return {**scores_of(predicted, [row["labels"] for row in dev]), "train_loss": statistics.fmean(float(loss) for loss in losses)}


def welch(a, b):
    """Difference of means and half the width of its 95 % interval; NaN where no side varies."""
    from scipy import stats

    va, vb = statistics.variance(a) / len(a), statistics.variance(b) / len(b)
    if va + vb == 0:
        return statistics.fmean(a) - statistics.fmean(b), math.nan
    freedom = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    return statistics.fmean(a) - statistics.fmean(b), stats.t.ppf(0.975, freedom) * math.sqrt(va + vb)


def compare(runs):
    if not any(run[METRICS[0]] for run in runs):
        print(f"no run is better than a constant answer ({METRICS[0]} 0): nothing can be compared; take more steps")
        return False
    same = True
    for metric in (*METRICS, "train_loss"):
        ours, theirs = ([run[metric] for run in runs if run["side"] == side] for side in ("stockpot", "trainer"))
        if len(ours) < 2 or len(theirs) < 2:
            print("too few runs of a side to compare")
            return False
        for side, values in (("stockpot", ours), ("trainer", theirs)):
            print(f"{metric:10} {side:8} mean {statistics.fmean(values):.4f} sd {statistics.stdev(values):.4f} n {len(values)}")
        difference, half = welch(ours, theirs)
        print(f"{metric:10} difference {difference:+.4f}, 95 % interval {difference - half:+.4f} to {difference + half:+.4f}")
        same &= metric != METRICS[0] or abs(difference) <= half
    return same


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("program", "model", "cola", "record"):
        parser.add_argument(name)
    parser.add_argument("--side", choices=("stockpot", "trainer", "both"), default="both")
    for name, value in (("seeds", 6), ("steps", 300), ("batch", 16), ("max-length", 32), ("warmup", 30), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--lr", type=float, default=1e-4)
    options = parser.parse_args()
    settings = {name: getattr(options, name) for name in ("steps", "batch", "max_length", "warmup", "lr")}
    record = pathlib.Path(options.record)
    runs = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
    runs = [run for run in runs if all(run[name] == value for name, value in settings.items())]
    for side, make in (("stockpot", run_stockpot), ("trainer", run_trainer)):
        for seed in range(1, options.seeds + 1):
            if options.side not in (side, "both") or any((run["side"], run["seed"]) == (side, seed) for run in runs):
                continue
            runs.append({"side": side, "seed": seed, **settings, **make(options, seed)})
            with record.open("a", encoding="utf-8") as file:
                file.write(json.dumps(runs[-1]) + "\n")
    return 0 if options.side != "both" or compare(runs) else 1


if __name__ == "__main__":
    sys.exit(main())
