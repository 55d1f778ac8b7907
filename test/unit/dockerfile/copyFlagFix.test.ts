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

	it("are in one report where they can be, and what has to stay is in another", () => {
		const text = "FROM debian:12\nCOPY a.sh /x/a.sh\nCOPY b.sh /x/b.sh\nRUN chmod 755 /x/a.sh; chmod 755 /x/b.sh || true";
		assert.deepEqual(
			findings(text).map(({ message, fixes }) => [/\/x\S+( and)?/.exec(message)?.[0], fixes().length]),
			[
				["/x/a.sh", 1],
				["/x/b.sh", 0],
			],
		);
	});

	it("leave one command where a heredoc has no other", () => {
		const text = "FROM debian:12\nCOPY a.sh /x/a.sh\nCOPY b.sh /x/b.sh\nRUN <<E\nchmod 755 /x/a.sh\nchmod 755 /x/b.sh\nE\n";
		assert.equal(repaired(text), "FROM debian:12\nCOPY --chmod=755 a.sh /x/a.sh\nCOPY b.sh /x/b.sh\nRUN <<E\nchmod 755 /x/b.sh\nE\n");
	});

	it("take the comments between the commands along, each to the copy that it is about", () => {
		assert.equal(
			repaired("FROM debian:12", "COPY x.sh /x/", "# run", "RUN chmod +x /x/x.sh && \\", "    # and owned", "    chown 1 /x/x.sh", ""),
			"FROM debian:12\n# run\n# and owned\nCOPY --chown=1 --chmod=755 x.sh /x/\n",
		);
		assert.equal(
			repaired("FROM debian:12", "COPY a.sh /x/", "COPY b.sh /y/", "RUN chmod +x /x/a.sh && \\", "  # b", "  chmod +x /y/b.sh", "CMD x"),
			"FROM debian:12\nCOPY --chmod=755 a.sh /x/\n# b\nCOPY --chmod=755 b.sh /y/\nCMD x",
		);
	});

	it("are none where chown takes a bit away that a mode has given", () => {
		const run = (commands: string): string | undefined => repaired("FROM debian:12", "COPY a.sh /x/", `RUN ${commands} && y`);
		for (const mode of ["4755", "2755", "6755"]) assert.equal(run(`chmod ${mode} /x/a.sh && chown 0:33 /x/a.sh`), undefined, mode);
		assert.equal(run("chmod 1755 /x/a.sh && chown 33 /x/a.sh"), "FROM debian:12\nCOPY --chown=33 --chmod=1755 a.sh /x/\nRUN y");
		assert.equal(run("chown 33 /x/a.sh && chmod 4755 /x/a.sh"), "FROM debian:12\nCOPY --chown=33 --chmod=4755 a.sh /x/\nRUN y");
		assert.equal(repaired("FROM debian:12", "COPY --chmod=4755 a.sh /x/", "RUN chown 33 /x/a.sh"), undefined);
	});

	it("are shown with every COPY", () => {
		const text = "FROM debian:12\nCOPY a.sh /x/\nCOPY b.sh /y/\nRUN chmod 755 /x/a.sh /y/b.sh\n";
		assert.deepEqual(
			findings(text).flatMap(({ related }) => related.map(({ span }) => text.slice(span.start, span.end + 5))),
			["COPY a.sh", "COPY b.sh"],
		);
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
