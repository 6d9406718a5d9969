"""One file a format of the state database; its revision is the format's name."""
