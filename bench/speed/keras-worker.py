"""Times Keras on TensorFlow. Arguments: configuration, folder of the reviews, settings (JSON: intra, inter, jit)."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
config, settings = json.loads(sys.argv[1]), json.loads(sys.argv[3])

import tensorflow as tf

if settings["intra"] > 0:
    tf.config.threading.set_intra_op_parallelism_threads(settings["intra"])
    tf.config.threading.set_inter_op_parallelism_threads(settings["inter"])

import keras
from keras import layers

from worker import answer, read

length, dim, units, batch = (config[k] for k in ("maxLength", "embeddingDim", "hiddenUnits", "batchSize"))


def embedded(ids):
    return layers.Dropout(config["embeddingDropout"])(layers.Embedding(config["numWords"], dim)(ids))


ids = keras.Input((length,), dtype="int32")
for_lstm = embedded(ids)
for_cnn = embedded(ids) if config["embedding"] == "separate" else for_lstm
convolution = layers.Conv1D(config["filters"], config["kernelSize"], padding=config["convPadding"], activation="relu")
cnn = layers.GlobalMaxPooling1D()(convolution(for_cnn))
if config["cnnHead"] == "dense":
    cnn = layers.Dropout(config["denseDropout"])(layers.Dense(units, activation="relu")(cnn))
lstm = layers.Flatten()(layers.Bidirectional(layers.LSTM(units, return_sequences=True))(for_lstm))
model = keras.Model(ids, layers.Dense(1, activation="sigmoid")(layers.Concatenate()([cnn, lstm])))
model.compile(
    keras.optimizers.Adam(config["learningRate"]),
    "binary_crossentropy",
    metrics=["accuracy"],
    jit_compile=settings["jit"],
)

train_ids, train_labels = read(sys.argv[2], "train", length)
test_ids, test_labels = read(sys.argv[2], "test", length)


def train(steps):
    rows = steps * batch
    model.fit(train_ids[:rows], train_labels[:rows], batch_size=batch, epochs=1, shuffle=False, verbose=0)
    return rows


def evaluate(rows):
    model.evaluate(test_ids[:rows], test_labels[:rows], batch_size=256, verbose=0)
    return rows


answer(dict(keras=keras.__version__, tensorflow=tf.__version__), train, evaluate)
