"""The pages that take an address or a person, each as one walk, whoever is typed.

A later issue adds a walk, and a line in PAGES. A walk may use whatever is known to a stranger:
never a code or a link that went to EMAIL.
"""

from dataclasses import dataclass

from idp.accounts.nir import Nir
from tests.flows import (
    alike_association,
    alike_migration,
    alike_new_password,
    alike_recovery,
    alike_site,
)
from tests.flows.alike import ASPECTS, CODE, JOINER, STRANGER, WRONG_CODE, Stage, Walk
from tests.flows.alike_nir import by_nir_over_the_network_budget, right_by_nir, wrong_by_nir
from tests.flows.alike_states import (
    BLOCKED_TOO,
    HELD,
    OF_ADDRESS,
    OF_PERSON,
    STATES,
    WITH_OLD,
    Case,
)
from tests.flows.conftest import sign_in
from tests.flows.opening_support import (
    give_coordinates,
    give_nir,
    reach_code,
)
from tests.flows.support_b import WRONG, spend
from tests.member import PASSWORD, Member

ADDRESS, PERSON, BOTH = "address", "person", "both"
TYPED = "Trois.Petits*Chats-9"
JOIN = "Me connecter et continuer"
CHANNELS = "Renvoyer un code", "Recevoir un code"


@dataclass(frozen=True)
class But:
    """States that may be told from the others, in these aspects only, and why."""

    why: str
    states: tuple[str, ...]
    aspects: tuple[str, ...] = ASPECTS


@dataclass(frozen=True)
class Page:
    """A walk; `typed`: what tells there, EMAIL or the data of the person, or both.

    `blocks`: a block of the address shows there, so that a phantom block is its like.
    `links_weigh`: why a link written for one weighs what a second message does for another.
    `but`: where states need not look like the others; a test asks that they do not.
    """

    name: str
    walk: Walk
    typed: str = BOTH
    blocks: bool = False
    links_weigh: str = ""
    but: tuple[But, ...] = ()

    def can_tell(self, case: Case) -> bool:
        """Whether what is typed here is known in that state; else only test-all looks."""
        strangers = {ADDRESS: OF_PERSON, PERSON: OF_ADDRESS, BOTH: ()}[self.typed]
        return case not in strangers or case.name in {"email-on-file", "legacy"}


# --- /connexion


def knock(member: Member, email: str, password: str) -> Member:
    """On the form that came back, or on a fresh one."""
    if not any("Me connecter" in form.button for form in member.forms):
        member.open("/connexion")
    return sign_in(member, email, password)


def wrong_passwords(stage: Stage) -> None:
    """Told off, then blocked; the right one from elsewhere meanwhile; a wrong one a day later."""
    member = stage.browser().open("/connexion")
    for _ in range(3):
        knock(member, stage.email, WRONG)
    other = stage.browser().open("/connexion")
    knock(other, stage.email, PASSWORD)
    stage.clock.advance(hours=24)
    knock(other, stage.email, WRONG)


def right_password(stage: Stage) -> None:
    """What is the right password of whoever has one."""
    sign_in(stage.browser().open("/connexion"), stage.email, PASSWORD)


def over_the_network_budget(stage: Stage) -> None:
    """LK4."""
    member = stage.browser()
    spend(stage, "sign_in_failures_ip", stage.network(member))
    sign_in(member.open("/connexion"), stage.email, WRONG)


# --- /creer-un-compte, /activation


def signing_up(stage: Stage) -> None:
    """The form, its last page, the message again until the mailbox has had enough."""
    member = stage.browser().sign_up(stage.email, TYPED).submit("Renvoyer")
    spend(stage, "mail_anonymous", stage.email, used=2)
    member.submit("Renvoyer")
    stage.browser().sign_up(stage.email, TYPED)


def signing_up_then_guessing(stage: Stage) -> None:
    """The password just chosen may not say if it was kept (A7), nor a block whose it is (004)."""
    member = stage.browser().sign_up(stage.email, TYPED).open("/connexion")
    for password in (TYPED, WRONG, WRONG, TYPED):
        knock(member, stage.email, password)
    member.sign_up(stage.email, TYPED)
    knock(member, stage.email, TYPED)


