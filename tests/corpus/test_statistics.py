import json
import statistics as reference
import time

import numpy as np
import pytest

from seq2seq_keras.corpus import Corpus, load_corpus

CORPUS = Corpus(
    ["A dog runs.", "A dog runs.", "A dog runs.", "Don't go, Dog 7!", "Hi"],
    ["一只狗在跑。", "狗跑。", "一只狗在跑。", "别走，Tom！", "嗨"],
    dropped={"empty source": 2},
)


def test_counts():
    found = CORPUS.statistics()
    assert (found.pairs, found.distinct, found.duplicates) == (5, 4, 1)
    assert (found.source.distinct, found.target.distinct) == (3, 4)
    assert found.source.vocabulary == len({"a", "dog", "runs", "don't", "go", "7", "hi"})
    assert found.target.vocabulary == len({*"一只狗在跑别走嗨", "tom"})
    assert (found.source.words, found.target.words) == (3 * 3 + 4 + 1, 5 + 2 + 5 + 3 + 1)
    assert found.dropped == {"empty source": 2}


def test_lengths():
    found = CORPUS.statistics()
    for side, lengths in (
        (found.source.word_lengths, [3, 3, 3, 4, 1]),
        (found.target.word_lengths, [5, 2, 5, 3, 1]),
        (found.source.character_lengths, [11, 11, 11, 16, 2]),
        (found.target.character_lengths, [6, 3, 6, 7, 1]),
    ):
        assert side["mean"] == pytest.approx(reference.mean(lengths), abs=0.005)
        assert side["median"] == reference.median(lengths)
        assert side["max"] == max(lengths)
        assert side["95%"] == pytest.approx(np.percentile(lengths, 95))


def test_forms():
    found = CORPUS.statistics()
    assert json.loads(json.dumps(found.to_dict()))["source"]["word_lengths"]["max"] == 4
    table = found.table()
    assert list(table.columns) == ["source", "target"]
    assert table.loc["different words", "target"] == 9
    assert table.loc["characters a sentence, max", "source"] == 16


def test_an_empty_part():
    assert CORPUS.subset([]).statistics().source.word_lengths["mean"] == 0


def test_thirty_thousand_pairs_take_no_time(shared_corpora):
    start = time.process_time()
    corpus = load_corpus(*(shared_corpora / "multi30k" / f"train.{side}" for side in ("de", "en")))
    corpus.split()
    found = corpus.statistics()
    assert time.process_time() - start < 6  # 1.2 seconds alone
    assert found.pairs == 29000
