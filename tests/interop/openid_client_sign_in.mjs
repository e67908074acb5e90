// openid-client: a member signs in, the site refreshes its tokens, the member signs out.
import * as client from "openid-client";
import { done, given, leave } from "./common.mjs";
import { callbackOf, config, proof, request, signIn } from "./openid_client_site.mjs";

const { address, tokens } = await signIn();
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub, proof);

const refreshed = [];
let refresh_token = tokens.refresh_token;
for (let times = 0; refresh_token && times < 2; times++) {
  const next = await client.refreshTokenGrant(config, refresh_token, undefined, proof);
  await client.fetchUserInfo(config, next.access_token, claims.sub, proof);
  refreshed.push({ rotated: next.refresh_token !== refresh_token, sub: next.claims()?.sub });
  refresh_token = next.refresh_token ?? refresh_token;
}

const { where: left } = await leave(
  client.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: given.post_logout_redirect_uri,
    state: "left ~ and so",
  }),
);

// nobody is signed in now: a silent request says so, in a form that the library accepts
const silent = await request({ prompt: "none" });
const refusal = await client
  .authorizationCodeGrant(config, await callbackOf(silent.address), silent.checks)
  .catch((error) => error);

done({
  address: String(address),
  claims,
  userinfo,
  refreshed,
  left: String(left),
  refusal: refusal.error,
  token_type: tokens.token_type,
});
