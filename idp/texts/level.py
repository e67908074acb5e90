"""A site that only a member's record opens."""

TEXTS = {
    "title": "Votre dossier d'adhérent est nécessaire",
    "why": (
        "Ce que vous voulez ouvrir sur {site} est réservé aux adhérents. Votre compte n'est pas "
        "encore rattaché à votre dossier d'adhérent."
    ),
    "prepare": "Préparez votre numéro de sécurité sociale : il vous sera demandé.",
    "join": "Rattacher mon dossier d'adhérent",
    "back": "Revenir sur {site}",
}
