"""What only `make run` needs: the supervisor, first-use secrets and demo data, the inbox.

Nothing of a production start is here; nothing elsewhere imports from here.
Start with supervisor.main(); inbox/ is a program of its own (real SMTP in, pages and JSON out).
"""
