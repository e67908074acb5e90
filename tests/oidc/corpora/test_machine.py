"""Requests at the machine endpoints, through the whole app (OA7, OA17, OA18, OA22, AU2, AV1)."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.oidc.corpora.conftest import Sites
from tests.oidc.corpora.corpus import Case, cases
from tests.oidc.corpora.speaker import GOOD, LET_IN, Outcome, Speaker, encoded, header_of
from tests.oidc.described import Description
from tests.oidc.world import FORM, ONE_ENGINE

pytestmark = ONE_ENGINE

TWICE = ("/token", "/par", "/introspect", "/revoke", "/userinfo")


def differences(found: Iterator[tuple[str, Outcome, Outcome]]) -> list[str]:
    """What is answered otherwise than it should be."""
    return [f"{why}: {got}, not {due}" for why, got, due in found if got != due]


@pytest.mark.parametrize("at", GOOD)
def test_every_form_is_answered_as_it_should_be(
    front: Flask, sites: Sites, description: Description, at: str
) -> None:
    site = Speaker(front.test_client(), sites("web"), description)

    def found() -> Iterator[tuple[str, Outcome, Outcome]]:
        for case in cases("forms"):
            due = LET_IN[at] if case["expect"] == "good" else case["expect"]
            yield case["why"], site.says(at, case), due

    assert not differences(found())


def test_every_machine_request_is_answered_as_it_should_be(
    front: Flask, sites: Sites, description: Description
) -> None:
    browser = front.test_client()

    def found() -> Iterator[tuple[str, Outcome, Outcome]]:
        for case in cases("machine_requests"):
            site = Speaker(browser, sites(case.get("client", "web")), description)
            yield case["why"], site.says(case["at"], case), case["expect"]

    assert not differences(found())


@pytest.mark.parametrize("at", TWICE)
def test_no_parameter_comes_twice(
    front: Flask, sites: Sites, description: Description, at: str
) -> None:
    browser = front.test_client()

    def found() -> Iterator[tuple[str, Outcome, Outcome]]:
        for case in cases("repeated"):
            if case["at"] == at:
                site = Speaker(browser, sites(case.get("client", "web")), description)
                yield case["why"], twice(site, case), case["expect"]

    assert not differences(found())


def twice(site: Speaker, case: Case) -> Outcome:
    """The outcome of a good form with a parameter of it, or one more, given twice."""
    form = [pair for pair in GOOD.get(case["at"], {}).items() if pair[0] != case["name"]]
    second = case["value"] if case["second"] is None else case["second"]
    values = (second, case["value"]) if second == "" else (case["value"], second)
    body = urlencode([*form, *((case["name"], value) for value in values)])
    headers = {"content-type": FORM}
    if case["at"] != "/userinfo":
        headers["authorization"] = "Basic " + encoded(f"{site.site.id}:{site.site.secret}")
    return site.send("POST", case["at"], body, "", headers)


@pytest.mark.parametrize("at", GOOD)
def test_no_malformed_header_is_a_client(front: Flask, sites: Sites, at: str) -> None:
    """OA17: one answer for all, byte for byte."""
    browser, site = front.test_client(), sites("web")
    form = urlencode(GOOD[at])
    answers = {
        case["why"]: browser.post(
            at, data=form, headers={"authorization": header_of(case, site), "content-type": FORM}
        )
        for case in cases("basic_headers")
    }
    assert {
        why: answer.status_code for why, answer in answers.items() if answer.status_code != 401
    } == {}
    assert {answer.headers["WWW-Authenticate"] for answer in answers.values()} == {
        'Basic realm="MGEN Connect"'
    }
    assert len({answer.data for answer in answers.values()}) == 1
