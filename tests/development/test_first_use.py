"""What the database holds before the first page; every start completes what is missing."""

from pathlib import Path

import pytest

from idp import env_files
from idp.accounts import identities, members
from idp.accounts.passwords import Hasher
from idp.development import first_use
from idp.development.layout import Layout
from idp.development.sites import SITES, MemberSite
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

    def prepare(self) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
        return first_use.prepare(self.layout, self.settings)

    def file(self, name: str) -> Path:
        return self.layout.state_dir / name

    def site(self, name: str = "Espace personnel") -> ClientInfo:
        with Database.open(self.settings).reading() as session:
            client = clients.find_by_name(session, name)
        assert client is not None
        return client


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    monkeypatch.chdir(tmp_path)
    return Copy(tmp_path)


SCOPES = {  # PII6: the forum sees roles, MGEN Avantage whether one is a member
    "espace_personnel": {"openid", "profile", "email", "phone", "member", "membership"},
    "avantage": {"openid", "membership"},
    "forum": {"openid", "roles"},
}


@pytest.mark.parametrize("known", SITES, ids=lambda known: known.package)
def test_each_site_is_registered_as_a_first_party_with_its_own_addresses(
    copy: Copy, known: MemberSite
) -> None:
    credentials = copy.prepare()[0][known.package]
    site, origin = copy.site(known.name), f"http://localhost:{9000 + known.offset}"
    assert credentials == env_files.read(copy.file(f"{known.package}.env"))
    assert site.id == credentials["CLIENT_ID"]
    assert site.has_secret(credentials["CLIENT_SECRET"])
    assert site.first_party
    assert set(site.scopes) == SCOPES[known.package]
    assert site.redirect_uris == (f"{origin}/auth/callback",)
    assert site.post_logout_redirect_uris == (f"{origin}/",)
    assert site.initiate_login_uri == f"{origin}/auth/login"
    assert site.backchannel_logout_uri == f"{origin}/auth/backchannel-logout"


def test_no_two_sites_share_a_secret_or_a_sector(copy: Copy) -> None:
    """H3: each knows people under subs of its own."""
    credentials, _demo = copy.prepare()
    registered = [copy.site(known.name) for known in SITES]
    assert len({each["CLIENT_SECRET"] for each in credentials.values()}) == 3
    assert len({site.sector for site in registered}) == 3
    assert {site.subject_type for site in registered} == {"pairwise"}


def test_the_demo_identity_is_active_with_the_password_told(copy: Copy) -> None:
    _site, demo = copy.prepare()
    with Database.open(copy.settings).reading() as session:
        identity = identities.find(session, "demo@mgen-connect.test")
    assert identity is not None
    assert identity.state == "active"
    assert Hasher.of(copy.settings).verify(identity.password_hash, demo["PASSWORD"])


def test_the_demo_identity_is_a_member_and_thirty_are_in_the_register(copy: Copy) -> None:
    _site, demo = copy.prepare()
    with Database.open(copy.settings).reading() as session:
        identity = identities.find(session, "demo@mgen-connect.test")
        assert identity is not None
        assert members.is_attached(session, identity.id)
        assert members.count(session) >= 30
    assert Path(demo["MEMBERS"]).stat().st_mode & 0o777 == 0o600


def test_a_second_start_changes_nothing(copy: Copy) -> None:
    assert copy.prepare() == copy.prepare()
    assert len(list(copy.layout.keys_dir.glob("*.pem"))) == 3


def test_the_site_moves_with_port_base(copy: Copy, tmp_path: Path) -> None:
    before, _demo = copy.prepare()
    moved = Copy(tmp_path, base=9200)
    assert moved.prepare()[0] == before
    assert moved.site().redirect_uris == ("http://localhost:9201/auth/callback",)
    assert moved.site("Forum").redirect_uris == ("http://localhost:9203/auth/callback",)


def test_a_lost_secret_is_replaced(copy: Copy) -> None:
    before, _demo = copy.prepare()
    copy.file("forum.env").unlink()
    after, _demo = copy.prepare()
    assert after["forum"]["CLIENT_ID"] == before["forum"]["CLIENT_ID"]
    assert after["forum"]["CLIENT_SECRET"] != before["forum"]["CLIENT_SECRET"]
    assert copy.site("Forum").has_secret(after["forum"]["CLIENT_SECRET"])
    assert after["avantage"] == before["avantage"]


def test_a_lost_database_is_made_anew_with_the_password_kept(copy: Copy) -> None:
    _site, demo = copy.prepare()
    for path in copy.layout.state_dir.glob("idp.sqlite3*"):
        path.unlink()
    credentials, again = copy.prepare()
    assert again == demo
    for known in SITES:
        assert copy.site(known.name).has_secret(credentials[known.package]["CLIENT_SECRET"])


def test_a_lost_demo_file_is_said_and_no_wrong_password_told(copy: Copy) -> None:
    copy.prepare()
    copy.file("demo.env").unlink()
    _site, demo = copy.prepare()
    assert "gone" in demo["PASSWORD"]
    assert not copy.file("demo.env").exists()


def test_files_with_secrets_are_private(copy: Copy) -> None:
    copy.prepare()
    sites = [f"{known.package}.env" for known in SITES]
    for name in ("secrets.env", "demo.env", *sites):
        assert copy.file(name).stat().st_mode & 0o077 == 0
