import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";

const rules = new Map([["cmd-without-entrypoint", "hint"]] as const);

function programIn(command: string): string {
	const { findings } = lint(`FROM debian:12\nCMD ${command}\n`, { rules });
	return findings.map(({ message }) => message.replace(" stands in CMD, where any argument replaces it", "")).join();
}

describe("cmd-without-entrypoint", () => {
	it("names the program of one command", () => {
		assert.equal(programIn("A='b c' gunicorn x"), "gunicorn");
		assert.equal(programIn('"/opt/my app/run" x'), "/opt/my app/run");
		assert.equal(programIn("exec -a foo java"), "java");
		assert.equal(programIn(">/log ./run.sh"), "./run.sh");
		assert.equal(programIn("exec $(which java) -jar a"), "$(which java)");
		assert.equal(programIn("sh -c 'a; b'"), "sh");
	});

	it("names none of several, or of one that may not run", () => {
		for (const command of ["if [ -f x ]; then y; fi", "while true; do a; done", "for f in a b; do c; done", "(cd /app; ./run)", "a && b"])
			assert.equal(programIn(command), "A list of commands");
	});
});
