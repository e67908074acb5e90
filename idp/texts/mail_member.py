"""Joining a member record: what a person, and each channel on file, is told. Part of mail.py.

member_code     code_shown ("671 - 482 913"), minutes (int)
space_attached  link (undo page)
space_known     sign_in_url
space_legacy    sign_in_url
"""

VARIABLES: dict[str, frozenset[str]] = {
    "member_code": frozenset({"code_shown", "minutes"}),
    "space_attached": frozenset({"link"}),
    "space_known": frozenset({"sign_in_url"}),
    "space_legacy": frozenset({"sign_in_url"}),
}

TEXTS: dict[str, str] = {
    "member_code.subject": "Votre code pour ouvrir votre espace",
    "member_code.why": (
        "L'ouverture d'un espace MGEN Connect vient d'être demandée avec votre numéro de sécurité "
        "sociale."
    ),
    "member_code.what": "Voici votre code :",
    "member_code.not_you": (
        "Ce n'est pas vous ? Vous n'avez rien à faire : sans ce code, personne ne peut rattacher "
        "votre dossier d'adhérent."
    ),
    "space_attached.subject": "Votre dossier d'adhérent a été rattaché à un compte",
    "space_attached.why": (
        "Votre dossier d'adhérent vient d'être rattaché à un compte MGEN Connect. "
        "Ce compte ouvre désormais votre espace."
    ),
    "space_attached.you": "C'est bien vous ? Vous n'avez rien à faire.",
    "space_attached.not_you": (
        "Ce n'est pas vous ? Ouvrez cette page et confirmez : le dossier sera détaché, et plus "
        "personne ne pourra se connecter avec ce compte."
    ),
    "space_attached.button": "Ce n'était pas moi",
    "space_attached.life": "Ce lien est valable 72 heures.",
    "space_known.subject": "Vous avez déjà un espace MGEN Connect",
    "space_known.why": (
        "L'ouverture d'un espace vient d'être demandée avec votre numéro de sécurité sociale. "
        "Or votre dossier d'adhérent a déjà son compte, à cette adresse e-mail."
    ),
    "space_known.same": "Rien n'a changé pour votre dossier. Pour l'ouvrir, connectez-vous :",
    "space_known.button": "Me connecter",
    "space_known.how": "Saisissez cette adresse e-mail et votre mot de passe habituel.",
    "space_known.not_you": "Ce n'est pas vous ? Vous n'avez rien à faire.",
    "space_legacy.subject": "Vous avez déjà un accès à votre espace",
    "space_legacy.why": (
        "L'ouverture d'un espace vient d'être demandée avec votre numéro de sécurité sociale. "
        "Or vous avez déjà un accès, avec ce numéro et un mot de passe."
    ),
    "space_legacy.how": (
        "Connectez-vous avec eux sur cette page. Vous pourrez alors les remplacer par une adresse "
        "e-mail et un nouveau mot de passe. Votre dossier n'est rattaché à aucun autre compte."
    ),
    "space_legacy.button": "Me connecter avec mon numéro",
    "space_legacy.not_you": "Ce n'est pas vous ? Vous n'avez rien à faire.",
}
