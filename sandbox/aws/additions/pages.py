"""Listings in pages of 100, or of `MaxItems` up to 1,000: the emulator always returns everything.

IAM API Reference, `MaxItems` and `IsTruncated` of each of these calls.
"""
import re

from ministack.services import iam

from .query import page, split_members

# Action and the element that holds the list.
LISTINGS = {
    "ListUsers": "Users",
    "ListGroups": "Groups",
    "ListRoles": "Roles",
    "ListPolicies": "Policies",
    "GetGroup": "Users",
    "ListGroupsForUser": "Groups",
    "ListUserPolicies": "PolicyNames",
    "ListGroupPolicies": "PolicyNames",
    "ListRolePolicies": "PolicyNames",
    "ListAttachedUserPolicies": "AttachedPolicies",
    "ListAttachedGroupPolicies": "AttachedPolicies",
    "ListAttachedRolePolicies": "AttachedPolicies",
}

# "This operation does not return the following attributes, even though they are an attribute of the
# returned object" (IAM API Reference).
WITHOUT_TAGS = ("ListUsers", "ListRoles", "ListPolicies")


def install():
    for action, element in LISTINGS.items():
        iam._IAM_HANDLERS[action] = in_pages(action, element, iam._IAM_HANDLERS[action])


def in_pages(action, element, handler):
    def paged(parameters):
        status, headers, body = handler(parameters)
        if status != 200:
            return status, headers, body
        xml = body.decode("utf-8")
        opening, closing = f"<{element}>", f"</{element}>"
        start, end = xml.index(opening) + len(opening), xml.rindex(closing)
        entries = {key_of(member): member for member in split_members(xml[start:end])}
        refused, mine, more = page(parameters, sorted(entries))
        if refused:
            return refused
        listed = "".join(entries[key] for key in mine)
        if action in WITHOUT_TAGS:
            listed = re.sub(r"<Tags>.*?</Tags>", "", listed, flags=re.S)
        rest = re.sub(r"<IsTruncated>.*?</IsTruncated>", "", xml[end:])
        rest = rest.replace(closing, closing + more, 1)
        return status, headers, (xml[:start] + listed + rest).encode("utf-8")

    return paged


def key_of(member):
    """The first text in an entry is its name, which is unique."""
    return re.sub(r"<[^>]*>", " ", member).split()[0]
