import { fail, given, pass, type PostureCheck } from "../check.ts";

const place = /^(?:\.github\/|docs\/)?SECURITY(?:\.(?:md|rst|txt))?$/i;

export const securityPolicyPresent: PostureCheck = {
  id: "security-policy-present",
  subject: "repository",
  title: "A security policy says how to report a leak",
  why: "Who finds a leaked key needs to know whom to tell.",
  remedy: "Add a SECURITY.md that says how to report privately.",
  needs: ["tree"],
  evaluate: ({ tree }) =>
    given(tree, ({ paths }) => {
      const found = paths.find((path) => place.test(path));
      return found === undefined ? fail("there is no SECURITY.md") : pass(found);
    }),
};
