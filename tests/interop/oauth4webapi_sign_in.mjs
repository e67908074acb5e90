// oauth4webapi: a member signs in, the site refreshes its tokens, the member signs out.
import * as oauth from "oauth4webapi";
import { done, given, leave } from "./common.mjs";
import { answerAt, as, authentication, client, options } from "./oauth4webapi_site.mjs";
import { request, signIn, twice, userinfo } from "./oauth4webapi_site.mjs";

const { address, tokens } = await signIn();
const claims = oauth.getValidatedIdTokenClaims(tokens);
const told = await userinfo(tokens.access_token, claims.sub);

const refreshed = [];
let refresh_token = tokens.refresh_token;
for (let times = 0; refresh_token && times < 2; times++) {
  const next = await twice(
    () => oauth.refreshTokenGrantRequest(as, client, authentication, refresh_token, options),
    (answer) => oauth.processRefreshTokenResponse(as, client, answer),
  );
  await userinfo(next.access_token, claims.sub);
  const sub = oauth.getValidatedIdTokenClaims(next)?.sub;
  refreshed.push({ rotated: next.refresh_token !== refresh_token, sub });
  refresh_token = next.refresh_token ?? refresh_token;
}

const way_out = new URL(as.end_session_endpoint);
way_out.search = new URLSearchParams({
  id_token_hint: tokens.id_token,
  post_logout_redirect_uri: given.post_logout_redirect_uri,
  state: "left ~ and so",
});
const { where: left } = await leave(way_out);

// nobody is signed in now: a silent request says so, in a form that the library accepts
const silent = await request({ prompt: "none" });
const refused = await answerAt(silent.address);
let refusal;
try {
  oauth.validateAuthResponse(as, client, refused, silent.checks.state);
} catch (error) {
  refusal = error;
}

done({
  address: String(address),
  claims,
  userinfo: told,
  refreshed,
  left: String(left),
  refusal: refusal?.error,
  token_type: tokens.token_type,
});
