"""The certification plans, module by module, and in what state each is.

A module is one test, named after it. docs/conformance.md is written from here (test_plans.py).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

PASSES = "passes"
PROFILE = (
    "warning: of the fourteen claims of `profile` the register has name, given_name, family_name "
    "and birthdate; nobody invents the others"
)
SID = "warning: this one check does not know `sid` (Back-Channel Logout §2.1), which stays"
_STATIC = "does not run with registered clients; holds all the same"
_OBJECTS = "does not run: the algorithms of request objects are listed, without `none`"
_FAPI = "fapi2-security-profile-final"


class Plan(NamedTuple):
    """One table: the plans that run these modules, and the state of each module."""

    names: tuple[str, ...]
    modules: dict[str, str]


def _passing(prefix: str, suffixes: str) -> dict[str, str]:
    return {"-".join(filter(None, (prefix, suffix))): PASSES for suffix in suffixes.split()}


BASIC = Plan(
    ("oidcc-basic-certification-test-plan", "oidcc-formpost-basic-certification-test-plan"),
    _passing(
        "oidcc",
        """server response-type-missing idtoken-signature idtoken-unsigned userinfo-get
        userinfo-post-header userinfo-post-body
        ensure-request-without-nonce-succeeds-for-code-flow
        scope-profile scope-email scope-address scope-phone scope-all alternate-happy-flow
        display-page display-popup prompt-login prompt-none-not-logged-in prompt-none-logged-in
        max-age-1 max-age-10000 ensure-request-with-unknown-parameter-succeeds id-token-hint
        login-hint ui-locales claims-locales ensure-request-with-acr-values-succeeds codereuse
        codereuse-30seconds ensure-registered-redirect-uri ensure-post-request-succeeds
        server-client-secret-post
        request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
        unsigned-request-object-supported-correctly-or-rejected-as-unsupported claims-essential
        ensure-request-object-with-redirect-uri refresh-token
        ensure-request-with-valid-pkce-succeeds""",
    )
    | {
        "oidcc-idtoken-signature": _STATIC,
        "oidcc-idtoken-unsigned": "does not run: `none` is not offered",
        "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": _OBJECTS,
        "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": _OBJECTS,
        "oidcc-ensure-request-object-with-redirect-uri": _OBJECTS,
        "oidcc-scope-profile": PROFILE,
        "oidcc-scope-all": "warning: that of oidcc-scope-profile",
    },
)
CONFIG = Plan(
    ("oidcc-config-certification-test-plan",),
    _passing("oidcc", "discovery-endpoint-verification"),
)
RP_INITIATED_LOGOUT = Plan(
    ("oidcc-rp-initiated-logout-certification-test-plan",),
    _passing("oidcc-rp-initiated-logout", "discovery-endpoint-verification")
    | {"oidcc-rp-initiated-logout": PASSES}
    | _passing(
        "oidcc-rp-initiated-logout",
        """bad-post-logout-redirect-uri modified-id-token-hint no-id-token-hint no-params
        no-post-logout-redirect-uri no-state only-state query-added-to-post-logout-redirect-uri
        bad-id-token-hint""",
    ),
)
BACKCHANNEL_LOGOUT = Plan(
    ("oidcc-backchannel-rp-initiated-logout-certification-test-plan",),
    _passing(
        "oidcc",
        "backchannel-logout-discovery-endpoint-verification backchannel-rp-initiated-logout",
    ),
)
FAPI2 = Plan(
    (
        "fapi2-security-profile-final-test-plan [openid=openid_connect]"
        "[client_auth_type=private_key_jwt][sender_constrain=dpop][fapi_profile=plain_fapi]",
    ),
    _passing(
        _FAPI,
        """discovery-end-point-verification happy-flow user-rejects-authentication
        ensure-authorization-request-without-state-success
        ensure-authorization-request-without-nonce-success
        ensure-authorization-request-with-64-char-nonce-success ensure-other-scope-order-succeeds
        test-claims-parameter-identity-claims access-token-type-header-case-sensitivity
        check-dpop-proof-nbf-exp ensure-dpopproof-with-iat-10seconds-before-succeeds
        ensure-dpopproof-with-iat-10seconds-after-succeeds ensure-mismatched-dpop-jkt-fails
        ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt
        ensure-token-endpoint-fails-with-mismatched-dpop-jkt
        ensure-dpopproof-at-par-endpoint-binding-success ensure-dpop-auth-code-binding-success
        ensure-different-nonce-inside-and-outside-request-object
        ensure-different-state-inside-and-outside-request-object
        ensure-authorization-request-with-long-nonce ensure-authorization-request-with-long-state
        state-only-outside-request-object-not-used
        ensure-request-object-without-redirect-uri-fails
        plain-fapi-tolerate-unregistered-redirect-uri
        ensure-unsigned-authorization-request-without-using-par-fails
        ensure-redirect-uri-in-authorization-request ensure-response-type-code-idtoken-fails
        ensure-response-type-token-fails ensure-client-id-in-token-endpoint
        ensure-holder-of-key-required ensure-authorization-code-is-bound-to-client
        attempt-reuse-authorization-code-after-one-second
        ensure-token-endpoint-fails-with-expired-auth-code
        ensure-signed-client-assertion-with-RS256-fails
        ensure-client-assertion-in-token-endpoint
        ensure-client-assertion-with-exp-is-5-minutes-in-past-fails
        ensure-client-assertion-with-wrong-aud-fails ensure-client-assertion-with-no-sub-fails
        dpop-negative-tests refresh-token
        par-ensure-reused-request-uri-prior-to-auth-completion-succeeds
        par-attempt-reuse-request_uri par-attempt-to-use-expired-request_uri
        par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted
        par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails
        par-attempt-to-use-request_uri-for-different-client
        par-authorization-request-containing-request_uri-form-param
        par-attempt-invalid-http-method par-ensure-pkce-required
        ensure-pkce-code-verifier-required incorrect-pkce-code-verifier-rejected
        par-plain-pkce-rejected par-without-duplicate-parameters
        par-test-array-as-audience-fails par-test-par-endpoint-url-as-audience-fails
        par-test-token-endpoint-url-as-audience-fails""",
    )
    | {f"{_FAPI}-test-claims-parameter-identity-claims": SID},
)
PLANS = (BASIC, CONFIG, RP_INITIATED_LOGOUT, BACKCHANNEL_LOGOUT, FAPI2)


def test_of(module: str) -> str:
    """The name of the module's test."""
    return "test_" + re.sub("-", "_", module)


def rows(plan: Plan, places: dict[str, str]) -> Iterator[str]:
    """The lines of the plan's table; `places` has the file of each test by its name."""
    for module, state in plan.modules.items():
        yield f"| {module} | {places[test_of(module)]} | {state} |"
