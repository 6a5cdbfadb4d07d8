"""Fits the encoder: AdamW, a linear rate, sixteen bits where PyTorch takes them, one thread."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from detectors.encoder.pieces import UNKNOWN
from detectors.encoder.table import Table
from detectors.names.tagger import char_kinds
from detectors.training.encoder.material import Batch, Material, batches, letters
from detectors.training.encoder.network import Form, begin, build
from detectors.training.encoder.source import Packed, Source
from detectors.training.encoder.vocabulary import Kept

MASKED, UNKNOWN_CHARACTERS, UNLISTED = 0.03, 0.02, 0.15
"""Shares: pieces shown as unknown, characters shown as their kind, parts without the flags of the lists."""
PRINTED, SAVED = 10, 100
AVERAGED = 0.25
"""Share of the steps, the last ones, over which the weights are averaged."""


@dataclass(frozen=True)
class Rows:
    """What is read: the word rows of the kept pieces, then begin, end and padding; the places of a part."""

    words: Any
    places: Any

    @property
    def begin(self) -> int:
        """Number of the piece that begins a part."""
        return len(self.words) - 3


def table(source: Source, kept: Kept, known: Any) -> Table:
    """The table that will be read at run time. ``known``: code points with a letter of their own."""
    picked = np.concatenate([kept.rows, [source.begin, source.end]])
    places = source.tensors["emb.pos"] + source.tensors["emb.type"][0]
    return Table(
        kept.vocabulary, source.words.halves[picked], source.words.scales[picked], places.astype(np.float16), known
    )


def _rows(of: Table) -> Rows:
    packed = Packed(of.halves, of.scales)
    return Rows(
        np.concatenate([packed.rows(), np.zeros((1, packed.rows().shape[1]), dtype=np.float32)]),
        of.places.astype(np.float32),
    )


def inputs(batch: Batch, of: Rows, unknown: int, known: Any, dice: Any = None) -> tuple[Any, ...]:
    """What the module takes, and the tags; with ``dice`` some of it hidden."""
    import torch

    pieces, codes = batch.pieces, batch.codes
    plane = np.where(codes < 0x10000, codes, 0x4E00)
    ids = known[plane]
    marks = np.unpackbits(batch.marks[..., None], axis=3, bitorder="little").astype(np.float32)
    if dice is not None:
        pieces = np.where((dice.random(pieces.shape) < MASKED) & (pieces < of.begin), unknown, pieces)
        ids = np.where(dice.random(ids.shape) < UNKNOWN_CHARACTERS, char_kinds()[plane], ids)
        marks *= (dice.random((len(codes), 1, 2, 1)) > UNLISTED).repeat(4, axis=2)
    words = of.words[pieces] + of.places[: pieces.shape[1]]
    return (
        torch.from_numpy(words),
        torch.from_numpy(batch.filled),
        torch.from_numpy(batch.owners),
        torch.from_numpy(ids),
        torch.from_numpy(marks.reshape(*codes.shape, -1)),
        torch.from_numpy(batch.tags),
    )


def fit(
    source: Source, of_text: Table, material: Material, form: Form, *, steps: int, seed: int, saved: Any = None
) -> Any:
    """The fitted module. ``saved``: called with (step, weights, averaged weights) now and then."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    of, of_letters = _rows(of_text), letters(of_text.known)
    unknown = of_text.vocabulary.pieces.index(UNKNOWN)
    module = build(form, int(of_letters.max()) + 1, source.heads)
    begin(module, source.tensors)
    frozen = [module.ln, *module.layers[: form.frozen]]
    for part in frozen:
        part.requires_grad_(False)
    upper = [p for layer in module.layers[form.frozen :] for p in layer.parameters()]
    inner = {id(p) for p in upper} | {id(p) for part in frozen for p in part.parameters()}
    head = [p for p in module.parameters() if id(p) not in inner]
    groups = [{"params": upper, "lr": form.rate}, {"params": head, "lr": form.rate_head}]
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=form.decay, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (form.warm_up * steps), (steps - step) / (steps * (1 - form.warm_up)))
    )
    averaged: dict[str, Any] = {}
    dice = np.random.default_rng(seed)
    step, total, began, epoch, seen, taken = 0, 0.0, time.time(), 0, 0, 0
    module.train()
    while step < steps:
        for batch in batches(material.parts(seed * 1000 + epoch), form.pieces, of.begin, seed * 1000 + epoch):
            *given, tags = inputs(batch, of, unknown, of_letters, dice)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = module(*given)
            loss = nn.functional.cross_entropy(logits.float().reshape(-1, 5), tags.reshape(-1), ignore_index=-100)
            (loss / form.batches).backward()
            taken, total, seen = taken + 1, total + loss.item(), seen + int((tags >= 0).sum())
            if taken % form.batches:
                continue
            nn.utils.clip_grad_norm_([*upper, *head], 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            step += 1
            if step % PRINTED == 0:
                mean = total / PRINTED / form.batches
                print(
                    f"epoch {epoch}, step {step}/{steps}: {seen:,} characters, loss {mean:.4f}, {time.time() - began:.0f} s",
                    flush=True,
                )
                total = 0.0
            if (since := step - int(steps * (1 - AVERAGED))) >= 0:
                for name, values in module.state_dict().items():
                    old = averaged.get(name)
                    averaged[name] = (
                        values.detach().clone() if old is None else old + (values.detach() - old) / (since + 1)
                    )
            if saved is not None and step % SAVED == 0:
                saved(step, module.state_dict(), averaged)
            if step >= steps:
                break
        epoch += 1
    module.load_state_dict(averaged)
    return module.eval()
