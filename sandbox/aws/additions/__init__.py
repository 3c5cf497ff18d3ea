"""What AWS answers and the released ministack does not.

Only what needs the emulator's own data is here; everything that can be done with requests and responses is
in the front, in TypeScript. `install` patches the emulator's modules before it starts to serve.
"""
from . import (
    account_details,
    credentials,
    last_accessed,
    oidc_providers,
    pages,
    registry_policy,
    renames,
    source,
)


def install():
    account_details.install()
    credentials.install()
    last_accessed.install()
    oidc_providers.install()
    renames.install()
    registry_policy.install()
    source.install()
    # Last, because it wraps the handlers that the others have installed.
    pages.install()
