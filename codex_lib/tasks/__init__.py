"""Work in the background: the queue, what is in it, and who works on it."""
