"""botocore's service models, loaded once."""

from functools import lru_cache

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import ServiceModel

from localcloud.permissions.errors import RequestError


@lru_cache
def service_model(name: str) -> ServiceModel:
    """The model of a service by botocore's name for it.

    Raises:
        RequestError: botocore has none of that name.
    """
    try:
        return botocore.session.get_session().get_service_model(name)
    except UnknownServiceError:
        raise RequestError(f"botocore has no service {name}.") from None
