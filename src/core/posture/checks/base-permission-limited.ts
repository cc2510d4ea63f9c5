import { fail, given, pass, type PostureCheck } from "../check.ts";

export const basePermissionLimited: PostureCheck = {
  id: "base-permission-limited",
  subject: "organization",
  title: "Members can at most read what they were not given",
  why: "Every account that is taken over can otherwise write to every repository.",
  remedy: "Organization settings → Member privileges → Base permissions: Read or none.",
  needs: ["organization"],
  evaluate: ({ organization }) =>
    given(organization, ({ basePermission }) =>
      basePermission === "none" || basePermission === "read"
        ? pass(basePermission)
        : fail(`every member has ${basePermission}`),
    ),
};
