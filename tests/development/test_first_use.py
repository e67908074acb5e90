"""What the database holds before the first page; every start completes what is missing."""

from pathlib import Path

import pytest

from idp import env_files
from idp.accounts import identities
from idp.accounts.passwords import Hasher
from idp.development import first_use
from idp.development.layout import Layout
from idp.development.supervisor import idp_settings
from idp.oidc import clients
from idp.oidc.client_info import ClientInfo
from idp.settings import Settings
from idp.storage.engine import Database


class Copy:
    """A development copy in a folder, as often prepared as one likes."""

    def __init__(self, folder: Path, base: int = 9000) -> None:
        self.layout = Layout(base, env_files.private_dir(folder / "state"), folder / "keys")
        self.settings = Settings.from_env(idp_settings(self.layout, {}))

    def prepare(self) -> tuple[dict[str, str], dict[str, str]]:
        return first_use.prepare(self.layout, self.settings)

    def file(self, name: str) -> Path:
        return self.layout.state_dir / name

    def site(self) -> ClientInfo:
        with Database.open(self.settings).reading() as session:
            client = clients.find_by_name(session, "Espace personnel")
        assert client is not None
        return client


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    monkeypatch.chdir(tmp_path)
    return Copy(tmp_path)


def test_the_site_is_registered_as_a_first_party_with_its_own_addresses(copy: Copy) -> None:
    credentials, _demo = copy.prepare()
    site = copy.site()
    assert credentials == env_files.read(copy.file("espace_personnel.env"))
    assert site.id == credentials["CLIENT_ID"]
    assert site.has_secret(credentials["CLIENT_SECRET"])
    assert site.first_party
    assert set(site.scopes) == {"openid", "email"}
    assert site.redirect_uris == ("http://localhost:9001/auth/callback",)
    assert site.post_logout_redirect_uris == ("http://localhost:9001/",)
    assert site.initiate_login_uri == "http://localhost:9001/auth/login"


def test_the_demo_identity_is_active_with_the_password_told(copy: Copy) -> None:
    _site, demo = copy.prepare()
    with Database.open(copy.settings).reading() as session:
        identity = identities.find(session, "demo@mgen-connect.test")
    assert identity is not None
    assert identity.state == "active"
    assert Hasher.of(copy.settings).verify(identity.password_hash, demo["PASSWORD"])


def test_a_second_start_changes_nothing(copy: Copy) -> None:
    assert copy.prepare() == copy.prepare()
    assert len(list(copy.layout.keys_dir.glob("*.pem"))) == 1


def test_the_site_moves_with_port_base(copy: Copy, tmp_path: Path) -> None:
    before, _demo = copy.prepare()
    moved = Copy(tmp_path, base=9200)
    assert moved.prepare()[0] == before
    assert moved.site().redirect_uris == ("http://localhost:9201/auth/callback",)


def test_a_lost_secret_is_replaced(copy: Copy) -> None:
    before, _demo = copy.prepare()
    copy.file("espace_personnel.env").unlink()
    after, _demo = copy.prepare()
    assert after["CLIENT_ID"] == before["CLIENT_ID"]
    assert after["CLIENT_SECRET"] != before["CLIENT_SECRET"]
    assert copy.site().has_secret(after["CLIENT_SECRET"])


def test_a_lost_database_is_made_anew_with_the_password_kept(copy: Copy) -> None:
    _site, demo = copy.prepare()
    for path in copy.layout.state_dir.glob("idp.sqlite3*"):
        path.unlink()
    site, again = copy.prepare()
    assert again == demo
    assert copy.site().has_secret(site["CLIENT_SECRET"])


def test_a_lost_demo_file_is_said_and_no_wrong_password_told(copy: Copy) -> None:
    copy.prepare()
    copy.file("demo.env").unlink()
    _site, demo = copy.prepare()
    assert "gone" in demo["PASSWORD"]
    assert not copy.file("demo.env").exists()


def test_files_with_secrets_are_private(copy: Copy) -> None:
    copy.prepare()
    for name in ("secrets.env", "espace_personnel.env", "demo.env"):
        assert copy.file(name).stat().st_mode & 0o077 == 0
