"""The other players: networks that tell real pictures from made ones, one architecture a file, and their registry."""
