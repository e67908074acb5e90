"""The configuration of docs/integrate.md inside a real Apache with mod_auth_openidc."""

import shutil
import threading
import time
from pathlib import Path

import pytest
import requests

from tests.integrate.guide import Reader
from tests.integrate.serving import serving
from tests.interop.visitor import Visitor

pytestmark = pytest.mark.slow
_SECONDS = 20
_PAUSE = 0.1
MODULES = Path("/usr/lib/apache2/modules")
_WANTED = (
    *("mpm_event", "authz_core", "authz_user", "authn_core", "auth_openidc"),
    *("dir", "include", "mime"),
)
# what a virtual host has around the section's own lines
_AROUND = """
ServerRoot {folder}
PidFile {folder}/pid
ErrorLog {folder}/log.apache
Mutex file:{folder}
Listen 127.0.0.1:{port}
ServerName localhost:{port}
DocumentRoot {folder}/pages
DirectoryIndex index.html
TypesConfig /dev/null
AddType text/html .html
AddOutputFilter INCLUDES .html
<Directory {folder}/pages>
    Options +Includes
</Directory>
"""
_PRIVATE = 'Hello <!--#echo var="OIDC_CLAIM_email" --> <!--#echo var="REMOTE_USER" -->'


def _apache() -> str:
    program = shutil.which("apache2") or shutil.which("/usr/sbin/apache2")
    if program is None or not (MODULES / "mod_auth_openidc.so").exists():
        pytest.skip("NO APACHE WITH mod_auth_openidc ON THIS MACHINE: it was not tested")
    return program


def _configured(reader: Reader) -> Path:
    lines = [f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in _WANTED]
    around = _AROUND.format(folder=reader.folder, port=reader.port)
    path = reader.folder / "apache.conf"
    path.write_text("\n".join([*lines, around, reader.text("apache/site.conf")]))
    (reader.folder / "pages" / "private").mkdir(parents=True)
    (reader.folder / "pages" / "index.html").write_text("Sign in")
    (reader.folder / "pages" / "private" / "index.html").write_text(_PRIVATE)
    return path


def test_apache(reader: Reader) -> None:
    program = _apache()
    reader.register("apache/create")
    configuration = _configured(reader)
    with serving(reader, program, "-X", "-f", str(configuration)):
        visitor = Visitor(reader.stack)
        private = f"{reader.site}/private/"
        assert requests.get(private, allow_redirects=False, timeout=_SECONDS).status_code == 302
        page = visitor.browse(private).text
        assert page.startswith(f"Hello {visitor.email} "), page
        assert visitor.browse(private).text == page
        home = visitor.browse(f"{reader.site}/private/callback?logout={reader.site}/")
        assert home.url == f"{reader.site}/"
        assert visitor.browse(private).text == page
        assert visitor.pages.count("/connexion") == 2
        visitor.signs_out()
        _ends(visitor, private)


def _ends(visitor: Visitor, private: str) -> None:
    """The site has heard of it from the issuer: it asks again who is there."""
    pause, deadline = threading.Event(), time.monotonic() + _SECONDS
    while visitor.web.get(private, allow_redirects=False, timeout=_SECONDS).status_code == 200:
        assert time.monotonic() < deadline
        pause.wait(_PAUSE)
