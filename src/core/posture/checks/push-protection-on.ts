import { fail, given, notApplicable, pass, type PostureCheck } from "../check.ts";

export const pushProtectionOn: PostureCheck = {
  id: "push-protection-on",
  subject: "repository",
  title: "Push protection is on",
  why: "It stops the well-known formats before they are in the history at all.",
  remedy: "Settings → Advanced Security → Push protection.",
  needs: ["security"],
  evaluate: ({ security }) =>
    given(security, ({ pushProtection }) =>
      pushProtection === null
        ? notApplicable("not offered for this repository")
        : pushProtection
          ? pass("on")
          : fail("off"),
    ),
};
