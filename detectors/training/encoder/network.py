"""The form of the encoder in PyTorch.

Layers as in BERT over pieces; each character then takes the state of its piece beside an embedding and the list flags of
its own, and convolutions over characters find the borders, which often lie inside of a piece.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detectors.names.features import CHANNELS

WIDTH, INNER = 384, 1536
EMBEDDING, HIDDEN = 96, 128
DILATIONS = (2, 4, 8)
TAGS = 5
EPS = 1e-12


@dataclass(frozen=True)
class Form:
    """Size of the encoder and how it is fitted."""

    layers: int = 6
    frozen: int = 2
    """Layers, the first ones, that stay as they are (as the word table does)."""
    dropout: float = 0.1
    dropout_head: float = 0.2
    rate: float = 1.5e-4
    rate_head: float = 1.5e-3
    decay: float = 0.01
    warm_up: float = 0.05
    """Share of the steps."""
    pieces: int = 2200
    """Pieces of a batch, padding counted."""
    batches: int = 2
    """Batches a step."""


def build(form: Form, letters: int, heads: int) -> Any:
    """The module. ``letters``: rows of the character embedding.

    ``forward(words, filled, owners, letters, marks)``: word rows with positions (parts, pieces, WIDTH), where a piece stands
    and no padding (parts, pieces), the piece of each character (parts, characters), its letter, and its flags
    (parts, characters, CHANNELS * 8); gives logits (parts, characters, TAGS).
    """
    import torch
    from torch import nn
    from torch.nn import functional

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.q, self.k, self.v, self.ao = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
            self.aln, self.oln = nn.LayerNorm(WIDTH, EPS), nn.LayerNorm(WIDTH, EPS)
            self.fi, self.fo = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
            self.drop = nn.Dropout(form.dropout)

        def forward(self, x: Any, mask: Any) -> Any:
            shape = (*x.shape[:2], heads, WIDTH // heads)
            q, k, v = (part(x).view(shape).transpose(1, 2) for part in (self.q, self.k, self.v))
            seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
            x = self.aln(x + self.drop(self.ao(seen.transpose(1, 2).reshape(x.shape))))
            return self.oln(x + self.drop(self.fo(functional.gelu(self.fi(x)))))

    class Encoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ln = nn.LayerNorm(WIDTH, EPS)
            self.layers = nn.ModuleList([Layer() for _ in range(form.layers)])
            self.to_embedding, self.to_hidden = nn.Linear(WIDTH, EMBEDDING), nn.Linear(WIDTH, HIDDEN)
            self.letters = nn.Embedding(letters, EMBEDDING)
            self.flags = nn.Linear(CHANNELS * 8, EMBEDDING, bias=False)
            self.wide = nn.Conv1d(EMBEDDING, HIDDEN, 5, padding=2)
            self.dilated = nn.ModuleList([nn.Conv1d(HIDDEN, HIDDEN, 3, padding=d, dilation=d) for d in DILATIONS])
            self.out = nn.Linear(HIDDEN, TAGS)
            self.drop, self.drop_head = nn.Dropout(form.dropout), nn.Dropout(form.dropout_head)

        def forward(self, words: Any, filled: Any, owners: Any, letters: Any, marks: Any) -> Any:
            mask = filled[:, None, None, :]
            with torch.no_grad():
                x = self.ln(words)
                for layer in self.layers[: form.frozen]:
                    x = layer.eval()(x, mask)
            x = self.drop(x)
            for layer in self.layers[form.frozen :]:
                x = layer(x, mask)
            gathered = owners[:, :, None]
            near = torch.gather(self.to_embedding(x), 1, gathered.expand(-1, -1, EMBEDDING))
            far = torch.gather(self.to_hidden(x), 1, gathered.expand(-1, -1, HIDDEN))
            c = self.drop_head(self.letters(letters) + self.flags(marks) + near)
            h = torch.relu(self.wide(c.transpose(1, 2)) + far.transpose(1, 2))
            for layer in self.dilated:
                h = h + self.drop_head(torch.relu(layer(h)))
            return self.out(h.transpose(1, 2))

    return Encoder()


def begin(module: Any, tensors: dict[str, Any]) -> None:
    """Put the pretrained tensors (names as in the source) into the module."""
    import torch

    with torch.no_grad():
        module.ln.weight.copy_(torch.from_numpy(tensors["emb.ln.w"].copy()))
        module.ln.bias.copy_(torch.from_numpy(tensors["emb.ln.b"].copy()))
        for number, layer in enumerate(module.layers):
            for name in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
                part = getattr(layer, name)
                part.weight.copy_(torch.from_numpy(tensors[f"l{number}.{name}.w"].copy()))
                part.bias.copy_(torch.from_numpy(tensors[f"l{number}.{name}.b"].copy()))
