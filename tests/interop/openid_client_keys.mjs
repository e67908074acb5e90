// openid-client: a site whose keys the issuer has to fetch; refused until it has, then not.
import * as client from "openid-client";
import { setTimeout as pause } from "node:timers/promises";
import { done, given } from "./common.mjs";
import { config } from "./openid_client_site.mjs";

const refusals = new Set();
let tokens;
while (!tokens) {
  tokens = await client
    .clientCredentialsGrant(config, { resource: given.resource })
    .catch(async (error) => {
      refusals.add(error.error);
      await pause(200);
    });
}
done({ refusals: [...refusals], token_type: tokens.token_type });
