"""A Python worker's side of worker-process.ts."""

import json
import pathlib
import resource
import sys
import time

import numpy as np


def read(folder, split, length):
    ids = np.fromfile(pathlib.Path(folder, f"{split}.ids"), np.int32).reshape(-1, length)
    return ids, np.fromfile(pathlib.Path(folder, f"{split}.labels"), np.float32)


def answer(versions, train, evaluate):
    """Says that it is ready, then does what it is told and times it."""
    say(dict(versions={**versions, "python": sys.version.split()[0]}))
    for line in sys.stdin:
        kind, count = line.split()
        begun, processor = time.perf_counter(), time.process_time()
        rows = (train if kind == "train" else evaluate)(int(count))
        say(
            dict(
                rows=rows,
                seconds=time.perf_counter() - begun,
                processorSeconds=time.process_time() - processor,
                # Kilobytes on Linux, bytes on macOS.
                peakBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                * (1 if sys.platform == "darwin" else 1024),
            )
        )


def say(message):
    print(json.dumps(message), flush=True)
