"""A site that speaks to the machine endpoints: proves itself its way, shows a key if it has one."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from idp.models import Client
from idp.oidc import client_queries
from idp.oidc.http import MachineResponse
from tests.oidc.holder import Holder, ath, holder, keyed_site
from tests.oidc.world import CALLBACK, VERIFIER, Person, Site, World, body

API = "https://api.exemple.test/v1"
OTHER_API = "https://autre.exemple.test/"
SCOPE = "openid email offline_access"
ALL_GRANTS = ["authorization_code", "refresh_token", "client_credentials"]


@dataclass(frozen=True)
class Caller:
    """One site; `keys` of its private_key_jwt, `shows` the key of its DPoP proofs."""

    world: World
    site: Site
    keys: Holder | None = None
    shows: Holder | None = None
    form: dict[str, str] = field(default_factory=dict)

    def showing(self, key: Holder | None) -> "Caller":
        """The same site with another key, or none."""
        return Caller(self.world, self.site, self.keys, key, self.form)

    def post(self, path: str, form: dict[str, str], **proof: Any) -> MachineResponse:
        """POST a form, authenticated; `proof` changes the DPoP proof."""
        headers, mine = self.authentication()
        return self.world.post(path, {**form, **mine}, headers | self.header("POST", path, **proof))

    def authentication(self) -> tuple[dict[str, str], dict[str, str]]:
        """Headers and form fields by which the site proves itself, made anew each time."""
        if self.keys:
            return {}, self.keys.by_assertion(self.site, self.world.issuer.address)
        if self.site.client.public:
            return {}, {"client_id": self.site.id}
        return self.site.basic(), {}

    def header(self, method: str, path: str, **proof: Any) -> dict[str, str]:
        """The DPoP header, if it shows a key."""
        if self.shows is None:
            return {}
        return {"dpop": self.shows.proof(method, self.world.issuer.url(path), **proof)}

    def exchange(self, code: str, **more: str) -> MachineResponse:
        """Present a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return self.post("/token", {**form, **more})

    def signed_in(
        self, person: Person, form: dict[str, str] | None = None, **code: Any
    ) -> dict[str, Any]:
        """The tokens of a sign-in; `form` goes with the code, `code` changes what was asked."""
        return good(self.exchange(self.world.code(self.site, person, **code), **(form or {})))

    def refresh(self, token: str, **more: str) -> MachineResponse:
        """Present a refresh token."""
        return self.post("/token", {"grant_type": "refresh_token", "refresh_token": token, **more})

    def refreshed(self, token: str, **more: str) -> dict[str, Any]:
        """The same, which must go well."""
        return good(self.refresh(token, **more))

    def for_itself(self, **more: str) -> MachineResponse:
        """Ask for a token of the site's own."""
        return self.post("/token", {"grant_type": "client_credentials", **more})

    def introspect(self, token: str, **more: str) -> dict[str, Any]:
        """What the issuer says of a token."""
        return good(self.post("/introspect", {"token": token, **more}))

    def active(self, token: str) -> bool:
        """Whether it is good."""
        told = self.introspect(token)
        assert told["active"] or told == {"active": False}, "nothing else is told (RFC 7662 §2.2)"
        return bool(told["active"])

    def revoke(self, token: str, **more: str) -> MachineResponse:
        """Give a token back."""
        return self.post("/revoke", {"token": token, **more})

    def userinfo(self, token: str, scheme: str = "DPoP", **proof: Any) -> MachineResponse:
        """GET userinfo by the scheme, with a proof of the token if it shows a key."""
        proof = {"ath": ath(token), **proof}
        headers = {"authorization": f"{scheme} {token}", **self.header("GET", "/userinfo", **proof)}
        return self.world.send("GET", "/userinfo", headers)


def caller(world: World, shows: Holder | None = None, **registered: Any) -> Caller:
    """An ordinary site with two APIs that may do everything, but for what is said otherwise."""
    site = world.site(
        scope=SCOPE,
        **({"token_endpoint_auth_method": "none"} if registered.pop("public", 0) else {}),
    )
    site = changed(
        world, site, **{"grant_types": ALL_GRANTS, "resource": [API, OTHER_API], **registered}
    )
    return Caller(world, site, shows=shows)


def fapi2(world: World, **registered: Any) -> Caller:
    """A site under the FAPI 2.0 security profile: that alone asks for a proof at each use."""
    keys = holder()
    said = {
        "grant_types": ALL_GRANTS,
        "resource": [API],
        "profile": "fapi2",
        "id_token_signed_response_alg": "ES256",
    }
    return Caller(world, keyed_site(world, keys.jwk, **{**said, **registered}), keys, holder())


def changed(world: World, site: Site, **registered: Any) -> Site:
    """The site with other metadata, five seconds later."""
    row = Client.id == site.id
    with world.database.writing() as session:
        before = session.execute(select(Client.registered).where(row)).scalar_one()
        session.execute(update(Client).where(row).values(registered={**before, **registered}))
        client = client_queries.load(session, site.id)
    world.issuer.clients._kept.clear()
    assert client is not None
    return Site(client, site.secret)


def good(answer: MachineResponse) -> dict[str, Any]:
    """The JSON of an answer that is no refusal."""
    assert answer.status == 200, answer
    return body(answer)