def asking_again(stage: Stage) -> None:
    """From the page of a dead link, once and until the mailbox has had enough."""
    member = stage.browser()
    member.open("/activation/x").submit("Recevoir", email=stage.email)
    spend(stage, "mail_anonymous", stage.email, used=1)
    member.open("/activation/renvoyer").submit("Recevoir", email=stage.email)


def invited_elsewhere(stage: Stage) -> None:
    """One who is invited changes the address to somebody else's (B2)."""
    member = stage.browser()
    link = member.mails(STRANGER, "invitation")[-1]["values"]["link"]
    member.open(link).submit(email=stage.email, password=TYPED, confirm_password=TYPED)


def invited_elsewhere_then_in(stage: Stage) -> None:
    """The same, and the password just chosen."""
    invited_elsewhere(stage)
    sign_in(stage.browser().open("/connexion"), stage.email, TYPED)


# --- /creer-mon-espace


def with_a_wrong_password(stage: Stage) -> None:
    """The first fold: as at the sign-in."""
    member = give_nir(stage.browser(), stage.line["nir"])
    fold = {"have_account": "yes", "email": stage.email, "password": WRONG}
    for _ in range(4):
        if any(JOIN in form.button for form in member.forms):
            member.submit(JOIN, **fold)


def to_code(stage: Stage, email: str = "", **changes: str) -> Member:
    """All pages to the one with the channels."""
    return reach_code(stage.browser(), stage.line, email or stage.email, **changes)


def send(member: Member, channel: str) -> Member:
    """Ask for a code there, whether the page offers it or not."""
    button = next(b for b in CHANNELS if any(b in form.button for form in member.forms))
    return member.submit(button, channel=channel)


def codes_sent_and_wrong(stage: Stage) -> None:
    """To each channel, shown or not, until it has had enough; wrong codes, and the last page."""
    member = to_code(stage)
    page = member.address
    for channel in ("email", "sms", "email", "email", "sms"):
        send(member.open(page) if "Valider" not in member.text else member, channel)
        stage.clock.advance(seconds=61)
    member.open(page)
    for typed in ("abc", f"999{CODE}", *5 * [WRONG_CODE]):
        member.submit("Valider", code=typed)
    member.submit("Renvoyer")


def without_a_code(stage: Stage) -> None:
    """The last page: the message again until there is no room, and a step back."""
    member = to_code(stage)
    page = member.address
    member.submit("Je ne reçois rien")
    for _ in range(3):
        member.submit("Renvoyer")
    member.open(page)


def as_somebody_else(stage: Stage) -> None:
    """Another name; another birth date, after a form with mistakes in it."""
    to_code(stage, family_name="Autrement").submit("Je ne reçois rien")
    member = to_code(stage, STRANGER, nir_key="99", mobile="1", birth_date="31/02/1985")
    given = {"nir_key": Nir(stage.line["nir"]).key, "mobile": "0698765432"}
    member.submit("Continuer", birth_date="02/03/1984", **given)


def over_the_nir_budget(stage: Stage) -> None:
    """R5: five a day, whoever it is."""
    spend(stage, "opening_nir", stage.line["nir"])
    to_code(stage)


def with_ones_own_mailbox(stage: Stage) -> None:
    """What a stranger gets, who types somebody's data and reads their own mail (LI9)."""
    member = to_code(stage, STRANGER)
    page = member.address
    stage.clock.advance(seconds=61)
    send(member, "email").submit("Valider", code=WRONG_CODE)
    for address in (page, page.replace("dossier=", "dossier=0")):
        stage.browser().open("/aide").open(address)
    member.submit("Je ne reçois rien")


def the_link_after(stage: Stage) -> None:
    """Their own link, pressed; then the sign-in, and the code of a letter."""
    to_code(stage, STRANGER).submit("Je ne reçois rien")
    other = stage.browser()
    other.open(other.link(STRANGER)).submit("Activer")
    sign_in(other.open("/connexion"), STRANGER, PASSWORD).submit("Valider", code=CODE)
    other.open("/code-courrier").submit("Valider", code="2222222222")


