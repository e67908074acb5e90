"""Espace personnel, the member's own pages: for now the home page (journeys G1), signed in or not.

GET /   home
"""
