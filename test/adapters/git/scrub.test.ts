import { expect, test } from "vitest";
import { scrubCredentials } from "../../../src/adapters/git/scrub.ts";

test.each([
  ["fatal: unable to access 'https://user:word@host/x/'", "fatal: unable to access 'https://****@host/x/'"],
  ["https://word@host and http://a:b@c", "https://****@host and http://****@c"],
  ["> Authorization: Basic d29yZA==\nnext", "> Authorization: ****\nnext"],
  ["authorization: bearer word", "authorization: ****"],
  ["the token word and w%2Frd", "the token **** and ****"],
  ["nothing to hide at https://host/a@b", "nothing to hide at https://host/a@b"],
])("%j becomes %j", (text, clean) => {
  expect(scrubCredentials(text, ["token word".slice(6), "w/rd", ""])).toBe(clean);
});
