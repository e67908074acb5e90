"""Authorization headers that are no Basic credentials, or not those of the client (OA17)."""

from tests.oidc.world import basic


def malformed(client_id: str, secret: str) -> dict[str, str]:
    """Headers by what is wrong with them; each is answered 401 with a challenge."""
    good = basic(f"{client_id}:{secret}")
    return {
        "empty": "",
        "scheme alone": "Basic",
        "scheme and space": "Basic ",
        "another scheme": "Bearer " + good[6:],
        "digest": "Digest " + good[6:],
        "no scheme": good[6:],
        "two headers joined": f"{good}, {good}",
        "two spaces": good.replace(" ", "  "),
        "trailing space": good + " ",
        "a tab": good.replace(" ", "\t"),
        "padding lost": good.rstrip("=") if good.endswith("=") else good[:-1],
        "too much padding": good + "==",
        "not base64": "Basic !!!!",
        "base64url": basic(b"\xfb\xff:\xfb\xff").replace("+", "-").replace("/", "_"),
        "inner blank": good[:12] + " " + good[12:],
        "not ASCII": good[:12] + "é" + good[13:],
        "no colon": basic(client_id + secret),
        "not UTF-8": basic(client_id.encode() + b":\xff\xfe"),
        "id not UTF-8": basic(b"\xe9:" + secret.encode()),
        "broken escape": basic(f"{client_id}:{secret}%"),
        "bad escape": basic(f"{client_id}:%zz{secret}"),
        "escaped bytes not UTF-8": basic(f"{client_id}:%ff"),
        "escaped zero byte": basic(f"{client_id}:{secret}%00"),
        "zero byte": basic(f"{client_id}:{secret}\x00"),
        "newline": basic(f"{client_id}:{secret}\n"),
        "secret empty": basic(f"{client_id}:"),
        "id empty": basic(f":{secret}"),
        "both empty": basic(":"),
        "swapped": basic(f"{secret}:{client_id}"),
        "colon doubled": basic(f"{client_id}::{secret}"),
        "secret in capitals": basic(f"{client_id}:{secret.swapcase()}"),
        "secret cut": basic(f"{client_id}:{secret[:-1]}"),
        "secret longer": basic(f"{client_id}:{secret}A"),
        "id in capitals": basic(f"{client_id}X:{secret}"),
        "accents": basic(f"{client_id}:é"),
        "encoded twice": basic(f"{client_id}:%25{secret}"),
    }
