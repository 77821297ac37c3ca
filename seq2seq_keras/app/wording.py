"""Numbers, times and names as people say them."""

from __future__ import annotations

from datetime import datetime

from seq2seq_keras.jobs import CorpusInfo, ModelInfo
from seq2seq_keras.languages import language_name
from seq2seq_keras.localisation import Language, later


def duration(seconds: float | None, language: Language) -> str:
    """A length of time, coarse enough to be true.

    Example:
        >>> duration(75, ENGLISH), duration(4000, CHINESE)
        ('1 min 15 s', '1 小时 06 分')
    """
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    if whole < 60:
        return language.say("{seconds} s", seconds=whole)
    if whole < 3600:
        return language.say(
            "{minutes} min {seconds:02d} s", minutes=whole // 60, seconds=whole % 60
        )
    return language.say(
        "{hours} h {minutes:02d} min", hours=whole // 3600, minutes=whole % 3600 // 60
    )


def size(size_bytes: int) -> str:
    """A file size, which all our languages write alike.

    Example:
        >>> size(4_200_000)
        '4.2 MB'
    """
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} kB"
    if size_bytes < 1_000_000_000:
        return f"{size_bytes / 1_000_000:.1f} MB"
    return f"{size_bytes / 1_000_000_000:.1f} GB"


def memory(size_bytes: int) -> str:
    """An amount of memory, as coarse as its measurement.

    Example:
        >>> memory(1_130_000_000)
        '1.1 GB'
    """
    if size_bytes < 1_000_000_000:
        return f"{round(size_bytes / 1_000_000)} MB"
    return f"{size_bytes / 1_000_000_000:.1f} GB"


def moment(when: datetime) -> str:
    """A date and time where the server stands, in the order that is read alike everywhere."""
    return f"{when.astimezone():%Y-%m-%d %H:%M}"


def bleu(value: float | None) -> str:
    """A BLEU score, or a dash where none was measured."""
    return "–" if value is None else f"{value:.1f}"


# Names of the two architectures as reports and jobs call them: alone, and after a cell's name.
SYSTEMS = {"plain": later("Without attention"), "attention": later("With attention")}
_IN_CELL = {
    "plain": later("{cell}, without attention"),
    "attention": later("{cell}, with attention"),
}


def system_name(system: str, language: Language) -> str:
    """A network's name on the page: `lstm-attention` becomes `LSTM, with attention`."""
    if system in SYSTEMS:
        return language.say(SYSTEMS[system])
    cell, _, architecture = system.rpartition("-")
    if cell in ("lstm", "gru", "rnn") and architecture in SYSTEMS:
        return language.say(_IN_CELL[architecture], cell=cell.upper())
    return system


def name_of_language(code: str | None, language: Language) -> str:
    """What a language is called in another; its code where we know no name."""
    return language.say(language_name(code))


def corpus_name(info: CorpusInfo, language: Language) -> str:
    """The name of a corpus: a sample's is ours, another's is its owner's."""
    return language.say(info.name) if info.sample else info.name


def model_languages(info: ModelInfo, language: Language) -> str:
    """What a model translates: from which language into which."""
    source, target = info.config.source_lang, info.config.target_lang
    return f"{name_of_language(source, language)} → {name_of_language(target, language)}"


def model_label(info: ModelInfo, language: Language) -> str:
    """A model's name with its languages, as lists show it."""
    return f"{info.name}  ·  {model_languages(info, language)}"


def model_architecture(info: ModelInfo, language: Language) -> str:
    """A model's cell, width and attention in short."""
    cell, units = info.config.cell.upper(), info.config.units
    if not info.has_attention:
        return language.say("{cell} {units}, plain", cell=cell, units=units)
    score = language.say(ATTENTIONS[info.config.attention])
    return language.say("{cell} {units}, {score} attention", cell=cell, units=units, score=score)


ATTENTIONS = {
    "dot": later("dot"),
    "general": later("general"),
    "scaled_dot": later("scaled dot"),
    "additive": later("additive"),
}
"""The score functions of the attention, by the configuration's names."""
