"""The benchmark's network as a PyTorch user writes it: packed `nn.GRU`, and loops only for need."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

_STANDARD_DEVIATION = 0.2  # of the first word vectors, as in the other networks

States = tuple[Tensor, ...]
"""Of the decoder, `(batch, units)` each: the hidden state, and an LSTM's cell state."""


@dataclass
class Memory:
    """What the decoder reads at every step, a row a sentence."""

    summary: Tensor  # (batch, units)
    encoded: Tensor  # (batch, source_time, units)
    keys: Tensor  # (batch, source_time, units)
    padding: Tensor  # (batch, source_time)

    def repeated(self, times: int) -> Memory:
        """Returns each row so many times."""
        parts = (self.summary, self.encoded, self.keys, self.padding)
        return Memory(*(part.repeat_interleave(times, dim=0) for part in parts))


class Translator(nn.Module):
    """Bidirectional encoder, one decoder layer, and attention before or after it, or none.

    The formulas are those of `seq2seq_keras.network`, with the score `general` for attention after
    the recurrence and `additive` before. The decoder starts from tanh(W c + b); the output is
    V tanh(W_o [y_{t-1}; s_t; c_t]) with V tied to the target embedding; without attention c is
    read at every step.

    Args:
        source_vocab_size, target_vocab_size: Entries of the vocabularies.
        placement: `before`, `after` or `none`.
        embedding_dim, units, dropout: As in `benchmarks.settings`.
        cell: `gru` or `lstm`.
    """

    def __init__(
        self,
        source_vocab_size: int,
        target_vocab_size: int,
        *,
        placement: str,
        embedding_dim: int,
        units: int,
        dropout: float,
        cell: str = "gru",
    ) -> None:
        super().__init__()
        layer = {"gru": nn.GRU, "lstm": nn.LSTM}[cell]
        self.placement = placement
        self.source_embedding = nn.Embedding(source_vocab_size, embedding_dim, padding_idx=0)
        self.target_embedding = nn.Embedding(target_vocab_size, embedding_dim, padding_idx=0)
        for table in (self.source_embedding, self.target_embedding):
            nn.init.normal_(table.weight, std=_STANDARD_DEVIATION)
        self.dropout = nn.Dropout(dropout)
        self.encoder = layer(embedding_dim, units // 2, batch_first=True, bidirectional=True)
        self.initial = nn.ModuleList(
            nn.Linear(units, units) for _ in range(2 if cell == "lstm" else 1)
        )
        if placement != "none":
            self.keys = nn.Linear(units, units, bias=False)
        if placement == "before":
            self.query = nn.Linear(units, units, bias=False)
            self.score = nn.Linear(units, 1, bias=False)
            one_step = {"gru": nn.GRUCell, "lstm": nn.LSTMCell}[cell]
            self.decoder = one_step(embedding_dim + units, units)
        else:
            width = embedding_dim + (units if placement == "none" else 0)
            self.decoder = layer(width, units, batch_first=True)
        self.deep_output = nn.Linear(embedding_dim + 2 * units, embedding_dim)

    def forward(self, source: Tensor, source_lengths: Tensor, target_input: Tensor) -> Tensor:
        """Returns logits for teacher forcing.

        Args:
            source: Token ids, padding 0, `(batch, source_time)`.
            source_lengths: Tokens of each source, on the CPU, `(batch,)`.
            target_input: Token ids, `(batch, target_time)`.

        Returns:
            `(batch, target_time, target_vocab)`.
        """
        memory, states = self.encode(source, source_lengths)
        logits, _ = self.decode(target_input, memory, states)
        return logits

    def encode(self, source: Tensor, source_lengths: Tensor) -> tuple[Memory, States]:
        """Reads sentences; returns what the decoder reads and the states that it starts from."""
        packed = pack_padded_sequence(
            self.dropout(self.source_embedding(source)),
            source_lengths,
            batch_first=True,
            enforce_sorted=False,
        )
        packed_states, final = self.encoder(packed)
        finals = final if isinstance(final, tuple) else (final,)
        summaries = [torch.cat([state[0], state[1]], dim=-1) for state in finals]  # (batch, units)
        initial = tuple(
            torch.tanh(layer(summary))
            for layer, summary in zip(self.initial, summaries, strict=True)
        )
        encoded, _ = pad_packed_sequence(packed_states, batch_first=True)
        encoded = self.dropout(encoded)
        keys = encoded if self.placement == "none" else self.keys(encoded)
        return Memory(summaries[0], encoded, keys, source == 0), initial

    def decode(self, tokens: Tensor, memory: Memory, states: States) -> tuple[Tensor, States]:
        """Reads so many steps of previous tokens; returns logits and the states after them.

        Args:
            tokens: Previous target tokens, `(batch, steps)`.
            memory, states: From `encode` or, the states, from the step before.
        """
        vectors = self.dropout(self.target_embedding(tokens))  # (batch, steps, embedding_dim)
        if self.placement == "before":
            outputs, contexts, states = self._attend_and_step(vectors, memory, states)
        elif self.placement == "after":
            outputs, states = self._run(vectors, states)
            scores = torch.bmm(outputs, memory.keys.transpose(1, 2))
            scores = scores.masked_fill(memory.padding.unsqueeze(1), float("-inf"))
            contexts = torch.bmm(torch.softmax(scores, dim=-1), memory.encoded)
        else:
            contexts = memory.summary.unsqueeze(1).expand(-1, vectors.shape[1], -1)
            outputs, states = self._run(torch.cat([vectors, contexts], dim=-1), states)
        features = torch.cat([vectors, outputs, contexts], dim=-1)
        hidden = self.dropout(torch.tanh(self.deep_output(features)))
        return functional.linear(hidden, self.target_embedding.weight), states

    def _run(self, inputs: Tensor, states: States) -> tuple[Tensor, States]:
        layered = tuple(state.unsqueeze(0).contiguous() for state in states)
        outputs, final = self.decoder(inputs, layered if len(layered) == 2 else layered[0])
        finals = final if isinstance(final, tuple) else (final,)
        return outputs, tuple(state.squeeze(0) for state in finals)

    def _attend_and_step(
        self, vectors: Tensor, memory: Memory, states: States
    ) -> tuple[Tensor, Tensor, States]:
        outputs, contexts = [], []
        for vector in vectors.unbind(1):
            hidden = torch.tanh(self.query(states[0]).unsqueeze(1) + memory.keys)
            scores = self.score(hidden).squeeze(-1).masked_fill(memory.padding, float("-inf"))
            weights = torch.softmax(scores, dim=-1)  # (batch, source_time)
            context = torch.bmm(weights.unsqueeze(1), memory.encoded).squeeze(1)
            inputs = torch.cat([vector, context], dim=-1)
            new = self.decoder(inputs, states if len(states) == 2 else states[0])
            states = new if isinstance(new, tuple) else (new,)
            outputs.append(states[0])
            contexts.append(context)
        return torch.stack(outputs, 1), torch.stack(contexts, 1), states
