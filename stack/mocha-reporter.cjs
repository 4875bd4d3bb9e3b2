// Mocha loads reporters with require(), hence CommonJS.
const { reporters } = require("mocha");

/** Mocha's own "spec" output; hands the counts to `npm test`, which ends with them. */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = runner.stats;
      process.send?.({ passes, failures, pending });
    });
  }
};
