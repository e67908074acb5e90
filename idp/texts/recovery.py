"""The way back: a blocked account, a forgotten password, a forgotten identifier."""

TEXTS = {
    "unblock_title": "Débloquer mon compte",
    "unblock_intro": (
        "Votre compte est bloqué après trois mots de passe incorrects ? "
        "Vous pouvez le débloquer tout de suite, avec un nouveau mot de passe."
    ),
    "forgotten_title": "Mot de passe oublié",
    "forgotten_intro": (
        "Ce n'est pas grave : vous allez choisir un nouveau mot de passe. L'ancien reste valable "
        "jusque-là."
    ),
    "steps": (
        "D'abord, dites-nous qui vous êtes. Ensuite, nous vous envoyons un message. "
        "Ce message vous permet de choisir un nouveau mot de passe."
    ),
    "identifier_help": "Votre adresse e-mail, ou votre numéro de sécurité sociale",
    "birth_help": (
        "Par exemple : 31/12/1980. Laissez vide si votre compte n'est rattaché à aucun dossier "
        "d'adhérent."
    ),
    "birth_missing": (
        "Avec un numéro de sécurité sociale, indiquez aussi votre date de naissance."
    ),
    "doubt_title": "J'ai un doute sur mon identifiant",
    "doubt": (
        "Saisissez votre numéro de sécurité sociale, c'est-à-dire les 13 caractères inscrits sur "
        "votre carte Vitale, et votre date de naissance. Une fois le message ouvert, "
        "nous vous montrerons l'adresse e-mail de votre compte."
    ),
    "forgotten_link": "Mot de passe oublié ?",
    "unblock_link": "Débloquez votre compte",
    "back": "Revenir à la connexion",
    "channel_title": "Où recevoir le message ?",
    "channel": "Où souhaitez-vous recevoir le message ?",
    "channel_missing": "Choisissez où recevoir le message.",
    "channel_why": (
        "Le message part vers un contact que nous connaissons déjà. "
        "Par sécurité, nous ne le montrons pas en entier."
    ),
    "only_mail": (
        "Plusieurs demandes ont été faites. Par sécurité, un seul e-mail par heure peut partir."
    ),
    "will_go_mail": "Le message partira par e-mail vers {mask}.",
    "will_go_sms": "Le message partira par SMS au {mask}.",
    "by_mail": "Par e-mail : {mask}. Vous recevrez un lien.",
    "by_sms": "Par SMS : {mask}. Vous recevrez un mot de passe provisoire.",
    "send": "Envoyer le message",
    "sent_title": "Un message vient d'être envoyé",
    "sent_again": "Un message vient d'être envoyé de nouveau.",
    "sent_mail": (
        "Si ces informations correspondent à un compte, un e-mail vient de partir vers {mask}."
    ),
    "sent_mail_what": (
        "Ouvrez cet e-mail, puis le lien qu'il contient : vous pourrez choisir un nouveau mot de "
        "passe. Le lien est valable {minutes} minutes."
    ),
    "sent_sms": (
        "Si ces informations correspondent à un compte, un SMS vient de partir au {mask}. "
        "Il contient un mot de passe provisoire, valable {minutes} minutes."
    ),
    "sent_sms_title": "Que faire avec ce mot de passe ?",
    "sent_sms_open": "Ouvrez la page de connexion, avec le bouton ci-dessous.",
    "sent_sms_email": "Saisissez la même adresse e-mail qu'ici.",
    "sent_sms_nir": "Saisissez le même numéro de sécurité sociale qu'ici.",
    "sent_sms_type": "À la place de votre mot de passe, saisissez le mot de passe provisoire.",
    "sent_sms_then": "Choisissez ensuite un nouveau mot de passe.",
    "missing_title": "Je ne reçois rien",
    "missing_sms": (
        "Un SMS peut mettre quelques minutes à arriver. Il n'arrive que sur un mobile de France "
        "métropolitaine, en 06 ou 07."
    ),
    "missing_mail": "Choisissez plutôt l'e-mail :",
    "missing_check": (
        "Vérifiez vos réponses : avec une erreur dans l'identifiant ou dans la date de naissance, "
        "aucun message ne part."
    ),
    "missing_again": "Recommencer avec d'autres réponses",
    "too_many": "Trop de messages ont été demandés. Prochain envoi possible : {date}.",
    "too_many_sms": (
        "Nous ne pouvons pas envoyer d'autre SMS pour le moment. Prochain SMS possible : {date}."
    ),
    "refused_help": "Regardez d'abord les messages déjà reçus, et les courriers indésirables.",
    "resend": "Renvoyer le message",
}
