"""Where a sign-in may go on to: a page of this site that its code lists, and nothing else."""

from urllib.parse import urlsplit

from flask import Request, current_app, url_for
from werkzeug.exceptions import HTTPException

from relying_parties.common.services import services
from relying_parties.common.settings import LOOPBACK, is_loopback


def safe_path(candidate: str | None) -> str:
    """The path of the listed page that `candidate` is the path of, else of the home page.

    The path is built anew from the route: nothing that was sent is sent back (CWE-601).
    """
    home = url_for("site.home")
    try:
        endpoint, values = current_app.url_map.bind("").match(candidate or home, "GET")
    except HTTPException:
        return home
    return url_for(endpoint, **values) if endpoint in services().returns else home


def path_of(target: str | None) -> str | None:
    """The path of an absolute address (OIDC Core §4, target_link_uri) that is of this site."""
    base_url = services().settings.base_url
    if target is None or not target.startswith(base_url + "/"):
        return None
    return target.removeprefix(base_url)


def own_host(request: Request) -> str | None:
    """The same address under BASE_URL's name, where one came by another name of this machine.

    The issuer sends the browser back to BASE_URL: cookies set under the other name would be lost.
    """
    base_url = services().settings.base_url
    host = urlsplit(request.host_url).hostname
    if not is_loopback(base_url) or host not in LOOPBACK or host == urlsplit(base_url).hostname:
        return None
    return base_url + request.full_path.removesuffix("?")
