// What every program shares: what the test gives, the member's browser, the result.
import { importJWK } from "jose";
import { createInterface } from "node:readline";

export const given = JSON.parse(process.env.GIVEN);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/**
 * Where the member's browser leaves the issuer, once it has been to this address; and the fields
 * that it posts there, null where it follows a redirect.
 */
export async function leave(address) {
  console.log(JSON.stringify({ visit: String(address) }));
  const { value } = await lines.next();
  const [where, posted] = JSON.parse(value);
  return { where: new URL(where), posted: posted && new URLSearchParams(posted) };
}

/** Ends the program; the test gets this. */
export function done(result) {
  process.stdout.write(JSON.stringify({ done: result }) + "\n", () => process.exit(0));
}

/** The key that the site authenticates with (RFC 7523), as the test has made it. */
export async function siteKey() {
  return { key: await importJWK(given.key, given.alg), kid: given.key.kid };
}
