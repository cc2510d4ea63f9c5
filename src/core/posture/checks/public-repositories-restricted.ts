import { fail, given, pass, type PostureCheck } from "../check.ts";

export const publicRepositoriesRestricted: PostureCheck = {
  id: "public-repositories-restricted",
  subject: "organization",
  title: "Members cannot make repositories public by themselves",
  why: "One click publishes every credential that a history holds.",
  remedy: "Organization settings → Member privileges → Repository creation: not public.",
  needs: ["organization"],
  evaluate: ({ organization }) =>
    given(organization, ({ membersCreatePublicRepositories }) =>
      membersCreatePublicRepositories ? fail("every member may create public repositories") : pass("restricted"),
    ),
};
