"""The pages where a person changes their own account: /compte/…

| situation                           | file             | address                       |
| ----------------------------------- | ---------------- | ----------------------------- |
| the second steps; a telephone       | two_step.py      | /compte/deux-etapes[/code …]  |
| the sites used; consent withdrawn   | services.py      | /compte/services[/retirer]    |

Each of them asks dispatch.first_prove() before it acts: a session at least, and for a change of the
account a real second step of these minutes (F9, SE7; visit.py names those pages). The policy
demands it in an interaction that leads back here.
"""
