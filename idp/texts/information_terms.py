"""/conditions: the terms of use, for what is built today."""

TEXTS = {
    "title": "Conditions d'utilisation",
    "what_title": "Le service",
    "what": (
        "MGEN Connect, proposé par {operator}, permet d'ouvrir plusieurs sites avec une seule "
        "adresse e-mail et un seul mot de passe. Son utilisation est gratuite. Chaque site a ses "
        "propres conditions."
    ),
    "accept": "En créant un compte, vous acceptez ces conditions.",
    "account_title": "Votre compte",
    "account_own": (
        "Le compte est personnel. L'adresse e-mail doit être la vôtre, et vous devez pouvoir "
        "lire les messages qui y arrivent."
    ),
    "account_secret": (
        "Gardez votre mot de passe et vos codes pour vous. Choisissez un mot de passe qui ne "
        "sert nulle part ailleurs."
    ),
    "account_trust": (
        "Ne déclarez de confiance qu'un navigateur que personne d'autre n'utilise, et "
        "déconnectez-vous sur un ordinateur partagé."
    ),
    "account_tell": "Prévenez-nous si quelqu'un d'autre a pu utiliser votre compte.",
    "protect_title": "Ce que nous faisons pour le protéger",
    "protect_code": "Un code est envoyé à votre adresse e-mail pour confirmer que c'est bien vous.",
    "protect_block": (
        "Après {tries} mots de passe faux de suite, le compte est bloqué pendant {hours} heures."
    ),
    "protect_pending": "Un compte qui n'est pas activé sous {days} jours est effacé.",
    "misuse_title": "Usages interdits",
    "misuse": (
        "Il est interdit d'utiliser le compte d'une autre personne, de chercher à deviner un mot "
        "de passe ou un code, de contourner les protections, ou de gêner le fonctionnement du "
        "service. Un compte utilisé ainsi peut être désactivé."
    ),
    "service_title": "Disponibilité",
    "service": (
        "Nous faisons notre possible pour que le service fonctionne à toute heure, sans pouvoir "
        "le garantir : il peut être interrompu, pour maintenance ou par une panne."
    ),
    "change_title": "Changement de ces conditions",
    "change": "Ces conditions peuvent changer. La date en fin de page est celle du texte en cours.",
    "law_title": "Droit applicable",
    "law": "Ces conditions suivent le droit français.",
    "law_first": "En cas de désaccord, écrivez-nous d'abord : nous chercherons une solution.",
}
