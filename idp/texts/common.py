"""Words that every page shares: frame, required fields, error summary, resend."""

TEXTS = {
    "brand": "MGEN Connect",
    "page_title": "{title} – MGEN Connect",
    "page_title_error": "Erreur : {title} – MGEN Connect",
    "skip": "Aller au contenu",
    "tagline": "Un seul identifiant pour vos espaces.",
    "cookies": "Seuls les cookies indispensables à votre connexion sont utilisés.",
    "towards": "Pour continuer vers {site}",
    "continue_to": "Continuer vers {site}",
    "continue": "Continuer",
    "home": "Aller à la page d'accueil",
    "required_legend": "Champs obligatoires : marqués d'un astérisque (*)",
    "one_error": "Une réponse est à corriger",
    "several_errors": "{count} réponses sont à corriger",
    "password_again": "Par sécurité, le mot de passe est à saisir de nouveau.",
    "error_prefix": "Erreur :",
    "wait_until": "Vous pourrez demander un nouvel envoi le {date}.",
    "junk": "Pensez à regarder dans les courriers indésirables.",
    "sign_in": "Me connecter",
    "sign_up": "Créer un compte",
}
