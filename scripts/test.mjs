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
	// One computes, the other waits for the tools that it calls.
	{ name: "corpus", args: mocha("corpus", "--timeout", "600000"), besideNext: true },
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
const chosen = SUITES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
for (let at = 0; at < chosen.length; at++) {
	const [suite, next] = chosen.slice(at, at + 2);
	if (!suite.besideNext || next === undefined) {
		report(suite, await run(suite));
		continue;
	}
	const beside = run(next, true);
	report(suite, await run(suite));
	report(next, await beside);
	at++;
}
for (const title of failures) console.log(`failed: ${title}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);

/** @param {boolean} [quietly] whether what it writes is shown only when it is done: another one runs at the same time */
function run(suite, quietly = false) {
	const started = Date.now();
	const file = join(results, `${suite.name}.json`);
	const env = { ...ENVIRONMENT, HULLGUARD_TEST_RESULT: file };
	const output = [];
	return new Promise((resolve) => {
		const child = spawn(NODE, suite.args, { cwd: ROOT, env, stdio: quietly ? ["inherit", "pipe", "pipe"] : "inherit" });
		for (const stream of quietly ? [child.stdout, child.stderr] : []) stream.on("data", (data) => output.push(data));
		child.once("close", (code) =>
			resolve({ ...countsOf(file, code), seconds: (Date.now() - started) / 1000, output: Buffer.concat(output).toString() }),
		);
	});
}

/** A suite without a result file counts as one test: its exit code. */
function countsOf(file, code) {
	if (!existsSync(file))
		return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, failures: code === 0 ? [] : [`ended with ${code}`] };
	const counts = JSON.parse(readFileSync(file, "utf8"));
	// A runner that died after its last test is a failure that no test shows.
	return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1, failures: [`ended with ${code}`] } : counts;
}

function report({ name }, { passed, failed, skipped, failures: titles, seconds, output }) {
	process.stdout.write(output);
	total.passed += passed;
	total.failed += failed;
	total.skipped += skipped;
	failures.push(...titles.map((title) => `${name}: ${title}`));
	console.log(`${name.padEnd(10)} ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds.toFixed(1)} s)\n`);
}
