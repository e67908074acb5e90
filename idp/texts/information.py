"""Help and legal pages: what they share, the first help page, and the site map."""

TEXTS = {
    "back": "Reprendre là où j'en étais",
    "under_way": (
        "Vous étiez en train de vous connecter ? Revenez à la page précédente de votre "
        "navigateur, ou recommencez depuis le site où vous vouliez aller."
    ),
    "version": "Texte du 21 novembre 2026.",
    "write_to": "Écrire à {email}",
    "home": "Page d'accueil",
    "help_page": "Aide",
    "what_title": "À quoi sert MGEN Connect ?",
    "what": (
        "MGEN Connect vous ouvre plusieurs sites avec une seule adresse e-mail et un seul mot "
        "de passe. Quand vous voulez vous connecter à l'un de ces sites, il vous envoie ici. "
        "Une fois connecté, vous y retournez."
    ),
    "sign_in_title": "Vous n'arrivez pas à vous connecter ?",
    "sign_in": (
        "Mot de passe refusé, code qui n'arrive pas, compte bloqué : une page y répond, "
        "question par question."
    ),
    "invited_title": "Votre employeur vous a invité ?",
    "invited": (
        "Ouvrez le lien du message reçu, choisissez un mot de passe, puis connectez-vous. Le lien "
        "est valable {days} jours et ne sert qu'une fois. S'il ne répond plus, demandez une "
        "nouvelle invitation à votre employeur ou à votre conseiller."
    ),
    "invited_other": (
        "Vous pouvez choisir une autre adresse e-mail que celle de l'invitation. Le code envoyé à "
        "votre première connexion vérifie alors qu'elle est bien la vôtre. Vous choisissez aussi, "
        "ce jour-là, une question secrète."
    ),
    "space_title": "Créer mon espace d'adhérent",
    "space": (
        "Il vous faut votre numéro de sécurité sociale et une adresse e-mail que personne d'autre "
        "ne lit. Vous avez déjà un compte MGEN Connect ? Votre dossier y sera rattaché."
    ),
    "space_code": (
        "Pour protéger votre dossier, un code part par e-mail ou par SMS vers un contact que la "
        "mutuelle connaît. Vous ne le recevez pas ? Votre compte s'ouvre sans votre dossier, et un "
        "code envoyé par courrier permet de l'y rattacher."
    ),
    "space_undo": (
        "Quand un dossier est rattaché, chaque contact que la mutuelle connaît en est prévenu. Ce "
        "n'était pas vous ? Ouvrez le lien de ce message dans les {hours} heures : le dossier est "
        "détaché, et ce compte ne s'ouvre plus. Prévenez ensuite votre conseiller."
    ),
    "create_title": "Créer un compte sans numéro de sécurité sociale",
    "create": (
        "Il vous faut une adresse e-mail que personne d'autre ne lit. Choisissez un mot de "
        "passe et une question secrète."
    ),
    "create_link": (
        "Vous recevez ensuite un message. Ouvrez son lien, puis cliquez sur le bouton : votre "
        "compte est activé. Le lien est valable {days} jours."
    ),
    "create_missing": (
        "Le message n'arrive pas ? Regardez dans les courriers indésirables, vérifiez l'adresse, "
        "puis demandez un nouveau message sur la dernière page."
    ),
    "leave_title": "Me déconnecter",
    "leave": (
        "Utilisez le bouton de déconnexion du site, ou celui de la page d'accueil de MGEN Connect."
    ),
    "leave_sites": (
        "Les sites que vous avez ouverts avec cette connexion sont prévenus, et vous déconnectent "
        "aussi. Sur un ordinateur partagé, fermez aussi le navigateur."
    ),
    "leave_everywhere": (
        "Vous avez oublié de vous déconnecter ailleurs ? Sur la page d'accueil de MGEN Connect, "
        "choisissez « Me déconnecter », puis « De partout »."
    ),
    "leave_alone": (
        "Sans action de votre part, la connexion à MGEN Connect prend fin au bout de {idle} "
        "minutes, et dans tous les cas {hours} heures après votre connexion."
    ),
    "not_yet_title": "Ce qui n'est pas encore possible",
    "not_yet": (
        "Ces démarches ne se font pas encore en ligne : changer de mot de passe sans l'avoir "
        "oublié, changer d'adresse e-mail, fermer son compte."
    ),
    "contact_title": "Nous écrire",
    "contact": "Expliquez ce que vous vouliez faire, et ce que la page a répondu.",
    "contact_never": (
        "Ne nous envoyez jamais votre mot de passe ni un code : nous ne vous les demanderons "
        "jamais. N'envoyez pas non plus votre numéro de sécurité sociale par e-mail."
    ),
    "plan_title": "Plan du site",
    "plan_account": "Votre compte",
    "plan_help": "Aide",
    "plan_legal": "Informations légales",
}
