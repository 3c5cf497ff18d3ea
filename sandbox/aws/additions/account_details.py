"""GetAccountAuthorizationDetails: the emulator's lacks pages, boundaries, policy dates and AWS managed policies."""
from urllib.parse import quote

from ministack.services import iam

from .query import answer, members_of, page, refusal

KINDS = ("User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy")
LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


def install():
    iam._IAM_HANDLERS["GetAccountAuthorizationDetails"] = account_details


def account_details(parameters):
    wanted = members_of(parameters, "Filter")
    for kind in wanted:
        if kind not in KINDS:
            allowed = ", ".join(KINDS)
            message = f"1 validation error detected: Value '[{', '.join(wanted)}]' at 'filter' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [{allowed}]]"
            return refusal(400, "ValidationError", message)
    groups = {name: set(group.get("Users", [])) for name, group in iam._groups.items()}
    # In the order of the lists in the response; the digit keeps the kinds apart when keys are sorted.
    entities = {
        **{f"0{name}": (LISTS[0], lambda name=name: user(name, groups)) for name in iam._users},
        **{f"1{name}": (LISTS[1], lambda name=name: group(name)) for name in iam._groups},
        **{f"2{name}": (LISTS[2], lambda name=name: role(name)) for name in iam._roles},
        **{f"3{arn}": (LISTS[3], lambda arn=arn: policy(arn)) for arn in iam._policies},
        **{f"4{arn}": (LISTS[3], lambda arn=arn: policy(arn)) for arn in aws_policies_in_use()},
    }
    keys = sorted(key for key in entities if not wanted or KINDS[int(key[0])] in wanted)
    refused, mine, more = page(parameters, keys)
    if refused:
        return refused
    found = {name: "" for name in LISTS}
    for key in mine:
        name, render = entities[key]
        found[name] += f"<member>{render()}</member>"
    lists = "".join(f"<{name}>{xml}</{name}>" for name, xml in found.items())
    return answer("GetAccountAuthorizationDetails", lists + more)


def aws_policies_in_use():
    """The AWS managed policies that are attached to something in the account."""
    holders = [*iam._users.values(), *iam._groups.values(), *iam._roles.values()]
    attached = {arn for holder in holders for arn in holder.get("AttachedPolicies", [])}
    return [arn for arn in attached if iam._is_aws_managed_arn(arn) and iam._lookup_policy(arn)]


def user(name, groups):
    found = iam._users[name]
    inline = iam._user_inline_policies.get(name) or {}
    member_of = "".join(f"<member>{group}</member>" for group, users in groups.items() if name in users)
    return (
        elements(found, "UserName", "UserId", "Arn", "Path", "CreateDate")
        + f"<UserPolicyList>{documents(inline)}</UserPolicyList><GroupList>{member_of}</GroupList>"
        + attached(found) + boundary(found) + tags(found)
    )


def group(name):
    found = iam._groups[name]
    inline = iam._group_inline_policies.get(name) or {}
    return (
        elements(found, "GroupName", "GroupId", "Arn", "Path", "CreateDate")
        + f"<GroupPolicyList>{documents(inline)}</GroupPolicyList>" + attached(found)
    )


def role(name):
    found = iam._roles[name]
    trust = quote(found.get("AssumeRolePolicyDocument") or "{}", safe="")
    profiles = "".join(
        f"<member>{iam._instance_profile_xml(profile)}</member>"
        for profile, entry in iam._instance_profiles.items()
        if name in entry.get("Roles", [])
    )
    return (
        elements(found, "RoleName", "RoleId", "Arn", "Path", "CreateDate")
        + f"<AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument>"
        + f"<RolePolicyList>{documents(found.get('InlinePolicies') or {})}</RolePolicyList>"
        + f"<InstanceProfileList>{profiles}</InstanceProfileList>"
        + attached(found) + boundary(found) + tags(found)
    )


def policy(arn):
    versions = "".join(
        f"<member>{elements(version, 'VersionId', 'CreateDate')}"
        f"<IsDefaultVersion>{str(bool(version.get('IsDefaultVersion'))).lower()}</IsDefaultVersion>"
        f"<Document>{quote(version.get('Document') or '{}', safe='')}</Document></member>"
        for version in iam._lookup_policy(arn).get("Versions", {}).values()
    )
    return iam._managed_policy_xml(arn) + f"<PolicyVersionList>{versions}</PolicyVersionList>"


def elements(entity, *names):
    return "".join(f"<{name}>{entity[name]}</{name}>" for name in names if entity.get(name))


def documents(inline):
    return "".join(
        f"<member><PolicyName>{name}</PolicyName><PolicyDocument>{quote(document, safe='')}</PolicyDocument></member>"
        for name, document in inline.items()
    )


def attached(entity):
    members = ""
    for arn in entity.get("AttachedPolicies", []):
        name = arn.rsplit("/", 1)[-1]
        members += f"<member><PolicyName>{name}</PolicyName><PolicyArn>{arn}</PolicyArn></member>"
    return f"<AttachedManagedPolicies>{members}</AttachedManagedPolicies>"


def boundary(entity):
    arn = entity.get("PermissionsBoundary")
    if not arn:
        return ""
    kind = "<PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType>"
    return f"<PermissionsBoundary>{kind}<PermissionsBoundaryArn>{arn}</PermissionsBoundaryArn></PermissionsBoundary>"


def tags(entity):
    members = "".join(
        f"<member><Key>{tag['Key']}</Key><Value>{tag.get('Value') or ''}</Value></member>"
        for tag in entity.get("Tags") or []
    )
    return f"<Tags>{members}</Tags>"
