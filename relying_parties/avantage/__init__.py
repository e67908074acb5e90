"""MGEN Avantage, offers for members: everybody reads them, members see their own prices (H1).

GET /   offers

It is told one thing of a person, whether they are a member: no e-mail, no number, no name.
"""
