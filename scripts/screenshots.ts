/**
 * Takes the pictures of the documentation: the whole round, in the dark and the light theme, as `test/e2e/round.test.ts` drives it.
 *
 *   npm run screenshots
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join("docs", "images");
/** Name of the picture in the documentation, by the step of the round. */
const PICTURES: Readonly<Record<string, string>> = {
	"round-1-weaknesses": "weaknesses",
	"round-4-preview": "preview",
	"round-8-line": "line",
	"round-9-justification": "vex",
	"round-10-suppressed": "suppressed",
};

mkdirSync(FOLDER, { recursive: true });
for (const theme of ["dark", "light"]) {
	execFileSync(process.execPath, ["node_modules/mocha/bin/mocha.js", "--timeout", "300000", "test/e2e/round.test.ts"], {
		stdio: "inherit",
		env: { ...process.env, HULLGUARD_TEST_THEME: theme },
	});
	for (const [step, name] of Object.entries(PICTURES))
		copyFileSync(join(".cache", "screenshots", `${step}.png`), join(FOLDER, `${name}-${theme}.png`));
}
