"""What happened, for those who listen: an outbox that all processes write."""
