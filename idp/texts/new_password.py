"""The page of a new password, after a recovery; and who has no identity yet."""

TEXTS = {
    "title": "Choisir un nouveau mot de passe",
    "not_blocked": (
        "Votre compte n'est pas bloqué. Si vous connaissez votre mot de passe, connectez-vous. "
        "Sinon, choisissez-en un nouveau ici."
    ),
    "not_blocked_nir": (
        "Votre compte n'est pas bloqué. Si vous connaissez votre mot de passe, connectez-vous. "
        "Sinon, continuez ici."
    ),
    "sign_in": "Me connecter avec mon mot de passe",
    "address": "Vous vous connectez avec cette adresse e-mail :",
    "intro": "C'est bien vous. Choisissez maintenant un nouveau mot de passe.",
    "ends": (
        "Vos autres connexions seront terminées, et tous vos navigateurs demanderont un code à la "
        "prochaine connexion."
    ),
    "question": "Répondez aussi à votre question secrète : {question}",
    "question_unknown": "Répondez aussi à votre question secrète.",
    "answer_help": "Les majuscules et les accents ne comptent pas.",
    "answer_wrong": "Réponse secrète incorrecte. Essais restants : {left}.",
    "submit": "Enregistrer ce mot de passe",
    "member_title": "Choisir votre adresse e-mail",
    "member_intro": "C'est bien vous. Votre dossier d'adhérent est retrouvé.",
    "member_what": (
        "Choisissez maintenant l'adresse e-mail et le mot de passe avec lesquels vous vous "
        "connecterez. Ils remplacent votre numéro de sécurité sociale."
    ),
    "done_title": "Votre nouveau mot de passe est enregistré",
    "done": "C'est fait. Par sécurité, vous n'êtes pas encore connecté.",
    "done_site": "Retournez sur le site, puis connectez-vous avec votre nouveau mot de passe.",
    "done_sign_in": "Vous pouvez vous connecter avec votre nouveau mot de passe.",
    "invalid": (
        "Ce lien ou ce mot de passe provisoire a expiré, a déjà servi, ou n'est pas complet. "
        "Rien n'a été modifié."
    ),
    "spent": (
        "La réponse à la question secrète a été fausse cinq fois. Par sécurité, cette demande est "
        "terminée. Cela ne bloque pas votre compte, et rien n'a été modifié."
    ),
    "invalid_again": "Faire une nouvelle demande",
}
