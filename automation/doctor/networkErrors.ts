// The texts are those of AWS, docker, containerd, crane, the AWS command line and its credential helper, from
// their issue trackers and documentation.
import type { PullErrorRow } from "./pullErrorRow";

/** The network between the customer and AWS. */
export const NETWORK_ERRORS: readonly PullErrorRow[] = [
  {
    kind: "certificate-time",
    shown: ["x509: certificate has expired or is not yet valid"],
    pattern: /certificate has expired or is not (yet )?valid/i,
    meaning:
      "The clock of that machine is wrong, or a proxy in between presents a certificate that has expired.",
    fix: "Set the clock, by NTP; then compare the certificate's issuer with Amazon's.",
  },
  {
    kind: "certificate",
    shown: ["x509: certificate signed by unknown authority", "CERTIFICATE_VERIFY_FAILED"],
    pattern:
      /x509:|CERTIFICATE_VERIFY_FAILED|SSL validation failed|certificate verify failed|self[- ]signed certificate/i,
    meaning:
      "The connection is intercepted: a proxy or firewall presents a certificate of its own, which that machine does not trust.",
    fix: "Trust the proxy's authority on the machine (for docker, then restart it; for the AWS command line, AWS_CA_BUNDLE), or exempt `*.amazonaws.com` (in China `*.amazonaws.com.cn`) from inspection.",
  },
  {
    kind: "proxy",
    shown: ["proxyconnect tcp", "Proxy Authentication Required"],
    pattern:
      /proxyconnect|Proxy Authentication Required|Failed to connect to proxy|error connecting to proxy/i,
    meaning: "The proxy on the customer's side refused the connection or could not be reached.",
    fix: "Check the proxy's address and credentials. docker's daemon has its own setting (`/etc/systemd/system/docker.service.d`, or Docker Desktop's), apart from HTTPS_PROXY in a shell.",
    guide: { meaning: "Your proxy refused the connection or could not be reached." },
  },
  {
    kind: "layers",
    shown: ["prod-eu-central-1-starport-layer-bucket.s3.eu-central-1.amazonaws.com … i/o timeout"],
    pattern:
      /(starport-layer-bucket|\.s3[.-][a-z0-9.-]*amazonaws\.com)(?=.*(timeout|timed out|refused|no such host|reset|forbidden|denied|EOF|failed|unexpected status))/is,
    meaning:
      "The registry is reached and let the customer in, but the layers, which come from Amazon S3, are blocked.",
    fix: "Let the firewall, proxy or S3 endpoint policy pass `prod-<region>-starport-layer-bucket.s3.<region>.amazonaws.com` (in China `….amazonaws.com.cn`).",
    guide: {
      meaning:
        "The registry is reached and let you in, but the layers, which come from Amazon S3, are blocked.",
    },
  },
  {
    kind: "no-connection",
    shown: ["no such host", "i/o timeout", "Could not connect to the endpoint URL"],
    pattern:
      /no such host|Temporary failure in name resolution|i\/o timeout|connection refused|ECONNREFUSED|connection reset|TLS handshake|Could not connect to the endpoint URL|Connect timeout on endpoint URL|ETIMEDOUT|Client\.Timeout exceeded|context deadline exceeded/i,
    meaning:
      "The registry was not reached: the address is wrong, or a proxy or firewall is in between.",
    fix: "Check the address. A firewall has to pass `*.dkr.ecr.<region>.amazonaws.com`, `api.ecr.<region>.amazonaws.com`, `sts.<region>.amazonaws.com` and, for layers, `prod-<region>-starport-layer-bucket.s3.<region>.amazonaws.com`; in China each ends with `.amazonaws.com.cn`.",
  },
];
