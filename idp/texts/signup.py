"""Creating an identity without NIR."""

TEXTS = {
    "title": "Créer un compte",
    "intro": "Votre adresse e-mail sera votre identifiant pour tous vos espaces.",
    "terms": "En créant un compte, vous acceptez nos conditions. À lire :",
    "terms_link": "les conditions d'utilisation",
    "privacy_link": "l'usage de vos données",
    "submit": "Créer mon compte",
    "have_account": "Vous avez déjà un compte ?",
    "email_help": "Nous y enverrons un message pour activer votre compte.",
    "question_help": "Elle nous aidera à vous reconnaître si vous oubliez votre mot de passe.",
    "answer_help": "Les majuscules et les accents ne comptent pas.",
    "sent_title": "Un message vient d'être envoyé",
    "sent_to": "Il est parti à l'adresse {email}.",
    "sent_what": "Ouvrez ce message, puis suivez ce qui y est écrit.",
    "sent_life": "Le lien d'activation est valable 15 jours.",
    "sent_missing": "Vous ne recevez rien ?",
    "sent_check": "Attendez quelques minutes et vérifiez que l'adresse est bien la vôtre.",
    "sent_resend": "Renvoyer le message",
    "sent_again": "C'est fait : nous vous avons envoyé le message une nouvelle fois.",
    "sent_sign_in": "Votre compte est déjà activé ?",
}
