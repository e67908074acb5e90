"""The forum: everybody reads, whoever has an identity writes under a pseudonym chosen once (H2).

GET       /                          topics
GET       /sujets/N                  one topic and its posts
GET, POST /sujets/nouveau            open a topic
POST      /sujets/N/reponses         answer
GET, POST /pseudonyme                choose one's pseudonym
POST      /sujets/N/verrou           lock or unlock (moderators)
POST      /messages/N/masque         hide or show (moderators)

It is told of a person a `sub` of its own and roles: no e-mail, no number, no name.
reading.py, writing.py, moderation.py are the pages; pseudonyms.py and plain_text.py the rules;
people.py, discussions.py and budget.py the tables.
"""
