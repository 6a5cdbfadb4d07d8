"""Trains the gate in front of the tagger: a linear look at the flags of seven neighbouring characters that is to let
nearly every name through and as little else as it can."""

from __future__ import annotations

from typing import Any

import numpy as np

from detectors.names.features import CHANNELS, flags
from detectors.names.tagger import ENDS

WIDTH = 7
KEEP = 0.96
"""Share of names of the training texts whose sentence must pass."""


def train_gate(codes: Any, tags: Any, letters: Any, count: int, *, epochs: int = 3) -> dict[str, Any]:
    """Weights of the gate, thresholded so that 0 is the border. ``letters``: code point → row, ``count`` rows."""
    import torch
    from torch import nn

    ids = letters[np.where(codes < 0x10000, codes, 0x4E00)]
    marks = np.unpackbits(flags(codes).T[:, :, None], axis=2, bitorder="little").reshape(len(codes), CHANNELS * 8)
    gold = (tags > 0).astype(np.float32)

    class Gate(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.letters = nn.Embedding(count, WIDTH)
            nn.init.zeros_(self.letters.weight)
            self.flags = nn.Linear(CHANNELS * 8, WIDTH, bias=False)
            nn.init.zeros_(self.flags.weight)
            self.bias = nn.Parameter(torch.zeros(1))

        def forward(self, i: Any, m: Any) -> Any:
            votes = self.letters(i) + self.flags(m)
            half = WIDTH // 2
            padded = nn.functional.pad(votes, (0, 0, half, half))
            return sum(padded[:, k : k + i.shape[1], k] for k in range(WIDTH)) + self.bias

    gate = Gate()
    optimiser = torch.optim.Adam(gate.parameters(), lr=0.02)
    window, batch = 512, 32
    rows = len(ids) // window
    for epoch in range(epochs):
        order = np.random.default_rng(epoch).permutation(rows)
        for at in range(0, rows - batch + 1, batch):
            index = (order[at : at + batch, None] * window + np.arange(window)).ravel()
            score = gate(
                torch.from_numpy(ids[index].reshape(batch, window)),
                torch.from_numpy(marks[index].reshape(batch, window, -1).astype(np.float32)),
            )
            loss = nn.functional.binary_cross_entropy_with_logits(
                score, torch.from_numpy(gold[index].reshape(batch, window))
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    with torch.no_grad():
        scores = np.concatenate(
            [
                gate(
                    torch.from_numpy(ids[None, a : a + 65536]),
                    torch.from_numpy(marks[None, a : a + 65536].astype(np.float32)),
                )[0].numpy()
                for a in range(0, len(ids), 65536)
            ]
        )
    ends = np.flatnonzero(ENDS[np.minimum(codes, 0x3003)]) + 1
    starts = np.concatenate(([0], ends[ends < len(codes)]))
    best = np.maximum.reduceat(scores, starts)
    with_name = np.maximum.reduceat(gold, starts) > 0
    border = float(np.quantile(best[with_name], 1 - KEEP))
    lengths = np.diff(np.concatenate((starts, [len(codes)])))
    print(f"gate: border {border:.2f}, {(lengths[best > border].sum() / len(codes)):.0%} of the characters pass")
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(np.float32)
    weight = gate.flags.weight.detach().numpy()
    arrays = {f"gate_flags{i}": bits @ weight[:, i * 8 : i * 8 + 8].T for i in range(CHANNELS)}
    arrays["gate_letters"] = gate.letters.weight.detach().numpy()
    arrays["gate_bias"] = gate.bias.detach().numpy() - border
    return arrays
