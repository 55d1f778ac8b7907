import assert from "node:assert/strict";
import { commandsOf } from "../../../server/core/dockerfile/commands/scripts.ts";
import type { Step } from "../../../server/core/dockerfile/model/model.ts";
import { type LockNames, lockFileOf } from "../../../server/core/dockerfile/packages/lockFiles.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import type { ShellCommand } from "../../../server/core/shell/model.ts";

const NPM: LockNames = { manifests: ["package.json"], lockFiles: ["package-lock.json"], folderOptions: ["--prefix"] };
const COMPOSER: LockNames = { manifests: ["composer.json"], lockFiles: ["composer.lock"] };

/** What is known of the lock file at the last command of a file. */
function kindIn(names: LockNames, ...lines: readonly string[]): string | undefined {
	const step = parseDockerfile(`FROM node\nWORKDIR /app\n${lines.join("\n")}\n`)
		.stages.at(-1)
		?.steps.at(-1) as Step;
	return lockFileOf(step, commandsOf(step).at(-1) as ShellCommand, names, undefined)?.kind;
}

describe("lock files", () => {
	it("may come with a folder that goes to where the install works", () => {
		for (const copy of ["COPY site/ .", "COPY site /app/", "COPY site/* ./", 'COPY ["./site", "."]'])
			for (const lines of [
				["COPY package.json .", copy],
				[copy, "COPY package.json ."],
			])
				assert.equal(kindIn(NPM, ...lines, "RUN npm install"), "perhaps", lines.join(", "));
		assert.equal(kindIn(COMPOSER, "COPY composer.json .", "COPY site/ .", "RUN composer install"), "perhaps");
		assert.equal(kindIn(NPM, "COPY package.json .", "RUN --mount=type=bind,source=site,target=. npm install"), "perhaps");
	});

	it("are missing beside single files, and folders that go elsewhere", () => {
		for (const copy of [
			"COPY src ./src",
			"COPY src /src/",
			"COPY tsconfig.json .babelrc.js ./",
			"COPY rootfs /",
			"COPY Rakefile LICENSE gradlew .npmrc ./",
		])
			assert.equal(kindIn(NPM, "COPY package.json .", copy, "RUN npm install"), "missing", copy);
		assert.equal(kindIn(COMPOSER, "COPY composer.json .", "COPY src/ src/", "RUN composer install"), "missing");
	});

	it("say nothing of a folder alone", () => {
		assert.equal(kindIn(NPM, "COPY site/ .", "RUN npm install"), undefined);
	});
});
