import { expect, test } from "vitest";
import { remoteProblemOf } from "../../../src/adapters/git/remote-problem.ts";

const sha = "0123456789".repeat(4);

test.each([
  [`fatal: remote error: upload-pack: not our ref ${sha}`, { kind: "no-such-object", sha }],
  [`error: Server does not allow request for unadvertised object ${sha}`, { kind: "no-such-object", sha }],
  ["fatal: couldn't find remote ref refs/pull/1/head", { kind: "no-such-ref" }],
  ["remote: Repository not found.\nfatal: repository 'https://github.com/a/b.git/' not found", { kind: "not-found" }],
  ["fatal: Authentication failed for 'https://github.com/a/b.git/'", { kind: "denied" }],
  ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", { kind: "denied" }],
  ["fatal: unable to access 'https://h/': The requested URL returned error: 403", { kind: "denied" }],
  [
    "remote: You have exceeded a secondary rate limit\nfatal: …: The requested URL returned error: 403",
    { kind: "unreachable" },
  ],
  ["fatal: unable to access 'https://h/': The requested URL returned error: 502", { kind: "unreachable" }],
  ["fatal: unable to access 'https://h/': Could not resolve host: h", { kind: "unreachable" }],
  ["error: RPC failed; curl 56 GnuTLS recv error (-9)\nfatal: early EOF", { kind: "unreachable" }],
  ["fatal: the remote end hung up unexpectedly", { kind: "unreachable" }],
  ["error: packfile x.pack does not match index\nfatal: bad object HEAD", { kind: "local" }],
  ["", { kind: "local" }],
])("%j", (stderr, problem) => {
  expect(remoteProblemOf(stderr)).toEqual(problem);
});
