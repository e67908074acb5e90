"""What a site that is not ours would receive: scope by scope, claim by claim."""

TEXTS = {
    "title": "Partager vos informations ?",
    "who": (
        "{site} est un site partenaire : il n'appartient pas à votre mutuelle. "
        "Avec votre accord, il recevra :"
    ),
    "account": "Compte utilisé : {mask}",
    "submit": "Autoriser",
    "refuse": "Refuser",
    "later": (
        "Vous pourrez changer d'avis à tout moment, sur la page « Mes services digitaux » de "
        "MGEN Connect."
    ),
    "policy": "Comment {site} utilise vos informations",
    "terms": "Conditions d'utilisation de {site}",
    # every id_token tells `acr`: of a member it is another than of somebody else (R10)
    "scope_openid": (
        "un numéro qui lui permet de vous reconnaître, et la façon dont vous vous connectez : "
        "avec un code ou non, en tant qu'adhérent ou non"
    ),
    "scope_profile": "votre nom, votre prénom et votre date de naissance",
    "scope_email": "votre adresse e-mail",
    "scope_address": "votre adresse postale",
    "scope_phone": "votre numéro de mobile, si vous l'avez activé",
    "scope_member": "votre numéro d'adhérent et votre contrat",
    "scope_membership": "le fait que vous êtes adhérent, ou non",
    "scope_roles": "les rôles que vous avez sur ce site",
    "scope_offline": "le droit de relire ces informations plus tard, même en votre absence",
    "claim_name": "votre nom et votre prénom",
    "claim_given_name": "votre prénom",
    "claim_family_name": "votre nom",
    "claim_birthdate": "votre date de naissance",
    "claim_email_verified": "le fait que votre adresse e-mail est vérifiée",
    "claim_phone_verified": "le fait que votre numéro de mobile est vérifié",
    "claim_member_number": "votre numéro d'adhérent",
    "claim_contracts": "votre contrat",
    "resource": "le droit d'utiliser en votre nom le service {address}",
}
