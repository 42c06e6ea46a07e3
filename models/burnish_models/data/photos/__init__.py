"""The photographs that Burnish trains on and reports on, inside the packages that publish them."""

from burnish_models.data.photos.manifest import Part, Photo, fetch_photos, is_for_validation, photos, read_manifest

__all__ = ["Part", "Photo", "fetch_photos", "is_for_validation", "photos", "read_manifest"]
