"""Labels of the fields, and what is said beside a field that is not right."""

TEXTS = {
    "email": "Adresse e-mail",
    "password": "Mot de passe",
    "new_password": "Nouveau mot de passe",
    "confirm_password": "Confirmez le mot de passe",
    "secret_question": "Question secrète",
    "secret_answer": "Votre réponse",
    "choose_question": "Choisissez une question",
    "code": "Code à 6 chiffres",
    "trust_device": "Ne plus me demander de code depuis ce navigateur pendant 30 jours",
    "show": "Afficher",
    "show_field": "Afficher : {field}",
    "hide": "Masquer",
    "hide_field": "Masquer : {field}",
    "rules": "Votre mot de passe doit contenir :",
    "rule_length": "au moins 8 caractères",
    "rule_upper": "une lettre majuscule",
    "rule_lower": "une lettre minuscule",
    "rule_digit": "un chiffre",
    "rule_special": "un caractère spécial, par exemple ! ou ?",
    "rule_long": "Ou bien : une phrase de 20 caractères ou plus.",
    "rules_personal": "Évitez les mots de passe courants et votre adresse e-mail.",
    "rules_met": "Toutes les règles du mot de passe sont respectées.",
    "rules_missing": "Il manque encore :",
    "email_missing": "Saisissez votre adresse e-mail.",
    "email_invalid": "Cette adresse e-mail n'est pas valable. Exemple : prenom@exemple.fr",
    "email_long": "L'adresse e-mail compte au plus 254 caractères.",
    "nir_invalid": (
        "Ce numéro de sécurité sociale n'est pas valable. Saisissez ses 13 caractères, sans la clé."
    ),
    "identifier": "Identifiant",
    "identifier_missing": "Saisissez votre adresse e-mail ou votre numéro de sécurité sociale.",
    "identifier_invalid": (
        "Saisissez une adresse e-mail, par exemple prenom@exemple.fr, ou les 13 caractères de "
        "votre numéro de sécurité sociale."
    ),
    "nir": "Numéro de sécurité sociale",
    "nir_missing": "Saisissez votre numéro de sécurité sociale.",
    "nir_key": "Clé du numéro (2 chiffres)",
    "nir_key_missing": "Saisissez les 2 chiffres de la clé.",
    "nir_key_invalid": "La clé compte 2 chiffres.",
    "nir_key_wrong": (
        "La clé ne correspond pas au numéro de sécurité sociale. Vérifiez l'un et l'autre."
    ),
    "family_name": "Nom",
    "family_name_missing": "Saisissez votre nom.",
    "family_name_long": "Le nom compte au plus 120 caractères.",
    "birth_date": "Date de naissance (jj/mm/aaaa)",
    "birth_date_missing": "Saisissez votre date de naissance.",
    "birth_date_invalid": "Cette date n'est pas valable. Exemple : 31/12/1980",
    "landline": "Téléphone fixe",
    "mobile": "Téléphone mobile",
    "channel": "Où souhaitez-vous recevoir le code ?",
    "channel_missing": "Choisissez où recevoir le code.",
    "letter_code": "Code du courrier",
    "letter_code_missing": "Saisissez le code du courrier.",
    "letter_code_long": "Ce code est trop long : il compte 10 caractères.",
    "phone_missing": "Saisissez votre numéro de mobile.",
    "phone_invalid": "Ce numéro de téléphone n'est pas valable. Exemple : 0123456789",
    "phone_no_sms": (
        "Nos SMS n'arrivent que sur un mobile de France métropolitaine, en 06 ou 07. "
        "Choisissez un autre numéro, ou l'e-mail."
    ),
    "password_missing": "Saisissez votre mot de passe.",
    "password_long": "Le mot de passe est trop long : 128 caractères au plus.",
    "password_weak": (
        "Ce mot de passe ne respecte pas les règles. "
        "Il faut au moins 8 caractères, avec une majuscule, une minuscule, "
        "un chiffre et un caractère spécial, ou une phrase de 20 caractères ou plus."
    ),
    "password_common": "Ce mot de passe est trop facile à deviner. Choisissez-en un autre.",
    "password_personal": (
        "Ce mot de passe contient votre adresse e-mail ou le mot « mgen ». Choisissez-en un autre."
    ),
    "confirm_missing": "Saisissez le mot de passe une seconde fois.",
    "confirm_differs": "Les deux mots de passe sont différents. Saisissez-les de nouveau.",
    "question_missing": "Choisissez une question secrète.",
    "answer_missing": "Saisissez votre réponse à la question secrète.",
    "answer_short": "La réponse doit compter au moins 2 caractères.",
    "answer_long": "La réponse compte au plus 200 caractères.",
    "code_missing": "Saisissez le code à 6 chiffres.",
    "code_long": "Ce code est trop long. Saisissez les 6 chiffres du message.",
    "control": "Cette réponse contient un caractère qui n'est pas permis.",
    "page_expired": "La page a expiré. Envoyez de nouveau le formulaire.",
}
