"""One validated configuration: all that is needed to build, train and use a translator."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import LONGEST_NAME, is_language_name
from seq2seq_keras.saved_format import check_format, stamp
from seq2seq_keras.storage import write_file

AttentionName = Literal["none", "dot", "general", "scaled_dot", "additive"]
PlacementName = Literal["before", "after"]
CellName = Literal["lstm", "gru", "rnn"]
TokenizerName = Literal["subword", "word", "char"]

FIELD_GROUPS: dict[str, tuple[str, ...]] = {
    "Text": ("source_lang", "target_lang", "tokenizer", "vocab_size", "max_length"),
    "Network": (
        "attention",
        "attention_placement",
        "cell",
        "units",
        "embedding_dim",
        "encoder_layers",
        "decoder_layers",
        "bidirectional",
        "tie_embeddings",
    ),
    "Training": (
        "epochs",
        "time_limit",
        "batch_size",
        "accumulation",
        "learning_rate",
        "label_smoothing",
        "dropout",
        "gradient_clip",
        "patience",
        "seed",
    ),
    "Search": ("beam_size", "length_penalty"),
}
"""How settings are grouped wherever they are shown; each field of `Config` is in one group."""

CHOSEN_BY_CORPUS = ("vocab_size", "units", "embedding_dim")
"""Settings that training takes from the corpus where the user gives none; see `recipe`."""

Probability = Annotated[float, Field(ge=0, lt=1)]


_DEEPEST = 8  # a value of a list would be in the third level, and the error then names it
_LONGEST = 100_000
_LONGEST_SHOWN = 200


def _names_a_language(name: str) -> str:
    if name and not is_language_name(name):  # "" is none, as of an empty field
        raise ValueError(
            f"a language is a code such as de, or a name of at most {LONGEST_NAME} letters, digits "
            "and - _ . ' ( ) @ between them"
        )
    return name


LanguageName = Annotated[str, AfterValidator(_names_a_language)]


class _Loader(yaml.SafeLoader):
    """Reads YAML without aliases: a few lines of aliases of aliases stand for gigabytes.

    Nor does it read what is nested deeply, for which PyYAML takes a time that grows by the square.
    """

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("it holds YAML aliases, which no configuration has")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise yaml.YAMLError("its values are nested, which those of no configuration are")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class Config(BaseModel):
    """Settings of a translator; immutable, strict, with defaults that train well.

    Every field is also an option of `seq2seq-keras train` (`units` is `--units`).
    Widths are counted in units, lengths in tokens, time in minutes. Training takes those in
    `CHOSEN_BY_CORPUS` from the corpus unless they are given; the defaults here suit one of
    some 30,000 pairs.

    Raises:
        InputError: from `create` and `load`, when a field is unknown or out of range.

    Example:
        >>> config = Config.create(cell="lstm", attention="dot")
        >>> config.units
        384
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    source_lang: LanguageName | None = Field(
        None, description="Language code of the source, such as de."
    )
    target_lang: LanguageName | None = Field(
        None, description="Language code of the target, such as en."
    )

    attention: AttentionName = Field(
        "additive",
        description="Score function of the attention; none is the plain encoder-decoder.",
    )
    attention_placement: PlacementName = Field(
        "before",
        description="Attend before the decoder's recurrence (Bahdanau) or after it (Luong).",
    )
    cell: CellName = Field("gru", description="Recurrent cell of encoder and decoder.")
    units: int = Field(
        384, ge=1, le=100_000, description="Width of the encoder states and decoder states."
    )
    embedding_dim: int = Field(256, ge=1, le=100_000, description="Width of the word vectors.")
    encoder_layers: int = Field(1, ge=1, le=8, description="Recurrent layers in the encoder.")
    decoder_layers: int = Field(1, ge=1, le=8, description="Recurrent layers in the decoder.")
    bidirectional: bool = Field(
        True, description="Read the source in both directions, units/2 wide each."
    )
    tie_embeddings: bool = Field(
        True, description="Share one matrix between target embedding and output layer."
    )

    tokenizer: TokenizerName = Field("subword", description="What a token is.")
    vocab_size: int = Field(
        4000,
        ge=8,
        le=10_000_000,
        description="Most entries of each vocabulary; fewer where the corpus is small.",
    )
    max_length: int = Field(
        128,
        ge=4,
        le=1_000_000,
        description="Longest sentence to train on, in tokens; longer pairs are left out.",
    )

    epochs: int = Field(20, ge=1, le=1_000_000, description="Most passes over the training corpus.")
    time_limit: float | None = Field(
        None, gt=0, description="Most minutes of training, from the command to the last epoch."
    )
    batch_size: int = Field(
        64,
        ge=1,
        le=1_000_000,
        description="Sentence pairs a training step, on all devices together.",
    )
    accumulation: int = Field(
        1,
        ge=1,
        le=1000,
        description="Parts in which a device computes its share of a batch, one after the other: a "
        "large batch then needs no more memory than a small one.",
    )
    learning_rate: float = Field(
        2e-3,
        gt=0,
        description="Adam's highest learning rate; it rises for 200 steps, then falls to a "
        "twentieth over the epochs or minutes allowed.",
    )
    label_smoothing: Probability = Field(
        0.1, description="Share of probability spread evenly over the vocabulary in the loss."
    )
    dropout: Probability = Field(0.4, description="Share of units dropped in training.")
    gradient_clip: float = Field(
        1.0, gt=0, description="Gradients are scaled down to this global norm."
    )
    patience: int = Field(
        3,
        ge=1,
        le=1_000_000,
        description="After so many epochs in which neither validation BLEU nor loss improved, the "
        "learning rate falls for half as many epochs as there were, then training stops.",
    )

    beam_size: int = Field(5, ge=1, le=64, description="Hypotheses kept in search; 1 is greedy.")
    length_penalty: float = Field(
        0.6, ge=0, le=1000, description="Alpha of GNMT's length normalisation; 0 compares sums."
    )
    seed: int = Field(
        1,
        ge=0,
        le=2**32 - 1,  # as NumPy's
        description="Seed of initial weights, batch order and dropout; the commands also divide a "
        "corpus by it.",
    )

    @model_validator(mode="after")
    def _widths_fit(self) -> Self:
        if self.bidirectional and self.units % 2:
            raise ValueError(
                f"units must be even in a bidirectional encoder, received {self.units}"
            )
        return self

    @classmethod
    def create(cls, **fields: Any) -> Config:
        """Builds a configuration, turning what is wrong with it into one readable line."""
        try:
            return cls(**fields)
        except ValidationError as error:
            raise InputError(_first_problem(error)) from None

    def updated(self, **fields: Any) -> Config:
        """Returns a copy in which `fields` are replaced and everything is validated again.

        In the copy all fields count as given.
        """
        return Config.create(**{**self.model_dump(), **fields})

    def chosen(self) -> dict[str, Any]:
        """Returns the fields that were given, also where they equal the default."""
        return self.model_dump(exclude_unset=True)

    def save(self, path: Path) -> None:
        """Writes the configuration as YAML."""
        write_file(path, yaml.safe_dump({**stamp(), **self.model_dump()}, sort_keys=False))

    @classmethod
    def load(cls, path: Path) -> Config:
        """Reads a configuration that `save` or a person wrote."""
        try:
            with path.open(encoding="utf-8") as file:
                text = file.read(_LONGEST + 1)
            if len(text) > _LONGEST:
                raise ValueError(f"it is longer than {_LONGEST:,} characters")
            fields = yaml.load(text, _Loader)
        # PyYAML lets out what Python raises for values that do not fit their tags, such as
        # `!!bool maybe`, for a date that does not exist, and for deep nesting.
        except (
            OSError,
            ValueError,
            LookupError,
            AttributeError,
            TypeError,
            RecursionError,
            yaml.YAMLError,
        ) as error:
            reason = " ".join(str(error).split())
            raise InputError(f"{path}: not a readable configuration: {reason}") from None
        if not isinstance(fields, dict) or not all(isinstance(name, str) for name in fields):
            raise InputError(f"{path}: expected a YAML mapping such as `units: 512`")
        check_format(path, fields)
        settings = {name: value for name, value in fields.items() if name not in stamp()}
        try:
            return cls.create(**settings)
        except InputError as error:
            raise InputError(f"{path}: {error}") from None


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    field = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        return (
            f"{field}: there is no such setting; the settings are {', '.join(Config.model_fields)}"
        )
    return f"{field}: {message}, received {_shown(problem['input'])}" if field else message


def _shown(value: Any) -> str:
    """A value as Python writes it, not at length."""
    try:
        text = repr(value)
    except ValueError:  # a number of more digits than Python writes
        return "…"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
