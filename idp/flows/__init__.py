"""THE MAP: what a person meets → file → address → test.

| situation                           | file             | address                       |
| ----------------------------------- | ---------------- | ----------------------------- |
| a site sends somebody to sign in    | authorization.py | /authorize                    |
| … and is answered by a form        | answers.py       | /authorize/reponse            |
| sign in with the e-mail; blocked    | login.py         | /connexion                    |
| … with the NIR, before an e-mail    | legacy_nir.py    | /connexion/nir                |
| … the code that proves the member   | legacy_code.py   | /connexion/nir/code           |
| … the e-mail that replaces the NIR  | migration.py     | /migration, …/message-envoye  |
| … its link                          | validation.py    | /validation/TOKEN             |
| … and join an account that exists   | association.py   | …/association, …/rattachement |
| … from the mail to its address      | association_link.py | …/association/TOKEN        |
| … the last word, once it has agreed | association_agreed.py | /migration/confirmation  |
| the code; trusted device            | step_up.py       | /connexion/code[/renvoyer]    |
| … by e-mail or by SMS               | method.py        | /connexion/methode            |
| which account, when a site asks     | account_choice.py| /connexion/compte             |
| a level that only a record can give | level.py         | /connexion/niveau             |
| what another's site would receive   | consent.py       | /connexion/autorisation       |
| « Annuler », wherever a site waits  | refusal.py       | /connexion/annuler            |
| change one's account                | account/         | /compte/…                     |
| create an identity without NIR      | signup.py        | /creer-un-compte[/message-…]  |
| the activation link, good or dead   | activation.py    | /activation/TOKEN, …/renvoyer |
| open one's space: NIR, access       | opening.py       | /creer-mon-espace[/acces]     |
| … or join a record: who one is      | opening_member.py| …/coordonnees, …/plus-tard    |
| … the code to a channel on file     | opening_code.py  | …/code, …/message-envoye      |
| the code of a letter                | letter.py        | /code-courrier                |
| an employer's invitation            | invitation.py    | /invitation/TOKEN             |
| … and the question, at first        | secret_question.py| /connexion/question-secrete  |
| blocked, or password forgotten      | recovery.py      | /debloquer, /mot-de-passe-oublie |
| … sent here by a password manager   | recovery.py      | /.well-known/change-password  |
| … the new password, once proved     | new_password.py  | /nouveau-mot-de-passe[/TOKEN] |
| "this was not me", from a notice    | undo.py          | /annulation/TOKEN             |
| sign out, from a site or from here  | sign_out.py      | /deconnexion                  |
| the sites that one sign-in opens    | accueil.py       | /                             |
| help, and what the law asks to say  | information.py   | /aide… and seven more         |
| for supervisors                     | health.py        | /health/live, /health/ready   |
| … and their figures                 | metrics.py       | /metrics                      |

X.py has its templates in templates/X/, its sentences in texts/X.py and its tests in
tests/flows/test_X.py; the whole walk is tests/flows/test_journey.py and tests/stories/.

How it moves: policy.py is the journey as one ordered tuple; dispatch.py alone redirects between
steps and alone opens a session; interaction.py is the paused request of one tab. Around every
page: cookies.py, guards.py, headers.py, failures.py, pages.py. The forms are in forms.py; what help
and legal pages state is in information_facts.py.

Not here: what a password, a code, a block IS (idp/accounts); the machine endpoints (idp/oidc).
"""
