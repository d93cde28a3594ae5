"""When the custom resource's request means a teardown."""

# ROLLBACK_IN_PROGRESS: the stack's creation failed, and what it had made is taken back.
_ENDS_THE_STACK = frozenset(("DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"))


def means_teardown(request_type: str, stack_status: str) -> bool:
    """Return whether everything has to go.

    A Delete request alone does not say so: an update that replaces or drops the custom resource
    sends one too, and must not cost anybody their campaigns.
    """
    return request_type == "Delete" and stack_status in _ENDS_THE_STACK
