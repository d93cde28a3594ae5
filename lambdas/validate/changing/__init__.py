"""Changing: the dataset's form of a user's file, in a new file; the user's own stays as it is."""
