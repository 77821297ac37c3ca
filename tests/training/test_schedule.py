import pytest

from seq2seq_keras.errors import InputError
from seq2seq_keras.training.schedule import Schedule, falling, warm_up


def run(validations, patience=3):
    schedule = Schedule(patience)
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


def test_the_way_down_is_straight_and_ends_at_a_twentieth():
    assert [falling(progress) for progress in (-1.0, 0.0)] == [1.0, 1.0]
    assert falling(0.5) == pytest.approx((1 + 0.05) / 2)
    assert falling(1.0) == falling(1.2) == pytest.approx(0.05)


def test_the_rate_rises_for_200_steps_or_an_epoch():
    assert [warm_up(step, 1000) for step in (0, 49, 199, 200)] == [0.005, 0.25, 1.0, 1.0]
    assert [warm_up(step, 10) for step in (0, 4, 9, 50)] == [0.1, 0.5, 1.0, 1.0]


def test_the_rate_falls_from_a_tenth_of_what_is_allowed():
    schedule, _ = run([(10.0, 3.0), (11.0, 2.9)])
    assert [schedule.factor(2, share) for share in (0.0, 0.05, 0.1)] == [1.0, 1.0, 1.0]
    assert schedule.factor(2, 0.55) == pytest.approx(falling(0.5))
    assert schedule.factor(2, 1.0) == pytest.approx(0.05)
    assert not schedule.should_stop(2)


def test_the_rate_falls_after_stale_epochs_for_half_as_many_as_there_were():
    stale = (9.0, 4.0)
    schedule, _ = run([(10.0, 3.0), (11.0, 3.2), (10.5, 2.9), stale, stale])
    assert schedule.factor(5, 0.1) == 1.0  # a lower loss and a better BLEU were not stale
    schedule.update(6, *stale)
    assert [schedule.should_stop(epoch) for epoch in (6, 8, 9, 10)] == [False, False, True, True]
    assert schedule.factor(6, 0.1) == 1.0
    assert schedule.factor(7.5, 0.1) == pytest.approx(falling(0.5))
    assert schedule.factor(9, 0.1) == pytest.approx(0.05)
    assert schedule.factor(7.5, 0.9) == pytest.approx(falling(8 / 9))  # time runs out earlier


@pytest.mark.parametrize(("patience", "end"), [(1, 3), (2, 5), (9, 15), (19, 30)])
def test_it_falls_for_half_as_many_epochs_rounded_up(patience, end):
    schedule, _ = run([(10.0, 3.0), *[(9.0, 4.0)] * patience], patience)
    assert (schedule.fall_begin, schedule.fall_end) == (1 + patience, end)


def test_once_it_falls_it_goes_on_falling():
    stale = (9.0, 4.0)
    schedule, _ = run([(10.0, 3.0), *[stale] * 3])
    ends = schedule.fall_end
    schedule.update(5, 12.0, 2.0)
    for epoch in range(6, 10):
        schedule.update(epoch, *stale)
    assert schedule.fall_end == ends == 6
    assert schedule.best_epoch == 5


def test_a_better_epoch_in_between_begins_the_count_anew():
    stale = (9.0, 4.0)
    schedule, _ = run([(10.0, 3.0), stale, stale, (10.5, 4.0), stale, stale])
    assert schedule.fall_begin is None


def test_a_larger_budget_begins_anew_and_keeps_the_best_epoch():
    stale = (9.0, 4.0)
    schedule, _ = run([(10.0, 3.0), *[stale] * 3])
    schedule.begin_anew()
    assert schedule.factor(4, 0.1) == 1.0 and not schedule.should_stop(9)
    assert not schedule.update(5, 9.0, 5.0)  # worse than the best, yet the lowest loss since then
    assert schedule.stale == 0
    assert (schedule.best_epoch, schedule.best_bleu) == (1, 10.0)
    assert schedule.update(6, 10.5, 4.0)


def test_state_is_restored_whole():
    schedule, _ = run([(10.0, 3.0), (9.0, 3.1), (9.0, 3.1), (9.0, 3.1)])
    assert schedule.fall_begin == 4
    assert Schedule.from_dict(schedule.to_dict()) == schedule
    with pytest.raises(InputError, match="another version"):
        Schedule.from_dict({"patience": 3, "learning_rate": 0.001})
