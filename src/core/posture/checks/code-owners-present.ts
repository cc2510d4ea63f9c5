import { fail, given, pass, type PostureCheck } from "../check.ts";

const place = /^(?:\.github\/|docs\/)?CODEOWNERS$/;

export const codeOwnersPresent: PostureCheck = {
  id: "code-owners-present",
  subject: "repository",
  title: "Files have owners",
  why: "The owner of a path is who has to rotate what leaks there.",
  remedy: "Add a CODEOWNERS file in .github, at the top or in docs.",
  needs: ["tree"],
  evaluate: ({ tree }) =>
    given(tree, ({ paths }) => {
      const found = paths.find((path) => place.test(path));
      return found === undefined ? fail("there is no CODEOWNERS") : pass(found);
    }),
};
