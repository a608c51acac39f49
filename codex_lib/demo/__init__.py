"""The demonstration library: stories, their drawings, and the files they make."""
