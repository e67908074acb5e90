"""The mail of an address that is taken, in a migration. Part of mail.py.

migration_taken    link (association page), site_name (None: no site is waiting)
"""

VARIABLES: dict[str, frozenset[str]] = {
    "migration_taken": frozenset({"link", "site_name"}),
}

TEXTS: dict[str, str] = {
    "migration_taken.subject": "Rattachez votre dossier à votre compte MGEN Connect",
    "migration_taken.why": (
        "Un adhérent vient d'indiquer cette adresse e-mail pour se connecter à MGEN Connect. "
        "Or un compte existe déjà à cette adresse."
    ),
    "migration_taken.what": (
        "Cet adhérent, c'est vous ? Rattachez votre dossier à ce compte : ouvrez cette page et "
        "saisissez le mot de passe du compte."
    ),
    "migration_taken.button": "Rattacher mon dossier",
    "migration_taken.site": "Vous pourrez ensuite continuer vers {site}.",
    "migration_taken.life": "Ce lien est valable 24 heures. Il ne sert qu'une fois.",
    "migration_taken.not_you": (
        "Ce n'est pas vous ? Vous n'avez rien à faire : votre compte et votre mot de passe restent "
        "les mêmes."
    ),
}
