"""The catalog's columns in memory, for lists that no single SQL index answers.

Any filter by any sort at any depth, with its exact total, takes some milliseconds at a
million books; the same in SQL takes from 1 to 400 ms by how common the words asked for
are. One process holds one index of a catalog, about 60 MB at a million books, loaded
piece by piece when first needed and kept in step by the table changes.
"""
