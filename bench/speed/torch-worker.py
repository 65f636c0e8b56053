"""Times PyTorch. Arguments: configuration, folder of the reviews, settings (JSON: threads)."""

import json
import sys

import torch
from torch import nn

from worker import answer, read

config, settings = json.loads(sys.argv[1]), json.loads(sys.argv[3])
torch.set_num_threads(settings["threads"])
length, dim, units, batch = (config[k] for k in ("maxLength", "embeddingDim", "hiddenUnits", "batchSize"))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.is_shared = config["embedding"] == "shared"
        self.for_lstm = nn.Embedding(config["numWords"], dim)
        self.for_cnn = None if self.is_shared else nn.Embedding(config["numWords"], dim)
        self.dropout = nn.Dropout(config["embeddingDropout"])
        padding = "same" if config["convPadding"] == "same" else 0
        self.convolution = nn.Conv1d(dim, config["filters"], config["kernelSize"], padding=padding)
        self.head = None
        width = config["filters"]
        if config["cnnHead"] == "dense":
            self.head = nn.Sequential(nn.Linear(width, units), nn.ReLU(), nn.Dropout(config["denseDropout"]))
            width = units
        self.lstm = nn.LSTM(dim, units, batch_first=True, bidirectional=True)
        self.output = nn.Linear(width + 2 * units * length, 1)

    def forward(self, ids):
        rows = self.dropout(self.for_lstm(ids))
        other = rows if self.is_shared else self.dropout(self.for_cnn(ids))
        cnn = torch.relu(self.convolution(other.transpose(1, 2))).amax(2)
        if self.head is not None:
            cnn = self.head(cnn)
        sequence, _ = self.lstm(rows)
        return self.output(torch.cat([cnn, sequence.flatten(1)], 1)).squeeze(1)


model = Model()
optimizer = torch.optim.Adam(model.parameters(), config["learningRate"])
loss_of = nn.BCEWithLogitsLoss()
train_ids, train_labels = map(torch.from_numpy, read(sys.argv[2], "train", length))
test_ids, _ = map(torch.from_numpy, read(sys.argv[2], "test", length))


def train(steps):
    model.train()
    for begin in range(0, steps * batch, batch):
        optimizer.zero_grad()
        loss = loss_of(model(train_ids[begin : begin + batch]), train_labels[begin : begin + batch])
        loss.backward()
        optimizer.step()
    return steps * batch


def evaluate(rows):
    model.eval()
    with torch.inference_mode():
        for begin in range(0, rows, 256):
            model(test_ids[begin : begin + 256])
    return rows


answer(dict(torch=torch.__version__), train, evaluate)
