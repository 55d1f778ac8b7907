// Mocha's dots on the terminal, and the counts of the run in the file that HULLGUARD_TEST_RESULT names.
const { writeFileSync } = require("node:fs");
const Mocha = require("mocha");

module.exports = class CountingReporter extends Mocha.reporters.Dot {
	constructor(runner, options) {
		super(runner, options);
		const failures = [];
		runner.on("fail", (test) => failures.push(test.fullTitle()));
		runner.once("end", () => {
			const file = process.env.HULLGUARD_TEST_RESULT;
			if (file === undefined) return;
			const { passes, pending } = this.stats;
			writeFileSync(file, JSON.stringify({ passed: passes, failed: failures.length, skipped: pending, failures }));
		});
	}
};
