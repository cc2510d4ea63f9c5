import { isSecurityPolicy } from "../community-files.ts";
import { fail, given, inconclusive, pass, type PostureCheck } from "../check.ts";

export const securityPolicyPresent: PostureCheck = {
  id: "security-policy-present",
  subject: "repository",
  title: "A security policy says how to report a leak",
  why: "Who finds a leaked key needs to know whom to tell.",
  remedy: "Add a SECURITY.md that says how to report privately.",
  needs: ["tree"],
  // https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions/creating-a-default-community-health-file
  orElse: {
    needs: ["sharedPolicy"],
    evaluate: ({ sharedPolicy }) =>
      sharedPolicy.kind === "known"
        ? sharedPolicy.value === null
          ? null
          : pass(`none of its own; that of its owner holds: ${sharedPolicy.value}`)
        : inconclusive(sharedPolicy),
  },
  evaluate: ({ tree }) =>
    given(tree, ({ paths }) => {
      const found = paths.find(isSecurityPolicy);
      return found === undefined ? fail("there is no SECURITY.md") : pass(found);
    }),
};
