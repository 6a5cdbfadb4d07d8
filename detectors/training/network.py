"""The network of the name tagger in PyTorch: its form, and how it is fitted."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detectors.names.features import CHANNELS, flags
from detectors.names.tagger import DILATIONS, KINDS, char_kinds
from detectors.training.marked import Text
from detectors.training.office import Office
from detectors.training.texts import exchanged, stream

WINDOW, BATCH = 320, 48
SETTLED = 0.3
"""Share of the epochs, the last ones, over which the weights are averaged."""
UNLISTED = 0.15
"""Share of windows without the marks of a list: the next office has names that are on none."""
OFTEN = 8
"""How often an epoch shows a document written by hand, each time about other persons."""
TAUGHT = 0.5
"""Share of what a network learns that its teachers say; the rest is what the texts are marked with."""


@dataclass(frozen=True)
class Form:
    """Size of a network and how long it is fitted. Longer and with more dropout was better up to what was tried."""

    embedding: int
    hidden: int
    dropout: float
    unknown: float
    """Share of characters shown as their kind only, so that the rows of the kinds learn something too."""
    epochs: int
    dilations: tuple[int, ...] = DILATIONS


@dataclass(frozen=True)
class Material:
    """What a network is fitted to."""

    open_texts: list[Text]
    things: dict[str, list[str]]
    """Names of organisations, places, works and events in the open sentences, by kind."""
    known: Any
    """Code points with a row of their own in the embedding."""
    office_texts: int
    """Invented office texts an epoch."""
    documents: list[Text] = field(default_factory=list)
    """Documents written by hand."""

    def letters(self) -> Any:
        """Code point → row of the embedding."""
        letters = char_kinds().astype(np.int64)
        letters[self.known] = np.arange(len(self.known)) + KINDS
        return letters

    def epoch(self, seed: int, chance: random.Random) -> tuple[Any, Any]:
        """Codes and tags of one epoch: open sentences, most of them about somebody else, and new office texts."""
        office = Office(seed, self.things)
        texts = [exchanged(t, chance) if chance.random() < 0.6 else t for t in self.open_texts for _ in range(3)]
        texts += [exchanged(t, chance) for t in self.documents for _ in range(OFTEN)]
        texts += [office.text() for _ in range(self.office_texts)]
        chance.shuffle(texts)
        return stream(texts)


def _tagger(form: Form, rows: int) -> Any:
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(rows, form.embedding)
            self.flags = nn.ModuleList([nn.Linear(8, form.embedding, bias=False) for _ in range(CHANNELS)])
            self.wide = nn.Conv1d(form.embedding, form.hidden, 5, padding=2)
            self.dilated = nn.ModuleList(
                [nn.Conv1d(form.hidden, form.hidden, 3, padding=d, dilation=d) for d in form.dilations]
            )
            self.out = nn.Linear(form.hidden, 5)
            self.drop = nn.Dropout(form.dropout)

        def forward(self, ids: Any, marks: Any) -> Any:
            x = self.embedding(ids)
            for i, layer in enumerate(self.flags):
                x = x + layer(marks[:, :, i])
            h = torch.relu(self.wide(self.drop(x).transpose(1, 2)))
            for layer in self.dilated:
                h = h + self.drop(torch.relu(layer(h)))
            return self.out(h.transpose(1, 2))

    return Tagger()


def fit(material: Material, form: Form, seed: int, teachers: Sequence[Any] = ()) -> Any:
    """A fitted network. With ``teachers``, networks fitted before, it learns their mean as much as the marks: one small
    network then comes near to several large ones. On the processor (one thread) the same seed gives the same network; a
    graphics processor is used where there is one."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    chance = random.Random(seed)
    letters, kinds = material.letters(), char_kinds()
    model = _tagger(form, KINDS + len(material.known)).to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-4)
    averaged: dict[str, Any] = {}
    for epoch in range(form.epochs):
        began = time.time()
        codes, tags = material.epoch(seed * 1000 + epoch, chance)
        plane = np.where(codes < 0x10000, codes, 0x4E00)
        ids = letters[plane]
        marks = np.unpackbits(flags(codes).T[:, :, None], axis=2, bitorder="little")
        count = len(ids) // WINDOW
        dice = np.random.default_rng((seed, epoch))
        order = dice.permutation(count)
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * (1 - epoch / form.epochs) + 1e-4
        total = 0.0
        for at in range(0, count - BATCH + 1, BATCH):
            index = (order[at : at + BATCH, None] * WINDOW + np.arange(WINDOW)[None]).ravel()
            whole = ids[index].reshape(BATCH, WINDOW)
            batch = whole.copy()
            unknown = dice.random(batch.shape) < form.unknown
            batch[unknown] = kinds[plane[index].reshape(BATCH, WINDOW)][unknown]
            listed = torch.from_numpy(marks[index].reshape(BATCH, WINDOW, CHANNELS, 8).astype(np.float32)).to(device)
            shown = torch.from_numpy((dice.random((BATCH, 1, 2, 1)) > UNLISTED).astype(np.float32).repeat(4, axis=2))
            logits = model(torch.from_numpy(batch).to(device), listed * shown.to(device)).reshape(-1, 5)
            loss = nn.functional.cross_entropy(logits, torch.from_numpy(tags[index]).to(device))
            if teachers:
                said = _said(teachers, torch.from_numpy(whole).to(device), listed)
                told = -(said * torch.log_softmax(logits, -1)).sum(-1).mean()
                loss = TAUGHT * told + (1 - TAUGHT) * loss
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            total += loss.item()
        print(
            f"network {seed}, epoch {epoch + 1}/{form.epochs}: {len(ids):,} characters, "
            f"loss {total / max(1, count // BATCH):.4f}, {time.time() - began:.0f} s",
            flush=True,
        )
        if (since := epoch - int(form.epochs * (1 - SETTLED))) >= 0:
            for name, values in model.state_dict().items():
                old = averaged.get(name, values.detach().clone())
                averaged[name] = old + (values.detach() - old) / (since + 1)
    model.load_state_dict(averaged)
    return model.eval()


def _said(teachers: Sequence[Any], ids: Any, marks: Any) -> Any:
    """What the teachers give on average, as (characters, tags)."""
    import torch

    with torch.no_grad():
        return sum(torch.softmax(teacher(ids, marks), -1) for teacher in teachers).reshape(-1, 5) / len(teachers)


def weights(model: Any) -> dict[str, Any]:
    """Weights as ``export`` takes them: convolutions (width, in, out), flags (bits, embedding)."""
    state = {k: v.cpu().numpy() for k, v in model.state_dict().items()}
    arrays: dict[str, Any] = {
        "embedding": state["embedding.weight"],
        "flags": np.concatenate([state[f"flags.{i}.weight"].T for i in range(CHANNELS)]),
        "wide": state["wide.weight"].transpose(2, 1, 0),
        "wide_bias": state["wide.bias"],
        "out": state["out.weight"].T,
        "out_bias": state["out.bias"],
    }
    for i in range(len(DILATIONS)):
        arrays[f"dilated{i}"] = state[f"dilated.{i}.weight"].transpose(2, 1, 0)
        arrays[f"dilated_bias{i}"] = state[f"dilated.{i}.bias"]
    return arrays
