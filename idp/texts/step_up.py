"""The second step: a code by e-mail or by SMS."""

TEXTS = {
    "title": "Authentification renforcée",
    "why": "Pour protéger votre compte, nous vérifions que c'est bien vous.",
    "sent_to": "Nous avons envoyé un code à l'adresse {mask}.",
    "sent_sms": "Nous avons envoyé un code par SMS au {mask}.",
    "sent_again": "Un message vient d'être envoyé. Seul le nouveau code est valable.",
    "none_yet": "Nous allons vous envoyer un code à l'adresse {mask}.",
    "none_sms": "Nous allons vous envoyer un code par SMS au {mask}.",
    "how": (
        "Le code commence par {prefix}, déjà inscrit ci-dessous. "
        "Saisissez les 6 chiffres qui suivent."
    ),
    "how_sms": "Le SMS porte la mention « message {prefix} ». Saisissez ses 6 chiffres.",
    "life": "Le code est valable {minutes} minutes.",
    "submit": "Valider",
    "shared_computer": "Ne cochez pas cette case sur un ordinateur partagé.",
    "again_title": "Vous n'avez pas reçu le code ?",
    "resend": "Renvoyer un code",
    "send": "Recevoir un code",
    "sms_late": "Un SMS peut mettre quelques minutes à arriver.",
    "other_way": "Essayer autrement",
    "cancel": "Revenir à la connexion",
    "wrong": "Ce code est incorrect. Essais restants : {left}.",
    "older": "Ce code vient d'un ancien message. Saisissez le code du message {prefix}.",
    "not_a_code": "Ce n'est pas un code. Saisissez les 6 chiffres du message {prefix}.",
    # Expired, already used or voided: the way out is the same.
    "dead": "Ce code n'est plus valable. Demandez un nouveau code.",
}
