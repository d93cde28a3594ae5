"""The logs that services write on their own: no stack owns them, so no stack deletes them."""
