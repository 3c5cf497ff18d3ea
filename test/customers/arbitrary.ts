import fc from "fast-check";
import { CUSTOMER_ID } from "../../src/customers/entries";
import type { Customer } from "../../src/customers/model";

/** Customers of every kind that a file can hold, but for PGP keys and AWS accounts. */
export function customers(): fc.Arbitrary<Customer> {
  const plain = fc
    .string({ minLength: 1, maxLength: 40, unit: "grapheme" })
    .map((text) => text.normalize("NFC").trim())
    .filter((text) => text !== "" && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text));
  return fc
    .record({
      id: fc.stringMatching(CUSTOMER_ID),
      name: plain,
      repositories: fc.uniqueArray(fc.constantFrom("edge-agent", "orchestrator", "sdk"), {
        minLength: 1,
      }),
      status: fc.constantFrom("active" as const, "suspended" as const),
      expires: fc.option(fc.constantFrom("2027-01-31", "2028-02-29"), { nil: undefined }),
      second: fc.boolean(),
      contact: fc.option(plain, { nil: undefined }),
      owner: fc.option(plain, { nil: undefined }),
      networks: listOf(["198.51.100.8/32", "2001:db8::/32", "203.0.113.0/24"]),
      vpcEndpoints: listOf(["vpce-0a1b2c3d", "vpce-0a1b2c3d4e5f67890"]),
      isProtected: fc.boolean(),
      userName: fc.option(fc.stringMatching(/^[A-Za-z0-9_+=,.@-]{1,64}$/), { nil: undefined }),
    })
    .map(
      ({
        expires,
        second,
        contact,
        owner,
        isProtected,
        networks,
        vpcEndpoints,
        userName,
        ...rest
      }) => ({
        ...rest,
        repositories: [...rest.repositories].sort(),
        keys: [
          { generation: 1, status: second ? ("inactive" as const) : ("active" as const) },
          ...(second ? [{ generation: 2, status: "active" as const }] : []),
        ],
        protected: isProtected,
        ...(userName === undefined
          ? {}
          : {
              userName,
              adopted: {
                user: "AIDACKCEVSQ6C2EXAMPLE",
                keys: [{ generation: 1, key: "AKIAIOSFODNN7EXAMPLE" }],
              },
            }),
        ...(expires === undefined ? {} : { expires }),
        ...(contact === undefined ? {} : { contact }),
        ...(owner === undefined ? {} : { owner }),
        ...(networks === undefined ? {} : { networks }),
        ...(vpcEndpoints === undefined ? {} : { vpcEndpoints }),
      }),
    );
}

/** Nothing more often than some of the values, in their order. */
function listOf(values: readonly string[]): fc.Arbitrary<string[] | undefined> {
  const some = fc.subarray([...values], { minLength: 1 });
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: some });
}
