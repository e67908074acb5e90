"""Espace personnel, the member's own pages: for now the home page, signed in or not.

GET /   home
"""
