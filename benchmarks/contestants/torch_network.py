"""The benchmark's network as a PyTorch user writes it: packed `nn.GRU`, attention afterwards."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

_STANDARD_DEVIATION = 0.2  # of the first word vectors, as in the other networks


class Translator(nn.Module):
    """Bidirectional GRU, decoder GRU, attention after the recurrence (Luong's `general`) or none.

    The formulas are those of `seq2seq_keras.network`: the decoder starts from tanh(W c + b); the
    output is V tanh(W_o [y_{t-1}; s_t; c_t]) with V tied to the target embedding; without
    attention c is read at every step.

    Args:
        source_vocab_size, target_vocab_size: Entries of the vocabularies.
        attention: Whether to attend.
        embedding_dim, units, dropout: As in `benchmarks.settings`.
        cell: `gru` or `lstm`.
    """

    def __init__(
        self,
        source_vocab_size: int,
        target_vocab_size: int,
        *,
        attention: bool,
        embedding_dim: int,
        units: int,
        dropout: float,
        cell: str = "gru",
    ) -> None:
        super().__init__()
        recurrent = {"gru": nn.GRU, "lstm": nn.LSTM}[cell]
        self.attention = attention
        self.source_embedding = nn.Embedding(source_vocab_size, embedding_dim, padding_idx=0)
        self.target_embedding = nn.Embedding(target_vocab_size, embedding_dim, padding_idx=0)
        for table in (self.source_embedding, self.target_embedding):
            nn.init.normal_(table.weight, std=_STANDARD_DEVIATION)
        self.dropout = nn.Dropout(dropout)
        self.encoder = recurrent(embedding_dim, units // 2, batch_first=True, bidirectional=True)
        self.initial = nn.ModuleList(
            nn.Linear(units, units) for _ in range(2 if cell == "lstm" else 1)
        )
        if attention:
            self.keys = nn.Linear(units, units, bias=False)
        self.decoder = recurrent(
            embedding_dim if attention else embedding_dim + units, units, batch_first=True
        )
        self.deep_output = nn.Linear(embedding_dim + 2 * units, embedding_dim)

    def forward(self, source: Tensor, source_lengths: Tensor, target_input: Tensor) -> Tensor:
        """Returns logits.

        Args:
            source: Token ids, padding 0, `(batch, source_time)`.
            source_lengths: Tokens of each source, on the CPU, `(batch,)`.
            target_input: Token ids, `(batch, target_time)`.

        Returns:
            `(batch, target_time, target_vocab)`.
        """
        embedded = self.dropout(self.source_embedding(source))
        packed = pack_padded_sequence(
            embedded, source_lengths, batch_first=True, enforce_sorted=False
        )
        packed_states, final = self.encoder(packed)
        finals = final if isinstance(final, tuple) else (final,)
        summaries = [torch.cat([state[0], state[1]], dim=-1) for state in finals]  # (batch, units)
        initial = [
            torch.tanh(layer(summary)).unsqueeze(0)
            for layer, summary in zip(self.initial, summaries, strict=True)
        ]
        initial_state = tuple(initial) if len(initial) == 2 else initial[0]

        vectors = self.dropout(self.target_embedding(target_input))
        if self.attention:
            states, _ = self.decoder(vectors, initial_state)  # (batch, target_time, units)
            encoded, _ = pad_packed_sequence(packed_states, batch_first=True)
            contexts = self.attend(states, self.dropout(encoded), source)
        else:
            contexts = summaries[0].unsqueeze(1).expand(-1, vectors.shape[1], -1)
            states, _ = self.decoder(torch.cat([vectors, contexts], dim=-1), initial_state)
        features = torch.cat([vectors, states, contexts], dim=-1)
        hidden = self.dropout(torch.tanh(self.deep_output(features)))
        return functional.linear(hidden, self.target_embedding.weight)

    def attend(self, states: Tensor, encoded: Tensor, source: Tensor) -> Tensor:
        """Returns the contexts, `(batch, target_time, units)`."""
        scores = torch.bmm(states, self.keys(encoded).transpose(1, 2))
        scores = scores.masked_fill((source == 0).unsqueeze(1), float("-inf"))
        return torch.bmm(torch.softmax(scores, dim=-1), encoded)
