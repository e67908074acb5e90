"""A site that only a member's record opens."""

TEXTS = {
    "title": "Votre dossier d'adhérent est nécessaire",
    "why": (
        "{site} n'est ouvert qu'aux adhérents. Ce compte n'est pas encore rattaché à votre dossier "
        "d'adhérent."
    ),
    "join": "Rattacher mon dossier d'adhérent",
    "back": "Revenir sur {site}",
}
