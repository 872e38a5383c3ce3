"""Images and volumes as files, and pictures of them."""
