"""Corpus scores of a translation: BLEU, chrF and TER by sacreBLEU, BLEU by nltk beside it."""

from __future__ import annotations

from collections.abc import Sequence

from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu
from pydantic import BaseModel, ConfigDict
from sacrebleu.metrics import BLEUScore, CHRFScore, TERScore

from seq2seq_keras.errors import InputError
from seq2seq_keras.evaluation.metrics import Metrics, metrics_for


class Metric(BaseModel):
    """A score and the sacreBLEU signature that says how it was counted."""

    model_config = ConfigDict(frozen=True)

    value: float
    signature: str


class Scores(BaseModel):
    """How a system did on a test set. BLEU and chrF: higher is better; TER: lower is.

    Attributes:
        bleu: BLEU (Papineni et al. 2002), 0 to 100.
        chrf: chrF2 (Popović 2015), 0 to 100.
        ter: Translation edit rate (Snover et al. 2006), in per cent; above 100 is possible.
        nltk_bleu: nltk's BLEU on the same tokens, 0 to 100; see `nltk_bleu`.
        sentences: How many sentences were scored.
        brevity_penalty: BLEU's factor for output shorter than the reference; 1 is none.
        hypothesis_length: Tokens in the output, as BLEU counts them.
        reference_length: Tokens in the references.
        notices: What a reader of the scores must know.
    """

    model_config = ConfigDict(frozen=True)

    bleu: Metric
    chrf: Metric
    ter: Metric
    nltk_bleu: float
    sentences: int
    brevity_penalty: float
    hypothesis_length: int
    reference_length: int
    notices: list[str] = []


def score(
    hypotheses: Sequence[str], references: Sequence[str], target_lang: str | None = None
) -> Scores:
    """Scores a system's output against one reference a sentence.

    Args:
        hypotheses: The system's translations, as running text.
        references: The right translations, in the same order.
        target_lang: Language code of both; None to go by their script.

    Returns:
        The scores with their signatures.

    Raises:
        InputError: If there is no sentence, or not one reference for each hypothesis.

    Example:
        >>> scores = score(["A man rides a horse."], ["A man rides a horse."], "en")
        >>> round(scores.bleu.value), scores.bleu.signature
        (100, 'nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0')
    """
    check_lengths(hypotheses, references)
    metrics = metrics_for(target_lang, references)
    bleu = metrics.bleu.corpus_score(hypotheses, [references])
    chrf = metrics.chrf.corpus_score(hypotheses, [references])
    ter = metrics.ter.corpus_score(hypotheses, [references])
    return assemble(metrics, (bleu, chrf, ter), hypotheses, references)


def bleu(
    hypotheses: Sequence[str], references: Sequence[str], target_lang: str | None = None
) -> float:
    """BLEU alone, equal to `score(...).bleu.value`: quick enough to follow a training run."""
    check_lengths(hypotheses, references)
    metric = metrics_for(target_lang, references).bleu
    return float(metric.corpus_score(hypotheses, [references]).score)


def nltk_bleu(metrics: Metrics, hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """nltk's `corpus_bleu` on sacreBLEU's tokens, 0 to 100.

    Smoothing is nltk's method 3, the geometric sequence of mteval-v13a (the k-th order without
    a match counts 1/2^k matches), which is what sacreBLEU calls `exp`. The two agree to rounding
    when every hypothesis has four tokens or more. nltk lets a shorter hypothesis count one
    unmatched n-gram of each order that it has none of, sacreBLEU counts nothing, so nltk's score
    is then the lower one.
    """
    tokenize = metrics.bleu.tokenizer
    tokens = [tokenize(sentence.rstrip()).split() for sentence in hypotheses]
    reference_tokens = [[tokenize(sentence.rstrip()).split()] for sentence in references]
    smoothing = SmoothingFunction().method3
    return 100 * float(corpus_bleu(reference_tokens, tokens, smoothing_function=smoothing))


def sentence_bleu(
    hypotheses: Sequence[str],
    references: Sequence[str],
    target_lang: str | None = None,
    bleu_tokenizer: str | None = None,
) -> list[float]:
    """BLEU of each sentence by itself, to rank sentences; never average it.

    It is sacreBLEU's sentence BLEU: exponential smoothing, and only the n-gram orders that the
    hypothesis is long enough for (effective order).

    Args:
        hypotheses: The system's translations.
        references: The right translations, in the same order.
        target_lang: Language code; None to go by the script of the references.
        bleu_tokenizer: As of `metrics_for`.

    Returns:
        A score from 0 to 100 for every sentence.

    Example:
        >>> [round(value) for value in sentence_bleu(["Hello there!"], ["Hello there!"], "en")]
        [100]
    """
    check_lengths(hypotheses, references)
    metric = metrics_for(target_lang, references, bleu_tokenizer).bleu
    metric.effective_order = True
    return [
        float(metric.sentence_score(hypothesis, [reference]).score)
        for hypothesis, reference in zip(hypotheses, references, strict=True)
    ]


def check_lengths(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    """Raises InputError unless there is one reference for every hypothesis, and at least one."""
    if len(hypotheses) != len(references):
        raise InputError(
            f"{len(hypotheses)} translations but {len(references)} references: "
            "scoring needs one reference for each translation"
        )
    if not references:
        raise InputError("there is nothing to score: the test set holds no sentence")


def assemble(
    metrics: Metrics,
    results: tuple[BLEUScore, CHRFScore, TERScore],
    hypotheses: Sequence[str],
    references: Sequence[str],
) -> Scores:
    """Puts sacreBLEU's three results and nltk's into one `Scores`."""
    bleu, chrf, ter = results
    return Scores(
        bleu=Metric(value=bleu.score, signature=str(metrics.bleu.get_signature())),
        chrf=Metric(value=chrf.score, signature=str(metrics.chrf.get_signature())),
        ter=Metric(value=ter.score, signature=str(metrics.ter.get_signature())),
        nltk_bleu=nltk_bleu(metrics, hypotheses, references),
        sentences=len(references),
        brevity_penalty=bleu.bp,
        hypothesis_length=bleu.sys_len,
        reference_length=bleu.ref_len,
        notices=[*metrics.notices, *_signs_of_tokenized_text(references)],
    )


def _signs_of_tokenized_text(references: Sequence[str]) -> list[str]:
    tokenized = sum(reference.endswith(" .") for reference in references)
    if tokenized < max(10, len(references) // 10):
        return []
    return [
        f"{tokenized} references end in ' .', so the text is already tokenized: these scores do "
        "not compare with scores on running text"
    ]
