"""Decoys: the same for one pair, of the shapes that real channels have (R6)."""

import hashlib
from collections import Counter

from idp.accounts import decoys
from idp.accounts.channels import ChannelKind, masked
from idp.accounts.phones import takes_sms

PAIRS = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(2000)]


def test_one_pair_has_always_the_same() -> None:
    assert decoys.of_pair(PAIRS[0]) == decoys.of_pair(PAIRS[0])
    assert len({str(decoys.of_pair(pair)) for pair in PAIRS}) == len(PAIRS)


def test_all_shapes_come_up_and_never_none() -> None:
    shapes = Counter(tuple(sorted(decoys.of_pair(pair))) for pair in PAIRS)
    both = (ChannelKind.CONTACT_EMAIL, ChannelKind.MOBILE)
    assert set(shapes) == {both, both[:1], both[1:]}
    assert shapes[both] > shapes[both[:1]] > shapes[both[1:]] > 0


def test_they_look_like_channels() -> None:
    for pair in PAIRS[:200]:
        for kind, value in decoys.of_pair(pair).items():
            if kind is ChannelKind.MOBILE:
                assert takes_sms(value)
            else:
                assert masked(kind, value).startswith("*****@")
                assert "." in value.rpartition("@")[2]


def test_the_two_last_digits_are_spread() -> None:
    ends = Counter(decoys.of_pair(pair).get(ChannelKind.MOBILE, "-")[-2:] for pair in PAIRS)
    assert len(ends) == 101
