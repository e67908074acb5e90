// oauth4webapi at the other end: an API that believes an RFC 9068 token by its signature alone.
import * as oauth from "oauth4webapi";
import { done, given } from "./common.mjs";
import { as, authentication, client, http, options } from "./oauth4webapi_site.mjs";
import { signIn, twice } from "./oauth4webapi_site.mjs";

const { resource } = given;
const expected = { ...http, requireDPoP: Boolean(given.dpop) };

/** The request that an API at `resource` gets, with the token as the site sends it. */
async function asked(access_token) {
  let sent;
  await oauth.protectedResourceRequest(
    access_token, "GET", new URL(resource), undefined, undefined,
    {
      ...options,
      [oauth.customFetch]: (url, init) => {
        sent = new Request(url, init);
        return new Response("{}");
      },
    },
  );
  return sent;
}

async function believed(access_token, audience = resource) {
  return oauth.validateJwtAccessToken(as, await asked(access_token), audience, expected);
}

const { tokens } = await signIn({ resource });
const own = await twice(
  () => oauth.clientCredentialsGrantRequest(as, client, authentication, { resource }, options),
  (answer) => oauth.processClientCredentialsResponse(as, client, answer),
);
done({
  sub: oauth.getValidatedIdTokenClaims(tokens).sub,
  of_member: await believed(tokens.access_token),
  own: await believed(own.access_token),
  elsewhere: await believed(own.access_token, "https://other.example/").catch((e) => e.code),
});
