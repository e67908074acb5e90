"""/mentions-legales: who publishes and hosts this (LCEN)."""

TEXTS = {
    "title": "Mentions légales",
    "publisher_title": "Éditeur",
    "publisher": "MGEN Connect est édité par :",
    "name": "Dénomination",
    "registration": "Forme juridique et immatriculation",
    "address": "Siège social et téléphone",
    "email": "Adresse e-mail",
    "director_title": "Directeur de la publication",
    "host_title": "Hébergeur",
    "rights_title": "Propriété intellectuelle",
    "rights": (
        "Les textes et la présentation de ces pages ne peuvent pas être repris sans l'accord "
        "de l'éditeur. La feuille de style Pico CSS, de ses auteurs, est utilisée sous licence MIT."
    ),
    "more_title": "Vos données et vos droits",
    "more": "Ces pages complètent les mentions légales :",
}
