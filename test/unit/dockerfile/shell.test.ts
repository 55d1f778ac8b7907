import assert from "node:assert/strict";
import { shellAt } from "../../../server/core/dockerfile/commands/shell.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

/** The kinds of shell that the RUNs of a file are read by, in order. */
function kindsIn(text: string): readonly string[] {
	return parseDockerfile(text).stages.flatMap((stage) =>
		stage.steps.filter(({ keyword }) => keyword === "RUN").map((step) => shellAt(stage, step).kind),
	);
}

describe("the shell of a stage", () => {
	it("is what a comment for hadolint says, from there on", () => {
		assert.deepEqual(kindsIn("FROM acme/base\nRUN a\n# hadolint shell=powershell\nRUN b\nRUN c\nFROM acme/base\nRUN d\n"), [
			"posix",
			"powershell",
			"powershell",
			"posix",
		]);
	});

	it("is said for all stages in front of the first, and is inherited", () => {
		assert.deepEqual(kindsIn("# hadolint shell=pwsh\nFROM acme/base\nRUN a\nFROM acme/other\nRUN b\n"), ["powershell", "powershell"]);
		assert.deepEqual(kindsIn("FROM acme/base AS a\n#hadolint shell = cmd\nRUN a\nFROM a\nRUN b\n"), ["cmd", "cmd"]);
	});

	it("may stand behind a launcher", () => {
		const words = (shell: string) => {
			const stage = parseDockerfile(`FROM acme/base\nSHELL ${shell}\nRUN a\n`).stages[0];
			assert.ok(stage !== undefined);
			return shellAt(stage).readBy.join(" ");
		};
		assert.equal(words('["conda", "run", "-n", "e", "/bin/bash", "-o", "pipefail", "-c"]'), "/bin/bash -o pipefail -c");
		assert.equal(words('["/usr/bin/env", "A=1", "bash", "-c"]'), "bash -c");
		assert.equal(words('["/tini", "--", "/bin/bash", "-c"]'), "/bin/bash -c");
		assert.equal(words('["scl", "enable", "gcc-toolset-12", "--", "bash", "-ec"]'), "bash -ec");
		assert.equal(words('["ssh-agent", "sh", "-c"]'), "sh -c");
		assert.deepEqual(kindsIn('FROM acme/base\nSHELL ["conda", "install", "bash"]\nRUN a\nSHELL ["sudo", "pwsh", "-c"]\nRUN b\n'), [
			"unknown",
			"powershell",
		]);
	});

	it("is that of SHELL, whatever a comment says", () => {
		assert.deepEqual(kindsIn('FROM acme/base\n# hadolint shell=powershell\nSHELL ["/bin/bash", "-c"]\nRUN a\n'), ["posix"]);
		assert.deepEqual(kindsIn("FROM acme/base\n# hadolint shell=/usr/bin/bash\nRUN a\n"), ["posix"]);
	});
});
