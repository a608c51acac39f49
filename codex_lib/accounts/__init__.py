"""Accounts: who may do what. No HTTP: callers pass texts in and get a User out."""
