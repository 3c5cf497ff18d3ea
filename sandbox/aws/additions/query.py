"""IAM's wire format, as far as the additions need it."""
import base64
import re

from ministack.services import iam

LARGEST_PAGE = 1000
DEFAULT_PAGE = 100


def text(parameters, name, default=""):
    return iam._p(parameters, name, default)


def answer(action, result=""):
    """A successful response; `result` is XML."""
    element = f"<{action}Result>{result}</{action}Result>" if result else ""
    return iam._xml(200, f"{action}Response", element, ns="iam")


def refusal(status, code, message):
    return iam._error(status, code, message, ns="iam")


def no_such_user(name):
    return refusal(404, "NoSuchEntity", f"The user with name {name} cannot be found.")


def members_of(parameters, name):
    """The texts of a list parameter: `Filter.member.1`, `Filter.member.2` …"""
    found = []
    while value := text(parameters, f"{name}.member.{len(found) + 1}"):
        found.append(value)
    return found


def page(parameters, keys):
    """Which of the sorted `keys` the caller asked for, by `MaxItems` and `Marker`.

    A marker holds the last key of the previous page, so that a deletion in between hides no other
    entity. Returns the refusal, or `(None, keys of the page, elements about the next page)`.
    """
    wanted = text(parameters, "MaxItems", str(DEFAULT_PAGE))
    if not wanted.isdigit() or not 1 <= int(wanted) <= LARGEST_PAGE:
        too_many = wanted.isdigit() and int(wanted) > LARGEST_PAGE
        bound = f"less than or equal to {LARGEST_PAGE}" if too_many else "greater than or equal to 1"
        message = (
            f"1 validation error detected: Value '{wanted}' at 'maxItems' failed to satisfy "
            f"constraint: Member must have value {bound}"
        )
        return refusal(400, "ValidationError", message), [], ""
    marker = text(parameters, "Marker")
    try:
        after = base64.b64decode(marker, altchars=b"-_", validate=True).decode() if marker else ""
    except ValueError:
        return refusal(400, "ValidationError", "Invalid Marker."), [], ""
    left = [key for key in keys if key > after] if marker else list(keys)
    mine = left[: int(wanted)]
    if len(left) == len(mine):
        return None, mine, "<IsTruncated>false</IsTruncated>"
    following = base64.urlsafe_b64encode(mine[-1].encode()).decode()
    return None, mine, f"<IsTruncated>true</IsTruncated><Marker>{following}</Marker>"


def split_members(xml):
    """The top-level `<member>` elements of `xml`, without those nested in them."""
    found, depth, start = [], 0, 0
    for tag in re.finditer(r"</?member>", xml):
        if tag.group() == "<member>":
            if depth == 0:
                start = tag.start()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                found.append(xml[start : tag.end()])
    return found
