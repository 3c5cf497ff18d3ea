"""Credentials other than access keys and passwords; the emulator does not know them.

For the names and limits see the IAM API Reference. None of them gives access to ECR, but a user that has
one differs from what was declared, and cannot be deleted.
"""
import secrets

from ministack.services import iam

from .query import answer, no_such_user, refusal, text


class Kind:
    """Credentials of one kind. `name` as in `ListSSHPublicKeys`, `entry` as in `SSHPublicKeyId`."""

    def __init__(self, add, name, entry, element, id_name, prefix, limit, wanted):
        self.add, self.name, self.entry, self.element = add, name, entry, element
        self.id_name, self.prefix, self.limit, self.wanted = id_name, prefix, limit, wanted
        self.held = {}

    def of(self, user):
        return [entry for entry in self.held.values() if entry["UserName"] == user]

    def install(self):
        iam._IAM_HANDLERS[f"{self.add}{self.entry}"] = self.create
        iam._IAM_HANDLERS[f"List{self.name}"] = self.list
        iam._IAM_HANDLERS[f"Update{self.entry}"] = self.update
        iam._IAM_HANDLERS[f"Delete{self.entry}"] = self.delete

    def create(self, parameters):
        user = text(parameters, "UserName")
        if user not in iam._users:
            return no_such_user(user)
        service = text(parameters, "ServiceName")
        same = [entry for entry in self.of(user) if entry.get("ServiceName", "") == service]
        if len(same) >= self.limit:
            return refusal(409, "LimitExceeded", f"Cannot exceed quota for {self.name}PerUser: {self.limit}")
        entry = {
            "UserName": user,
            self.id_name: self.prefix + secrets.token_hex(8).upper(),
            "Status": "Active",
            "CreateDate": iam._now(),
            **{name: text(parameters, name) for name in self.wanted},
        }
        if service:
            entry["ServiceUserName"] = f"{user}-at-{iam.get_account_id()}"
        self.held[entry[self.id_name]] = entry
        password = f"<ServicePassword>{secrets.token_urlsafe(32)}</ServicePassword>" if service else ""
        return answer(f"{self.add}{self.entry}", f"<{self.entry}>{xml(entry)}{password}</{self.entry}>")

    def list(self, parameters):
        user = text(parameters, "UserName")
        # Only ListServiceSpecificCredentials knows AllUsers (IAM API Reference).
        of_all = "ServiceName" in self.wanted and text(parameters, "AllUsers") == "true"
        if user not in iam._users and not of_all:
            return no_such_user(user)
        found = self.held.values() if of_all else self.of(user)
        members = "".join(f"<member>{xml(entry)}</member>" for entry in found)
        listed = f"<{self.element}>{members}</{self.element}><IsTruncated>false</IsTruncated>"
        return answer(f"List{self.name}", listed)

    def update(self, parameters):
        return self._change("Update", parameters, lambda entry: entry.update(Status=text(parameters, "Status")))

    def delete(self, parameters):
        return self._change("Delete", parameters, lambda entry: self.held.pop(entry[self.id_name]))

    def _change(self, verb, parameters, change):
        wanted = text(parameters, self.id_name)
        entry = self.held.get(wanted)
        if entry is None or text(parameters, "UserName", entry["UserName"]) != entry["UserName"]:
            return refusal(404, "NoSuchEntity", f"The {self.entry} with id {wanted} cannot be found.")
        change(entry)
        return answer(f"{verb}{self.entry}")


KINDS = [
    Kind(
        "Create", "ServiceSpecificCredentials", "ServiceSpecificCredential", "ServiceSpecificCredentials",
        "ServiceSpecificCredentialId", "ACCA", 2, ["ServiceName"],
    ),
    Kind("Upload", "SSHPublicKeys", "SSHPublicKey", "SSHPublicKeys", "SSHPublicKeyId", "APKA", 5, []),
    Kind("Upload", "SigningCertificates", "SigningCertificate", "Certificates", "CertificateId", "", 2, []),
]


def install():
    for kind in KINDS:
        kind.install()
    iam._IAM_HANDLERS["DeleteUser"] = refusing_remains(iam._IAM_HANDLERS["DeleteUser"])


def refusing_remains(handler):
    """The emulator itself checks keys and attached policies, the front groups, inline policies and passwords."""

    def delete_user(parameters):
        user = text(parameters, "UserName")
        if any(device.get("User") == user for device in iam._mfa_devices.values()):
            return refusal(409, "DeleteConflict", "Cannot delete entity, must delete MFA device first.")
        if any(kind.of(user) for kind in KINDS):
            return refusal(409, "DeleteConflict", "Cannot delete entity, must remove referenced objects first.")
        return handler(parameters)

    return delete_user


def renamed(old, new):
    for kind in KINDS:
        for entry in kind.of(old):
            entry["UserName"] = new


def xml(entry):
    return "".join(f"<{name}>{value}</{name}>" for name, value in entry.items())
