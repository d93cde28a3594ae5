import numpy as np

from personalize_emulator.evaluation.split import hold_out_newest, hold_out_users
from personalize_emulator.recipes.eventlog import EventLog


def log_of(users: int, events: int) -> EventLog:
    """Every user touches items 0..events-1, one a second, given newest first."""
    names = np.repeat([f"u{user}" for user in range(users)], events)
    places = np.tile(np.arange(events)[::-1], users)
    return EventLog.from_columns(names, np.char.add("i", places.astype(str)), places)


def test_a_tenth_of_the_users_is_held_out_and_none_is_in_both() -> None:
    split = hold_out_users(log_of(50, 20), seed=1)

    assert split.given.n_users == 5
    assert split.train.n_users == 45
    assert not set(split.train.user_ids) & set(split.given.user_ids)


def test_the_oldest_nine_tenths_are_given_and_the_newest_tenth_is_scored() -> None:
    split = hold_out_users(log_of(50, 20), seed=1)

    for row in range(split.given.n_users):
        given = split.given.times[split.given.user(row)]
        truth = split.truth.times[split.truth.user(row)]
        assert given.tolist() == list(range(18))
        assert truth.tolist() == [18, 19]


def test_folds_of_one_seed_cover_every_user_once() -> None:
    log = log_of(53, 4)
    folds = [hold_out_users(log, seed=3, fold=fold).given.user_ids for fold in range(10)]

    assert sorted(np.concatenate(folds)) == sorted(log.user_ids)


def test_users_with_a_single_event_are_trained_on_and_never_scored() -> None:
    lonely = EventLog.from_columns(
        np.array(["a", "b", "b"]), np.array(["x", "x", "y"]), np.array([1, 1, 2])
    )
    split = hold_out_users(lonely, seed=0, share=0.99)

    assert split.given.user_ids.tolist() == ["b"]
    assert split.train.user_ids.tolist() == ["a"]


def test_segmentation_holds_out_the_newest_fifth_of_everybody() -> None:
    split = hold_out_newest(log_of(3, 10))

    assert split.given.lengths.tolist() == [8, 8, 8]
    assert split.truth.lengths.tolist() == [2, 2, 2]


def test_a_sample_of_the_held_out_is_the_same_every_time_and_keeps_users_whole() -> None:
    split = hold_out_users(log_of(60, 20), seed=2, share=0.5)
    sample = split.sampled(10)
    assert sample.given.user_ids.tolist() == split.sampled(10).given.user_ids.tolist()
    assert sample.given.n_users == 10
    assert sample.truth.user_ids.tolist() == sample.given.user_ids.tolist()
    for row, user_id in enumerate(sample.given.user_ids.tolist()):
        place = split.given.user_ids.tolist().index(user_id)
        assert sample.relevant(row).tolist() == split.relevant(place).tolist()
    assert split.sampled(30) is split
