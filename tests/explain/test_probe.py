"""The probe against scikit-learn's, and its scores counted another way."""

import numpy as np
import pytest
from sklearn.linear_model import RidgeClassifier

from helpers.networks import reference_of
from seq2seq_keras.errors import InputError
from seq2seq_keras.explain.probe import RidgeProbe, bottleneck

ALPHA = 3.0


@pytest.mark.parametrize("num_classes", [2, 5])
def test_it_is_the_ridge_classifier_of_scikit_learn(num_classes):
    random = np.random.default_rng(num_classes)
    labels = random.integers(0, num_classes, 80) * 3 + 4  # not simply 0, 1, 2
    centres = random.normal(size=(99, 6))
    x, unseen = (centres[labels] + random.normal(0, 1.5, (80, 6)) for _ in range(2))
    ours = RidgeProbe.fit(x, labels, ALPHA)
    theirs = RidgeClassifier(alpha=ALPHA).fit(x, labels)
    np.testing.assert_array_equal(ours.predict(unseen), theirs.predict(unseen))
    # Its targets are -1 and 1, ours 0 and 1.
    scores = (unseen @ ours.kernel + ours.bias) * 2 - 1
    expected = theirs.decision_function(unseen)
    np.testing.assert_allclose(scores[:, 1] if num_classes == 2 else scores, expected, atol=1e-8)


@pytest.fixture(scope="module")
def sentences():
    """Sentences of 1 to 8 words; the first word is nearly always 5."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(150):
        words = random.integers(4, 11, random.integers(1, 9))
        words[0] = 5 if random.random() < 0.8 else words[0]
        found.append(" ".join(map(str, words)))
    return found


@pytest.mark.parametrize("kind", ["plain gru", "plain lstm, one way, deep, tied"])
def test_a_whole_measurement_with_scikit_learn(network_of, as_model, sentences, kind):
    """Vectors from the reference network, classifiers from scikit-learn, counted in a loop."""
    network = network_of(kind)
    result = bottleneck(as_model(network), sentences, alpha=ALPHA, seed=4, most_positions=5)
    reference = reference_of(network)
    different = list(dict.fromkeys(sentences))
    ids = [[int(word) for word in sentence.split()] for sentence in different]
    order = np.random.default_rng(4).permutation(len(ids))
    num_held_out = round(0.25 * len(ids))
    assert (result.num_held_out, result.num_train) == (num_held_out, len(ids) - num_held_out)
    held_out, train = order[:num_held_out], order[num_held_out:]
    encoded = [reference.encode([*sentence, 2]) for sentence in ids]

    def standardised(position, numbers, name):
        def vectors(numbers):
            return np.array(
                [
                    encoded[n].context if name == "context" else encoded[n].encoder_states[position]
                    for n in numbers
                ]
            )

        seen = vectors([n for n in train if len(ids[n]) > position])
        return (vectors(numbers) - seen.mean(axis=0)) / seen.std(axis=0)

    right = {"context": [], "states": [], "majority": []}
    where = []
    for position in range(5):
        seen, unseen = ([n for n in part if len(ids[n]) > position] for part in (train, held_out))
        labels, wanted = ([ids[n][position] for n in part] for part in (seen, unseen))
        for name in ("context", "states"):
            classifier = RidgeClassifier(alpha=ALPHA)
            classifier.fit(standardised(position, seen, name), labels)
            named = classifier.predict(standardised(position, unseen, name))
            right[name] += [a == b for a, b in zip(named, wanted, strict=True)]
        commonest = max(sorted(set(labels)), key=labels.count)
        right["majority"] += [word == commonest for word in wanted]
        where += [(len(ids[n]), position) for n in unseen]
    assert list(zip(result.lengths, result.positions, strict=True)) == where
    for name, expected in right.items():
        np.testing.assert_array_equal(getattr(result, name), expected)

    total = result.overall()
    assert total.cases == len(where)
    assert total.context == pytest.approx(np.mean(right["context"]))
    for position, row in enumerate(result.by_position()):
        chosen = [right["states"][k] for k, (_, p) in enumerate(where) if p == position]
        assert (row.first, row.last, row.cases) == (position, position, len(chosen))
        assert row.states == pytest.approx(np.mean(chosen))
    for row in result.by_length(3):
        chosen = [
            right["majority"][k] for k, (n, _) in enumerate(where) if row.first <= n <= row.last
        ]
        assert row.last - row.first == 2 and row.cases == len(chosen)
        assert row.majority == pytest.approx(np.mean(chosen))


def test_the_state_at_a_word_knows_it_and_chance_does_not(network_of, as_model, sentences):
    result = bottleneck(as_model(network_of("plain gru")), sentences, alpha=1.0).overall()
    assert result.states > 0.8 > 0.5 > result.context > result.majority


def test_too_few_sentences_are_refused(network_of, as_model):
    with pytest.raises(InputError, match="1 different ones"):
        bottleneck(as_model(network_of("plain gru")), ["5 6", "5 6", " "])
