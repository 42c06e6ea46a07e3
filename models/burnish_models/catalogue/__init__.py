"""Which models exist, where their weights come from, under which licence, and how they are read."""
