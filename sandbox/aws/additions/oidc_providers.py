"""Changes of an OIDC provider in place, which the emulator lacks: audiences, thumbprints and tags (IAM API Reference)."""
from ministack.services import iam

from .query import answer, members_of, refusal, text

LARGEST_AUDIENCES = 100


def install():
    iam._IAM_HANDLERS["AddClientIDToOpenIDConnectProvider"] = changing("AddClientIDToOpenIDConnectProvider", add)
    iam._IAM_HANDLERS["RemoveClientIDFromOpenIDConnectProvider"] = changing(
        "RemoveClientIDFromOpenIDConnectProvider", remove
    )
    iam._IAM_HANDLERS["UpdateOpenIDConnectProviderThumbprint"] = changing(
        "UpdateOpenIDConnectProviderThumbprint", thumbprints
    )
    iam._IAM_HANDLERS["TagOpenIDConnectProvider"] = changing("TagOpenIDConnectProvider", tag)
    iam._IAM_HANDLERS["UntagOpenIDConnectProvider"] = changing("UntagOpenIDConnectProvider", untag)


def changing(action, change):
    def handler(parameters):
        arn = text(parameters, "OpenIDConnectProviderArn")
        provider = iam._oidc_providers.get(arn)
        if not provider:
            return refusal(404, "NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}")
        return change(provider, parameters) or answer(action)

    return handler


def add(provider, parameters):
    audience = text(parameters, "ClientID")
    if audience in provider["ClientIDList"]:
        return None
    if len(provider["ClientIDList"]) >= LARGEST_AUDIENCES:
        message = f"Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {LARGEST_AUDIENCES}"
        return refusal(409, "LimitExceeded", message)
    provider["ClientIDList"] = [*provider["ClientIDList"], audience]
    return None


def remove(provider, parameters):
    gone = text(parameters, "ClientID")
    provider["ClientIDList"] = [one for one in provider["ClientIDList"] if one != gone]


def thumbprints(provider, parameters):
    listed = members_of(parameters, "ThumbprintList")
    if not listed:
        return refusal(400, "InvalidInput", "Thumbprint list must contain at least one entry.")
    provider["ThumbprintList"] = listed
    return None


def tag(provider, parameters):
    added = iam._extract_tags(parameters)
    keys = {one["Key"] for one in added}
    provider["Tags"] = [one for one in provider.get("Tags", []) if one["Key"] not in keys] + added


def untag(provider, parameters):
    gone = set(members_of(parameters, "TagKeys"))
    provider["Tags"] = [one for one in provider.get("Tags", []) if one["Key"] not in gone]
