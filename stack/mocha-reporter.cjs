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
    // Without `npm test` there are no servers any more.
    process.once("disconnect", () => process.exit(1));
    process.channel?.unref();
  }
};
