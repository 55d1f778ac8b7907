import assert from "node:assert/strict";
import { mergeRuns } from "../../../server/core/refactor/mergeRuns.ts";
import { refactored } from "../../support/refactor.ts";

const merged = (marked: string) => refactored(mergeRuns, marked);

describe("merging RUNs", () => {
	it("joins those in a row, around the cursor", () => {
		const before = "FROM a\nRUN a || b\nRUN «b» \\\n    # why\n    && c\nRUN --network=none d\nRUN e\nCMD f\n";
		assert.equal(merged(before), "FROM a\nRUN a || b \\\n    && b \\\n    # why\n    && c\nRUN --network=none d\nRUN e\nCMD f\n");
	});

	it("joins those that are selected, and keeps their line breaks and flags", () => {
		assert.equal(merged("FROM a\r\nRUN a\r\nRUN «b\r\n\r\nRUN c»\r\n"), "FROM a\r\nRUN a\r\nRUN b \\\r\n    && c\r\n");
		const mounted = "RUN --mount=type=cache,target=/c ";
		assert.equal(merged(`FROM a\n${mounted}«a»\n${mounted}b`), `FROM a\n${mounted}a \\\n    && b`);
		assert.equal(merged("# escape=`\nFROM debian\nRUN «a»\nRUN b\n"), "# escape=`\nFROM debian\nRUN a `\n    && b\n");
		assert.equal(merged("# escape=`\nFROM x\nRUN «a»\nRUN b\n"), undefined, "which shell that is nobody knows");
	});

	it("leaves nothing to merge", () => {
		const once = merged("FROM a\nRUN «a»\nRUN b\nRUN c\n") ?? "";
		assert.equal(once, "FROM a\nRUN a \\\n    && b \\\n    && c\n");
		assert.equal(merged(once.replace("RUN a", "RUN «a»")), undefined);
	});

	it("joins nothing that would run in another way", () => {
		for (const [first, second] of [
			["«a»\n# why", "b"],
			["«a» # x", "b"],
			["«a; b»", "c"],
			["«a» &", "b"],
			["«a»", "b || c"],
			["«a»", "b || { c; }"],
			["«cd /x» && a", "b"],
			["A=«1»", "echo $A"],
			["export A=«1»", "echo $A"],
			["set -x && «a»", "b"],
			["if «a»; then exit 0; fi", "b"],
			["exec «a»", "b"],
			["«$COMMAND»", "b"],
			["echo «1.2.3.4» h >> /etc/hosts", "b"],
			["--mount=type=tmpfs,target=/t «a»", "--mount=type=tmpfs,target=/t b"],
			["--mount=type=bind,target=/t,rw «a»", "--mount=type=bind,target=/t,rw b"],
			["--mount=type=cache,target=/t «a»", "b"],
			['["«a»"]', "b"],
			["<<EOF\n«a»\nEOF", "b"],
			["«a»", "<<EOF\nb\nEOF"],
		] as const)
			assert.equal(merged(`FROM debian\nRUN ${first}\nRUN ${second}\n`), undefined, `${first} / ${second}`);
		assert.equal(merged('FROM debian\nRUN «a»\nSHELL ["bash", "-c"]\nRUN b\n'), undefined);
		assert.equal(merged("FROM debian\nRUN «a»\nFROM debian\nRUN b\n"), undefined);
		const stopping = 'FROM debian\nSHELL ["bash", "-ec"]\n';
		assert.equal(merged(`${stopping}RUN (a; «b»)\nRUN c\n`), undefined, "&& would make the subshell go on behind a failure");
		assert.equal(merged(`${stopping}RUN «a»\nRUN b\n`), `${stopping}RUN a \\\n    && b\n`);
		assert.equal(merged("FROM debian\nRUN (cd /x && «a»)\nRUN b\n"), "FROM debian\nRUN (cd /x && a) \\\n    && b\n");
	});
});
