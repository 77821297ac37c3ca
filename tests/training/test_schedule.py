import pytest

from seq2seq_keras.training.schedule import Schedule, annealed


def run(validations, patience=3):
    schedule = Schedule.start(0.001, patience)
    best = [
        schedule.update(epoch, bleu, loss)
        for epoch, (bleu, loss) in enumerate(validations, start=1)
    ]
    return schedule, best


def test_best_is_by_bleu_and_ties_by_loss():
    schedule, best = run([(10.0, 3.0), (12.0, 3.5), (12.0, 3.4), (12.0, 3.6), (11.0, 2.0)])
    assert best == [True, True, True, False, False]
    assert (schedule.best_epoch, schedule.best_bleu, schedule.best_loss) == (3, 12.0, 3.4)


def test_the_first_epoch_is_best_even_without_any_match():
    _, best = run([(0.0, 9.0), (0.0, 8.0), (0.0, 8.5)])
    assert best == [True, True, False]


def test_rate_halves_after_stale_epochs_only():
    schedule, _ = run([(10.0, 3.0)])
    schedule.update(2, 11.0, 3.2)  # better BLEU
    schedule.update(3, 10.5, 2.9)  # lower loss
    assert schedule.learning_rate == 0.001
    schedule.update(4, 10.9, 2.95)
    assert schedule.learning_rate == 0.0005
    for epoch in range(5, 30):
        schedule.update(epoch, 1.0, 9.0)
    assert schedule.learning_rate == 0.00001


def test_stops_after_patience():
    worse = [(9.0, 4.0)] * 3
    assert not run([(10.0, 3.0), *worse[:2]])[0].should_stop
    assert run([(10.0, 3.0), *worse])[0].should_stop
    assert not run([(10.0, 3.0), *worse[:2], (10.5, 4.0), *worse[:2]])[0].should_stop


def test_state_is_restored_whole():
    schedule, _ = run([(10.0, 3.0), (9.0, 3.1)])
    assert Schedule.from_dict(schedule.to_dict()) == schedule


def test_the_rate_is_full_for_half_of_a_time_limit_and_then_falls_straight_to_a_twentieth():
    assert [annealed(share) for share in (0.0, 0.3, 0.5)] == [1.0, 1.0, 1.0]
    assert annealed(0.75) == pytest.approx((1 + 0.05) / 2)
    assert annealed(1.0) == pytest.approx(0.05)
    assert annealed(1.2) == annealed(1.0)
