"""The door between the artist's side and the worker: messages, framing and shared pixels (standard library only)."""
