"""The process that translates for the server: requests on standard input, answers on output."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.processes import TRANSLATION_NICENESS, be_nice

if TYPE_CHECKING:
    from seq2seq_keras.translator import Translation, Translator

KEPT_MODELS = 3

_SUMMARY_WIDTH = "104"

# Few fonts hold the heavy lines of Keras's tables at the width of the other characters.
_LIGHT_LINES = str.maketrans("━┃┏┓┗┛┡┩╇┳┻╋", "─│┌┐└┘├┤┼┬┴┼")


class Models:
    """The few translators used last, loaded again when their folder changed."""

    def __init__(self, kept: int = KEPT_MODELS) -> None:
        self._kept = kept
        self._loaded: OrderedDict[Path, tuple[tuple[int, ...], Translator]] = OrderedDict()

    def get(self, folder: Path) -> Translator:
        from seq2seq_keras.translator import Translator

        version = _version(folder)
        known = self._loaded.pop(folder, None)
        if known is None or known[0] != version:
            known = (version, Translator.load(folder))
        self._loaded[folder] = known
        while len(self._loaded) > self._kept:
            self._loaded.popitem(last=False)
        return known[1]


def _version(folder: Path) -> tuple[int, ...]:
    try:
        stats = [(folder / name).stat() for name in ("model.keras", "config.yaml")]
    except OSError:
        raise InputError(f"{folder.name}: this model no longer exists or is damaged") from None
    return tuple(number for stat in stats for number in (stat.st_mtime_ns, stat.st_ino))


def answer(models: Models, request: dict[str, Any]) -> dict[str, Any]:
    """Does what a request asks for."""
    if request["do"] == "hello":
        import seq2seq_keras.translator  # noqa: F401  the import is the warming

        return {}
    translator = models.get(Path(request["model"]))
    if request["do"] == "summary":
        return summary(translator)
    return translate(translator, request)


def translate(translator: Translator, request: dict[str, Any]) -> dict[str, Any]:
    beam_size = request["beam_size"]
    # A beam holds no more hypotheses than its width.
    n_best = min(request["n_best"], beam_size or request["n_best"])
    begin = time.perf_counter()
    result = translator.translate_text(request["text"], beam_size=beam_size, n_best=n_best)
    return {
        "text": result.text,
        "notices": list(result.notices),
        "seconds": time.perf_counter() - begin,
        "sentences": [
            {"source": original, **_as_json(sentence)}
            for original, sentence in zip(result.originals, result.sentences, strict=True)
        ],
    }


def _as_json(translation: Translation) -> dict[str, Any]:
    attention = translation.attention
    return {
        "text": translation.text,
        "score": float(translation.score),
        "tokens": list(translation.tokens),
        "source_tokens": list(translation.source_tokens),
        "attention": None if attention is None else attention.round(4).tolist(),
        "alternatives": [
            {"text": other.text, "score": float(other.score)} for other in translation.alternatives
        ],
    }


def summary(translator: Translator) -> dict[str, Any]:
    network = translator.network
    lines: dict[str, list[str]] = {}
    for name in ("training", "encoder", "step"):
        lines[name] = []
        getattr(network, name).summary(print_fn=lines[name].append, line_length=int(_SUMMARY_WIDTH))
    return {
        "parameters": int(translator.parameters),
        "source_vocab_size": int(network.source_vocab_size),
        "target_vocab_size": int(network.target_vocab_size),
        **{name: "\n".join(text).translate(_LIGHT_LINES) for name, text in lines.items()},
    }


def main() -> None:
    """Answers until standard input closes, which it does when the server ends."""
    be_nice(TRANSLATION_NICENESS)
    # Keras cuts its summary at the width of the terminal, and there is none.
    os.environ["COLUMNS"] = _SUMMARY_WIDTH
    # Libraries print what they like; only answers may reach the pipe.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    models = Models()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        reply: dict[str, Any] = {"number": request["number"]}
        try:
            reply["result"] = answer(models, request)
        except InputError as error:
            reply |= {"error": str(error), "at_fault": "input"}
        except WorkError as error:
            reply |= {"error": str(error), "at_fault": "work"}
        except Exception as error:
            traceback.print_exc()
            reason = " ".join(str(error).split())[:300] or type(error).__name__
            reply |= {"error": f"The translation failed: {reason}", "at_fault": "work"}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
