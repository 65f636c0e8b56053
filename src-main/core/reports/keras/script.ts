import type { RunConfig } from '#contract/run-config.ts';

import { adam } from '../../model/adam.ts';
import { layerWeights, networkLines } from './network.ts';
import { pythonLiteral, type Literal } from './python-literal.ts';

export type ScriptFacts = Readonly<{
  config: RunConfig;
  /** Of the run and what it came to: shown, not used. */
  run: Readonly<Record<string, Literal>>;
  /** sha256 in hex by name of the files beside the script. */
  hashes: Readonly<Record<string, string>>;
  /** The part of data.npz that is validated on. */
  validation: 'validation' | 'test';
}>;

/** A program in Python that builds, checks, saves and trains a run's network in Keras 3. */
export function kerasScript({ config, run, hashes, validation }: ScriptFacts): string {
  return `"""A run of Twofold in Keras 3: the same network, data and training.

    python -m pip install -r requirements.txt
    python reproduce.py --predict             judge the test reviews, and compare with predictions.csv (this is the default)
    python reproduce.py --save model.keras    the trained weights in a form that Keras loads; also model.weights.h5
    python reproduce.py --train               train again from the same initial weights; --save keeps the best epoch
"""

import argparse
import csv
import hashlib
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE = 1e-5

RUN = ${pythonLiteral(run)}

# The run's configuration, all of it.
CONFIG = ${pythonLiteral(config)}

# The files beside this one, by their sha256.
SHA256 = ${pythonLiteral(hashes)}

# Layers with weights, and the names of those in weights.npz and initial-weights.npz.
WEIGHTS = ${pythonLiteral(layerWeights(config))}


def build():
    """The network to train, which ends with a logit, and the same with a probability at its end."""
    c = CONFIG
${networkLines(config)
  .map((line) => `    ${line}`)
  .join('\n')}
    return keras.Model(ids, logit), keras.Model(ids, layers.Activation("sigmoid", name="probability")(logit))


def beside(name):
    """The path of a file beside this one, which must be as Twofold wrote it."""
    path = HERE / name
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != SHA256[name]:
        sys.exit(f"{name} is not as Twofold wrote it. Export the run again.")
    return path


def load_weights(model, name):
    values = np.load(beside(name))
    for layer, names in WEIGHTS.items():
        model.get_layer(layer).set_weights([values[weight] for weight in names])


def reviews(data, part):
    """Ids [reviews, maxLength] and labels of one part, as the run read them.

    data.npz holds ids over the whole vocabulary: 0 pad, 1 start, 2 unknown, then frequency rank in the training split + 3.
    RUN["pipeline"] says how texts were split into words.
    Which reviews are left out (limit) or held out (validation) is decided there already; <part>_rows are their rows in the
    dataset's splits.
    """
    tokens = data[f"{part}_tokens"]
    tokens = np.where(tokens >= CONFIG["numWords"], 2, tokens)
    ids = keras.utils.pad_sequences(
        np.split(tokens, data[f"{part}_offsets"][1:-1]),
        maxlen=CONFIG["maxLength"],
        padding=CONFIG["padding"],
        truncating=CONFIG["truncating"],
    )
    return ids, data[f"{part}_labels"].astype("float32")


def predict(model):
    """The largest difference between Keras's probabilities of the test reviews and Twofold's."""
    data = np.load(beside("data.npz"))
    ids, labels = reviews(data, "test")
    with open(beside("predictions.csv"), newline="") as file:
        rows, _, expected = np.array([tuple(map(float, row)) for row in list(csv.reader(file))[1:]]).T
    if not np.array_equal(rows, data["test_rows"]):
        sys.exit("predictions.csv is about other reviews than data.npz. Export the run again.")
    probabilities = model.predict(ids, batch_size=256, verbose=0)[:, 0]
    difference = float(np.abs(probabilities - expected).max())
    accuracy = float(((probabilities >= 0.5) == (labels == 1)).mean())
    print(f"{len(ids)} test reviews, accuracy {accuracy:.6f}, largest difference from Twofold {difference:.3g}")
    return difference


class Adam(keras.optimizers.Adam):
    """Adam as Twofold, TensorFlow 2.2 and PyTorch have it.

    An embedding's gradient comes as one row for each occurrence of a word. Keras 3 squares them one by one in the second
    moment; here the rows of a word are added up first. Otherwise weights differ by about 1e-3 after one step.
    """

    def apply(self, grads, trainable_variables=None):
        super().apply([tf.convert_to_tensor(grad) for grad in grads], trainable_variables)


class ShuffledBatches(keras.utils.PyDataset):
    """The training reviews in batches, in a new order every epoch.

    Of arrays, fit() under keras.utils.set_random_seed repeats the order of the first epoch in all others: it makes its iterator
    anew for each epoch, and tf.random.shuffle in it starts from the same seed again.
    """

    def __init__(self, ids, labels):
        super().__init__()
        self.ids, self.labels = ids, labels
        self.order = np.arange(len(labels))
        self.random = np.random.default_rng(CONFIG["seed"])

    def __len__(self):
        return -(-len(self.labels) // CONFIG["batchSize"])

    def __getitem__(self, batch):
        rows = self.order[batch * CONFIG["batchSize"] : (batch + 1) * CONFIG["batchSize"]]
        return self.ids[rows], self.labels[rows]

    def on_epoch_begin(self):
        self.order = self.random.permutation(len(self.labels))


class KeepBest(keras.callbacks.Callback):
    """Remembers the weights of the epoch with the lowest validation loss, the earliest on ties."""

    def __init__(self):
        super().__init__()
        self.loss, self.epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < self.loss:
            self.loss, self.epoch, self.weights = logs["val_loss"], epoch + 1, self.model.get_weights()


def train(network):
    """Trains as the run was trained. The order of the reviews and the dropout masks are other draws from the seed.

    Returns the loss and accuracy of each epoch: of training, with dropout, and of validation.
    """
    c = CONFIG
    keras.utils.set_random_seed(c["seed"])
    data = np.load(beside("data.npz"))
    clip_norm = None if c["clipNorm"] == "none" else c["clipNorm"]
    network.compile(
        Adam(
            c["learningRate"],
            beta_1=${adam.beta1},
            beta_2=${adam.beta2},
            epsilon=${adam.epsilon},
            global_clipnorm=clip_norm,
        ),
        keras.losses.BinaryCrossentropy(from_logits=True),
        # A logit of 0 is a probability of 0.5.
        metrics=[keras.metrics.BinaryAccuracy("accuracy", threshold=0)],
    )
    best = KeepBest()
    callbacks = [best]
    if c["patience"] != "none":
        callbacks.append(
            keras.callbacks.EarlyStopping("val_loss", patience=c["patience"], min_delta=c["minDelta"])
        )
    history = network.fit(
        ShuffledBatches(*reviews(data, "train")),
        # Not the order of the batches once more.
        shuffle=False,
        epochs=c["epochs"],
        validation_data=reviews(data, "${validation}"),
        callbacks=callbacks,
        verbose=2,
    )
    ids, labels = reviews(data, "test")
    for name, weights in (("last", network.get_weights()), ("best", best.weights)):
        if weights is None:
            sys.exit("The loss became NaN in the first epoch.")
        network.set_weights(weights)
        figures = network.evaluate(ids, labels, batch_size=256, verbose=0, return_dict=True)
        print(f"Keras, {name} epoch: test loss {figures['loss']:.4f}, accuracy {figures['accuracy']:.4f}")
        print(f"Twofold, {name} epoch: test loss {RUN[name]['testLoss']:.4f}, accuracy {RUN[name]['testAccuracy']:.4f}")
    return history.history


def save(model, name):
    if name.endswith(".weights.h5"):
        model.save_weights(name)
    elif name.endswith(".keras"):
        model.save(name)
    else:
        sys.exit("--save takes a name that ends with .keras or .weights.h5.")
    print(f"Saved {name}")


def main():
    parser = argparse.ArgumentParser(description="A run of Twofold in Keras.")
    parser.add_argument("--predict", action="store_true", help="compare predictions with Twofold's (the default)")
    parser.add_argument("--train", action="store_true", help="train again from the same initial weights")
    parser.add_argument("--save", metavar="FILE", help="write the weights as .keras or .weights.h5")
    arguments = parser.parse_args()
    network, model = build()
    difference = 0.0
    if arguments.train:
        load_weights(model, "initial-weights.npz")
        train(network)
    else:
        load_weights(model, "weights.npz")
    if arguments.predict or not (arguments.train or arguments.save):
        difference = predict(model)
    if arguments.save:
        save(model, arguments.save)
    if not arguments.train and not difference <= TOLERANCE:
        sys.exit(f"Keras and Twofold differ by more than {TOLERANCE:g}.")


if __name__ == "__main__":
    main()
`;
}
