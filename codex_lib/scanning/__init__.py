"""A folder against the catalog: walk, plan, apply."""
