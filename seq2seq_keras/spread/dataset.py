"""A translator mapped over a Ray dataset: each worker loads it once, then translates batches."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq_keras.errors import InputError
from seq2seq_keras.tokenizer_check import check_tokenizers

if TYPE_CHECKING:
    import pyarrow
    import ray.data

NEW_COLUMN = "translation"
BATCH_SIZE = 1024
"""Texts that a worker translates at once: enough for search at full speed."""


def translate_dataset(
    dataset: ray.data.Dataset,
    model: str | os.PathLike[str],
    *,
    column: str = "text",
    workers: int,
    cpus: float = 1,
    gpus: float = 0,
    batch_size: int = BATCH_SIZE,
    beam_size: int | None = None,
    as_sentences: bool = False,
) -> ray.data.Dataset:
    """Adds a column of translations to a dataset of Ray; nothing is done before it is read.

    Rows come back in any order, unless `ray.data.DataContext.get_current().execution_options
    .preserve_order` is set; all other columns, such as an id, stay with theirs.

    Args:
        dataset: The dataset.
        model: Folder of a saved translator, at a path that every machine of the cluster sees.
        column: The column of texts. What is null there stays null.
        workers: Processes that translate, each with the translator in its memory.
        cpus, gpus: What of the cluster each of them has to itself; half a GPU is 0.5.
        batch_size: Texts that a worker translates at once.
        beam_size: Hypotheses kept in search; None for the model's own setting.
        as_sentences: Whether each text is one sentence, as of `Translator.translate`; else a text
            is split into its sentences first, as of `Translator.translate_text`.

    Returns:
        The dataset with one more column, `translation`.

    Raises:
        InputError: if the translator's tokenizers are damaged, or ask for more memory or time than
            any should.

    Example:
        >>> reviews = ray.data.read_parquet("s3://shop/reviews")
        >>> english = translate_dataset(reviews, "/models/de-en", column="de", workers=4)
        >>> english.write_parquet("s3://shop/reviews-en")
    """
    from ray.data import ActorPoolStrategy

    # Once, before the workers: of what one of them raises as it begins, Ray tells in a traceback.
    check_tokenizers(Path(model))
    arguments = {
        "model": str(Path(model).absolute()),  # workers may be started elsewhere
        "column": column,
        "beam_size": beam_size,
        "as_sentences": as_sentences,
        "threads": None if gpus else max(1, round(cpus)),
        "backend": os.environ.get("KERAS_BACKEND"),
    }
    return dataset.map_batches(
        BatchTranslator,
        fn_constructor_kwargs=arguments,
        batch_size=batch_size,
        batch_format="pyarrow",
        compute=ActorPoolStrategy(size=workers),
        num_cpus=cpus,
        num_gpus=gpus,
    )


class BatchTranslator:
    """A translator that Ray calls with one batch of rows after another.

    Args:
        model, column, beam_size, as_sentences: As of `translate_dataset`.
        threads: Threads of the processor to compute with, and on no GPU; by default whatever the
            process sees.
        backend: Keras's backend; by default as the worker's environment says.

    Example:
        >>> translate = BatchTranslator("saved_models/de-en", column="de")
        >>> translate(pyarrow.table({"id": [7], "de": ["Ein Hund."]})).to_pylist()
        [{'id': 7, 'de': 'Ein Hund.', 'translation': 'A dog.'}]
    """

    def __init__(
        self,
        model: str,
        column: str = "text",
        beam_size: int | None = None,
        as_sentences: bool = False,
        threads: int | None = None,
        backend: str | None = None,
    ) -> None:
        # What Keras and TensorFlow read when they are imported.
        if backend is not None:
            os.environ["KERAS_BACKEND"] = backend
        if threads is not None:
            os.environ["TF_NUM_INTRAOP_THREADS"] = str(threads)
            os.environ["CUDA_VISIBLE_DEVICES"] = ""
        from seq2seq_keras.translator import Translator

        self._translator = Translator.load(model)
        self._column = column
        self._beam_size = beam_size
        self._as_sentences = as_sentences

    def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
        """Adds the translations to a batch of rows."""
        import pyarrow

        texts = _texts(batch, self._column)
        translated = iter(self._translate([text for text in texts if text is not None]))
        values = [None if text is None else next(translated) for text in texts]
        return batch.append_column(NEW_COLUMN, pyarrow.array(values, pyarrow.string()))

    def _translate(self, texts: list[str]) -> list[str]:
        if self._as_sentences:
            found = self._translator.translate(texts, self._beam_size, attention=False)
            return [each.text for each in found]
        from seq2seq_keras.documents import translate_segments

        return [each.text for each in translate_segments(self._translator, texts, self._beam_size)]


def _texts(batch: pyarrow.Table, column: str) -> list[str | None]:
    import pyarrow

    names = batch.column_names
    if column not in names:
        raise InputError(f"there is no column {column!r}; there are {', '.join(names)}")
    if NEW_COLUMN in names:
        raise InputError(f"there is a column {NEW_COLUMN!r} already; give it another name first")
    kind = batch.schema.field(column).type
    if pyarrow.types.is_dictionary(kind):
        kind = kind.value_type
    if not (
        pyarrow.types.is_string(kind)
        or pyarrow.types.is_large_string(kind)
        or pyarrow.types.is_null(kind)
    ):
        raise InputError(f"column {column!r} holds {kind}, not text; name another column")
    return batch.column(column).to_pylist()
