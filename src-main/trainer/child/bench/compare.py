"""The native engine beside Keras on the same reviews: same machine, alternating, medians.

    PYTHON compare.py [CONFIG] [--rounds 5] [--steps 5] [--rows 1500] [--plan PLAN] [--only engine]

PYTHON has keras, tensorflow-cpu and numpy (see fixtures/make-fixtures.py); node is on the PATH (24 or later). CONFIG and PLAN are
JSON with fields of a run's configuration and plan. The reviews come from imdb.npz in TWOFOLD_TEST_DATA (default ../shared/data).
A round times `--steps` steps of training and an evaluation of `--rows` reviews in each of the two processes in turn. Prints
samples a second of wall time, and milliseconds of processor time a sample, which other work on the machine disturbs less.
"""

import argparse
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent


def write_encoded(target, archive):
    """core/encoded-file.ts: labels, offsets and tokens of both splits."""
    align = lambda position: (position + 7) // 8 * 8
    position, sections, blobs = 1024, [], []
    for split in ("train", "test"):
        labels = archive[f"y_{split}"].astype(np.uint8)
        reviews = [np.concatenate([[1], np.array(r) + 3]).astype(np.int32) for r in archive[f"x_{split}"]]
        offsets = np.concatenate([[0], np.cumsum([len(r) for r in reviews])]).astype(np.uint32)
        tokens = np.concatenate(reviews)
        places = []
        for array in (labels, offsets, tokens):
            places.append(position)
            blobs.append((position, array.tobytes()))
            position = align(position + array.nbytes)
        names = ("labelsAt", "offsetsAt", "tokensAt")
        sections.append(
            dict(zip(names, places), split=split, count=len(labels), tokenCount=len(tokens))
        )
    content = bytearray(position)
    header = json.dumps(dict(datasetHash="bench", splits=sections)).encode()
    content[:1024] = b"TWFENC01" + struct.pack("<I", 1024 - 12) + header.ljust(1024 - 12)
    for place, data in blobs:
        content[place : place + len(data)] = data
    target.write_bytes(content)


class Worker:
    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.answer()

    def ask(self, kind, count):
        self.process.stdin.write(f"{kind} {count}\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if line == "":
            sys.exit("A worker ended early: run it by itself to see why.")
        return json.loads(line)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config", nargs="?", default="{}")
    parser.add_argument("--plan", default="{}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--only", choices=("engine", "keras"))
    options = parser.parse_args()
    folder = pathlib.Path(os.environ.get("TWOFOLD_TEST_DATA", "../shared/data")).resolve()

    with tempfile.TemporaryDirectory() as temporary:
        encoded = pathlib.Path(temporary, "imdb.enc")
        archive_path = folder / "imdb.npz"
        write_encoded(encoded, np.load(archive_path, allow_pickle=True))
        commands = {
            "engine": ["node", str(HERE / "engine-worker.ts"), options.config, options.plan, str(encoded)],
            "keras": [sys.executable, str(HERE / "keras-worker.py"), options.config, str(archive_path)],
        }
        workers = {n: Worker(c) for n, c in commands.items() if options.only in (None, n)}
        for name, worker in workers.items():
            print(f"{name}: first step {worker.ask('train', 1)['seconds']:.2f} s")
            worker.ask("train", 1)
            worker.ask("evaluate", 600)

        results = {name: {"train": [], "evaluate": []} for name in workers}
        for _ in range(options.rounds):
            for kind, count in (("train", options.steps), ("evaluate", options.rows)):
                for name, worker in workers.items():
                    results[name][kind].append(worker.ask(kind, count))
        for kind in ("train", "evaluate"):
            rates, costs = {}, {}
            for name in workers:
                rates[name] = statistics.median(r["rows"] / r["seconds"] for r in results[name][kind])
                costs[name] = statistics.median(
                    1000 * r["processorSeconds"] / r["rows"] for r in results[name][kind]
                )
                print(f"{kind} {name}: {rates[name]:.0f}/s, {costs[name]:.3f} ms of processor time each")
            if len(workers) == 2:
                print(
                    f"{kind}: {rates['engine'] / rates['keras']:.2f} times Keras; "
                    f"by processor time {costs['keras'] / costs['engine']:.2f} times"
                )
        for name in workers:
            print(f"peak memory {name}: {results[name]['evaluate'][-1]['peakBytes'] / 1e9:.2f} GB")
        for worker in workers.values():
            worker.process.stdin.close()
            worker.process.wait()


main()
