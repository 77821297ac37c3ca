"""What the practice says whatever its level; the script fills what stands in braces."""

from __future__ import annotations

from seq2seq_keras.localisation import Language


def texts(language: Language) -> dict[str, str]:
    """The texts, by the names that the script knows them by."""
    return {**_controls(language), **_guidance(language), **_results(language), **_rows(language)}


def _controls(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "lead": say(
            "Put the picture of a model together again: drag each label into its box, draw the "
            "missing arrows, and have it checked. Nobody sees it but you."
        ),
        "level": say("Drawing"),
        "mode": say("What to put in"),
        "labels": say("Labels"),
        "arrows": say("Arrows"),
        "pool": say("Labels that are left"),
        "check": say("Check"),
        "remove": say("Take out"),
        "again": say("Start again"),
        "show": say("Show the solution"),
        "back": say("Back to my drawing"),
        "panel": say("What the check says"),
        "done": say("done"),
    }


def _guidance(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "left": say("To do: labels {labels}, arrows {arrows}"),
        "all_placed": say("Every label lies in a box."),
        "do_pick": say("Choose a label, then the box that it belongs to; or drag it there."),
        "do_place": say("Where does {label} belong? Choose its box."),
        "do_arrows_next": say(
            "All labels lie in boxes. Choose one to move it, or go on to the arrows."
        ),
        "do_start": say(
            "Choose where an arrow begins, then where it ends; or drag from one to it."
        ),
        "do_end": say("From {from}: where does the arrow end?"),
        "do_arrow": say("This arrow can be taken out."),
        "do_solution": say("This is the solution. Choose a part or an arrow to read why."),
        "drawn": say("Drawn: an arrow from {from} to {to}."),
        "there_already": say("This arrow is there already."),
        "given_box": say("This label is given. Only boxes with a number take one."),
        "panel_hint": say(
            "The check marks what is right and what is not yet, and says what each part and each "
            "arrow is about. It can be asked at any time."
        ),
        "keys": say(
            "By keyboard: go to a label with Tab, press Enter, go to a box with Tab or the arrow "
            "keys, press Enter. Arrows likewise, from part to part. Escape lets go, Delete takes "
            "out."
        ),
        "box": say("Box {number}"),
        "box_with": say("Box {number} ({label})"),
        "empty": say("empty"),
        "chip": say("Label {label}"),
        "arrow": say("Arrow from {from} to {to}"),
        "times": say("times"),
        "plus": say("plus"),
    }


def _results(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "score": say("{labels} of {allLabels} labels, {arrows} of {allArrows} arrows are right."),
        "score_wrong": say(
            "{labels} of {allLabels} labels, {arrows} of {allArrows} arrows are right; arrows that "
            "do not belong here: {wrong}."
        ),
        "result": say("Not yet"),
        "solved": say("All right!"),
        "solution": say("The solution"),
        "to_mend": say("To mend"),
        "is_right": say("Right, and why"),
        "why_so": say("Why it is so"),
        "was_there": say("What was there from the start"),
        "right": say("right"),
        "wrong": say("wrong"),
        "missing": say("missing"),
        "given": say("given"),
        "head_right": say("{box}:"),
        "head_empty": say("{box} is empty."),
        "head_wrong": say("Box {number} is not {label}."),
        "head_arrow": say("{from} → {to}:"),
        "head_arrow_missing": say("An arrow into {to} is missing."),
        "head_arrows_missing": say("{count} arrows into {to} are missing."),
        "nothing": say("Nothing leads into this part: it comes from outside the drawing."),
    }


def _rows(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "row_encoder": say("Encoder"),
        "row_decoder": say("Decoder"),
        "row_between": say("between encoder and decoder"),
        "row_written": say("written"),
        "row_read": say("read"),
        "row_output": say("output"),
        "row_scores": say("scores"),
        "row_weights": say("weights"),
        "row_cell": say("in the cell"),
        "row_out": say("out of the cell"),
    }
