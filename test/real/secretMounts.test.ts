import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { lint } from "../../server/core/lint/lint.ts";
import { applyEdits } from "../../server/core/text.ts";
import { needsDocker, requireAll } from "../support/requirements.ts";

/** The file after the first repair of its first finding. */
function repaired(text: string, rule: string): string {
	const fix = lint(text, { rules: new Map([[rule, "error"]]) }).findings[0]?.fixes()[0];
	assert.ok(fix !== undefined && fix.safety === "review", "no repair");
	return applyEdits(text, fix.edits);
}

function build(text: string, secrets: readonly string[]): { readonly status: number | null; readonly log: string } {
	const options = [
		"buildx",
		"build",
		"--progress=plain",
		"--no-cache",
		"--output=type=cacheonly",
		...secrets.map((secret) => `--secret=${secret}`),
		"-",
	];
	const { status, stderr, stdout } = spawnSync("docker", options, {
		input: text,
		encoding: "utf8",
		env: { ...process.env, GIVEN: "hunter2", DOCKER_BUILDKIT: "1" },
	});
	return { status, log: stdout + stderr };
}

describe("secret mounts that repairs write, in a real build", function () {
	this.timeout(300_000);
	before(function () {
		requireAll(this, [needsDocker()]);
	});

	const check = 'test "$API_TOKEN" = hunter2';
	const files: Readonly<Record<string, string>> = {
		"a variable, in a file that gets its syntax line": `FROM busybox:1\nARG API_TOKEN\nRUN ${check}\nRUN test -z "$OTHER"\n`,
		"a variable among other flags": `# syntax=docker/dockerfile:1\nFROM busybox:1\nARG A=1 API_TOKEN\nRUN --mount=type=cache,target=/c \\\n  # why\n  ${check}\n`,
		"a file, for an older frontend": `# syntax=docker/dockerfile:1.4\nFROM busybox:1\nARG API_TOKEN\nRUN ${check}\n`,
		"a file, for a user who is not root": `# syntax=docker/dockerfile:1.4\nFROM busybox:1\nUSER 1000:1000\nARG API_TOKEN\nRUN <<EOF\nset -e\n${check}\nEOF\n`,
	};
	for (const [title, text] of Object.entries(files)) {
		it(title, () => {
			// There may be one frontend, by one name; all of them read the file form.
			const fixed = repaired(text, "secret-in-arg-or-env").replace("dockerfile:1.4", "dockerfile:1");
			assert.ok(!fixed.includes("ARG API_TOKEN") && fixed.includes("id=api-token"));
			const given = build(fixed, ["id=api-token,env=GIVEN"]);
			assert.equal(given.status, 0, given.log);
			assert.notEqual(build(fixed, []).status, 0, "the build does not need the secret");
		});
	}

	it("in the place of a password, inside quotes of either kind", () => {
		for (const quoted of ["-phunter2", "-p'hunter2'", '-p"hunter2"']) {
			const text = `# syntax=docker/dockerfile:1\nFROM busybox:1\nRUN mysql() { test "$*" = -phunter2; } && mysql ${quoted}\n`;
			const fixed = repaired(text, "secret-literal-in-file");
			assert.ok(!fixed.replace("= -phunter2", "").includes("hunter2"));
			const given = build(fixed, ["id=mysql-password,env=GIVEN"]);
			assert.equal(given.status, 0, given.log);
		}
	});
});
