"""What the player and the drawing say; the script fills what stands in braces."""

from __future__ import annotations

from seq2seq_keras.localisation import Language


def explanations(language: Language) -> dict[str, str]:
    """What each symbol of the formulas stands for."""
    say = language.say
    return {
        "x": say("source word, as a vector"),
        "h": say("encoder state at a source word"),
        "y": say("target word; with −1 the one before, as a vector"),
        "s": say("decoder state; with −1 that of the step before"),
        "e": say("score: how well the encoder state fits"),
        "a": say("attention weight: softmax of the scores"),
        "c": say("context: encoder states mixed by the weights"),
        "whole": say("context: the encoder's last state, one vector for all steps"),
        "u": say("what is known at this step, as a vector of the width of a word"),
        "p": say("probability of each word of the vocabulary"),
        "f": say("the decoder's cell"),
        "g": say("cell, output layer and choice together"),
        "score": say("the score function of this model"),
        "learned": say("learned matrices and vectors"),
    }


def texts(language: Language) -> dict[str, str]:
    """What the script says, by the names that it knows the texts by."""
    say = language.say
    return {
        **_drawing(language),
        **_rows(language),
        "count": say("Step {step} of {count}"),
        "spoken": say("Step {step} of {count}: {token}, probability {probability}"),
        "play": say("Play (space bar)"),
        "pause": say("Pause (space bar)"),
        "layer": say("layer {layer}"),
        "norm": say("norm"),
        "component": say("number {index}: {value}"),
        "token_button": say("Step {step}: {token}, probability {probability}, rank {rank}"),
        "rank": say("rank {rank}"),
        "likeliest": say("Written: {token}, the likeliest word here."),
        "searched": say(
            "Written: {token}, of rank {rank} here. Beam search chose it: of the sentences that it "
            "followed, the best one goes on with this word."
        ),
        "barred": say(
            "Written: {token}, of rank {rank} here: what is likelier is never written, such as "
            "<unk>."
        ),
        "referred": say("The reference has {token}: rank {rank}, probability {probability}."),
        "sentence": say("The sentence so far:"),
        "with_attention": say("With attention"),
        "without_attention": say("Without attention"),
        "first_model": say("First model"),
        "second_model": say("Second model"),
        "export_svg": say("Save the drawing (SVG)"),
        "export_png": say("Save the drawing (PNG)"),
        "frame": say(
            "The model over the sentence; the arrow keys up and down go from part to part"
        ),
    }


def _drawing(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "title_attention": say("{cell} encoder-decoder with {score} attention"),
        "title_plain": say("{cell} encoder-decoder without attention"),
        "rnn": say("simple RNN"),
        "dot": say("dot"),
        "general": say("general"),
        "scaled_dot": say("scaled dot"),
        "additive": say("additive"),
        "source_token": say("Source token {index}: {token}"),
        "encoder_cell": say(
            "{cell} of the encoder, layer {layer}, from left to right, at token {index}, {token}: "
            "look inside"
        ),
        "encoder_backward": say(
            "{cell} of the encoder, layer {layer}, from right to left, at token {index}, {token}: "
            "look inside"
        ),
        "encoder_state": say("Encoder state h at token {index}, {token}"),
        "context_first": say(
            "c, {units} numbers: the encoder's last state, from which the decoder's first is made"
        ),
        "context_plain": say(
            "c, {units} numbers: all that the decoder learns of the sentence, the same at every "
            "step"
        ),
        "context_step": say("Context of step {step}: the encoder states, mixed by the weights"),
        "first_state": say("First state of layer {layer} of the decoder: tanh(W c + b)"),
        "decoder_cell": say(
            "{cell} of the decoder, layer {layer}, step {step}, which writes {token}; chosen once "
            "more, look inside"
        ),
        "distribution": say(
            "Probabilities of {count} words at step {step}: {token} has {probability}"
        ),
        "written_token": say("Word written at step {step}: {token}"),
        "attention_arrow": say("Weight at step {step} of token {index}, {token}: {weight}"),
        "note_output": say("The output reads the word before and the context too."),
        "note_output_plain": say("The output reads the word before and c too."),
        "note_layers": say(
            "Encoder layers: {encoder}, decoder layers: {decoder}; of more than two, the first and "
            "the last are drawn."
        ),
    }


def _rows(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "row_written": say("word written"),
        "row_output": say("probabilities"),
        "row_decoder": say("decoder state"),
        "row_decoder_layer": say("decoder {layer}"),
        "row_read": say("word before"),
        "row_context": say("context"),
        "row_weights": say("weights"),
        "row_states": say("encoder states"),
        "row_forward": say("encoder →"),
        "row_backward": say("encoder ←"),
        "row_layer": say("{name} {layer}"),
        "row_vectors": say("source words"),
    }
