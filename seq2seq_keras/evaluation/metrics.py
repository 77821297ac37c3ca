"""sacreBLEU's three metrics, set up for the language that is translated into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics import BLEU, CHRF, TER

from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import SPACELESS, language_of

_OWN_TOKENIZERS = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}
_INSTALLED_WITH = {"ja-mecab": "sacrebleu[ja]", "ko-mecab": "sacrebleu[ko]"}


@dataclass(frozen=True)
class Metrics:
    """BLEU, chrF and TER as they are counted for one target language.

    BLEU's tokenizer is sacreBLEU's own for the language: `zh` for Chinese, `ja-mecab` and
    `ko-mecab` where they are installed and `char` where not, `13a` for everything else.
    Chinese and Japanese put no spaces between words, so TER, which edits words, counts each
    of their characters as one (`--ter-normalized --ter-asian-support` on the command line);
    otherwise a sentence would be one word, right or wrong as a whole.
    """

    bleu: BLEU
    chrf: CHRF
    ter: TER
    notices: tuple[str, ...]


def metrics_for(
    target_lang: str | None, references: Sequence[str], bleu_tokenizer: str | None = None
) -> Metrics:
    """Chooses the metrics' settings for a target language.

    Args:
        target_lang: The language code; None to go by the script of the references.
        references: The reference translations.
        bleu_tokenizer: One of sacreBLEU's tokenizers, to be used instead of the language's
            own: `none` counts what stands between spaces, for text that is tokenised already.

    Returns:
        New metrics, and notices about what the reader of the scores must know.

    Raises:
        InputError: If sacreBLEU has no such tokenizer, or it is not installed.

    Example:
        >>> metrics_for("zh-CN", []).bleu.tokenizer_signature
        'zh'
    """
    language = language_of(target_lang, references)
    notices = []
    if bleu_tokenizer is not None:
        _check_tokenizer(bleu_tokenizer)
    tokenizer = bleu_tokenizer or _OWN_TOKENIZERS.get(language or "", BLEU.TOKENIZER_DEFAULT)
    if bleu_tokenizer is None and tokenizer in _INSTALLED_WITH and not _is_installed(tokenizer):
        notices.append(
            f"BLEU is counted on characters: its tokenizer {tokenizer} is not installed "
            f"(pip install '{_INSTALLED_WITH[tokenizer]}'), so it does not compare with "
            "scores from elsewhere"
        )
        tokenizer = "char"
    elif language in SPACELESS and bleu_tokenizer is None and language not in _OWN_TOKENIZERS:
        notices.append(
            f"sacreBLEU cannot split the language {language} into words: BLEU and TER count what "
            "stands between spaces, so rely on chrF"
        )
    split_characters = language in ("zh", "ja")
    return Metrics(
        # force only silences a log line about tokenized input; it changes no score.
        bleu=BLEU(tokenize=tokenizer, force=True),
        chrf=CHRF(),
        ter=TER(normalized=split_characters, asian_support=split_characters),
        notices=tuple(notices),
    )


def _check_tokenizer(name: str) -> None:
    if name not in BLEU.TOKENIZERS:
        raise InputError(
            f"tokenize: expected one of {', '.join(BLEU.TOKENIZERS)}, received {name!r}"
        )
    if not _is_installed(name):
        package = _INSTALLED_WITH.get(name, "the package that sacreBLEU asks for")
        raise InputError(
            f"tokenize: {name} cannot be loaded; install {package} (some are downloaded the first "
            "time), or choose another"
        )


def _is_installed(tokenizer: str) -> bool:
    try:
        BLEU(tokenize=tokenizer)
    # An unfit dictionary asserts; a model that has to be downloaded first cannot be, offline.
    except (ImportError, RuntimeError, AssertionError, OSError):
        return False
    return True
