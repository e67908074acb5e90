"""What the forum answers to a form, by key."""

from relying_parties.forum.plain_text import BODY_LENGTHS, TITLE_LENGTHS

TEXTS = {
    "title": f"Donnez un titre de {TITLE_LENGTHS[0]} à {TITLE_LENGTHS[1]} caractères.",
    "body": f"Écrivez un message de {BODY_LENGTHS[0]} à {BODY_LENGTHS[1]} caractères.",
    "locked": "Ce sujet est verrouillé\u00a0: il n'accepte plus de réponse.",
    "budget": (
        "Vous avez beaucoup écrit. Gardez votre texte et renvoyez-le dans {minutes}\u00a0min."
    ),
    "pseudonym_length": "Choisissez un pseudonyme de 3 à 20 caractères.",
    "pseudonym_form": (
        "Commencez par une lettre. Ensuite\u00a0: des lettres, des chiffres, et entre eux une "
        "espace, un tiret, un point ou une apostrophe."
    ),
    "pseudonym_digits": "Mettez quatre chiffres au plus\u00a0: n'écrivez pas un numéro personnel.",
    "pseudonym_reserved": "Ce pseudonyme est réservé. Choisissez-en un autre.",
    "pseudonym_taken": (
        "Ce pseudonyme est déjà pris, ou ressemble trop à un autre. Choisissez-en un autre."
    ),
}
