from seq2seq_keras.training.clock import Clock


class Time:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_counts_from_the_command_and_on_from_an_interruption():
    time = Time()
    clock = Clock(limit=100, started=990.0, already=30.0, now=time)
    assert clock.elapsed == 40
    time.now += 5
    assert clock.elapsed == 45
    assert clock.left == 55


def test_without_a_limit_nothing_ends():
    clock = Clock(now=Time())
    clock.guess_validation(50)
    assert clock.left == float("inf")
    assert not clock.must_validate


def test_sets_aside_a_third_at_most_on_a_guess():
    time = Time()
    clock = Clock(limit=90, now=time)
    clock.guess_validation(10)
    assert clock.reserve == 10
    clock.guess_validation(500)
    assert clock.reserve == 30
    time.now += 59
    assert not clock.must_validate
    time.now += 1
    assert clock.must_validate


def test_sets_aside_what_the_last_validation_took():
    time = Time()
    clock = Clock(limit=90, now=time)
    clock.guess_validation(29)
    clock.validated(10)
    clock.guess_validation(29)
    assert 12 < clock.reserve < 13
    assert not clock.is_nearly_over
    time.now += 66
    assert clock.is_nearly_over
    time.now += 10
    assert not clock.must_validate
    time.now += 4
    assert clock.must_validate


def test_share_is_what_has_passed_of_the_limit():
    time = Time()
    clock = Clock(limit=80, now=time)
    assert clock.share == 0
    time.now += 20
    assert clock.share == 0.25
    time.now += 100
    assert clock.share == 1
    assert Clock(now=time).share == 0


def test_what_is_set_aside_for_validation_has_no_share():
    time = Time()
    clock = Clock(limit=100, now=time)
    clock.validated(15.84)  # 20 seconds are set aside
    time.now += 40
    assert round(clock.share, 6) == 0.5
    time.now += 40
    assert clock.must_validate and round(clock.share, 6) == 1
