"""The containers in which formats keep data: chunks, segments, tags, deflate streams."""
