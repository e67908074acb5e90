"""The pages where a person changes their own account: /compte/…

| situation                           | file             | address                       |
| ----------------------------------- | ---------------- | ----------------------------- |
| the second steps; a telephone       | two_step.py      | /compte/deux-etapes[/code …]  |

Each of them asks dispatch.first_prove() before it acts: a change takes a session and a real second
step of these minutes (F9, SE7), which the policy demands in an interaction that leads back here.
"""
