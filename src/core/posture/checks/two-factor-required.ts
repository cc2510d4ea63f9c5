import { fail, given, pass, type PostureCheck } from "../check.ts";

export const twoFactorRequired: PostureCheck = {
  id: "two-factor-required",
  subject: "organization",
  title: "Two-factor authentication is required of every member",
  why: "A stolen password is then not enough.",
  remedy: "Organization settings → Authentication security → Require two-factor authentication.",
  needs: ["organization"],
  evaluate: ({ organization }) =>
    given(organization, ({ twoFactorRequired }) => (twoFactorRequired ? pass("required") : fail("not required"))),
};
