"""Sign-out: the question, and the end."""

TEXTS = {
    "ask_title": "Voulez-vous vous déconnecter ?",
    "ask_what": "Il faudra saisir votre mot de passe à la prochaine connexion.",
    "submit": "Me déconnecter",
    "done_title": "Vous êtes déconnecté",
    "done_what": "Sur un ordinateur partagé, fermez aussi le navigateur.",
    "back_to": "Revenir sur {site}",
    "back": "Revenir sur le site",
}
