"""What AWS answers and ministack, as released, does not.

What only the emulator's own data can answer is here; all that can be done with requests and answers is in
the front, in TypeScript. `install` changes the emulator's modules before it starts to serve.
"""
from . import account_details, credentials, pages, registry_policy, renames


def install():
    account_details.install()
    credentials.install()
    renames.install()
    registry_policy.install()
    # Last: it wraps what is there by then.
    pages.install()
