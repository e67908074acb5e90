// openid-client: what a site learns when its request is not granted.
import * as client from "openid-client";
import { done, given } from "./common.mjs";
import { callbackOf, config, request } from "./openid_client_site.mjs";

const { address, checks } = await request();
const refusal = await client
  .authorizationCodeGrant(config, await callbackOf(address), checks)
  .catch((error) => error);
done({ kind: refusal.code, error: refusal.error, client_id: given.client_id });
