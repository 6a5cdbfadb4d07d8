"""Trains the name tagger: ``python -m detectors.training.train SENTENCES.jsonl``.

``SENTENCES.jsonl`` holds one object a line with ``text`` and ``spans`` (``start``, ``end``, ``label``; names have the
label PERSON). Half of what the tagger sees are these sentences, also with their names exchanged for invented ones;
the other half are invented office texts. Needs PyTorch (extra ``train``); ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

import numpy as np

from detectors.fold import fold
from detectors.names.features import CHANNELS, codes_of, flags
from detectors.names.tagger import ALPHABET, DILATIONS, KINDS, NETWORK, char_kinds
from detectors.training import names
from detectors.training.export import export
from detectors.training.office import Office, Text

EMBEDDING, HIDDEN, WINDOW, BATCH = 48, 64, 320, 48
CALIBRATED = 100_000
"""Characters on which the whole-number network is measured out."""
_THINGS = {
    "org": ("ORGANIZATION", "ORG"),
    "place": ("LOCATION", "GPE", "LOC", "FACILITY", "FAC"),
    "work": ("PRODUCT", "WORK_OF_ART"),
    "event": ("EVENT",),
}


def sentences(path: Path) -> tuple[list[Text], dict[str, list[str]]]:
    """Open sentences with their PERSON spans, and the names of other things in them."""
    texts: list[Text] = []
    things: dict[str, list[str]] = {k: [] for k in _THINGS}
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        spans = [(s["start"], s["end"]) for s in item["spans"] if s["label"] == "PERSON"]
        texts.append(Text(item["text"], tuple(spans)))
        for kind, labels in _THINGS.items():
            things[kind] += [
                item["text"][s["start"] : s["end"]]
                for s in item["spans"]
                if s["label"] in labels and s["end"] - s["start"] <= 16
            ]
    return texts, things


def exchanged(text: Text, chance: random.Random) -> Text:
    """The same sentence about somebody else: each name replaced by an invented one of the same form."""
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    at = last = 0
    mapping: dict[str, str] = {}
    for start, end in sorted(text.spans):
        if start < last:
            continue
        old = text.text[start:end]
        if old not in mapping:
            mapping[old] = _like(old, chance) if chance.random() < 0.85 else old
        out.append(text.text[last:start])
        at += start - last
        spans.append((at, at + len(mapping[old])))
        out.append(mapping[old])
        at += len(mapping[old])
        last = end
    out.append(text.text[last:])
    return Text("".join(out), tuple(spans))


def _like(old: str, chance: random.Random) -> str:
    n = names.name(chance)
    if all("ァ" <= c <= "ー" or c in "・= " for c in old):
        if "・" in old:
            return f"{chance.choice(names._FOREIGN_GIVEN)}・{chance.choice(names._FOREIGN_FAMILY)}"
        return chance.choice(names._FOREIGN_GIVEN + names._FOREIGN_FAMILY) if chance.random() < 0.7 else old
    if all("ぁ" <= c <= "ん" for c in old) or not all(ord(c) > 0x3000 for c in old):
        return old
    if n.kind == "foreign":
        return old
    if len(old) <= 2:
        return chance.choice((n.family, n.family, n.given))
    return n.family + n.given


def encode(text: Text) -> tuple[Any, Any]:
    """Folded code points and tags (0 O, 1 B, 2 I, 3 E, 4 S) of a text."""
    folded = fold(text.text)
    codes = codes_of(folded.text)
    tags = np.zeros(len(codes), dtype=np.int64)
    for start, end in text.spans:
        if folded.starts is not None:
            inside = [i for i, s in enumerate(folded.starts) if start <= s < end]
            if not inside:
                continue
            start, end = inside[0], inside[-1] + 1
        if end - start == 1:
            tags[start] = 4
        elif end > start:
            tags[start:end] = 2
            tags[start], tags[end - 1] = 1, 3
    return codes, tags


def stream(texts: list[Text]) -> tuple[Any, Any]:
    """All texts as one sequence with line ends between them."""
    codes, tags = [], []
    for text in texts:
        c, t = encode(text)
        codes += [c, np.array([10, 10], dtype=np.uint32)]
        tags += [t, np.zeros(2, dtype=np.int64)]
    return np.concatenate(codes), np.concatenate(tags)


def alphabet(codes: Any, least: int = 4) -> Any:
    """Code points that training saw at least ``least`` times, sorted."""
    values, counts = np.unique(codes[codes < 0x10000], return_counts=True)
    return values[counts >= least].astype(np.uint16)


def train(path: Path, output: Path, *, epochs: int, seed: int, office_texts: int) -> None:
    """Train and write the alphabet and the network into the folder ``output``."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    torch.set_num_threads(2)
    chance = random.Random(seed)
    open_texts, things = sentences(path)
    first, _ = stream([*open_texts, *(Office(seed, things).text() for _ in range(200))])
    letters_of = alphabet(
        np.concatenate([first, codes_of("".join(names._lists()[0][i][0] for i in range(len(names._lists()[0]))) * 2)]),
        2,
    )
    kinds = char_kinds()
    letters = np.zeros(0x10000, dtype=np.int64)
    letters[:] = kinds
    letters[letters_of] = np.arange(len(letters_of)) + KINDS

    class Tagger(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(KINDS + len(letters_of), EMBEDDING)
            self.flags = nn.ModuleList([nn.Linear(8, EMBEDDING, bias=False) for _ in range(CHANNELS)])
            self.wide = nn.Conv1d(EMBEDDING, HIDDEN, 5, padding=2)
            self.dilated = nn.ModuleList([nn.Conv1d(HIDDEN, HIDDEN, 3, padding=d, dilation=d) for d in DILATIONS])
            self.out = nn.Linear(HIDDEN, 5)
            self.drop = nn.Dropout(0.15)

        def forward(self, ids: Any, marks: Any) -> Any:
            x = self.embedding(ids)
            for i, layer in enumerate(self.flags):
                x = x + layer(marks[:, :, i])
            h = torch.relu(self.wide(self.drop(x).transpose(1, 2)))
            for layer in self.dilated:
                h = h + self.drop(torch.relu(layer(h)))
            return self.out(h.transpose(1, 2))

    model = Tagger()
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-4)
    for epoch in range(epochs):
        began = time.time()
        office = Office(seed * 1000 + epoch, things)
        texts = [exchanged(t, chance) if chance.random() < 0.6 else t for t in open_texts for _ in range(3)]
        texts += [office.text() for _ in range(office_texts)]
        chance.shuffle(texts)
        codes, tags = stream(texts)
        ids = letters[np.where(codes < 0x10000, codes, 0x4E00)]
        marks = np.unpackbits(flags(codes).T[:, :, None], axis=2, bitorder="little")
        count = len(ids) // WINDOW
        order = np.random.default_rng(seed + epoch).permutation(count)
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * (1 - epoch / epochs) + 1e-4
        total = 0.0
        for at in range(0, count - BATCH + 1, BATCH):
            picks = order[at : at + BATCH]
            index = (picks[:, None] * WINDOW + np.arange(WINDOW)[None]).ravel()
            batch_ids = ids[index].reshape(BATCH, WINDOW).copy()
            unknown = np.random.default_rng(at + epoch * 7919).random(batch_ids.shape) < 0.02
            batch_ids[unknown] = kinds[np.where(codes < 0x10000, codes, 0x4E00)[index].reshape(BATCH, WINDOW)][unknown]
            batch_marks = torch.from_numpy(marks[index].reshape(BATCH, WINDOW, CHANNELS, 8).astype(np.float32))
            hide = torch.from_numpy(
                (np.random.default_rng(at + epoch * 104729).random((BATCH, 1, 2, 1)) > 0.1)
                .astype(np.float32)
                .repeat(4, axis=2)
            )
            logits = model(torch.from_numpy(batch_ids), batch_marks * hide)
            loss = nn.functional.cross_entropy(logits.reshape(-1, 5), torch.from_numpy(tags[index]))
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            total += loss.item()
        print(
            f"epoch {epoch + 1}/{epochs}: {len(ids):,} characters, loss {total / max(1, count // BATCH):.4f}, {time.time() - began:.0f} s",
            flush=True,
        )
    np.savez_compressed(output / ALPHABET.name, alphabet=letters_of)
    sample = slice(0, CALIBRATED)
    bits = np.unpackbits(np.ascontiguousarray(flags(codes[sample]).T), axis=1, bitorder="little")
    export(_arrays(model), ids[sample].astype(np.int32), bits, output / NETWORK.name)


def _arrays(model: Any) -> dict[str, Any]:
    """Weights as ``export`` takes them: convolutions (width, in, out), flags (bits, embedding)."""
    state = {k: v.detach().numpy() for k, v in model.state_dict().items()}
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


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the name tagger.")
    parser.add_argument("sentences", type=Path, help="open sentences, one JSON object a line")
    parser.add_argument("-o", "--output", type=Path, default=ALPHABET.parent, help="folder")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--office-texts", type=int, default=9000)
    arguments = parser.parse_args()
    train(
        arguments.sentences,
        arguments.output,
        epochs=arguments.epochs,
        seed=arguments.seed,
        office_texts=arguments.office_texts,
    )


if __name__ == "__main__":
    main()
