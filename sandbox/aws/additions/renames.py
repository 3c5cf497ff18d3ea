"""UpdateUser and UpdateGroup: a new name or path; unique id, keys and memberships stay.

IAM User Guide, "Renaming an IAM user". The front updates repository policies that name the user.
"""
from ministack.services import iam, sts

from . import credentials
from .query import answer, no_such_user, refusal, text


def install():
    iam._IAM_HANDLERS["UpdateUser"] = update_user
    iam._IAM_HANDLERS["UpdateGroup"] = update_group


def update_user(parameters):
    old = text(parameters, "UserName")
    user = iam._users.get(old)
    if user is None:
        return no_such_user(old)
    new = text(parameters, "NewUserName") or old
    if is_taken(new, old, iam._users):
        return refusal(409, "EntityAlreadyExists", f"User with name {new} already exists.")
    arn = user["Arn"]
    move(user, "user", "UserName", new, text(parameters, "NewPath") or user["Path"])
    # A login to ECR is a session of the user; it survives a rename.
    for session in sts._sessions.values():
        if session.get("Arn") == arn:
            session.update(Arn=user["Arn"], PrincipalName=new)
    if new != old:
        rekey(iam._users, old, new)
        rekey(iam._user_inline_policies, old, new)
        rekey(iam._login_profiles, old, new)
        if new in iam._login_profiles:
            iam._login_profiles[new]["UserName"] = new
        for key in iam._access_keys.values():
            if key["UserName"] == old:
                key["UserName"] = new
        for device in iam._mfa_devices.values():
            if device.get("User") == old:
                device["User"] = new
        for group in iam._groups.values():
            group["Users"] = [new if name == old else name for name in group["Users"]]
        credentials.renamed(old, new)
    return answer("UpdateUser")


def update_group(parameters):
    old = text(parameters, "GroupName")
    group = iam._groups.get(old)
    if group is None:
        return refusal(404, "NoSuchEntity", f"The group with name {old} cannot be found.")
    new = text(parameters, "NewGroupName") or old
    if is_taken(new, old, iam._groups):
        return refusal(409, "EntityAlreadyExists", f"Group with name {new} already exists.")
    move(group, "group", "GroupName", new, text(parameters, "NewPath") or group["Path"])
    if new != old:
        rekey(iam._groups, old, new)
        rekey(iam._group_inline_policies, old, new)
    return answer("UpdateGroup")


def is_taken(new, old, entities):
    """Names are unique whatever their case; the entity's own may change its case."""
    return any(name.lower() == new.lower() and name != old for name in entities)


def move(entity, kind, name_key, name, path):
    entity[name_key] = name
    entity["Path"] = path
    entity["Arn"] = f"arn:aws:iam::{iam.get_account_id()}:{kind}{path}{name}"


def rekey(entities, old, new):
    entry = entities.pop(old, None)
    if entry is not None:
        entities[new] = entry
