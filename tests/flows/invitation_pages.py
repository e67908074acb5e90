"""An invited person in front of the pages."""

from tests.accounts.invitation_support import EMAIL
from tests.flows.support import with_code
from tests.member import ANSWER, PASSWORD, Member

SAVED = "Votre demande est enregistrée"
QUESTION = "Votre question secrète"


def create(member: Member, link: str, email: str = EMAIL, password: str = PASSWORD) -> Member:
    """Open the link and fill its form."""
    return member.open(link).submit(email=email, password=password, confirm_password=password)


def first_sign_in(member: Member, email: str = EMAIL) -> Member:
    """Password, code, question."""
    with_code(member, email)
    assert QUESTION in member.text, member.text
    return member.submit(secret_question="first_pet", secret_answer=ANSWER)
