r"""Which addresses a site may register (OA1, CL1; RFC 9700 §2.1, RFC 6749 §3.1.2).

An address is kept byte for byte and later compared byte for byte, so only one spelling of it is
accepted: plain ASCII, lower-case host, nothing that two parsers could read in two ways.
"""

import re
from urllib.parse import parse_qsl, urlsplit

MAX_LENGTH = 1024
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})

# what our answers add to the address themselves (RFC 6749 §4.1.2, RFC 9207, OIDC Core §4)
_OURS = frozenset(
    {"code", "state", "iss", "error", "error_description", "error_uri", "response", "id_token"}
    | {"access_token", "session_state", "login_hint", "target_link_uri"}
)
_ANYWHERE = (
    (r"[^\x21-\x7e]", "holds a space, a control character or a character outside ASCII"),
    (r"\\", "holds a backslash"),
    (r"\*", "holds a wildcard; every address is registered in full"),
    (r";", "holds a semicolon"),
    (r"[\"<>^`{|}]", "holds a character that no URI may hold (RFC 3986 §2)"),
    (r"#", "holds a fragment (RFC 6749 §3.1.2)"),
    (r"@", "holds an @, which could hide its true host"),
    (r"%(?![0-9A-Fa-f]{2})", "holds a % that encodes nothing"),
    (r"%(?:[01][0-9A-Fa-f]|7[Ff])", "holds an encoded control character"),
)
_IN_PATH = (
    (r"(?:^|/)\.{1,2}(?:/|$)", "holds a . or .. segment"),
    (r"//", "holds two slashes in its path"),
    (r"%(?:2[EeFf5]|3[Bb]|5[Cc])", "hides a dot, slash, percent, semicolon or backslash"),
)
_FORM = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[^\]/?]*\]|[^/?:\[\]]+)(?::(?P<port>[^/?]*))?"
    r"(?P<path>/[^?]*)?(?:\?(?P<query>.*))?"
)
_LITERALS = frozenset({"127.0.0.1", "[::1]"})  # §8.3: localhost may be made to mean elsewhere
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# a last label that starts with a letter keeps out IPv4 addresses in all their spellings
_HOST = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+(?=[a-z]){_LABEL}")
# one slash, since no host follows; at least two labels, which no scheme of a browser has
_APP = re.compile(
    rf"(?P<scheme>(?=[a-z]){_LABEL}(?:\.{_LABEL})+):(?P<path>/(?!/)[^?]*)(?:\?(?P<query>.*))?"
)
_PORT = re.compile(r"[1-9][0-9]{0,4}")


def problem(uri: str, *, development: bool) -> str | None:
    """What is wrong with the address, as the end of a sentence; None when it may be registered."""
    if len(uri) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters"
    for pattern, sentence in _ANYWHERE:
        if re.search(pattern, uri):
            return sentence
    parts = _FORM.fullmatch(uri)
    if parts is None:
        return _malformed(uri)
    return (
        _host_problem(parts["scheme"], parts["host"], development)
        or _port_problem(parts["port"])
        or _path_problem(parts["path"] or "")
        or _query_problem(parts["query"] or "")
    )


def native_problem(uri: str, *, development: bool) -> str | None:
    """The same for an app on somebody's own machine (RFC 8252 §7): two more ways to reach it."""
    if len(uri) > MAX_LENGTH or any(re.search(pattern, uri) for pattern, _ in _ANYWHERE):
        return problem(uri, development=development)
    parts = _FORM.fullmatch(uri)
    if parts and parts["scheme"] == "http" and parts["host"] in _LITERALS:
        # §7.3: any port will do when a request comes, and no other program answers there
        return problem(uri, development=True)
    scheme = _SCHEME.match(uri)
    if scheme is None or scheme[0].lower() in {"http", "https"}:
        return problem(uri, development=development)
    parts = _APP.fullmatch(uri)
    if parts is None:
        return "is not of the form com.example.app:/path, a host name backwards (RFC 8252 §7.1)"
    return _path_problem(parts["path"]) or _query_problem(parts["query"] or "")


def is_loopback(uri: str) -> bool:
    """Whether a valid address is on whatever machine opens it."""
    parts = _FORM.fullmatch(uri)
    return parts is not None and parts["host"] in LOOPBACK


def sector_of(uri: str) -> str:
    """The host of a valid address (OIDC Core §8.1); on loopback with its port, one site a port.

    An app's own scheme is a host name backwards: its sector is that host's.
    """
    app = _APP.fullmatch(uri)
    if app:
        return ".".join(reversed(app["scheme"].split(".")))
    parts = urlsplit(uri)
    host = parts.netloc.removesuffix(f":{parts.port}")
    return parts.netloc if host in LOOPBACK else host


def sector_problem(sector: str, *, development: bool) -> str | None:
    """What is wrong with a sector identifier given by hand; None when it is a host."""
    host, _, port = sector.rpartition(":") if _loopback_with_port(sector) else (sector, "", None)
    return _host_problem("https", host, development) or _port_problem(port)


def _loopback_with_port(sector: str) -> bool:
    return sector not in LOOPBACK and sector.rpartition(":")[0] in LOOPBACK


def _malformed(uri: str) -> str:
    scheme = _SCHEME.match(uri)
    if scheme and scheme[0] not in {"http", "https"}:
        return "does not start with https:// in lower case"
    return "is not of the form https://host/path"


def _host_problem(scheme: str, host: str, development: bool) -> str | None:
    if host in LOOPBACK:
        return None if development else "is on this machine itself; only development allows that"
    if scheme == "http":
        return "uses http; only development allows that, on localhost, 127.0.0.1 and [::1]"
    if host != host.lower():
        return "has capital letters in its host"
    if host.endswith(".localhost") or not _HOST.fullmatch(host):
        return "has no full host name such as www.example.org"
    return None


def _port_problem(port: str | None) -> str | None:
    if port is None or (_PORT.fullmatch(port) and int(port) <= 65535):
        return None
    return "has a port that is no number from 1 to 65535"


def _path_problem(path: str) -> str | None:
    for pattern, sentence in _IN_PATH:
        if re.search(pattern, path):
            return sentence
    return None


def _query_problem(query: str) -> str | None:
    taken = {name for name, _ in parse_qsl(query, keep_blank_values=True)} & _OURS
    return f"has the parameter {min(taken)}, which our answer adds itself" if taken else None
