"""What the workers of one training tell each other, and what several devices are given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus, Splits
from seq2seq_keras.errors import InputError
from seq2seq_keras.joint_training import Plan, agree_on_corpus, announce, heard
from seq2seq_keras.text import load_tokenizer


class Post:
    """Replicas of several workers, of which the others' messages are given."""

    count, local, worker = 2, range(1), 0

    def __init__(self, *others: bytes) -> None:
        self.others = list(others)
        self.workers = 1 + len(others)
        self.sent: list[bytes] = []

    def from_chief(self, content: bytes) -> bytes:
        self.sent.append(content)
        return content or self.sent[0]

    def from_all(self, content: bytes) -> list[bytes]:
        return [content, *self.others]


def splits(count: int) -> Splits:
    corpus = Corpus(*tiny_pairs(count), source_lang="en", target_lang="fr")
    return Splits(corpus.subset(range(count - 20)), corpus.subset(range(5)), corpus.subset([6]))


def test_other_corpora_are_told_apart() -> None:
    def of(digest: str, *sizes: int) -> bytes:
        return json.dumps([digest, *sizes]).encode().ljust(256)

    own = splits(60)
    agree_on_corpus(Post(of("abc", 40, 5, 1)), own, "abc")  # type: ignore[arg-type]
    with pytest.raises(InputError) as error:
        agree_on_corpus(  # type: ignore[arg-type]
            Post(of("abc", 40, 5, 1), of("abd", 1040, 5, 1)), own, "abc"
        )
    assert "worker 2 has 1,040 pairs to train on, 5 to validate and 1 to test" in str(error.value)
    assert "worker 0 40, 5 and 1;" in str(error.value)
    with pytest.raises(InputError, match="with other sentences; give all of them the same"):
        agree_on_corpus(Post(of("abd", 40, 5, 1)), own, "abc")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["subword", "word", "char"])
def test_a_plan_arrives_as_it_was_sent(kind: str, tmp_path: Path) -> None:
    from seq2seq_keras.training import learn_tokenizers

    config = Config.create(tokenizer=kind, vocab_size=80, units=24, accumulation=2)
    source, target = learn_tokenizers(splits(120).train, config)
    post = Post(b"")
    announce(post, Plan(config, source, target))  # type: ignore[arg-type]
    plan = heard(post)  # type: ignore[arg-type]
    assert plan.config == config
    for sentence in ("the cat sees an apple", "le chat voit une pomme"):
        assert plan.source_tokenizer.encode(sentence) == source.encode(sentence)
        assert plan.target_tokenizer.encode(sentence) == target.encode(sentence)
    source.save(tmp_path, "source")
    assert load_tokenizer(tmp_path, "source").vocab_size == plan.source_tokenizer.vocab_size
