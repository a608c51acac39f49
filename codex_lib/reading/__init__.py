"""What people do with books: how far they are in them, and what they read next."""
