"""Trains networks alike but for what is compared, translates one test set with each, reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from seq2seq_keras.comparison.build import SystemOutput, build_report
from seq2seq_keras.comparison.plan import (
    budget_of,
    matched,
    plan,
    saved_budget,
    settle_folder,
)
from seq2seq_keras.comparison.report import Budget, Report
from seq2seq_keras.comparison.translations import TRANSLATIONS, save_translations
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus, Splits
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.evaluation.metrics import metrics_for
from seq2seq_keras.languages import short_code
from seq2seq_keras.recipe import for_all_devices, suited

if TYPE_CHECKING:  # Keras loads when a comparison runs, not when a report is read
    from seq2seq_keras.text import Tokenizer
    from seq2seq_keras.training import Event
    from seq2seq_keras.translator import Translator

SystemListener = Callable[[str, "Event"], None]


def compare(
    corpus: Corpus | Splits,
    out: str | Path | None = None,
    *,
    config: Config | None = None,
    cells: Sequence[str] | None = None,
    match_parameters: bool = False,
    bleu_tokenizer: str | None = None,
    listener: SystemListener | None = None,
    should_stop: Callable[[], bool] | None = None,
    resume: bool = False,
    devices: int | None = 1,
    **settings: Any,
) -> Report:
    """Trains a plain encoder-decoder and one with attention on equal terms, and compares them.

    Both see the same training and validation pairs through the same tokenizers, from the same
    seed, for the same epochs or minutes: a time limit holds for each network, so a comparison
    takes as many times that long as it has networks. Both translate the same test set.

    Args:
        corpus: A corpus, to be split by the seed, or its parts; the test part is what is scored.
        out: Folder for the translators (`plain/`, `attention/`), for `report.json` and
            `report.html`, and for `translations.csv`; None keeps nothing.
        config: Settings; `attention` is that of the network with attention. Of those that were
            not set, `recommended` chooses some by the corpus.
        cells: Recurrent cells to cross with both architectures; the networks are then called
            `lstm-plain`, `lstm-attention` and so on. None for two networks, of the config's cell.
        match_parameters: Whether to widen the plain networks until they have as many parameters
            as those with attention.
        bleu_tokenizer: One of sacreBLEU's tokenizers to count BLEU with; by default the target
            language's. `none` is for text that is tokenised already. Validation, and the scores
            saved with each translator, keep the language's own.
        listener: Called with the name of a network and each event of its training.
        should_stop: Asked at every batch; once it returns True the network in training keeps
            its best weights, the ones to follow are left out, and the report says so. It may
            raise `Paused`, to leave a checkpoint in `out` and end; it is asked while the test
            set is translated as well, for that alone.
        resume: Go on with an interrupted comparison in `out`: networks that are finished are
            not trained again, also if more epochs or minutes are given now, and the one that was
            in training goes on.
        devices: On how many devices of this machine each network trains; None for all its GPUs.
        **settings: Single fields of the configuration, such as `epochs=10`; they win over
            `config`.

    Returns:
        The report, which is saved in `out` as well.

    Raises:
        InputError: If a setting, the corpus or `out` does not fit.
        WorkError: If the disk is full, or every network diverged.

    Example:
        >>> report = compare(corpus.split(seed=0), "saved_models/comparison", epochs=10)
        >>> print(report.verdict())
    """
    from seq2seq_keras.pipeline import is_begun, train

    splits, config, networks, tokenizers, notices = _begin(
        corpus, out, config, cells, match_parameters, bleu_tokenizer, resume, devices, settings
    )
    folder = Path(out) if out is not None else None

    places: list[str] = []

    def told(name: str, event: Event) -> None:
        if event.kind == "started":
            places.append(getattr(event, "device", ""))
        if listener is not None:
            listener(name, event)

    def asked(done: int) -> None:
        if should_stop is not None:
            should_stop()  # it may raise; half a score is none, so stopping has to wait

    outputs: list[SystemOutput] = []
    budgets: list[Budget] = []
    failure: WorkError | None = None
    for name, settled in networks.items():
        place = folder / name if folder is not None else None
        begun = place is not None and is_begun(place)
        if should_stop is not None and should_stop() and not begun:
            notices.append(f"the comparison was stopped before {name} was trained")
            continue
        try:
            translator = train(
                splits,
                place,
                config=settled,
                listener=partial(told, name),
                should_stop=should_stop,
                resume=begun,
                tokenizers=None if begun else tokenizers,
                devices=devices,
            )
        except WorkError as error:
            failure = error
            rescued = _rescued(error, place)
            if rescued is None:
                if not _has_diverged(error):
                    raise
                notices.append(f"{name} is left out: {error}")
                continue
            notices.append(f"{name} diverged, and is scored with the best weights before that")
            translator = rescued
        if translator.record.get("finished") == "stopped":
            notices.append(
                f"{name} was stopped after {len(translator.history)} of {settled.epochs} epochs, "
                "and is scored with its best weights until then"
            )
        budgets.append(budget_of(translator.config))
        outputs.append(
            translate_test(
                name,
                translator,
                splits.test.sources,
                on_progress=asked,
            )
        )
    if len(set(budgets)) > 1:
        notices.append(
            "some networks were finished before the epochs or minutes allowed were changed, so the "
            "networks are not compared on equal terms"
        )
    if failure is not None and not outputs:
        raise failure
    target_lang = config.target_lang or splits.test.target_lang
    report = build_report(
        outputs,
        splits.test.sources,
        splits.test.targets,
        source_lang=config.source_lang or splits.test.source_lang,
        target_lang=target_lang,
        test_name=_test_name(corpus),
        budget=budgets[-1] if budgets else budget_of(config),
        notices=notices,
        device=places[-1] if places else None,
        bleu_tokenizer=bleu_tokenizer,
    )
    if folder is not None:
        save_translations(folder / TRANSLATIONS, splits.test, outputs, target_lang, bleu_tokenizer)
        report.save(folder)
    return report


def train_network(
    name: str,
    corpus: Corpus | Splits,
    out: str | Path,
    *,
    config: Config | None = None,
    cells: Sequence[str] | None = None,
    match_parameters: bool = False,
    listener: SystemListener | None = None,
    should_stop: Callable[[], bool] | None = None,
    devices: int | None = 1,
    **settings: Any,
) -> Translator:
    """Trains one of the networks of a comparison, beside others that train at the same time.

    Processes on one machine, or on several with a common disk, may train one each; when all are
    finished, `compare` with `resume` scores them and makes the report.

    Args:
        name: The network, such as "attention", or "lstm-plain" where cells are compared.
        corpus, out, config, cells, match_parameters, listener, should_stop, devices, **settings: As
            of `compare`. A comparison or a network that was begun in `out` goes on.

    Returns:
        The translator.

    Raises:
        InputError: If there is no such network, or a setting, the corpus or `out` does not fit.
        WorkError: If the disk is full, or the network diverged.

    Example:
        >>> train_network("attention", splits, "comparison", epochs=10)   # doctest: +SKIP
        >>> train_network("plain", splits, "comparison", epochs=10)       # doctest: +SKIP
        >>> compare(splits, "comparison", resume=True, epochs=10)         # doctest: +SKIP
    """
    from seq2seq_keras.pipeline import is_begun, train

    splits, _, networks, tokenizers, _ = _begin(
        corpus, out, config, cells, match_parameters, None, False, devices, settings, join=name
    )
    place = Path(out) / name
    begun = is_begun(place)
    return train(
        splits,
        place,
        config=networks[name],
        listener=None if listener is None else partial(listener, name),
        should_stop=should_stop,
        resume=begun,
        tokenizers=None if begun else tokenizers,
        devices=devices,
    )


def compare_translators(
    translators: Mapping[str, Translator],
    test: Corpus,
    out: str | Path | None = None,
    *,
    beam_size: int | None = None,
    on_progress: Callable[[str, int], None] | None = None,
) -> Report:
    """Compares finished translators on one test set, which none of them should have learnt from.

    Args:
        translators: The translators by the names that the report gives them.
        test: Sentence pairs.
        out: Folder for `report.json`, `report.html` and `translations.csv`; None keeps nothing.
        beam_size: Hypotheses kept in search; None for each translator's own setting.
        on_progress: Called with a translator's name and how many sentences it has done, of twice
            as many as the test set has: it translates them once more, against the clock.

    Returns:
        The report. Its budget is empty, as they may have been trained on different terms.

    Raises:
        InputError: If the test set is empty, or they translate into different languages.

    Example:
        >>> report = compare_translators({"a": Translator.load("a")}, corpus)
    """
    if not len(test):
        raise InputError("the test set is empty; give one with at least one sentence pair")
    if not translators:
        raise InputError("there is no translator to compare; give at least one")
    _check_languages(translators, test)
    outputs = [
        translate_test(
            name,
            translator,
            test.sources,
            beam_size,
            None if on_progress is None else partial(on_progress, name),
        )
        for name, translator in translators.items()
    ]
    first = next(iter(translators.values())).config
    target_lang = test.target_lang or first.target_lang
    report = build_report(
        outputs,
        test.sources,
        test.targets,
        source_lang=test.source_lang or first.source_lang,
        target_lang=target_lang,
        test_name=test.name,
    )
    if out is not None:
        save_translations(Path(out, TRANSLATIONS), test, outputs, target_lang)
        report.save(out)
    return report


def translate_test(
    name: str,
    translator: Translator,
    sources: Sequence[str],
    beam_size: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> SystemOutput:
    """Translates a test set twice: once to warm up, once against the clock.

    The first run compiles the search for every batch shape of this test set, so that the second
    times nothing but search.

    Args:
        name: The translator's name in the report.
        translator: The translator.
        sources: The source sentences.
        beam_size: Hypotheses kept in search; None for the translator's own setting.
        on_progress: Called with how many sentences are done, of twice as many as there are. What
            it does in the second run is timed as well, and should be little.

    Returns:
        The translations, and what is known of the translator.
    """

    def once_more(done: int) -> None:
        if on_progress is not None:
            on_progress(len(sources) + done)

    translator.translate(sources, beam_size, attention=False, on_progress=on_progress)
    start = time.perf_counter()
    translations = translator.translate(sources, beam_size, attention=False, on_progress=once_more)
    seconds = time.perf_counter() - start
    return SystemOutput(
        name=name,
        config=translator.config,
        parameters=translator.parameters,
        translations=[translation.text for translation in translations],
        sentences_per_second=len(sources) / seconds,
        beam_size=beam_size or translator.config.beam_size,
        history=translator.history,
        ended=translator.record.get("finished"),
    )


class _Begun(NamedTuple):
    splits: Splits
    config: Config
    networks: dict[str, Config]
    tokenizers: tuple[Tokenizer, Tokenizer]
    notices: list[str]


def _begin(
    corpus: Corpus | Splits,
    out: str | Path | None,
    config: Config | None,
    cells: Sequence[str] | None,
    match_parameters: bool,
    bleu_tokenizer: str | None,
    resume: bool,
    devices: int | None,
    settings: Mapping[str, Any],
    join: str | None = None,
) -> _Begun:
    """Settles what is compared; `join` is the one network for which it is done, if it is one."""
    from seq2seq_keras.pipeline import fingerprint
    from seq2seq_keras.training.replicas import open_replicas

    count = open_replicas(devices).count  # before Keras touches a device
    notices: list[str] = []
    given = {**(config.chosen() if config else {}), **settings}
    if resume and out is not None:
        given = {**saved_budget(Path(out)), **given}
    splits = _parts(corpus, Config.create(**given))
    config = for_all_devices(suited(splits.train, given), given, count)
    if config.attention == "none":
        config = config.updated(attention="additive")
        notices.append(
            "attention was set to none, which is what the plain network has: the other one was "
            "given additive attention"
        )
    networks = plan(config, cells)
    if join is not None and join not in networks:
        raise InputError(f"{join}: there is no such network; there are {', '.join(networks)}")
    metrics_for(config.target_lang, splits.test.targets, bleu_tokenizer)  # refuses an unknown one
    folder = Path(out) if out is not None else None
    # What another process has just begun to write is not read: from the same pairs and seed come
    # the same tokenizers.
    known = networks if join is None else [join]
    tokenizers: tuple[Tokenizer, Tokenizer] | None = None
    if match_parameters:
        tokenizers = _tokenizers(splits, config, known, folder)
        networks = matched(networks, [each.vocab_size for each in tokenizers])
    if folder is not None:
        settle_folder(folder, fingerprint(splits), networks, resume, join is not None)
    elif resume:
        raise InputError("resume: give the folder (out) in which the comparison was interrupted")
    tokenizers = tokenizers or _tokenizers(splits, config, known, folder)
    return _Begun(splits, config, networks, tokenizers, notices)


def _test_name(corpus: Corpus | Splits) -> str:
    if isinstance(corpus, Splits):
        return corpus.test.name
    return f"the test part of {corpus.name}" if corpus.name else "the corpus's test part"


def _parts(corpus: Corpus | Splits, config: Config) -> Splits:
    splits = corpus.split(seed=config.seed) if isinstance(corpus, Corpus) else corpus
    if not len(splits.test):
        raise InputError(
            "there is no sentence pair to test on; give --test, or a larger corpus to split"
        )
    return splits


def _tokenizers(
    splits: Splits, config: Config, networks: Iterable[str], out: Path | None
) -> tuple[Tokenizer, Tokenizer]:
    """Those of a network that is there already, or new ones: learnt outside anyone's time limit."""
    from seq2seq_keras.pipeline import is_begun, saved_tokenizers
    from seq2seq_keras.training import learn_tokenizers

    for folder in [out / name for name in networks] if out is not None else []:
        if is_begun(folder):
            return saved_tokenizers(folder)
    return learn_tokenizers(splits.train, config)


def _has_diverged(error: WorkError) -> bool:
    from seq2seq_keras.training import DivergedError

    return isinstance(error, DivergedError) or isinstance(error.__cause__, DivergedError)


def _rescued(error: WorkError, folder: Path | None) -> Translator | None:
    """The translator that was saved before training diverged, if one was."""
    from seq2seq_keras.translator import Translator

    if folder is None or not _has_diverged(error) or not (folder / "model.keras").exists():
        return None
    return Translator.load(folder)


def _check_languages(translators: Mapping[str, Translator], test: Corpus) -> None:
    for side in ("source_lang", "target_lang"):
        known = {"the test set": short_code(getattr(test, side))}
        known |= {name: short_code(getattr(t.config, side)) for name, t in translators.items()}
        stated = {name: code for name, code in known.items() if code}
        if len(set(stated.values())) > 1:
            listed = ", ".join(f"{name}: {code}" for name, code in stated.items())
            raise InputError(
                f"{side.replace('_lang', '')} languages differ ({listed}); compare translators of "
                "one language pair on a test set of that pair"
            )
