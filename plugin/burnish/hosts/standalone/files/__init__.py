"""Image files: read and written with their depth, profile and metadata."""
