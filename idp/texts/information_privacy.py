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
        "création du compte, mais aucune démarche ne les utilise encore."
    ),
    "data_events": (
        "Un journal de sécurité : création du compte, connexions, échecs, codes envoyés, "
        "déconnexions et sites ouverts, avec la date, le navigateur et une partie seulement de "
        "l'adresse Internet."
    ),
    "data_devices": (
        "La liste de vos navigateurs de confiance : nom du navigateur, date, et une partie "
        "seulement de l'adresse Internet."
    ),
    "data_counters": (
        "Des compteurs d'essais, qui limitent les abus. Ils ne portent ni adresse e-mail ni "
        "adresse Internet lisible."
    ),
    "data_register": (
        "Si vous êtes adhérent de la mutuelle, et qu'elle nous a transmis son registre : numéro "
        "d'adhérent, contrat, nom, date de naissance, numéro de sécurité sociale, adresses et "
        "téléphones, empreinte d'un ancien mot de passe. Tout y est chiffré, sauf le numéro "
        "d'adhérent et le contrat. Aucune page ne s'en sert encore."
    ),
    "data_not": (
        "Ces pages ne vous demandent ni votre nom, ni votre numéro de sécurité sociale. "
        "Nous ne gardons aucune donnée sur votre santé."
    ),
    "why_title": "Pourquoi",
    "why_account": (
        "Créer votre compte et vous connecter aux sites : cela est nécessaire au service que "
        "vous demandez (article 6.1.b du RGPD)."
    ),
    "why_register": (
        "Rattacher un jour votre compte à votre dossier d'adhérent, pour exécuter votre contrat : "
        "ce n'est pas encore possible."
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
        "moment et la façon dont vous vous êtes connecté, et votre adresse e-mail s'il y a été "
        "autorisé. Jamais votre mot de passe."
    ),
    "who_staff": (
        "Les personnes chargées du service chez {operator}, l'hébergeur, et le prestataire qui "
        "achemine nos e-mails, chacun pour sa seule tâche."
    ),
    "long_title": "Combien de temps",
    "long_account": "Votre compte : tant qu'il existe.",
    "long_pending": "Un compte jamais activé : {days} jours.",
    "long_code": "Un code : {minutes} minutes. Un navigateur de confiance : {days} jours.",
    "long_session": "Une connexion : {hours} heures au plus.",
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
