"""The secret questions one may choose from. The id is stored: never give an id a new meaning."""

TEXTS = {
    "first_school": "Quel est le nom de votre première école ?",
    "first_teacher": "Quel est le nom de l'enseignant qui vous a le plus marqué ?",
    "childhood_friend": "Quel est le prénom de votre meilleur ami d'enfance ?",
    "childhood_street": "Dans quelle rue habitiez-vous enfant ?",
    "childhood_holidays": "Où passiez-vous vos vacances d'enfance ?",
    "first_pet": "Quel est le nom de votre premier animal de compagnie ?",
    "first_job": "Dans quelle ville avez-vous eu votre premier emploi ?",
    "favourite_book": "Quel livre vous a le plus marqué ?",
}
