"""Every refusal that idp/oidc can answer, read from its source: (error, reason in the log).

A reason is a constant in the call that makes the error; where a function gives it back, its
`return`s are read. What the source builds from another reason has that one's prefix here.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from idp.oidc import authorize_parameters, par

OIDC = Path(par.__file__).parent
Refusal = tuple[str, str]

# error that a helper makes, by the helper's name; its first argument is the reason
_HELPERS = {
    "invalid_request": "invalid_request",
    "invalid_client": "invalid_client",
    "invalid_grant": "invalid_grant",
    "invalid_scope": "invalid_scope",
    "invalid_token": "invalid_token",
    "invalid_target": "invalid_target",
    "_bad": "invalid_request",
}
# where a reason is said as an exception that becomes an error elsewhere, and with which prefix
_SIGNED = {
    "client_assertion.py": (("invalid_client", "assertion_"),),
    "dpop.py": (("invalid_dpop_proof", "dpop_"),),
    "signed_input.py": (("invalid_client", "assertion_"), ("invalid_dpop_proof", "dpop_")),
}
# functions whose `return`s are reasons: error and prefix
_RETURNED = {
    ("authorization_code.py", "refuse"): ("invalid_grant", ""),
    ("client_auth.py", "_why"): ("invalid_client", ""),
    ("client_assertion.py", "_unsigned"): ("invalid_client", "assertion_"),
}


@cache
def of_endpoints() -> frozenset[Refusal]:
    """What /par, /token, /userinfo, /introspect and /revoke can refuse with."""
    found = {refusal for name, tree in _trees() for refusal in _in_module(name, tree)}
    # par.py answers what would be a page elsewhere; a handle is never looked for there
    pushed = {("invalid_request", f"pushed_{reason}") for reason in of_pages() - {"pushed"}}
    keys = (call for _, tree in _trees() for call in _calls(tree, "UnusableKeyError"))
    jwk = {f"dpop_jwk_{reason}" for call in keys for reason in _constants(call.args[:1])}
    return frozenset(found | pushed | {("invalid_dpop_proof", reason) for reason in jwk})


@cache
def of_pages() -> frozenset[str]:
    """Reasons for which /authorize shows a page of ours: there is nowhere safe to answer."""
    calls = (call for _, tree in _trees() for call in _calls(tree, "UnsafeRequestError"))
    return frozenset(reason for call in calls for reason in _constants(call.args[:1]))


@cache
def of_answers() -> frozenset[str]:
    """Errors that a site is sent for what is wrong with its authorization request."""
    named = (call for _, tree in _trees() for call in _calls(tree, "BadParameterError"))
    errors = {error for call in named for error in _constants(call.args[:1])}
    return frozenset(errors | set(authorize_parameters._NOT_SUPPORTED.values()))


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(OIDC.glob("*.py")):
        yield path.name, ast.parse(path.read_text(encoding="utf-8"))


def _in_module(name: str, tree: ast.Module) -> Iterator[Refusal]:
    for helper, error in _HELPERS.items():
        for call in _calls(tree, helper):
            yield from ((error, reason) for reason in _constants(call.args[:1]))
    for call in _calls(tree, "EndpointError"):
        for error in _constants(call.args[:1]):
            yield from ((error, reason) for reason in _constants(call.args[1:2]))
    for call in _calls(tree, "invalid_proof"):
        yield from (("invalid_dpop_proof", f"dpop_{reason}") for reason in _constants(call.args))
    for error, prefix in _SIGNED.get(name, ()):
        for reason in _signed(tree):
            yield error, prefix + reason
    for (module, function), (error, prefix) in _RETURNED.items():
        if module == name:
            yield from ((error, prefix + reason) for reason in _returned(tree, function))


def _returned(tree: ast.Module, name: str) -> list[str]:
    made = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    nodes = (node for one in made if one.name == name for node in ast.walk(one))
    found = list(_constants(node.value for node in nodes if isinstance(node, ast.Return)))
    assert found, f"{name} has no reasons any more: the catalogue's test has to look elsewhere"
    return found


def _signed(tree: ast.Module) -> Iterator[str]:
    for call in _calls(tree, "SignedInputError"):
        yield from _constants(call.args[:1])
    for loop in (node for node in ast.walk(tree) if isinstance(node, ast.For)):
        # for name in ("nbf", "iat"): … raise SignedInputError(name)
        named = (call.args[0] for call in _calls(loop, "SignedInputError"))
        if isinstance(loop.iter, ast.Tuple) and _name(loop.target) in map(_name, named):
            yield from _constants(loop.iter.elts)


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if name == (called.attr if isinstance(called, ast.Attribute) else _name(called)):
                yield node


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _constants(values: Iterable[ast.expr | None]) -> Iterator[str]:
    """Each text that one of these expressions can be: a constant, or the ends of an `if`."""
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
        elif isinstance(value, ast.IfExp):
            yield from _constants([value.body, value.orelse])
