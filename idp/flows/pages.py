"""What every hosted page shares: rendering with the site's name, and forms that may lead to it."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from idp.flows.fields import EmptyForm
from idp.flows.visit import Visit
from idp.oidc.authorization_response import QUERY
from idp.texts import error_page


def handle() -> str | None:
    """The interaction that this page belongs to, from its address."""
    return request.args.get("interaction") or None


def render(
    template: str, status: int = 200, *, visit: Visit | None = None, **values: Any
) -> Response:
    """A page. With a visit it names the site, and its form may be answered by that site (WB2)."""
    if visit is not None:
        values.setdefault("site", visit.client)
        values.update(_way_back(visit))
        if visit.request is not None and visit.request.response_mode == QUERY:
            g.form_action = csp_source(visit.request.redirect_uri)
    return make_response(render_template(template, **values), status)


def _way_back(visit: Visit) -> dict[str, Any]:
    """« Annuler » (base.html), wherever a site waits for an answer: the same for everybody."""
    if visit.request is None or visit.interaction is None:
        return {}
    action = url_for("refusal.submit", interaction=visit.handle)
    return {"cancel_form": EmptyForm(formdata=None), "cancel_action": action}


def hold_a_token(blueprint: Blueprint) -> None:
    """The addresses of these pages hold a token: no Referer may tell it, even if refused (OTC8)."""

    @blueprint.url_value_preprocessor
    def mark(_endpoint: str | None, _values: dict[str, str] | None) -> None:
        g.link_page = True


def see_other(address: str) -> Response:
    """After a POST, always 303: the browser must not post again (WB4)."""
    return make_response(redirect(address, 303))


def failure(
    text_key: str, status: int, *, way: dict[str, str] | None = None, **said: str
) -> Response:
    """The one page of errors: the sentences of `text_key`, and perhaps a way on from it."""
    values: dict[str, Any] = {**error_page(text_key, **said), **(way or {})}
    return render("errors/page.html", status, **values)


def carried(endpoint: str, given: MultiDict[str, str]) -> str:
    """The address of one of our pages with what was sent to it, whatever the names say."""
    return f"{url_for(endpoint)}?{urlencode(list(given.items(multi=True)))}"


def origin(address: str) -> str:
    """scheme://host:port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def csp_source(address: str) -> str:
    """The origin of a site's address, as a CSP names it: an app's scheme or an IPv6 host has none.

    By its scheme alone then (CSP 3 §2.3.1 knows no host in brackets).
    """
    parts = urlsplit(address)
    bare = not parts.netloc or parts.netloc.startswith("[")
    return f"{parts.scheme}:" if bare else origin(address)
