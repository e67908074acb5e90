"""Changing the NIR for an e-mail address: what a member is told on the way. Part of mail.py.

migration_code      code_shown ("671 - 482 913"), minutes (int), site_name (or None)
migration_validate  link (validation page), site_name (or None)
migration_done      sign_in_url
"""

VARIABLES: dict[str, frozenset[str]] = {
    "migration_code": frozenset({"code_shown", "minutes", "site_name"}),
    "migration_validate": frozenset({"link", "site_name"}),
    "migration_done": frozenset({"sign_in_url"}),
}

TEXTS: dict[str, str] = {
    "migration_code.subject": "Votre code de connexion",
    "migration_code.why": (
        "Vous vous connectez à MGEN Connect avec votre numéro de sécurité sociale."
    ),
    "migration_validate.subject": "Confirmez votre adresse e-mail",
    "migration_validate.why": (
        "Cette adresse e-mail vient d'être choisie comme identifiant MGEN Connect, à la place d'un "
        "numéro de sécurité sociale."
    ),
    "migration_validate.what": "Si c'est bien vous, ouvrez cette page et confirmez :",
    "migration_validate.button": "Confirmer mon adresse",
    "migration_validate.life": "Ce lien est valable 24 heures.",
    "migration_validate.not_you": (
        "Ce n'est pas vous ? Ne cliquez pas sur ce lien : sans lui, rien ne change."
    ),
    "migration_done.subject": "Votre nouvel identifiant MGEN Connect",
    "migration_done.why": (
        "Votre dossier d'adhérent est rattaché à cette adresse e-mail : elle est désormais votre "
        "identifiant MGEN Connect."
    ),
    "migration_done.nir": (
        "Le numéro de sécurité sociale et l'ancien mot de passe ne servent plus à se connecter."
    ),
    "migration_done.what": "La prochaine fois, connectez-vous sur cette page :",
    "migration_done.button": "Me connecter",
    "migration_done.not_you": "Ce n'est pas vous ? Prévenez sans attendre votre conseiller.",
}
