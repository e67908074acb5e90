"""Opening one's space with a NIR, or joining a member's record to an account."""

TEXTS = {
    "title": "Créer mon espace",
    "intro": (
        "Vous êtes adhérent de la mutuelle ? Commencez par votre numéro de sécurité sociale. "
        "Ensuite, vous vous connecterez avec une adresse e-mail."
    ),
    "join_title": "Rattacher mon dossier d'adhérent",
    "join_intro": (
        "Votre compte existe. Pour y rattacher votre dossier d'adhérent, "
        "indiquez votre numéro de sécurité sociale."
    ),
    "nir_help": (
        "Les 13 premiers caractères, sans la clé. Ils figurent sur votre carte Vitale. "
        "Les espaces ne comptent pas."
    ),
    "nir_why": (
        "Ce numéro sert seulement à retrouver votre dossier. Il est gardé chiffré. À lire :"
    ),
    "no_nir": "Vous n'êtes pas adhérent ?",
    "without_nir": "Créer un compte sans numéro",
    "done_title": "Votre dossier est déjà rattaché",
    "done": "Votre dossier d'adhérent est rattaché à votre compte. Vous n'avez rien à faire.",
    "access_title": "Votre accès",
    "access_intro": "Un seul compte ouvre tous vos espaces. En avez-vous déjà un ?",
    "fold_yes": "J'ai déjà un compte MGEN Connect",
    "fold_yes_what": "Connectez-vous : votre dossier sera rattaché à ce compte.",
    "fold_yes_submit": "Me connecter et continuer",
    "fold_no": "Je n'ai pas encore de compte",
    "member_title": "Vos coordonnées",
    "member_intro": "Ces réponses nous permettent de retrouver votre dossier d'adhérent.",
    "key_help": "Les 2 derniers chiffres du numéro inscrit sur votre carte Vitale.",
    "name_help": "Votre nom d'usage ou votre nom de naissance.",
    "birth_help": "Par exemple : 31/12/1980",
    "phones_title": "Vos téléphones, si vous le souhaitez",
    "phones": (
        "Une fois confirmé, un téléphone nous aidera à vous rendre l'accès à votre compte. "
        "10 chiffres, par exemple : 0123456789"
    ),
    "later": "Continuer sans rattacher mon dossier",
    "code_title": "Vérification",
    "code_why": (
        "Pour protéger votre dossier, nous vérifions que c'est bien vous. "
        "Le code part vers un contact que la mutuelle connaît."
    ),
    "code_mail": "Si vos réponses sont justes, un code vient de partir vers {mask}.",
    "code_sms": "Si vos réponses sont justes, un code vient de partir par SMS au {mask}.",
    "code_sent_again": "Un message vient d'être envoyé. Seul le nouveau code est valable.",
    "code_will_go": "Le code partira vers {mask}.",
    "by_mail": "Par e-mail : {mask}",
    "by_sms": "Par SMS : {mask}",
    "without_title": "Je ne reçois rien",
    "without_what": (
        "Vous n'avez plus accès à ces contacts ? Continuez sans code : votre compte s'ouvrira sans "
        "votre dossier. Un code envoyé par courrier permettra de l'y rattacher."
    ),
    "without_submit": "Je ne reçois rien, continuer",
    "sent_letter": (
        "Sans code, votre compte s'ouvrira d'abord sans votre dossier d'adhérent. "
        "Pour l'y rattacher, demandez à votre conseiller un code par courrier."
    ),
    "sent_letter_link": "Saisir le code reçu par courrier",
}
