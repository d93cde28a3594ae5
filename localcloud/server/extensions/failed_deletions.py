"""What could not be deleted keeps everything that it depends on, as on AWS.

MiniStack goes on deleting the rest of the stack after a failure, the failed resource's own
dependencies included: a custom resource that refuses would lose the function and the roles that it
still works with. CloudFormation deletes a resource only after everything that depends on it is gone
(user guide, "DependsOn attribute").
"""

from collections.abc import Awaitable, Callable

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, stacks

from localcloud.server.extensions.patching import Untyped, private, replace

# By stack: each resource that has to stay, and the failed one that needs it.
_held: dict[str, dict[str, str]] = {}


class _HeldError(RuntimeError):
    """A resource is kept because something that could not be deleted depends on it."""


def install() -> None:
    """Replace `_delete_stack_async` and, inside `stacks`, `_delete_resource`."""
    whole = private(stacks, "_delete_stack_async")
    replace(stacks, "_delete_stack_async", _remembering(whole))
    replace(handlers, "_delete_stack_async", _remembering(whole))
    replace(stacks, "_delete_resource", _holding(private(stacks, "_delete_resource")))


def _remembering(whole: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def delete(
        stack_name: str, stack_id: str, retain_resources: Untyped = (), **options: Untyped
    ) -> None:
        _held[stack_name] = {}
        try:
            await whole(stack_name, stack_id, retain_resources, **options)
        finally:
            _settle(stack_name, _held.pop(stack_name))

    return delete


def _holding(delete: Callable[..., object]) -> Callable[..., object]:
    def held(
        resource_type: str,
        physical_id: str,
        properties: Untyped,
        stack_name: str | None = None,
        logical_id: str | None = None,
    ) -> object:
        keeping = _held.get(stack_name or "")
        if keeping is None or logical_id is None:
            return delete(resource_type, physical_id, properties, stack_name, logical_id)
        if logical_id in keeping:
            raise _HeldError(f"{keeping[logical_id]}, which depends on it, was not deleted")
        try:
            return delete(resource_type, physical_id, properties, stack_name, logical_id)
        except Exception:
            for dependency in _dependencies(str(stack_name), logical_id):
                keeping.setdefault(dependency, logical_id)
            raise

    return held


def _dependencies(stack_name: str, logical_id: str) -> set[str]:
    stack = private(cloudformation, "_stacks")[stack_name]
    definitions = (stack.get("_template") or {}).get("Resources", {})
    with_dependencies = private(stacks, "_with_dependencies")
    remaining = set(stack.get("_resources", {}))
    closure: set[str] = with_dependencies([logical_id], definitions, remaining)
    return closure - {logical_id}


def _settle(stack_name: str, keeping: dict[str, str]) -> None:
    """Let the stack name what failed, and call what was only kept by its earlier status."""
    stack = private(cloudformation, "_stacks").get(stack_name)
    if not keeping or stack is None:
        return
    for logical_id in keeping:
        kept = stack["_resources"].get(logical_id)
        if kept is not None:
            kept["ResourceStatus"] = "CREATE_COMPLETE"
            kept.pop("ResourceStatusReason", None)
    failed = sorted(
        name
        for name, resource in stack["_resources"].items()
        if resource.get("ResourceStatus") == "DELETE_FAILED"
    )
    listed = ", ".join(failed)
    stack["StackStatusReason"] = f"The following resource(s) failed to delete: [{listed}]."
