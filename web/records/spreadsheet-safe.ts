import Type from "typebox";

/** The parameter of what hands out CSV. */
export const safeProperty = {
  safe: Type.Optional(
    Type.Enum(["spreadsheet"], {
      description:
        "Of CSV; other formats have no cells. `spreadsheet`: an apostrophe stands before each cell that a spreadsheet would take " +
        "for a formula. Such cells begin with `=`, `+`, `-`, `@`, their full-width forms, a tab or a line break; telephone " +
        "numbers are among them. Without it the cells are as they are",
    }),
  ),
};