def joining(stage: Stage) -> None:
    """Somebody with an identity takes a record that is not theirs; then by a letter (R9)."""
    member = sign_in(stage.browser().open("/connexion"), JOINER, PASSWORD)
    member.submit("Valider", code=CODE)
    give_coordinates(give_nir(member, stage.line["nir"]), stage.line)
    stage.clock.advance(seconds=61)
    send(member, "email").submit("Valider", code=WRONG_CODE)
    member.submit("Je ne reçois rien")
    for _ in range(2):
        member.submit("Valider", code="2222222222")


def joining_later(stage: Stage) -> None:
    """The same by the fold, given up."""
    member = give_nir(stage.browser(), stage.line["nir"])
    member.submit(JOIN, have_account="yes", email=JOINER, password=PASSWORD)
    member.submit("Valider", code=CODE).submit("sans rattacher")


OPENS = But("the right password opens", tuple(case.name for case in STATES if case.opens))
TAKEN = But(
    "who is invited and chose a free address is asked for its code (B2): a taken one shows by that",
    HELD,
)
ONE_COUNTER = But("the NIR and the e-mail of one person are blocked as one (D1)", BLOCKED_TOO)
OLD_OPENS = But("the old password opens, or says that the access is closed", WITH_OLD)
TWO_ROWS = "who has no account gets no link: a row for nobody weighs as much"
PAGES = (
    Page("wrong-passwords", wrong_passwords, ADDRESS, blocks=True),
    Page("right-password", right_password, ADDRESS, blocks=True, but=(OPENS,)),
    Page("over-the-network-budget", over_the_network_budget, ADDRESS),
    Page("from-a-site", alike_site.from_a_site, ADDRESS, blocks=True),
    Page("cancelled", alike_site.cancelled, ADDRESS, blocks=True),
    Page("wrong-by-nir", wrong_by_nir, PERSON, but=(ONE_COUNTER,)),
    Page("right-by-nir", right_by_nir, PERSON, but=(ONE_COUNTER, OLD_OPENS)),
    Page("by-nir-over-the-network-budget", by_nir_over_the_network_budget, PERSON),
    Page("associating", alike_association.associating, ADDRESS, blocks=True),
    Page(
        "associating-right",
        alike_association.associating_right,
        ADDRESS,
        blocks=True,
        but=(OPENS,),
    ),
    Page("migrating", alike_migration.choosing_an_address, ADDRESS),
    Page("migrating-over-budget", alike_migration.choosing_an_address_over_the_budget, ADDRESS),
    Page("recovering-by-nir", alike_recovery.recovering_by_nir, PERSON),
    Page("recovering-somebody-else", alike_recovery.recovering_somebody_else, PERSON),
    Page("recovering-by-address", alike_recovery.recovering_by_address, ADDRESS),
    Page("recovering-over-budget", alike_recovery.recovering_over_budget),
    Page("temporary-by-address", alike_new_password.temporary_by_address, ADDRESS, blocks=True),
    Page("temporary-by-nir", alike_new_password.temporary_by_nir, PERSON, but=(ONE_COUNTER,)),
    Page("signing-up", signing_up, ADDRESS),
    Page("signing-up-then-guessing", signing_up_then_guessing, ADDRESS, blocks=True),
    Page("asking-again", asking_again, ADDRESS, links_weigh=TWO_ROWS),
    Page("invited-elsewhere", invited_elsewhere, ADDRESS),
    Page("invited-then-in", invited_elsewhere_then_in, ADDRESS, blocks=True, but=(TAKEN,)),
    Page("opening-wrong-password", with_a_wrong_password, ADDRESS, blocks=True),
    Page("opening-codes", codes_sent_and_wrong, PERSON),
    Page("opening-without", without_a_code),
    Page("opening-somebody-else", as_somebody_else, PERSON),
    Page("opening-nir-budget", over_the_nir_budget, PERSON),
    Page("opening-own-mailbox", with_ones_own_mailbox, PERSON),
    Page("opening-link", the_link_after, PERSON),
    Page("joining", joining, PERSON),
    Page("joining-later", joining_later, PERSON),
)
