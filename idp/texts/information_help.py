"""/aide/connexion: whatever may stop somebody on the way in, in the order they meet it."""

TEXTS = {
    "sign_in_title": "Aide à la connexion",
    "what_title": "Avec quoi me connecter ?",
    "what": (
        "Avec l'adresse e-mail et le mot de passe choisis à la création de votre compte. "
        "Si vous n'avez pas encore choisi d'adresse e-mail, connectez-vous une dernière fois avec "
        "votre numéro de sécurité sociale : la page de connexion y mène. Ensuite, il ne sert plus "
        "qu'à retrouver votre dossier d'adhérent ou l'accès à votre compte."
    ),
    "what_address": (
        "Avant de saisir votre mot de passe, vérifiez que l'adresse de la page commence par :"
    ),
    "refused_title": "« Identifiant ou mot de passe incorrect »",
    "refused": (
        "Vérifiez l'adresse e-mail, puis la touche des majuscules. Le bouton « Afficher » vous "
        "montre ce que vous avez saisi. Pour votre sécurité, la réponse ne dit jamais lequel des "
        "deux est faux."
    ),
    "refused_block": (
        "Après {tries} erreurs de suite, le compte est bloqué pendant {hours} heures."
    ),
    "forgotten_title": "Mot de passe oublié",
    "forgotten": (
        "Vous pouvez en choisir un nouveau. Indiquez votre adresse e-mail ou votre numéro de "
        "sécurité sociale, puis votre date de naissance. Un message part alors vers un contact que "
        "nous connaissons : un e-mail avec un lien, ou un SMS avec un mot de passe provisoire."
    ),
    "forgotten_who": (
        "Votre compte n'est rattaché à aucun dossier d'adhérent ? Indiquez seulement votre adresse "
        "e-mail, et laissez vide la date de naissance."
    ),
    "forgotten_sms": (
        "Le mot de passe provisoire se saisit sur la page de connexion, à la place de l'ancien. Il "
        "est valable {minutes} minutes, et permet seulement d'en choisir un nouveau."
    ),
    "forgotten_none": (
        "Rien n'arrive ? La réponse de la page est toujours la même, pour protéger les comptes. "
        "Vérifiez donc ce que vous avez saisi, puis recommencez. Nos SMS n'arrivent que sur un "
        "mobile de France métropolitaine, en 06 ou 07 : sinon, choisissez l'e-mail."
    ),
    "code_title": "Le code reçu par e-mail",
    "code": (
        "Après votre mot de passe, nous envoyons un code à votre adresse e-mail. Ainsi, votre mot "
        "de passe seul ne suffit pas à quelqu'un d'autre."
    ),
    "code_how": (
        "Le code est valable {minutes} minutes et ne sert qu'une fois, dans le navigateur qui "
        "l'a demandé. Son début est déjà inscrit sur la page : il vous aide à retrouver le bon "
        "message. Saisissez les 6 chiffres qui suivent."
    ),
    "code_wrong": (
        "Après {tries} codes faux, le code est annulé : connectez-vous de nouveau pour en "
        "recevoir un autre."
    ),
    "code_missing_title": "Le code n'arrive pas",
    "code_wait": "Attendez quelques minutes : certains messages arrivent lentement.",
    "code_junk": "Regardez dans les courriers indésirables.",
    "code_again": (
        "Demandez un nouveau code avec le bouton de la page. Le code d'avant ne sert alors plus."
    ),
    "code_sms": (
        "Le code demandé pour ouvrir votre espace peut aussi venir par SMS, sur un mobile en 06 ou "
        "07 que la mutuelle connaît."
    ),
    "code_phone": (
        "Vous pouvez aussi activer votre mobile : connectez-vous, ouvrez la page d'accueil de MGEN "
        "Connect, puis « Validation en deux étapes ». Vous choisissez ensuite, à chaque connexion, "
        "entre le SMS et l'e-mail. Un mobile perdu ? Choisissez l'e-mail."
    ),
    "code_secret": (
        "Ne donnez un code à personne, même à quelqu'un qui dit appeler de notre part."
    ),
    "letter_title": "Le code reçu par courrier",
    "letter": (
        "Il rattache votre dossier d'adhérent à votre compte. Demandez-le à votre conseiller : il "
        "part à l'adresse postale que la mutuelle connaît, et il est valable {days} jours. "
        "Connectez-vous, puis saisissez-le. Après {tries} codes faux, recommencez la demande : le "
        "code du courrier reste bon."
    ),
    "trust_title": "Ne plus saisir de code à chaque fois",
    "trust": (
        "Cochez la case sous le code : ce navigateur est alors de confiance, et nous n'y "
        "demandons plus de code pendant {days} jours. Le mot de passe reste toujours demandé."
    ),
    "trust_stop": (
        "Ne cochez pas la case sur un ordinateur partagé. Pour revenir en arrière, effacez les "
        "cookies de MGEN Connect dans ce navigateur."
    ),
    "blocked_title": "Votre compte est bloqué",
    "blocked": (
        "Le mot de passe a été mal saisi {tries} fois de suite, par vous ou par quelqu'un "
        "d'autre. Vos données sont en sécurité. Le blocage prend fin de lui-même au bout de "
        "{hours} heures. Vous pouvez aussi débloquer votre compte tout de suite, avec un nouveau "
        "mot de passe."
    ),
    "blocked_trust": (
        "Dans un navigateur de confiance, votre mot de passe ouvre toujours votre compte."
    ),
    "inactive_title": "Vous venez de créer un compte",
    "inactive": (
        "Un compte ne s'ouvre qu'une fois activé. Avant, la réponse est « Identifiant ou mot de "
        "passe incorrect ». Ouvrez le lien du message reçu à la création du compte. Sans "
        "activation, le compte est effacé au bout de {days} jours."
    ),
    "expired_title": "« La page a expiré » ou « n'est plus en cours »",
    "expired": (
        "Une connexion commencée doit être finie dans les {minutes} minutes, dans le même "
        "navigateur. Retournez sur le site où vous vouliez aller, puis recommencez."
    ),
    "expired_opening": (
        "L'ouverture d'un espace doit être finie dans les {minutes} minutes, dans le même "
        "navigateur."
    ),
    "expired_cookies": (
        "Si cela se répète, vérifiez que votre navigateur accepte les cookies de cette adresse."
    ),
    "no_email_title": "Vous n'avez pas d'adresse e-mail",
    "no_email_why": (
        "L'adresse e-mail est votre identifiant, et c'est là que nous envoyons les codes. Une "
        "adresse ouvre un seul compte : dans un couple, chacun a besoin de la sienne."
    ),
    "no_email_how": (
        "Votre fournisseur d'accès à Internet en comprend souvent une dans son abonnement, et "
        "plusieurs services de messagerie en proposent gratuitement. Les espaces France services "
        "peuvent vous aider à en créer une :"
    ),
    "no_email_where": "trouver un espace France services",
    "other_title": "Votre question n'est pas ici",
}
