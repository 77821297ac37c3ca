"""What the practice says of the insides of cells: what each part is, what leads into it, and why
each arrow is there."""

from __future__ import annotations

from seq2seq_keras.localisation import Language


def gru(language: Language) -> dict[str, str]:
    """Of the GRU that resets after the product."""
    say = language.say
    return {
        "title_gru": say("Inside a GRU"),
        "task_gru": say(
            "One step of a GRU: it makes the new state h_t of the old one, h_t−1, and of the input "
            "x_t."
        ),
        "note_gru": say(
            "As in Keras: the reset comes after the product with U_h. Circles work number by "
            "number; biases and the other matrices are left out."
        ),
        # What each part is
        "gru.r": say("The gate that says how much of the old state the candidate may see."),
        "gru.z": say("The gate that says how much of the old state stays."),
        "gru.n": say("The candidate: a proposal for the new state."),
        "gru.u": say("A learned matrix: it mixes the numbers of the old state for the candidate."),
        "gru.mr": say("The reset: what came of the old state is scaled, number by number."),
        "gru.mz": say("What stays: the old state, scaled number by number."),
        "gru.one": say("The share that is left for what is new."),
        "gru.mn": say("What is new: the candidate, scaled number by number."),
        "gru.plus": say("What stays and what is new come together here."),
        # What leads into it
        "gru.into.gate": say("A gate looks at the old state and the input, and at nothing else."),
        "gru.into.n": say(
            "The candidate is made of two things: the input, and what the reset has left of the "
            "old state."
        ),
        "gru.into.u": say("The matrix multiplies the whole old state, before anything is reset."),
        "gru.into.mr": say(
            "The reset scales what the matrix has made of the old state, by the gate for it."
        ),
        "gru.into.mz": say("What stays is the old state times the gate that keeps."),
        "gru.into.one": say("This is 1 minus a gate: what one part does not get, the other does."),
        "gru.into.mn": say(
            "What is new is the candidate times the share that the old state leaves."
        ),
        "gru.into.plus": say("Two products are added: one of what stays, one of what is new."),
        "gru.into.out": say("The new state is the sum, as it is."),
        # Why each arrow is there
        "gru.x-gate": say("Both gates look at the input x_t."),
        "gru.h-gate": say("Both gates look at the old state h_t−1."),
        "gru.x-n": say("The candidate proposes something new because of the input x_t."),
        "gru.h-u": say("U_h multiplies h_t−1 at once, without waiting for r_t."),
        "gru.u-mr": say("The reset scales the product U_h h_t−1: that is the form of Keras."),
        "gru.r-mr": say("r_t says how much of each number of that product passes."),
        "gru.mr-n": say("What the reset lets pass goes into the tanh of the candidate h̃_t."),
        "gru.h-mz": say("h_t−1 goes past everything else: what stays is not mixed or squashed."),
        "gru.z-mz": say("z_t multiplies the old state: at 1 it stays as it is."),
        "gru.z-one": say("One gate does both: where z_t keeps much, little that is new comes in."),
        "gru.one-mn": say("1 − z_t says how much of the candidate is taken."),
        "gru.n-mn": say("The candidate h̃_t is what is scaled here."),
        "gru.mz-plus": say("The part that stays: z_t ⊙ h_t−1."),
        "gru.mn-plus": say("The part that is new: (1 − z_t) ⊙ h̃_t."),
        "gru.plus-out": say("h_t is the sum of the two, the mixture of old and new."),
        # Mistakes worth a text of their own
        "gru.trap.before": say(
            "That is the other form, of the paper by Cho et al.: it resets before the product. "
            "Keras multiplies first and resets what comes out."
        ),
        "gru.trap.reset": say("Something is missing on this way: the reset has had no say yet."),
        "gru.trap.whole": say(
            "Nothing is added whole: old and new are each scaled by their share before."
        ),
    }


def lstm(language: Language) -> dict[str, str]:
    """Of the LSTM."""
    say = language.say
    return {
        "title_lstm": say("Inside an LSTM"),
        "task_lstm": say(
            "One step of an LSTM: it changes its memory, the cell state C_t−1, and shows a part of "
            "it."
        ),
        "note_lstm": say(
            "Capital *C* is the cell state, not the context. Circles work number by number; "
            "matrices and biases are left out."
        ),
        # What each part is
        "lstm.f": say("The gate that says how much of the old memory is kept."),
        "lstm.i": say("The gate that says how much of the new content is let in."),
        "lstm.n": say("The candidate: new content for the memory."),
        "lstm.o": say("The gate that says how much of the memory is shown outside."),
        "lstm.mf": say("What is kept of the old memory, number by number."),
        "lstm.mi": say("What is let in of the new content, number by number."),
        "lstm.mo": say("What is shown of the memory, number by number."),
        "lstm.plus": say("What was kept and what was let in come together here."),
        "lstm.t": say("Brings the memory between −1 and 1 before it is shown."),
        "lstm.C": say("The memory after this step, which only the next step gets."),
        "lstm.h": say("The state that is shown: to the next step and to the layers above."),
        # What leads into it
        "lstm.into.gate": say(
            "Gates and candidate look at the old state and the input, joined, and at nothing else."
        ),
        "lstm.into.mf": say("What is kept is the old memory times the gate that forgets."),
        "lstm.into.mi": say("What is let in is the candidate times the gate for the input."),
        "lstm.into.mo": say("What is shown is the squashed memory times the gate for the output."),
        "lstm.into.plus": say(
            "Two products are added: one of the old memory, one of the new content."
        ),
        "lstm.into.t": say("It is the new memory that is squashed, after the sum."),
        "lstm.into.C": say("The new memory is the sum, as it is."),
        "lstm.into.h": say(
            "The shown state is a product, the last thing that happens in the cell."
        ),
        # Why each arrow is there
        "lstm.in-gate": say("Three gates and the candidate are made of [h_t−1; x_t]."),
        "lstm.old-mf": say("C_t−1 meets nothing but the forget gate: the gradient's short way."),
        "lstm.f-mf": say("f_t multiplies the old memory: at 1 all is kept, at 0 all is forgotten."),
        "lstm.i-mi": say("i_t says how much of each number of the candidate is let in."),
        "lstm.n-mi": say("The candidate C̃_t is what the input gate lets in."),
        "lstm.mf-plus": say("The kept part: f_t ⊙ C_t−1."),
        "lstm.mi-plus": say("The new part: i_t ⊙ C̃_t."),
        "lstm.plus-C": say("C_t is the sum: changed by adding, not written anew."),
        "lstm.C-t": say("The new memory C_t goes through tanh before it is shown."),
        "lstm.t-mo": say("tanh(C_t) is what the output gate scales."),
        "lstm.o-mo": say("o_t says how much of each number of the memory is shown."),
        "lstm.mo-h": say("h_t is what is shown: o_t ⊙ tanh(C_t)."),
        # Mistakes worth a text of their own
        "lstm.trap.whole": say(
            "The candidate is not added whole: a gate first says how much of it is let in."
        ),
        "lstm.trap.old": say(
            "The old memory is not added whole: a gate first says how much of it is kept."
        ),
        "lstm.trap.tanh": say(
            "The memory can have grown large: it is squashed before it is shown."
        ),
    }
