"""The door to image files: a picture is read from one and written to another, and keeps what it had."""

from burnish.hosts.standalone.files.contents import Metadata, Picture
from burnish.hosts.standalone.files.destination import check_destination
from burnish.hosts.standalone.files.reading import read_picture
from burnish.hosts.standalone.files.writing import write_picture

__all__ = ["Metadata", "Picture", "check_destination", "read_picture", "write_picture"]
