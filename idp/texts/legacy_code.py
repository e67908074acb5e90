"""The code after a NIR and its old password."""

TEXTS = {
    "title": "Vérification",
    "why": (
        "Votre mot de passe est le bon. Nous vérifions encore que c'est bien vous. Ensuite, vous "
        "choisirez l'adresse e-mail qui remplacera votre numéro de sécurité sociale."
    ),
    "sent_mail": "Un code vient de partir vers {mask}.",
    "sent_sms": "Un code vient de partir par SMS au {mask}.",
    "nothing_comes": (
        "Vous n'avez plus accès à ces contacts ? Appelez votre conseiller : il vous enverra un "
        "code par courrier, à l'adresse postale que la mutuelle connaît."
    ),
    "by_channel": "Recevoir plutôt un code par e-mail ou par SMS",
    "no_channel": (
        "La mutuelle ne connaît ni adresse e-mail ni téléphone mobile où vous envoyer un code. "
        "Il vous faut un code reçu par courrier."
    ),
    "letter_wrong": (
        "Ce code n'est pas le bon, ou il n'est plus valable. Vérifiez chaque caractère du "
        "courrier. Essais restants : {left}."
    ),
}
