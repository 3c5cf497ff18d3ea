"""Where a request comes from: the address or the VPC endpoint that the front has seen.

IAM User Guide, "AWS global condition context keys": a request through a VPC endpoint has `aws:SourceVpce` and no
`aws:SourceIp`, any other one the reverse. The emulator knows the connection's address only, which is the front's.
"""
import contextvars
import sys

from ministack.core import iam_evaluator

HEADER = b"x-sandbox-source"

source = contextvars.ContextVar("sandbox_source", default="")


def install():
    resolve = iam_evaluator._resolve_condition_key

    def resolve_with_source(key, context):
        seen = source.get()
        is_endpoint = seen.startswith("vpce-")
        name = key.lower()
        if name == "aws:sourcevpce":
            return seen if is_endpoint else None
        if name == "aws:sourceip" and seen:
            return None if is_endpoint else seen
        return resolve(key, context)

    iam_evaluator._resolve_condition_key = resolve_with_source
    main = sys.modules["ministack.app"]
    app = main.app

    async def app_with_source(scope, receive, send):
        given = [value for name, value in scope.get("headers", []) if name.lower() == HEADER]
        source.set(given[0].decode("latin-1") if given else "")
        await app(scope, receive, send)

    main.app = app_with_source
