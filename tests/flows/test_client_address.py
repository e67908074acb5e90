"""From where a request comes: what a client writes into a header never changes it (LK5)."""

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from idp.flows.client_address import browser_family, where

PEER = "198.51.100.9"
SPOOFS = [
    "a",
    "",
    " ",
    ",",
    ",,,,",
    "unknown",
    "_hidden",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "01.02.03.04",
    "0x7f000001",
    "2130706433",
    "::ffff:zz",
    "127.0.0.1\t; DROP",
    "<script>",
    "é",
    "1.1.1.1 2.2.2.2",
    "١٢٧.٠.٠.١",
    "9" * 5000,
]


def _address(hops: int, *forwarded: str, peer: str | None = PEER, **others: str) -> str | None:
    headers = [("X-Forwarded-For", value) for value in forwarded]
    headers += [(name.replace("_", "-"), value) for name, value in others.items()]
    builder = EnvironBuilder(headers=headers)
    environ = builder.get_environ()
    if peer is None:
        environ.pop("REMOTE_ADDR", None)
    else:
        environ["REMOTE_ADDR"] = peer
    return where(Request(environ), hops).address


@pytest.mark.parametrize("value", ["203.0.113.5", "203.0.113.5, 203.0.113.6", *SPOOFS])
def test_lk5_by_default_no_header_is_believed(value: str) -> None:
    spoofed = dict.fromkeys(("Forwarded", "X_Real_IP", "True_Client_IP", "Client_IP"), value)
    assert _address(0, value, **spoofed) == PEER


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        (1, ["203.0.113.5"], "203.0.113.5"),
        (1, ["6.6.6.6, 203.0.113.5"], "203.0.113.5"),
        (1, ["6.6.6.6", "203.0.113.5"], "203.0.113.5"),
        (2, ["6.6.6.6, 203.0.113.5, 10.0.0.1"], "203.0.113.5"),
        (2, ["6.6.6.6", "203.0.113.5", "10.0.0.1"], "203.0.113.5"),
        (2, ["203.0.113.5,10.0.0.1"], "203.0.113.5"),
        (1, ["2001:DB8::0:5"], "2001:db8::5"),
        (1, ["[2001:db8::5]"], "2001:db8::5"),
        (1, ["::ffff:203.0.113.5"], "203.0.113.5"),
        (2, ["203.0.113.5"], PEER),
        (1, [], PEER),
        (10, ["1.1.1.1, 2.2.2.2"], PEER),
    ],
)
def test_lk5_only_the_trusted_hop_on_the_right_is_believed(
    hops: int, forwarded: list[str], expected: str
) -> None:
    spoofed = {"Forwarded": "for=6.6.6.6", "X_Real_IP": "6.6.6.6"}
    assert _address(hops, *forwarded, **spoofed) == expected


@pytest.mark.parametrize("value", SPOOFS)
def test_lk5_what_is_no_address_is_the_peer_s(value: str) -> None:
    assert _address(1, value) == PEER
    assert _address(1, f"6.6.6.6, {value}") == PEER


@pytest.mark.parametrize("value", SPOOFS)
def test_lk5_what_stands_to_the_left_changes_nothing(value: str) -> None:
    assert _address(1, f"{value}, 203.0.113.5") == "203.0.113.5"
    assert _address(1, value, "203.0.113.5") == "203.0.113.5"


@pytest.mark.parametrize(
    ("peer", "expected"),
    [("::ffff:192.0.2.1", "192.0.2.1"), ("::1", "::1"), ("", None), (None, None), ("/sock", None)],
)
def test_the_peer_may_be_unknown(peer: str | None, expected: str | None) -> None:
    assert _address(0, peer=peer) == expected


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox sur Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge sur Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1"
            " Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari sur iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome sur Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Safari/605.1",
            "Safari sur macOS",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 OPR/120.0", "Opera sur Windows"),
        ("curl/8.0", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
        ("<script>\r\n\x1b[31m" + "x" * 10_000, "Navigateur inconnu"),
    ],
)
def test_a_browser_is_a_family_and_a_system_never_what_it_says(agent: str, expected: str) -> None:
    assert browser_family(agent) == expected


@pytest.mark.parametrize(
    ("written", "address"),
    [("192.0.2.1:4711", "192.0.2.1"), ("[2001:db8::1]:4711", "2001:db8::1")],
)
def test_lk5_a_balancer_may_write_the_port_as_well(written: str, address: str) -> None:
    """Else every member would share the balancer's budget."""
    assert _address(1, written) == address
