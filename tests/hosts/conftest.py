"""Hosts run on a real X server."""

from x_server import qapp_args, x_server

__all__ = ["qapp_args", "x_server"]
