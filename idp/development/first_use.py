"""What the database must hold before the first page: schema, signing key, the sites, one identity.

Every step looks first and acts only where something is missing, so that each start runs them all
and a start that was cut short is completed by the next.
"""

import secrets

from idp import env_files
from idp.accounts import identities, joining, members
from idp.accounts.activity import NOWHERE
from idp.development import demo_invitations, demo_register, secret_values
from idp.development.layout import Layout
from idp.development.sites import SITES, MemberSite
from idp.oidc import clients, keys
from idp.settings import Settings
from idp.storage import migrations
from idp.storage.engine import Database

DEMO_EMAIL = "demo@mgen-connect.test"
_DEMO_QUESTION = "first_pet"
_WHO = "make run"  # the operator, in the events


def prepare(layout: Layout, settings: Settings) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """CLIENT_ID, CLIENT_SECRET of each site; EMAIL, PASSWORD, SECRET_ANSWER… of the demo.

    MEMBERS is the path of the sheet of demo members; OLD_NIRS and OLD_PASSWORD sign in by NIR.
    """
    migrations.upgrade(settings)
    database = Database.open(settings)
    try:
        keys.ensure_signing_key(database, settings)
        sites = {site.package: _site(database, layout, site) for site in SITES}
        demo = _demo(database, layout)
        register = demo_register.load(database, layout.state_dir)
        demo_invitations.load(database)
        _join_demo(database)
        old = {"OLD_NIRS": ", ".join(register.old_nirs[:3]), "OLD_PASSWORD": register.old_password}
        return sites, {**demo, "MEMBERS": str(register.sheet), **old}
    finally:
        database.close()


def _site(database: Database, layout: Layout, site: MemberSite) -> dict[str, str]:
    """A member site as a client, through the code that the CLI uses."""
    path = layout.state_dir / f"{site.package}.env"
    kept, metadata = env_files.read(path), _site_metadata(layout, site)
    with database.writing() as session:
        client, secret = clients.find_by_name(session, site.name), kept.get("CLIENT_SECRET")
        if client is None:
            client, secret = clients.create(session, metadata, by=_WHO)
        else:
            clients.update(session, client.id, metadata, by=_WHO)  # moves with PORT_BASE
            if client.id != kept.get("CLIENT_ID"):  # the secret was lost with the file
                secret = clients.rotate_secret(session, client.id, by=_WHO)
        kept = {"CLIENT_ID": client.id, "CLIENT_SECRET": secret or ""}
        env_files.write(path, kept)
    return kept


def _site_metadata(layout: Layout, site: MemberSite) -> dict[str, object]:
    origin = layout.site_url(site)
    return {
        "client_name": site.name,
        "redirect_uris": [f"{origin}/auth/callback"],
        "post_logout_redirect_uris": [f"{origin}/"],
        "initiate_login_uri": f"{origin}/auth/login",
        "backchannel_logout_uri": f"{origin}/auth/backchannel-logout",
        "scope": site.scope,
        "first_party": True,
    }


def _demo(database: Database, layout: Layout) -> dict[str, str]:
    """An identity that can sign in at once; the file comes first, so that no password is lost."""
    path = layout.state_dir / "demo.env"
    kept = env_files.read(path)
    with database.writing() as session:
        exists = identities.find(session, DEMO_EMAIL) is not None
        if exists:
            return kept or {"EMAIL": DEMO_EMAIL, "PASSWORD": f"was in {path}, which is gone"}
        kept = kept or _new_demo()
        env_files.write(path, kept)
        identities.create_active(
            session,
            email=DEMO_EMAIL,
            password=kept["PASSWORD"],
            question=_DEMO_QUESTION,
            answer=kept["SECRET_ANSWER"],
        )
    return kept


def _join_demo(database: Database) -> None:
    """The demo identity is a member: the sites show what members see. Once, if both are free."""
    with database.writing() as session:
        identity = identities.find(session, DEMO_EMAIL)
        member = members.find(session, demo_register.DEMO_MEMBER)
        if identity is not None and member is not None and member.identity_id is None:
            joining.attach(session, identity.id, member.id, NOWHERE, how=_WHO)


def _new_demo() -> dict[str, str]:
    password = secret_values.password()
    return {"EMAIL": DEMO_EMAIL, "PASSWORD": password, "SECRET_ANSWER": secrets.token_hex(4)}
