// openid-client: the site that the test describes, and how its member signs in.
import * as client from "openid-client";
import { given, leave, siteKey } from "./common.mjs";

const { issuer, client_id, client_secret, redirect_uri } = given;

const authentication = {
  none: () => client.None(),
  client_secret_basic: () => client.ClientSecretBasic(client_secret),
  client_secret_post: () => client.ClientSecretPost(client_secret),
  private_key_jwt: async () => client.PrivateKeyJwt(await siteKey()),
};
export const config = await client.discovery(
  new URL(issuer),
  client_id,
  { id_token_signed_response_alg: given.id_token_alg },
  await authentication[given.method](),
  { execute: [client.allowInsecureRequests] },
);

export const proof = given.dpop && {
  DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair(given.dpop)),
};

export async function request(more) {
  const verifier = client.randomPKCECodeVerifier();
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    maxAge: 3600,
  };
  const parameters = {
    redirect_uri,
    scope: given.scope,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    max_age: "3600",
    ...given.more,
    ...more,
  };
  const address = given.par
    ? await client.buildAuthorizationUrlWithPAR(config, parameters, proof)
    : client.buildAuthorizationUrl(config, parameters);
  return { address, checks };
}

/** The request that the site gets once the browser has been to this address. */
export async function callbackOf(address) {
  const { where, posted } = await leave(address);
  return posted ? new Request(where, { method: "POST", body: posted }) : where;
}

/** The tokens of a member whom the browser of the test signs in; and the address it was sent to. */
export async function signIn(more) {
  const { address, checks } = await request(more);
  const callback = await callbackOf(address);
  const tokens = await client.authorizationCodeGrant(config, callback, checks, undefined, proof);
  return { address, tokens };
}
