"""Trying an export out: in a process of its own, beside the translator that it was made of."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq_keras.errors import WorkError
from seq2seq_keras.evaluation import Scores, score
from seq2seq_keras.translator import Translator

# The process knows the export's folder alone; what it says last is the result.
_TRIAL = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
sentences = json.load(sys.stdin)
begin = time.perf_counter()
from translate import translate
loaded = time.perf_counter()
translate(sentences[:1])
warm = time.perf_counter()
translations = translate(sentences)
done = time.perf_counter()
print(json.dumps({"translations": translations, "load": loaded - begin, "work": done - warm}))
"""


@dataclass(frozen=True)
class Check:
    """What came of trying an export out, with greedy search on both sides.

    Attributes:
        sentences: The source sentences.
        expected: Their translations by the translator itself.
        translations: Their translations by the export.
        load_seconds: From starting the export's `translate.py` until it can translate.
        seconds: What the export took for all sentences, once warm.
        own_seconds: What the translator took.
        size: Bytes of the export, all its files together.
        own_scores, scores: How good the translator's and the export's translations are; None
            without references.
    """

    sentences: list[str]
    expected: list[str]
    translations: list[str]
    load_seconds: float
    seconds: float
    own_seconds: float
    size: int
    own_scores: Scores | None = None
    scores: Scores | None = None

    @property
    def equal(self) -> int:
        """How many sentences both translate alike."""
        return sum(a == b for a, b in zip(self.expected, self.translations, strict=True))

    @property
    def differing(self) -> list[tuple[str, str, str]]:
        """Source, the translator's translation and the export's, where these two differ."""
        rows = zip(self.sentences, self.expected, self.translations, strict=True)
        return [row for row in rows if row[1] != row[2]]


def check(
    translator: Translator,
    folder: Path,
    sentences: Sequence[str],
    references: Sequence[str] | None = None,
) -> Check:
    """Translates sentences by the export in a folder and by the translator, greedily.

    Args:
        translator: The translator that was exported.
        folder: The export, with its `translate.py`.
        sentences: Source sentences.
        references: Their right translations, to score both by.

    Returns:
        Both translations, what they took, and their scores where there are references.

    Raises:
        WorkError: if the export does not run.
    """
    sentences = list(sentences)
    result = subprocess.run(
        [sys.executable, "-c", _TRIAL, str(folder.resolve())],
        input=json.dumps(sentences),
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if result.returncode:
        lines = result.stderr.strip().splitlines() or [f"exit status {result.returncode}"]
        errors = [line for line in lines if re.match(r"[\w.]+(Error|Exception)\b", line)]
        raise WorkError(f"the export was written but does not run: {[*lines, *errors][-1]}")
    said = json.loads(result.stdout.splitlines()[-1])
    translator.translate(sentences, beam_size=1, attention=False)  # compiles
    begin = time.perf_counter()
    expected = translator.translate(sentences, beam_size=1, attention=False)
    own_seconds = time.perf_counter() - begin
    own_texts = [each.text for each in expected]
    scores: list[Scores | None] = [None, None]
    if references is not None:
        language = translator.config.target_lang
        scores = [score(texts, references, language) for texts in (own_texts, said["translations"])]
    return Check(
        sentences,
        own_texts,
        said["translations"],
        said["load"],
        said["work"],
        own_seconds,
        sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        *scores,
    )


def some_sentences(translator: Translator, count: int = 20) -> list[str]:
    """Source sentences that a translator can be tried out on: those it remembers, and their parts.

    Training keeps a few example sentences; beginnings and ends of these, of several lengths,
    make up the number. They need not be good language to be translated alike.
    """
    originals = [each["source"] for each in translator.record.get("examples") or []] or ["."]
    found = dict.fromkeys(originals)
    for length in range(1, max(map(len, originals))):
        for original in originals:
            space = " " if " " in original else ""
            parts = original.split() if space else list(original)
            found[space.join(parts[:length])] = found[space.join(parts[-length:])] = None
    return list(found)[:count]
