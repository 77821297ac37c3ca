"""Batched beam search in eager PyTorch, with the rules of this project's own."""

from __future__ import annotations

import torch
from torch import Tensor

from benchmarks.contestants.torch_network import Translator

PADDING, START, END, UNKNOWN = 0, 1, 2, 3


@torch.no_grad()
def beam_search(
    network: Translator,
    source: Tensor,
    source_lengths: Tensor,
    beam_size: int,
    length_penalty: float = 0.6,
) -> Tensor:
    """Translates a batch; see `seq2seq_keras.decoding.search` for the algorithm.

    A hypothesis that ends is put aside if it is its sentence's best so far, and leaves the beam. A
    sentence is done when no live hypothesis can still become better.

    Args:
        network: In evaluation mode.
        source: Token ids, padding 0, `(batch, source_time)`.
        source_lengths: Tokens of each source, on the CPU.
        beam_size: Hypotheses a sentence; 1 is greedy search.
        length_penalty: Alpha of the length normalisation.

    Returns:
        Tokens of the best translation of each, without end token, padding 0, `(batch, time)`.
    """
    device, batch = source.device, len(source)
    memory, states = network.encode(source, source_lengths)
    memory = memory.repeated(beam_size)
    states = tuple(state.repeat_interleave(beam_size, dim=0) for state in states)
    limits = (2 * source_lengths + 10).to(device)  # (batch,)
    steps = int(2 * source_lengths.max()) + 10
    never = float("-inf")

    def penalty(length: Tensor) -> Tensor:
        return ((5 + length) / 6) ** length_penalty

    live = torch.full((batch, beam_size), never, device=device)
    live[:, 0] = 0.0
    token = torch.full((batch * beam_size, 1), START, device=device)
    written = torch.zeros(batch, beam_size, steps, dtype=torch.long, device=device)
    best_score = torch.full((batch,), never, device=device)
    best = torch.zeros(batch, steps, dtype=torch.long, device=device)
    first_row = torch.arange(batch, device=device).unsqueeze(1) * beam_size
    for step in range(steps):
        logits, states = network.decode(token, memory, states)
        scores = torch.log_softmax(logits[:, 0].float(), dim=-1)
        scores[:, [PADDING, START, UNKNOWN]] = never
        vocab_size = scores.shape[-1]
        scores = live.unsqueeze(2) + scores.view(batch, beam_size, vocab_size)
        at_limit = limits <= step + 1  # then a translation has to end
        endings = scores[:, :, END].clone()
        scores.masked_fill_(at_limit.view(-1, 1, 1), never)
        scores[:, :, END] = endings
        live, index = scores.flatten(1).topk(beam_size)  # (batch, beam_size)
        parent, new_token = index // vocab_size, index % vocab_size
        written = written.gather(1, parent.unsqueeze(2).expand(-1, -1, steps))

        ended = new_token == END
        length = torch.tensor(step + 1, device=device)
        ended_scores = (live / penalty(length)).masked_fill(~ended, never)
        score, slot = ended_scores.max(dim=1)
        better = score > best_score
        chosen = written.gather(1, slot.view(-1, 1, 1).expand(-1, 1, steps)).squeeze(1)
        best = torch.where(better.unsqueeze(1), chosen, best)
        best_score = torch.where(better, score, best_score)

        live = live.masked_fill(ended, never)
        if not (live.max(dim=1).values / penalty(limits) > best_score).any():
            break
        written[:, :, step] = new_token
        rows = (first_row + parent).flatten()
        states = tuple(state.index_select(0, rows) for state in states)
        token = new_token.view(-1, 1)
    return best
