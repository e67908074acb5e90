"""Sites of docs/integrate.md that have a server: sign in, read one's own address, sign out."""

import subprocess
import sys

import pytest

from tests.integrate.guide import Reader
from tests.integrate.serving import serving
from tests.interop import node
from tests.interop.visitor import Visitor

pytestmark = pytest.mark.slow


def _signs_in_and_out(reader: Reader) -> Visitor:
    visitor = Visitor(reader.stack)
    before = visitor.browse(f"{reader.site}/").text
    assert "Sign in" in before
    assert f"Hello {visitor.email}" in visitor.browse(f"{reader.site}/login").text
    assert f"Hello {visitor.email}" in visitor.browse(f"{reader.site}/").text
    assert visitor.browse(f"{reader.site}/logout").url == f"{reader.site}/"
    assert "Sign in" in visitor.browse(f"{reader.site}/").text
    # the issuer's session has ended too: whoever comes back is asked again
    visitor.browse(f"{reader.site}/login")
    assert visitor.pages.count("/connexion") == 2
    return visitor


def _tells_a_refusal(reader: Reader) -> None:
    refused = Visitor(reader.stack).web.get(f"{reader.site}/callback?error=access_denied&state=x")
    assert refused.status_code == 403
    assert "Not signed in" in refused.text


def test_python(reader: Reader) -> None:
    reader.register("python/create")
    reader.save("python/app.py")
    flask = [sys.executable, "-m", "flask", "--app", "app", "run", "--port", str(reader.port)]
    with serving(reader, *flask, "--host", "localhost"):
        _signs_in_and_out(reader)
        _tells_a_refusal(reader)


def test_node(reader: Reader) -> None:
    (reader.folder / "node_modules").symlink_to(node.packages())
    reader.register("node/create")
    reader.save("node/site.mjs", "node/server.mjs")
    with serving(reader, "node", "server.mjs"):
        _signs_in_and_out(reader)
        _tells_a_refusal(reader)


def test_fapi(reader: Reader) -> None:
    (reader.folder / "node_modules").symlink_to(node.packages())
    reader.save("fapi/keys.mjs", "fapi/site.mjs", "node/server.mjs")
    made = subprocess.run(["node", "keys.mjs"], cwd=reader.folder, check=False)
    assert made.returncode == 0
    reader.register("fapi/create")
    reader.save("fapi/site.mjs")
    with serving(reader, "node", "server.mjs"):
        _signs_in_and_out(reader)
        _tells_a_refusal(reader)
