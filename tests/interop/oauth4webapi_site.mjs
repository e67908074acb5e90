// oauth4webapi: the site that the test describes; every answer goes through the library's check.
import * as oauth from "oauth4webapi";
import { given, leave, siteKey } from "./common.mjs";

const { issuer, client_id, client_secret, redirect_uri } = given;
export const client = { client_id, id_token_signed_response_alg: given.id_token_alg };
export const http = { [oauth.allowInsecureRequests]: true };

export const authentication = await {
  none: () => oauth.None(),
  client_secret_basic: () => oauth.ClientSecretBasic(client_secret),
  client_secret_post: () => oauth.ClientSecretPost(client_secret),
  private_key_jwt: async () => oauth.PrivateKeyJwt(await siteKey()),
}[given.method]();

export const as = await oauth.processDiscoveryResponse(
  new URL(issuer),
  await oauth.discoveryRequest(new URL(issuer), http),
);
export const options = { ...http };
if (given.dpop) {
  options.DPoP = oauth.DPoP(client, await oauth.generateKeyPair(given.dpop));
}

/** Once more where the issuer asks for a nonce in the proof (RFC 9449 §8). */
export async function twice(send, process) {
  try {
    return await process(await send());
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return process(await send());
  }
}

export async function request(more) {
  const checks = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  };
  const parameters = new URLSearchParams({
    client_id,
    redirect_uri,
    response_type: "code",
    scope: given.scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(checks.verifier),
    code_challenge_method: "S256",
    state: checks.state,
    nonce: checks.nonce,
    max_age: "3600",
    ...given.more,
    ...more,
  });
  const address = new URL(as.authorization_endpoint);
  if (!given.par) {
    address.search = parameters;
    return { address, checks };
  }
  const { request_uri } = await twice(
    () => oauth.pushedAuthorizationRequest(as, client, authentication, parameters, options),
    (answer) => oauth.processPushedAuthorizationResponse(as, client, answer),
  );
  address.search = new URLSearchParams({ client_id, request_uri });
  return { address, checks };
}

/** The answer that the site gets once the browser has been to this address. */
export async function answerAt(address) {
  const { where, posted } = await leave(address);
  return posted ?? where;
}

/** The tokens of a member whom the browser of the test signs in; and the address it was sent to. */
export async function signIn(more) {
  const { address, checks } = await request(more);
  const callback = oauth.validateAuthResponse(as, client, await answerAt(address), checks.state);
  const { verifier } = checks;
  const tokens = await twice(
    () =>
      oauth.authorizationCodeGrantRequest(
        as, client, authentication, callback, redirect_uri, verifier, options,
      ),
    async (answer) => {
      const expected = { expectedNonce: checks.nonce, requireIdToken: true, maxAge: 3600 };
      const processed = await oauth.processAuthorizationCodeResponse(as, client, answer, expected);
      await oauth.validateApplicationLevelSignature(as, answer, http);
      return processed;
    },
  );
  return { address, tokens };
}

/** What the issuer tells of the person `sub`. */
export function userinfo(access_token, sub) {
  return twice(
    () => oauth.userInfoRequest(as, client, access_token, options),
    (answer) => oauth.processUserInfoResponse(as, client, sub, answer),
  );
}
