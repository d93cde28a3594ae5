"""What could not be deleted keeps everything that it depends on, as on AWS.

MiniStack goes on deleting the rest of the stack after a failure, the failed resource's own
dependencies included: a custom resource that refuses would lose the function and the roles that it
still works with. CloudFormation deletes a resource only after everything that depends on it is gone
(user guide, "DependsOn attribute").
"""

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, stacks

from localcloud.server.extensions.patching import Untyped, private, replace

# By stack under deletion: the resources that something undeleted needs, out of the loop's sight.
_kept: dict[str, dict[str, Any]] = {}


def install() -> None:
    """Replace `_delete_stack_async` and, inside `stacks`, `_delete_resource`."""
    whole = _keeping(private(stacks, "_delete_stack_async"))
    replace(stacks, "_delete_stack_async", whole)
    replace(handlers, "_delete_stack_async", whole)
    replace(stacks, "_delete_resource", _watching(private(stacks, "_delete_resource")))


def _keeping(whole: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def delete(stack_name: str, stack_id: str, *args: Untyped, **options: Untyped) -> None:
        _kept[stack_name] = {}
        try:
            await whole(stack_name, stack_id, *args, **options)
        finally:
            kept = _kept.pop(stack_name)
            if kept:
                _resources(stack_name).update(kept)

    return delete


def _watching(delete: Callable[..., object]) -> Callable[..., object]:
    def watched(
        resource_type: str,
        physical_id: str,
        properties: Untyped,
        stack_name: str | None = None,
        logical_id: str | None = None,
    ) -> object:
        try:
            return delete(resource_type, physical_id, properties, stack_name, logical_id)
        except Exception:
            if stack_name in _kept and logical_id is not None:
                _keep_what_it_needs(stack_name, logical_id)
            raise

    return watched


def _keep_what_it_needs(stack_name: str, logical_id: str) -> None:
    """Take the dependencies out of the stack's resources until the deletion has ended."""
    resources = _resources(stack_name)
    stack = private(cloudformation, "_stacks")[stack_name]
    definitions = (stack.get("_template") or {}).get("Resources", {})
    needed = private(stacks, "_with_dependencies")([logical_id], definitions, set(resources))
    for name in needed - {logical_id}:
        _kept[stack_name][name] = resources.pop(name)


def _resources(stack_name: str) -> dict[str, Any]:
    resources: dict[str, Any] = private(cloudformation, "_stacks")[stack_name]["_resources"]
    return resources
