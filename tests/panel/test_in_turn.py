"""One thing after the other, whatever a thing does meanwhile."""

import pytest

from burnish.panel.in_turn import InTurn


def test_what_comes_in_between_comes_after():
    in_turn, done = InTurn(), []

    def first():
        in_turn(lambda: done.append("second"))
        in_turn(lambda: (in_turn(lambda: done.append("fourth")), done.append("third")))
        done.append("first")

    in_turn(first)
    assert done == ["first", "second", "third", "fourth"]
    in_turn(lambda: done.append("fifth"))
    assert done[-1] == "fifth"


def test_one_that_fails_holds_up_nothing():
    in_turn, done = InTurn(), []

    def failing():
        in_turn(lambda: done.append("after"))
        raise ValueError("the host said no")

    with pytest.raises(ValueError, match="the host said no"):
        in_turn(failing)
    in_turn(lambda: done.append("later"))
    assert done == ["after", "later"]
