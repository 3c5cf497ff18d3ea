/**
 * How the script's own clients of AWS repeat calls, in one place. AWS throttles IAM for a whole account, so other
 * tools' calls count too; the SDK's three attempts are not enough then. Pauses double from half a second, with
 * jitter, up to 20 seconds; and once a call is throttled, all calls of the same client slow down together, as fast as
 * AWS lets them (AWS SDKs and Tools Reference Guide, "Retry behavior", adaptive mode).
 */
export const RETRIES = { retryMode: "adaptive", maxAttempts: 8 } as const;

/** In an emergency the caller repeats by itself, and wants to report in between; no call waits for others. */
export const EMERGENCY_RETRIES = { retryMode: "standard", maxAttempts: 3 } as const;

/** Without these limits a call waits forever once the network is down. */
export const TIMEOUTS = {
  requestHandler: {
    connectionTimeout: 10_000,
    requestTimeout: 60_000,
    throwOnRequestTimeout: true,
  },
} as const;
