// Knex's command line asks for a module of this name when it meets a TypeScript knexfile (through
// rechoir and interpret). Node >= 22.18 strips types by itself; Node 20 needs tsx, whose hooks none
// of the names that interpret knows would install for ES modules.
const { register } = require("node:module");
const { pathToFileURL } = require("node:url");

if (!process.features.typescript) register("tsx/esm", { parentURL: pathToFileURL(__filename), data: {} });
