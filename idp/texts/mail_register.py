"""What an adviser or the register changed of a person's channels. Part of mail.py.

========================  =============================================================
mail                      variables
========================  =============================================================
channel_changed           changed, removed (kinds as a sentence names them, or None),
                          serves_from (aware datetime: when what is new begins to serve)
========================  =============================================================
"""

VARIABLES: dict[str, frozenset[str]] = {
    "channel_changed": frozenset({"changed", "removed", "serves_from"}),
}

TEXTS: dict[str, str] = {
    "channel_changed.subject": "Vos coordonnées ont changé",
    "channel_changed.why": "Votre mutuelle vient de modifier les coordonnées de votre dossier.",
    "channel_changed.contact_email": "adresse e-mail de contact",
    "channel_changed.mobile": "numéro de mobile",
    "channel_changed.landline": "numéro de téléphone fixe",
    "channel_changed.changed": "Ajouté ou modifié : {what}",
    "channel_changed.removed": "Retiré : {what}",
    "channel_changed.wait": (
        "Par sécurité, nous attendons 72 heures avant d'utiliser ces nouvelles coordonnées pour "
        "vérifier que c'est bien vous. Elles serviront à partir du {date}."
    ),
    "channel_changed.you": "Vous l'avez demandé ? Vous n'avez rien à faire.",
    "channel_changed.not_you": (
        "Ce n'est pas à votre demande ? Appelez sans attendre votre conseiller, au numéro que vous "
        "connaissez. Il peut encore tout annuler."
    ),
}
