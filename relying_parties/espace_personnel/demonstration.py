"""What a real site would fetch from its own systems: plainly fictional benefits, account, news."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Benefit:
    """One reimbursement; `day` and `amount` as they are read, in French."""

    day: str
    kind: str
    amount: str


@dataclass(frozen=True, slots=True)
class News:
    """One short item."""

    title: str
    text: str


ACCOUNT = "FR00 0000 0000 0000 0000 0000 000"  # no bank's: its check digits are wrong

BENEFITS = (
    Benefit("3 novembre 2026", "Consultation (exemple)", "16,50\u00a0€"),
    Benefit("21 octobre 2026", "Lunettes (exemple)", "124,59\u00a0€"),
    Benefit("8 octobre 2026", "Pharmacie (exemple)", "7,32\u00a0€"),
)

NEWS = (
    News(
        "La semaine du sommeil (exemple)",
        "Une soirée fictive pour apprendre à mieux dormir, près de chez vous et nulle part.",
    ),
    News(
        "Attention aux faux messages",
        "Votre mutuelle ne vous demande jamais votre mot de passe, ni par téléphone ni par e-mail.",
    ),
)
