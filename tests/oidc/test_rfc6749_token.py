"""RFC 6749 §3.2, §5: the token endpoint's own rules, whatever the grant (OA22)."""

from urllib.parse import urlencode

import pytest

from tests.oidc.world import (
    CALLBACK,
    FORM,
    ONE_ENGINE,
    VERIFIER,
    Person,
    Site,
    World,
    body,
    header,
    refusal,
)

pytestmark = ONE_ENGINE

INVALID = "invalid_request"


@pytest.mark.parametrize("query", [b"grant_type=refresh_token", b"x", b"=", b"client_id=x&y"])
def test_nothing_is_read_from_the_address(
    world: World, site: Site, person: Person, query: bytes
) -> None:
    """Authlib takes grant_type and client_id from there too."""
    form = {
        "grant_type": "authorization_code",
        "code": world.code(site, person),
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    headers = {"content-type": FORM, **site.basic()}
    refused = world.send("POST", "/token", headers, urlencode(form), query)
    assert refusal(refused) == (400, INVALID)
    assert world.send("POST", "/token", headers, urlencode(form)).status == 200


@pytest.mark.parametrize(
    "content_type",
    [None, "", "application/json", "text/plain", "multipart/form-data; boundary=x", FORM + "x"],
)
def test_another_media_type_is_refused(world: World, site: Site, content_type: str | None) -> None:
    headers = site.basic() | ({"content-type": content_type} if content_type is not None else {})
    answer = world.send("POST", "/token", headers, "grant_type=refresh_token")
    assert refusal(answer) == (415, INVALID)


@pytest.mark.parametrize(
    "content_type",
    [FORM, FORM.upper(), FORM + ";charset=UTF-8", FORM + '; charset="utf-8"', FORM + "; "],
)
def test_a_form_in_utf8_is_taken(world: World, site: Site, content_type: str) -> None:
    headers = site.basic() | {"content-type": content_type}
    answer = world.send("POST", "/token", headers, "grant_type=refresh_token&refresh_token=x")
    assert refusal(answer) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"grant_type=refresh_token&grant_type=refresh_token&refresh_token=x", 400),
        (b"grant_type=refresh_token&refresh_token=x&refresh_token=", 400),
        (b"grant_type=refresh_token&refresh_token=%", 400),
        (b"grant_type=refresh_token&refresh_token=%ff", 400),
        (b"grant_type=refresh_token&refresh_token=\xff", 400),
        (b"grant_type=refresh_token&refresh_token=x%0Ay", 400),
        (b"grant_type=refresh_token&refresh_token=x\ny", 400),
        (b"grant_type=refresh_token&refresh_token=x%00", 400),
        (b"grant_type=refresh_token&x%00=1", 400),
        (b"&".join(b"a%d=1" % n for n in range(101)), 400),
        (b"grant_type=refresh_token&a=" + b"x" * 65536, 413),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_malformed_form_is_refused(world: World, site: Site, content: bytes, status: int) -> None:
    answer = world.send("POST", "/token", {"content-type": FORM, **site.basic()}, content)
    assert refusal(answer) == (status, INVALID)
    assert header(answer, "Cache-Control") == "no-store"


@pytest.mark.parametrize(
    ("grant_type", "error"),
    [
        ("", INVALID),
        ("password", "unsupported_grant_type"),
        ("client_credentials", "unauthorized_client"),
        ("implicit", "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type"),
        ("AUTHORIZATION_CODE", "unsupported_grant_type"),
        ('"é', "unsupported_grant_type"),
    ],
)
def test_oa7_these_grants_and_no_other(
    world: World, site: Site, grant_type: str, error: str
) -> None:
    answer = world.token({"grant_type": grant_type}, site.basic())
    assert refusal(answer) == (400, error)
    assert body(answer)["error_description"].isascii()


def test_a_client_uses_only_its_own_grants(world: World) -> None:
    site = world.site(scope="openid", grant_types=["authorization_code"])
    assert refusal(world.refresh(site, "x")) == (400, "unauthorized_client")


def test_the_client_is_known_before_its_grant_is_looked_at(world: World) -> None:
    assert refusal(world.token({"grant_type": "password"})) == (400, "invalid_client")
