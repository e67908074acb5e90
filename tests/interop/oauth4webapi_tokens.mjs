// oauth4webapi: what a token is worth, whose it is, and that it is worth nothing once revoked.
import * as oauth from "oauth4webapi";
import { done, given } from "./common.mjs";
import { as, authentication, client, http, options } from "./oauth4webapi_site.mjs";
import { signIn, twice, userinfo } from "./oauth4webapi_site.mjs";

async function seen(token, hint) {
  const more = { ...http, additionalParameters: hint && { token_type_hint: hint } };
  const answer = await oauth.introspectionRequest(as, client, authentication, token, more);
  return oauth.processIntrospectionResponse(as, client, answer);
}

async function revoke(token) {
  const answer = await oauth.revocationRequest(as, client, authentication, token, http);
  return oauth.processRevocationResponse(answer);
}

const refused = (promise) =>
  promise.then(() => null, (error) => error.error ?? error.cause?.[0]?.parameters.error);

const { tokens } = await signIn();
const { sub } = oauth.getValidatedIdTokenClaims(tokens);
const before = {
  access: await seen(tokens.access_token),
  refresh: await seen(tokens.refresh_token, "refresh_token"),
  id_token: await seen(tokens.id_token),
};

await revoke(tokens.access_token);
const after_access = {
  access: await seen(tokens.access_token),
  refresh: await seen(tokens.refresh_token),
  userinfo: await refused(userinfo(tokens.access_token, sub)),
};
await revoke(tokens.refresh_token);
const { refresh_token } = tokens;
const after_refresh = {
  refresh: await seen(refresh_token),
  grant: await refused(
    twice(
      () => oauth.refreshTokenGrantRequest(as, client, authentication, refresh_token, options),
      (answer) => oauth.processRefreshTokenResponse(as, client, answer),
    ),
  ),
};

const { resource } = given;
const own = await twice(
  () => oauth.clientCredentialsGrantRequest(as, client, authentication, { resource }, options),
  (answer) => oauth.processClientCredentialsResponse(as, client, answer),
);
const machine = { own: await seen(own.access_token) };
await revoke(own.access_token);
machine.revoked = await seen(own.access_token);

done({ sub, before, after_access, after_refresh, machine, refresh_token: own.refresh_token });
