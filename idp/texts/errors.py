"""Pages for what went wrong: ``<reason>.title`` and ``<reason>.message``, used in pairs."""

TEXTS = {
    "incident": "Si vous nous écrivez à ce sujet, indiquez ce numéro : {incident}",
    "bad_request.title": "Demande incorrecte",
    "bad_request.message": (
        "Nous n'avons pas pu lire ce que votre navigateur a envoyé. "
        "Revenez à la page précédente, puis essayez de nouveau."
    ),
    "page_expired.title": "La page a expiré",
    "page_expired.message": (
        "La page est restée ouverte trop longtemps. Rien n'a été enregistré. "
        "Revenez à la page précédente, rechargez-la, puis essayez de nouveau."
    ),
    "interaction_lost.title": "Cette connexion n'est plus en cours",
    "interaction_lost.message": (
        "Elle est terminée, elle a expiré, ou elle a été commencée dans un autre navigateur. "
        "Pour continuer, retournez sur le site où vous vouliez aller."
    ),
    "redirect_uri.title": "Adresse de retour non autorisée",
    "redirect_uri.message": (
        "Le site qui vous envoie ici demande un retour vers une adresse que nous ne connaissons "
        "pas. Par sécurité, nous nous arrêtons là."
    ),
    "unknown_client.title": "Site inconnu",
    "unknown_client.message": (
        "Le site qui vous envoie ici n'est pas connu de MGEN Connect. "
        "Par sécurité, nous nous arrêtons là."
    ),
    "authorization.title": "Demande de connexion incorrecte",
    "authorization.message": (
        "Le site qui vous envoie ici a fait une demande que nous ne pouvons pas suivre. "
        "Retournez sur ce site, puis essayez de nouveau."
    ),
    "pushed_request.title": "Demande de connexion expirée",
    "pushed_request.message": (
        "La demande du site qui vous envoie ici a expiré, ou elle a déjà servi. "
        "Retournez sur ce site, puis essayez de nouveau."
    ),
    "not_found.title": "Page introuvable",
    "not_found.message": "Cette page n'existe pas. Vérifiez l'adresse saisie.",
    "method.title": "Action impossible",
    "method.message": (
        "Cette page ne peut pas être appelée de cette façon. "
        "Revenez à la page précédente, puis essayez de nouveau."
    ),
    "too_large.title": "Envoi trop volumineux",
    "too_large.message": "Votre navigateur a envoyé trop de données. Rien n'a été enregistré.",
    "media_type.title": "Format non accepté",
    "media_type.message": (
        "Nous n'avons pas pu lire ce que votre navigateur a envoyé. "
        "Revenez à la page précédente, puis utilisez le formulaire."
    ),
    "too_many.title": "Trop d'essais",
    "too_many.message": (
        "Trop d'essais ont été faits depuis votre connexion à Internet. "
        "Par sécurité, attendez un peu. Prochain essai possible : {hour}."
    ),
    "too_many_codes.title": "Trop de codes incorrects",
    "too_many_codes.message": (
        "Par sécurité, nous n'acceptons plus de code pour le moment. "
        "Prochain essai possible : {hour}. "
        "Un navigateur où vous avez coché « Ne plus me demander de code » reste utilisable."
    ),
    "too_many_mails.title": "Trop de messages demandés",
    "too_many_mails.message": (
        "Plusieurs messages ont déjà été demandés pour cette adresse e-mail. "
        "Regardez dans votre messagerie et dans les courriers indésirables. "
        "Prochain envoi possible : {hour}."
    ),
    "too_many_sms.title": "Trop de SMS demandés",
    "too_many_sms.message": (
        "Nous ne pouvons pas envoyer d'autre SMS pour le moment. "
        "Si un SMS vous a déjà été envoyé, il peut mettre quelques minutes à arriver. "
        "Prochain envoi possible : {hour}."
    ),
    "too_many_openings.title": "Trop de demandes",
    "too_many_openings.message": (
        "L'ouverture d'un espace a été demandée plusieurs fois avec ce numéro de sécurité sociale. "
        "Par sécurité, attendez un peu. Prochain essai possible : {hour}."
    ),
    "too_many_recoveries.title": "Trop de demandes",
    "too_many_recoveries.message": (
        "L'accès à ce compte a été redemandé plusieurs fois. Un message est peut-être déjà "
        "arrivé : regardez votre messagerie. Prochaine demande possible : {hour}."
    ),
    "too_many_phones.title": "Trop de changements",
    "too_many_phones.message": (
        "Votre téléphone a été changé trois fois en trente jours. "
        "Par sécurité, attendez un peu. Prochain changement possible : {hour}."
    ),
    "recovery_lost.title": "Cette demande n'est plus en cours",
    "recovery_lost.message": (
        "Elle est terminée, elle a expiré, ou elle a été commencée dans un autre navigateur. "
        "Recommencez depuis la page de connexion, avec « Mot de passe oublié ? »."
    ),
    "opening_lost.title": "Cette demande n'est plus en cours",
    "opening_lost.message": (
        "Elle est terminée, elle a expiré, ou elle a été commencée dans un autre navigateur. "
        "Pour ouvrir votre espace, recommencez depuis le début."
    ),
    "internal.title": "Un problème est survenu",
    "internal.message": (
        "Le problème vient de chez nous, pas de vous. Merci d'essayer de nouveau dans un instant."
    ),
    "unavailable.title": "Service momentanément indisponible",
    "unavailable.message": "Merci d'essayer de nouveau dans quelques minutes.",
}
