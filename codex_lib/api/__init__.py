"""The REST API: the only package that imports falcon. No SQL, no file access.

A request goes through requests.py (who calls, from where), endpoint.py (may they, is
what they sent usable), one resource, calls.py (the domain function in a thread) and
answers.py or errors.py. routes.py is the map of all of it.
"""
