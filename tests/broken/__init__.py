"""Rule files and markets that are broken as people break them, and how well each is reported."""
