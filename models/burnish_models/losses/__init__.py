"""What generators and discriminators are trained for: plain functions, and weighted lists of them as configuration."""
