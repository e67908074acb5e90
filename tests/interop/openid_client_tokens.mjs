// openid-client: what a token is worth, whose it is, and that it is worth nothing once revoked.
import * as client from "openid-client";
import { done, given } from "./common.mjs";
import { config, proof, signIn } from "./openid_client_site.mjs";

const seen = (token, hint) =>
  client.tokenIntrospection(config, token, hint && { token_type_hint: hint });
const refused = (promise) => promise.then(() => null, (error) => error.error ?? error.status);

const { tokens } = await signIn();
const { sub } = tokens.claims();
const before = {
  access: await seen(tokens.access_token),
  refresh: await seen(tokens.refresh_token, "refresh_token"),
  id_token: await seen(tokens.id_token),
};

await client.tokenRevocation(config, tokens.access_token);
const after_access = {
  access: await seen(tokens.access_token),
  refresh: await seen(tokens.refresh_token),
  userinfo: await refused(client.fetchUserInfo(config, tokens.access_token, sub, proof)),
};
await client.tokenRevocation(config, tokens.refresh_token, { token_type_hint: "refresh_token" });
const after_refresh = {
  refresh: await seen(tokens.refresh_token),
  grant: await refused(client.refreshTokenGrant(config, tokens.refresh_token, undefined, proof)),
};

const own = await client.clientCredentialsGrant(config, { resource: given.resource }, proof);
const machine = { own: await seen(own.access_token) };
await client.tokenRevocation(config, own.access_token);
machine.revoked = await seen(own.access_token);

done({ sub, before, after_access, after_refresh, machine, refresh_token: own.refresh_token });
