"""The move from the NIR to an e-mail address, and the page that waits for its link."""

TEXTS = {
    "title": "Votre nouvel identifiant",
    "intro": (
        "Désormais, vous vous connecterez avec une adresse e-mail, et non plus avec votre numéro "
        "de sécurité sociale. Choisissez cette adresse et un nouveau mot de passe."
    ),
    # the password of an account was replaced on the way: it has to be typed once more
    "known": (
        "Votre nouveau mot de passe est enregistré. Pour rattacher votre dossier à ce compte, "
        "saisissez son adresse e-mail et ce mot de passe."
    ),
    "email_help": (
        "Une adresse que vous lisez vous-même : elle ouvre un seul compte. Nous pourrons y envoyer "
        "un message à confirmer."
    ),
    "submit": "Valider mon nouvel identifiant",
    "no_email": "Vous n'avez pas d'adresse e-mail ?",
    "no_email_link": "Pourquoi il en faut une, et comment en obtenir une gratuitement",
    "sent_life": "Le lien est valable 24 heures.",
    "sent_moves_on": (
        "Vous pouvez ouvrir le message sur un autre appareil. Dès que vous aurez confirmé, cette "
        "page continuera d'elle-même."
    ),
    "sent_done": "J'ai confirmé : continuer",
    "other": "Choisir une autre adresse",
}
