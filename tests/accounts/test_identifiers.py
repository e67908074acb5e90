"""E-mail addresses: however it is typed, one address has one form, one index, one mailbox (LI1)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts import identifiers
from idp.accounts.identifiers import BadEmailError, canonical_email
from idp.storage.engine import Database
from tests import factories
from tests.fixtures import settings_for

SPELLINGS = [
    "claire.aubin@exemple.fr",
    "Claire.Aubin@Exemple.fr",
    "CLAIRE.AUBIN@EXEMPLE.FR",
    "  claire.aubin@exemple.fr  ",
    "\tclaire.aubin@exemple.fr\r\n",
    "\u00a0claire.aubin@exemple.fr\u202f",
    "\u3000claire.aubin@exemple.fr",
    "ｃｌａｉｒｅ.ａｕｂｉｎ@exemple.fr",
    "claire.aubin＠exemple.fr",
    "claire.aubin@exemple．fr",
    "claire.aubin@exemple。fr",
    "claire.aubin@ⓔxemple.fr",
    "𝐜laire.aubin@exemple.fr",
    "claire.aubin@exemple.fR",
]
IDNA = [
    "claire@société.exemple.fr",
    "claire@SOCIÉTÉ.exemple.fr",
    "claire@socie\u0301te\u0301.exemple.fr",
    "claire@xn--socit-esab.exemple.fr",
    "claire@XN--SOCIT-ESAB.EXEMPLE.FR",
]
REFUSED = [
    "",
    " ",
    "claire",
    "@exemple.fr",
    "claire@",
    "claire@exemple",
    "claire@@exemple.fr",
    "claire@exemple..fr",
    "claire@.exemple.fr",
    "claire@exemple.fr.",
    ".claire@exemple.fr",
    "claire.@exemple.fr",
    "claire aubin@exemple.fr",
    '"claire aubin"@exemple.fr',
    "Claire <claire@exemple.fr>",
    "claire@exemple.fr,autre@exemple.fr",
    "claire@exemple.fr;autre@exemple.fr",
    "claire@exemple.fr\nBcc: autre@exemple.fr",
    "claire\x00@exemple.fr",
    "claire\u200b@exemple.fr",
    "claire@[192.0.2.1]",
    "claire@192.0.2.1",
    "clairé@exemple.fr",
    "claire@-exemple.fr",
    "claire@exemple.fr/x",
    "claire@localhost",
    "claire@site.invalid",
    "c" * 65 + "@exemple.fr",
    "claire@" + "e" * 64 + ".fr",
    "c@" + "exemple." * 40 + "fr",
    "\ufdfa" * 200 + "@exemple.fr",
]


def test_there_are_at_least_twelve_spellings() -> None:
    assert len(set(SPELLINGS)) >= 12


@pytest.mark.parametrize("typed", SPELLINGS)
def test_li1_every_spelling_is_one_address(typed: str) -> None:
    assert canonical_email(typed) == "claire.aubin@exemple.fr"


@pytest.mark.parametrize("typed", IDNA)
def test_li1_every_spelling_of_an_accented_domain_is_one_address(typed: str) -> None:
    assert canonical_email(typed) == "claire@société.exemple.fr"


@pytest.mark.parametrize(("typed", "other"), [("faß.de", "fass.de"), ("βόλος.gr", "βόλοσ.gr")])
def test_li1_two_domains_are_never_made_one(typed: str, other: str) -> None:
    """casefold() would write a member's code to whoever owns the other domain."""
    assert canonical_email(f"Claire@{typed}") == f"claire@{typed}"
    assert canonical_email(f"Claire@{typed}") != canonical_email(f"Claire@{other}")


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadEmailError):
        canonical_email(typed)


@given(st.emails(), st.sampled_from(["", " ", "\u00a0"]))
def test_the_canonical_form_is_its_own_canonical_form(email: str, around: str) -> None:
    try:
        found = canonical_email(around + email + around)
    except BadEmailError:
        return
    assert canonical_email(found) == found == canonical_email(email.upper())


def test_the_reserved_domain_is_for_development_only() -> None:
    assert canonical_email("claire@exemple.test", development=True) == "claire@exemple.test"
    with pytest.raises(BadEmailError):
        canonical_email("claire@exemple.test")


def test_a_session_knows_whether_it_is_in_development(database: Database, tmp_path: Path) -> None:
    with database.reading() as session:
        assert identifiers.email_of(session, " CLAIRE@exemple.test") == "claire@exemple.test"
        session.info["settings"] = settings_for(tmp_path, environment="production")
        with pytest.raises(BadEmailError):
            identifiers.email_of(session, "claire@exemple.test")


def test_the_index_is_keyed_and_the_address_sealed(database: Database) -> None:
    with database.writing() as session:
        identity = factories.make_identity(session)
        assert identifiers.email_indexes(session, factories.EMAIL) == [identity.email_index]
        assert identifiers.open_email(session, identity.email_sealed) == factories.EMAIL
    seen = factories.dump(database)
    assert "claire" not in seen
    assert "exemple" not in seen


@pytest.mark.parametrize(
    ("email", "mask"),
    [
        ("didier@ac-reims.fr", "did*****@ac-reims.fr"),
        ("didi@exemple.fr", "did*****@exemple.fr"),
        ("did@exemple.fr", "d*****@exemple.fr"),
        ("d@exemple.fr", "d*****@exemple.fr"),
        ("d" * 60 + "@exemple.fr", "ddd*****@exemple.fr"),
    ],
)
def test_a_mask_shows_leading_letters_and_never_the_length(email: str, mask: str) -> None:
    assert identifiers.mask_after_password(email) == mask
