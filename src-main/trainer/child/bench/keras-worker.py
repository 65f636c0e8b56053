"""Times Keras for compare.py: reads `train STEPS` and `evaluate ROWS`, answers with a line of JSON."""

import json
import os
import resource
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers

config = dict(
    variant="A", numWords=6000, maxLength=500, embeddingDim=64, hiddenUnits=128, filters=300, kernelSize=3, batchSize=300
)
config.update(json.loads(sys.argv[1]))
length, dim, units, batch = (config[k] for k in ("maxLength", "embeddingDim", "hiddenUnits", "batchSize"))


def embedded(ids):
    return layers.Dropout(0.2)(layers.Embedding(config["numWords"], dim)(ids))


ids = keras.Input((length,), dtype="int32")
is_a = config["variant"] == "A"
for_lstm = embedded(ids)
for_cnn = embedded(ids) if is_a else for_lstm
padding = "same" if is_a else "valid"
convolution = layers.Conv1D(config["filters"], config["kernelSize"], padding=padding, activation="relu")
cnn = layers.GlobalMaxPooling1D()(convolution(for_cnn))
if not is_a:
    cnn = layers.Dropout(0.5)(layers.Dense(units, activation="relu")(cnn))
lstm = layers.Flatten()(layers.Bidirectional(layers.LSTM(units, return_sequences=True))(for_lstm))
model = keras.Model(ids, layers.Dense(1, activation="sigmoid")(layers.Concatenate()([cnn, lstm])))
model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy", metrics=["accuracy"])

archive = np.load(sys.argv[2], allow_pickle=True)


def encoded(reviews):
    rows = np.zeros((len(reviews), length), np.int32)
    for row, review in zip(rows, reviews):
        review = ([1] + [r + 3 if r + 3 < config["numWords"] else 2 for r in review])[-length:]
        row[-len(review) :] = review
    return rows


order = np.random.default_rng(0).permutation(len(archive["x_train"]))
train_ids, train_labels = encoded(archive["x_train"][order]), archive["y_train"][order].astype("float32")
test_ids, test_labels = encoded(archive["x_test"]), archive["y_test"].astype("float32")

print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    kind, count = line.split()
    rows = int(count) * batch if kind == "train" else int(count)
    begun, processor = time.perf_counter(), time.process_time()
    if kind == "train":
        model.fit(train_ids[:rows], train_labels[:rows], batch_size=batch, epochs=1, verbose=0)
    else:
        model.evaluate(test_ids[:rows], test_labels[:rows], batch_size=batch, verbose=0)
    print(
        json.dumps(
            dict(
                rows=rows,
                seconds=time.perf_counter() - begun,
                processorSeconds=time.process_time() - processor,
                peakBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            )
        ),
        flush=True,
    )
