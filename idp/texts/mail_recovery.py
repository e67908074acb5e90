"""The way back into an account: what is mailed to who asks for it. Part of mail.py.

reset             link (the page of the new password), minutes (int)
password_changed  at (aware datetime), browser (family, or empty)
"""

VARIABLES: dict[str, frozenset[str]] = {
    "reset": frozenset({"link", "minutes"}),
    "password_changed": frozenset({"at", "browser"}),
}

TEXTS: dict[str, str] = {
    "reset.subject": "Choisissez un nouveau mot de passe",
    "reset.why": (
        "Quelqu'un, sans doute vous, vient de demander à retrouver l'accès à votre compte MGEN "
        "Connect."
    ),
    "reset.what": "Pour choisir un nouveau mot de passe, ouvrez cette page :",
    "reset.button": "Choisir un nouveau mot de passe",
    "reset.life": "Ce lien est valable {minutes} minutes. Il ne sert qu'une fois.",
    "reset.secret": (
        "Ne transférez ce message à personne, même à un conseiller. "
        "Nous ne vous le demanderons jamais."
    ),
    "reset.not_you": (
        "Ce n'est pas vous ? Vous n'avez rien à faire : votre mot de passe n'a pas changé, et "
        "cette demande ne bloque rien."
    ),
    "password_changed.subject": "Votre mot de passe a été changé",
    "password_changed.why": "Le mot de passe de votre compte MGEN Connect vient d'être changé.",
    "password_changed.at": "Date : {date}",
    "password_changed.browser": "Navigateur : {browser}",
    "password_changed.ended": (
        "Par sécurité, toutes les connexions ouvertes jusque-là sont terminées, et un code sera de "
        "nouveau demandé dans tous vos navigateurs."
    ),
    "password_changed.you": "C'est bien vous ? Vous n'avez rien à faire.",
    "password_changed.not_you": (
        "Ce n'est pas vous ? Quelqu'un lit peut-être vos e-mails ou vos SMS. "
        "Prévenez sans attendre votre conseiller, et changez le mot de passe de votre messagerie."
    ),
}
