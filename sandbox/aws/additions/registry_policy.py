"""ECR's registry policy, which is evaluated together with the repositories' policies, and its scope.

Amazon ECR User Guide, "Private registry permissions": with scope V2, the default of new registries, it is
enforced in all ECR requests. It is merged into the policy that the emulator evaluates for a repository.
"""
import json

from ministack.core.iam_evaluator import fnmatch_iam_cs
from ministack.core.responses import AccountRegionScopedDict, error_response_json, json_response
from ministack.services import ecr

LIMIT = 10_240
INVALID = "Invalid parameter at 'PolicyText' failed to satisfy constraint: "

policies = AccountRegionScopedDict()
scopes = AccountRegionScopedDict()


def install():
    handle_request = ecr.handle_request
    policy_for_arn = ecr.repository_policy_for_arn
    added = {
        "PutRegistryPolicy": put,
        "GetRegistryPolicy": get,
        "DeleteRegistryPolicy": delete,
        "GetAccountSetting": get_setting,
        "PutAccountSetting": put_setting,
    }

    async def with_registry_policy(method, path, headers, body, query_params):
        action = headers.get("x-amz-target", "").split(".")[-1]
        if action not in added:
            return await handle_request(method, path, headers, body, query_params)
        return added[action](json.loads(body) if body else {})

    def merged(resource_arn):
        found = policy_for_arn(resource_arn)
        if found is None or scopes.get("REGISTRY_POLICY_SCOPE", "V2") != "V2":
            return found
        statements = [
            {key: value for key, value in statement.items() if key != "Resource"}
            for statement in statements_of(policies.get("policy"))
            if any(fnmatch_iam_cs(resource_arn, pattern) for pattern in as_list(statement.get("Resource")))
        ]
        if not statements:
            return found
        text, owner = found
        return json.dumps({"Statement": [*statements_of(text), *statements]}), owner

    ecr.handle_request = with_registry_policy
    ecr.repository_policy_for_arn = merged


def put(data):
    text = data.get("policyText", "")
    if len(text) > LIMIT:
        return refusal(f"'Member must have length less than or equal to {LIMIT}'")
    statements = statements_of(text)
    if not statements or not all(is_valid(statement) for statement in statements):
        return refusal("'Invalid registry policy provided'")
    policies["policy"] = text
    return json_response({"registryId": ecr._registry_id(), "policyText": text})


def get(_):
    if "policy" not in policies:
        return not_found()
    return json_response({"registryId": ecr._registry_id(), "policyText": policies["policy"]})


def delete(_):
    if "policy" not in policies:
        return not_found()
    return json_response({"registryId": ecr._registry_id(), "policyText": policies.pop("policy")})


def get_setting(data):
    name = data.get("name", "")
    return json_response({"name": name, "value": scopes.get(name, "V2")})


def put_setting(data):
    scopes[data.get("name", "")] = data.get("value", "")
    return json_response({"name": data.get("name", ""), "value": data.get("value", "")})


def is_valid(statement):
    """Unlike a repository policy, a registry policy names its resources."""
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        return False
    return all(key in statement for key in ("Principal", "Action", "Resource"))


def statements_of(text):
    try:
        document = json.loads(text or "{}")
    except ValueError:
        return []
    return as_list(document.get("Statement")) if isinstance(document, dict) else []


def as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def not_found():
    message = f"Registry policy does not exist in the registry with id '{ecr._registry_id()}'"
    return error_response_json("RegistryPolicyNotFoundException", message, 400)


def refusal(constraint):
    return error_response_json("InvalidParameterException", INVALID + constraint, 400)
