// npm test [-- SUITE…]
//
// Does its own set-up and runs everything that this machine can run; says what it cannot run and why. Suites: types, lint,
// generated, build, unit, server, cli, corpus, real, e2e. Uses Node's own modules only and runs on Node 20.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENT, ensureInstalled, NODE, ROOT } from "./setup.mjs";

ensureInstalled();
const wanted = process.argv.slice(2);
const results = join(ROOT, ".cache", "test-results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const mocha = (suite, ...more) => [
	"node_modules/mocha/bin/mocha.js",
	"--reporter",
	"test/support/reporter.cjs",
	...more,
	`test/${suite}/**/*.test.ts`,
];
const SUITES = [
	{ name: "types", args: ["node_modules/typescript/bin/tsc", "-p", "."] },
	{ name: "lint", args: ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."] },
	{ name: "generated", args: ["scripts/generate.ts", "--check"] },
	{ name: "build", args: ["scripts/build.ts"] },
	{ name: "unit", args: mocha("unit") },
	{ name: "server", args: mocha("server", "--timeout", "30000") },
	{ name: "cli", args: mocha("cli", "--timeout", "60000") },
	{ name: "corpus", args: mocha("corpus", "--timeout", "600000") },
	{ name: "real", args: mocha("real", "--timeout", "300000") },
	{ name: "e2e", args: mocha("e2e", "--timeout", "300000") },
];

const unknown = wanted.filter((name) => !SUITES.some((suite) => suite.name === name));
if (unknown.length > 0) {
	console.error(`There is no suite ${unknown.join(", ")}; there are ${SUITES.map((suite) => suite.name).join(", ")}.`);
	process.exit(2);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
for (const suite of SUITES) {
	if (wanted.length > 0 && !wanted.includes(suite.name)) continue;
	const started = Date.now();
	const counts = await run(suite);
	total.passed += counts.passed;
	total.failed += counts.failed;
	total.skipped += counts.skipped;
	failures.push(...counts.failures.map((title) => `${suite.name}: ${title}`));
	const seconds = ((Date.now() - started) / 1000).toFixed(1);
	console.log(`${suite.name.padEnd(10)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)\n`);
}
for (const title of failures) console.log(`failed: ${title}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);

/** Runs a suite. A suite without a result file counts as one test: its exit code. */
function run(suite) {
	const file = join(results, `${suite.name}.json`);
	return new Promise((resolve) => {
		const child = spawn(NODE, suite.args, { cwd: ROOT, env: { ...ENVIRONMENT, HULLGUARD_TEST_RESULT: file }, stdio: "inherit" });
		child.once("exit", (code) => {
			if (existsSync(file)) {
				const counts = JSON.parse(readFileSync(file, "utf8"));
				// A runner that died after its last test is a failure that no test shows.
				if (code !== 0 && counts.failed === 0) resolve({ ...counts, failed: 1, failures: [`ended with ${code}`] });
				else resolve(counts);
			} else
				resolve({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, failures: code === 0 ? [] : [`ended with ${code}`] });
		});
	});
}
