"""Which second factor: e-mail or SMS."""

TEXTS = {
    "title": "Choisir où recevoir le code",
    "why": "Pour protéger votre compte, nous vérifions que c'est bien vous.",
    "by_sms": "Par SMS : {mask}",
    "by_mail": "Par e-mail : {mask}",
}
