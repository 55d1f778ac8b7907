import assert from "node:assert/strict";
import type { LintFinding } from "../../../server/core/finding.ts";
import { lint } from "../../../server/core/lint/lint.ts";
import { applyEdits } from "../../../server/core/text.ts";

function findings(text: string): readonly LintFinding[] {
	return lint(text, { rules: new Map([["copy-then-chmod", "info" as const]]) }).findings;
}

/** What copy-then-chmod makes of a file; undefined where it finds nothing or has no repair. */
function repaired(...lines: readonly string[]): string | undefined {
	const text = lines.join("\n");
	const [fix] = findings(text).flatMap(({ fixes }) => fixes());
	return fix !== undefined && "edits" in fix ? applyEdits(text, fix.edits) : undefined;
}

describe("what chmod and chown change", () => {
	const found = (mode: string): number =>
		findings(`FROM debian:12\nCOPY keys /a/keys\nRUN chown 33 /a/keys && chmod ${mode} /a/keys`).length;

	it("is a file by a mode that no folder has", () => {
		assert.equal(found("600"), 1);
		assert.equal(found("700"), 0);
	});
});

describe("flags of COPY in place of chmod and chown", () => {
	it("leave a command where it cannot be taken out, and take another one", () => {
		assert.equal(
			repaired("FROM debian:12", "COPY a.sh /a/", "COPY b.sh /b/", "RUN x || chmod +x /a/a.sh; chmod 700 /b/b.sh && y"),
			"FROM debian:12\nCOPY a.sh /a/\nCOPY --chmod=700 b.sh /b/\nRUN x || chmod +x /a/a.sh; y",
		);
	});

	it("take the place of commands that have copies in common", () => {
		const copies = ["FROM debian:12", "COPY a.sh /a/", "COPY b.sh /b/"];
		const flagged = "FROM debian:12\nCOPY --chmod=700 a.sh /a/\nCOPY --chmod=700 b.sh /b/\n";
		for (const run of [
			"chmod 700 /a/a.sh && chmod 700 /b/b.sh /a/a.sh",
			"chmod 700 /a/a.sh && chmod 700 /b/b.sh && chmod 700 /a/a.sh /b/b.sh",
		])
			assert.equal(repaired(...copies, `RUN ${run} && c`), `${flagged}RUN c`, run);
	});

	it("are none where another command changes the file as well", () => {
		assert.equal(repaired("FROM debian:12", "COPY a.sh /a/", "RUN chmod 700 /a/a.sh && chgrp 33 /a/a.sh"), undefined);
	});

	it("take the comment along at the end of a file without a line break", () => {
		assert.equal(
			repaired("FROM debian:12", "COPY a.sh /a/", "# b", "RUN chmod 700 /a/a.sh"),
			"FROM debian:12\n# b\nCOPY --chmod=700 a.sh /a/",
		);
	});

	it("are none where they would be for another file of the COPY, too", () => {
		assert.equal(repaired("FROM debian:12", "COPY <<A b.sh /a/", "c", "A", "RUN chmod +x /a/A"), undefined);
	});

	it("are none where a pattern may fit other files, too", () => {
		assert.equal(repaired("FROM debian:12", "COPY a/*.sh /a/", "RUN chmod 700 /a/*.sh"), undefined);
	});
});
