"""GenerateServiceLastAccessedDetails and GetServiceLastAccessedDetails, which the emulator lacks (IAM API Reference).

The emulator judges who may call them; the front, which sees every call, writes the answers.
"""
import uuid

from ministack.services import iam

from .query import answer, refusal, text


def install():
    iam._IAM_HANDLERS["GenerateServiceLastAccessedDetails"] = generate
    iam._IAM_HANDLERS["GetServiceLastAccessedDetails"] = get


def generate(parameters):
    arn = text(parameters, "Arn")
    if not any(user["Arn"] == arn for user in iam._users.values()):
        return refusal(404, "NoSuchEntity", f"ARN {arn} cannot be found.")
    return answer("GenerateServiceLastAccessedDetails", f"<JobId>{uuid.uuid4()}</JobId>")


def get(parameters):
    return answer("GetServiceLastAccessedDetails", "<JobStatus>IN_PROGRESS</JobStatus>")
