"""What happens to pictures before a generator sees them, one degradation a file: its configuration and its function."""
