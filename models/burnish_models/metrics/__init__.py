"""Judges: how good a picture is, or how close to another, each with its convention in its name. See docs/metrics.md."""
