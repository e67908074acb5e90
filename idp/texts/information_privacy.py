"""/confidentialite: what is kept of whom, why, how long (GDPR articles 13 and 15 to 22)."""

TEXTS = {
    "title": "Confidentialité",
    "who": (
        "{operator} est responsable des données décrites ici. Cette page concerne MGEN Connect "
        "seulement : les sites que vous ouvrez avec lui ont chacun la leur."
    ),
    "data_title": "Les données que nous gardons",
    "data_account": (
        "Votre adresse e-mail, chiffrée. Elle est votre identifiant, et sert à vous écrire au "
        "sujet de votre compte."
    ),
    "data_password": (
        "Une empreinte de votre mot de passe : elle permet de le vérifier, pas de le retrouver."
    ),
    "data_question": (
        "Votre question secrète, et une empreinte de votre réponse. Elles sont demandées à la "
        "création du compte, ou à la première connexion après une invitation. Si vous oubliez "
        "votre mot de passe, la réponse confirme que c'est bien vous."
    ),
    "data_phone": (
        "Le numéro de mobile que vous activez, chiffré, jusqu'à ce que vous le changiez ou le "
        "retiriez. Il reçoit vos codes, et vous aide à retrouver l'accès à votre compte."
    ),
    "data_events": (
        "Un journal de sécurité : création du compte, connexions, échecs, codes envoyés, "
        "déconnexions, sites ouverts, accords donnés ou retirés, avec la date, le navigateur et "
        "une partie seulement de l'adresse Internet."
    ),
    "data_devices": (
        "La liste de vos navigateurs de confiance : nom du navigateur, date, et une partie "
        "seulement de l'adresse Internet."
    ),
    "data_roles": (
        "Les rôles qui vous sont donnés sur un site, par exemple modérateur d'un forum. Chaque "
        "site ne connaît que les siens."
    ),
    "data_counters": (
        "Des compteurs d'essais, qui limitent les abus. Ils ne portent ni adresse e-mail, ni "
        "téléphone, ni adresse Internet lisibles."
    ),
    "data_register": (
        "Si vous êtes adhérent de la mutuelle, et qu'elle nous a transmis son registre : numéro "
        "d'adhérent, contrat, nom, date de naissance, numéro de sécurité sociale, adresses et "
        "téléphones, empreinte d'un ancien mot de passe. Tout y est chiffré, sauf le numéro "
        "d'adhérent et le contrat. Il sert à vous reconnaître quand vous ouvrez votre espace, ou "
        "en retrouvez l'accès."
    ),
    "data_invitations": (
        "Si votre employeur vous invite à adhérer, il nous transmet vos nom et prénom, votre date "
        "de naissance, votre adresse e-mail, et le contrat proposé. Tout est chiffré, sauf le nom "
        "de l'employeur et celui du contrat."
    ),
    "data_migrations": (
        "Le changement de votre numéro de sécurité sociale pour une adresse e-mail : l'adresse et "
        "la question choisies, les empreintes du mot de passe et de la réponse. Tout est chiffré, "
        "et gardé seulement le temps du changement."
    ),
    "data_openings": (
        "La demande d'ouverture d'un espace : votre numéro de sécurité sociale, chiffré, seulement "
        "jusqu'à la recherche de votre dossier, puis votre adresse e-mail, chiffrée, et le dossier "
        "trouvé. Votre nom et votre date de naissance servent à cette recherche, et ne sont pas "
        "gardés avec la demande. Un téléphone que vous indiquez est gardé, chiffré."
    ),
    "data_recoveries": (
        "La demande de retrouver l'accès à un compte : l'adresse e-mail indiquée, chiffrée, et le "
        "compte ou le dossier trouvé. Votre numéro de sécurité sociale et votre date de naissance "
        "ne sont pas gardés avec la demande."
    ),
    "data_not": (
        "Votre numéro de sécurité sociale ne vous est demandé que pour retrouver votre dossier "
        "d'adhérent, ou pour vous connecter tant que vous n'avez pas choisi d'adresse e-mail. Nous "
        "ne gardons aucune donnée sur votre santé."
    ),
    "why_title": "Pourquoi",
    "why_account": (
        "Créer votre compte et vous connecter aux sites : cela est nécessaire au service que "
        "vous demandez (article 6.1.b du RGPD)."
    ),
    "why_register": (
        "Rattacher votre compte à votre dossier d'adhérent, pour exécuter votre contrat (article "
        "6.1.b du RGPD), et prévenir les contacts que la mutuelle connaît."
    ),
    "why_security": (
        "Protéger les comptes contre les intrusions, et pouvoir comprendre un incident : c'est "
        "notre intérêt légitime et le vôtre (article 6.1.f du RGPD)."
    ),
    "why_not": (
        "Aucune publicité, aucun profil, aucune vente. Le blocage d'un compte après plusieurs "
        "mots de passe faux est automatique, et prend fin de lui-même."
    ),
    "who_title": "Qui les reçoit",
    "who_sites": (
        "Chaque site que vous ouvrez reçoit un identifiant qui n'est valable que pour lui, le "
        "moment et la façon dont vous vous êtes connecté. S'il y a été autorisé, et seulement "
        "dans cette mesure : votre adresse e-mail ; si vous êtes adhérent ; vos nom, prénom et "
        "date de naissance ; votre adresse postale ; votre mobile activé ; votre numéro "
        "d'adhérent et votre contrat. Un site qui n'est pas de la mutuelle vous demande d'abord "
        "votre accord ; nous gardons ce que vous avez accepté de lui transmettre jusqu'à ce que "
        "vous le retiriez. "
        "Jamais votre mot de passe, ni votre numéro de sécurité sociale."
    ),
    "who_staff": (
        "Les personnes chargées du service chez {operator}, l'hébergeur, et chaque prestataire "
        "qui achemine nos e-mails et nos SMS, pour sa seule tâche."
    ),
    "long_title": "Combien de temps",
    "long_account": "Votre compte : tant qu'il existe.",
    "long_pending": "Un compte jamais activé : {days} jours.",
    "long_code": "Un code : {minutes} minutes. Un navigateur de confiance : {days} jours.",
    "long_opening": (
        "Une demande d'ouverture d'un espace : {minutes} minutes si elle est laissée en route, "
        "sinon {days} jours. Un code envoyé par courrier : {letter_days} jours. Le lien qui annule "
        "un rattachement : {undo_hours} heures."
    ),
    "long_migration": "Un changement d'identifiant laissé en route : {hours} heures.",
    "long_recovery": "Une demande de retrouver l'accès : {minutes} minutes.",
    "long_invitation": (
        "Une invitation : {days} jours pour s'en servir. Nous en gardons la trace {kept_days} "
        "jours de plus, pour ne pas vous écrire deux fois."
    ),
    "long_session": "Une connexion : {hours} heures au plus.",
    "long_logout": (
        "De quoi prévenir les sites de votre déconnexion : {hours} heures au plus après elle."
    ),
    "long_events": "Le journal de sécurité : {days} jours.",
    "long_counters": "Les compteurs de mots de passe faux : {days} jours.",
    "long_register": "Le registre de la mutuelle : la durée qu'elle a fixée pour ses adhérents.",
    "long_after": "Quand un délai est passé, un nettoyage régulier efface ce qui l'a dépassé.",
    "rights_title": "Vos droits",
    "rights": (
        "Vous pouvez demander à voir vos données, à les faire corriger ou effacer, à en limiter "
        "l'usage, à en recevoir une copie réutilisable, et vous opposer à ce qui repose sur "
        "notre intérêt légitime. Vous pouvez aussi dire ce qu'elles doivent devenir après votre "
        "décès."
    ),
    "rights_how": (
        "Ces demandes ne se font pas encore en ligne. Écrivez à notre délégué à la protection "
        "des données, qui répond dans le mois :"
    ),
    "rights_post": "Par courrier : délégué à la protection des données, {operator}, {address}.",
    "rights_cnil": (
        "Si la réponse ne vous convient pas, vous pouvez adresser une plainte à la CNIL, "
        "3 place de Fontenoy, TSA 80715, 75334 Paris CEDEX 07 :"
    ),
    "rights_cnil_link": "adresser une plainte à la CNIL",
}
