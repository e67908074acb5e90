// oauth4webapi: what a site learns when its request is not granted.
import * as oauth from "oauth4webapi";
import { done, given } from "./common.mjs";
import { answerAt, as, client, request } from "./oauth4webapi_site.mjs";

const { address, checks } = await request();
const answer = await answerAt(address);
let refusal;
try {
  oauth.validateAuthResponse(as, client, answer, checks.state);
} catch (error) {
  refusal = error;
}
done({ kind: refusal?.code, error: refusal?.error, client_id: given.client_id });
