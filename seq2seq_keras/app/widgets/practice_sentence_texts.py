"""What the practice says of its drawings of a whole model: what each part is, what leads into it,
and why each arrow is there."""

from __future__ import annotations

from seq2seq_keras.localisation import Language


def plain(language: Language) -> dict[str, str]:
    """Of the encoder-decoder without attention."""
    say = language.say
    return {
        "title_plain": say("Encoder and decoder"),
        "task_plain": say(
            "The encoder reads “{source}”, the decoder writes “{target}”: a model without "
            "attention."
        ),
        "note_plain": say(
            "Drawn for three words, one layer and one reading direction; a longer sentence goes on "
            "in the same way."
        ),
        # What each part is
        "plain.h": say(
            "The encoder's state after “{word}”: it knows this word and all that came before."
        ),
        "plain.c": say(
            "What the encoder hands over to the decoder: one vector for the whole sentence."
        ),
        "plain.s0": say("The decoder's state before it has written anything."),
        "plain.s": say("The decoder's state at step {i}, from which word {i} is written."),
        "plain.softmax": say(
            "Turns numbers of any size into a probability for every word of the vocabulary."
        ),
        "plain.start": say("What the decoder reads when nothing is written yet: the start token."),
        "plain.read": say("What the decoder reads at step {i}: the word that was written before."),
        # What leads into it
        "plain.into.h": say(
            "An encoder state is made of two things: the word below it, and what was known before "
            "that word."
        ),
        "plain.into.c": say(
            "Without attention the context is a single encoder state: the one that has read the "
            "whole sentence."
        ),
        "plain.into.s0": say(
            "The decoder does not begin from nothing: its first state is made of what the encoder "
            "hands over."
        ),
        "plain.into.s": say(
            "A decoder state is made of three things: the state before it, the word that it reads, "
            "and the context."
        ),
        "plain.into.softmax": say(
            "Here the output is drawn as made of the decoder's state at its own step."
        ),
        "plain.into.read": say("What is read at a step is what was written at the step before."),
        "plain.into.start": say("The start token is always the same: nothing leads into it."),
        "plain.into.written": say("A written word is chosen by the probabilities below it."),
        # Why each arrow is there
        "plain.embed": say(
            "The word “{word}” becomes x_{i}, a vector of learned numbers: its embedding."
        ),
        "plain.x-h": say("The encoder's cell reads x_{i}, the vector of “{word}”."),
        "plain.h-h": say(
            "h_{i} is made of h_{prev}: so the encoder still knows the words before “{word}”."
        ),
        "plain.h-c": say("h_3 has read the whole sentence, so it becomes the context: *c* = h_T."),
        "plain.c-s0": say("s_0 is made of *c* by a layer of its own: s_0 = tanh(W_s *c* + b_s)."),
        "plain.c-s": say("Step {i} reads *c* again, so that the source is not lost while writing."),
        "plain.s-s": say("s_{i} is made of s_{prev}: the decoder carries on from where it was."),
        "plain.y-s": say("Step {i} reads the word before, so it knows what it wrote last."),
        "plain.s-p": say("The decoder's state goes through the output layer into the softmax."),
        "plain.p-y": say("By these probabilities one word is chosen: “{word}”."),
        "plain.feed": say(
            "The word written at step {prev} is fed back: it is what step {i} reads."
        ),
        "plain.also": say(
            "True: the output layer also reads the context and the word before. The drawing leaves "
            "these arrows out, so they do not count."
        ),
    }


def attention(language: Language) -> dict[str, str]:
    """Of one step with attention before the recurrence."""
    say = language.say
    return {
        "title_attention": say("Attention"),
        "task_attention": say(
            "Step 2 with attention: the decoder looks at “{source}” again before it writes its "
            "second word."
        ),
        "note_attention": say(
            "Attention before the recurrence, as Bahdanau et al. have it: the state before this "
            "step asks."
        ),
        # What each part is
        "attention.e": say(
            "How well the encoder state of “{word}” fits what the decoder is looking for: any "
            "number, large or small."
        ),
        "attention.norm": say("Makes of the scores positive numbers that add up to 1."),
        "attention.a": say(
            "How large a share the encoder state of “{word}” gets: between 0 and 1."
        ),
        "attention.c": say("The encoder states, each with its share, added up: new at every step."),
        "attention.s1": say("The decoder's state before this step: it asks where to look."),
        "attention.s2": say("The decoder's state of this step, from which its word is written."),
        "attention.y": say("What the decoder reads at step 2: the word written at step 1."),
        # What leads into it
        "attention.into.e": say(
            "A score compares two things: one encoder state, and the decoder's state before this "
            "step."
        ),
        "attention.into.norm": say("The softmax takes in the scores of all words, no more."),
        "attention.into.a": say(
            "The shares come out of the softmax, which sees all scores at once."
        ),
        "attention.into.m": say(
            "Here one encoder state is multiplied by the weight that belongs to the same word."
        ),
        "attention.into.c": say(
            "The context is the sum of the products, and nothing else: it is made of encoder "
            "states alone."
        ),
        "attention.into.s2": say(
            "The new state is made of three things: the state before it, the word that it reads, "
            "and the context of this step."
        ),
        # Why each arrow is there
        "attention.h-e": say("e_2{i} says how well h_{i} fits, so it is made of h_{i}."),
        "attention.s-e": say("s_1 asks the question, so each score is made of it too."),
        "attention.e-norm": say("A weight depends on all scores, so all go into one softmax."),
        "attention.norm-a": say("The softmax gives one weight to each source word."),
        "attention.h-m": say("h_{i} is what is mixed into the context, so it goes to the product."),
        "attention.a-m": say("a_2{i} says how much of h_{i} is taken: it multiplies h_{i}."),
        "attention.m-c": say("c_2 is the sum of the products a_2i h_i over all source words."),
        "attention.c-s": say(
            "Attention stands before the recurrence: what was found enters the new state."
        ),
        "attention.s-s": say("s_2 is made of s_1 by the decoder's cell, as without attention."),
        # Mistakes worth a text of their own
        "attention.trap.s-c": say(
            "The context is made of the encoder states; a decoder state only helps to choose the "
            "weights."
        ),
        "attention.trap.after": say(
            "That is attention after the recurrence. Here the new state does not exist yet when "
            "the scores are made: it needs their context."
        ),
        "attention.trap.scores": say(
            "A score is no share yet: it may be negative. What multiplies a state has gone through "
            "the softmax."
        ),
    }
