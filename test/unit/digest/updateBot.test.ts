import assert from "node:assert/strict";
import { BOT_FILES, readBotConfiguration, updateBotText } from "../../../server/core/digest/updateBot.ts";

/** What the lens says; undefined for none. */
function renovate(text: string, dockerfile = "api/Dockerfile", path = "renovate.json"): string | undefined {
	const bot = readBotConfiguration("Renovate", path, text)?.(dockerfile);
	return bot === undefined ? undefined : updateBotText(bot);
}

function dependabot(text: string, dockerfile = "api/Dockerfile"): string | undefined {
	const bot = readBotConfiguration("Dependabot", ".github/dependabot.yml", text)?.(dockerfile);
	return bot === undefined ? undefined : updateBotText(bot);
}

const UPDATES = "Renovate updates images";
const PINS = "Renovate pins and updates digests";

describe("Renovate", () => {
	it("updates images, and pins them where it is told to", () => {
		assert.equal(renovate("{}"), UPDATES);
		assert.equal(renovate('{"extends": ["config:recommended"]}'), UPDATES);
		assert.equal(renovate('{"extends": ["config:recommended", "docker:pinDigests"]}'), PINS);
		assert.equal(renovate('{"extends": ["config:best-practices"]}'), PINS);
		assert.equal(renovate('{"pinDigests": true}'), PINS);
		assert.equal(renovate('{"dockerfile": {"pinDigests": true}}'), PINS);
		assert.equal(renovate('{"packageRules": [{"matchDatasources": ["docker"], "pinDigests": true}]}'), PINS);
	});

	it("is not said to pin where some images, or all, are left out of that", () => {
		for (const text of [
			'{"extends": ["docker:pinDigests"], "ignorePresets": ["docker:pinDigests"]}',
			'{"extends": ["config:best-practices"], "ignorePresets": ["docker:pinDigests"]}',
			'{"extends": ["docker:pinDigests"], "pinDigests": false}',
			'{"extends": ["config:best-practices"], "packageRules": [{"matchManagers": ["dockerfile"], "pinDigests": false}]}',
			'{"packageRules": [{"matchManagers": ["github-actions"], "pinDigests": true}]}',
			'{"packageRules": [{"matchPackageNames": ["node"], "pinDigests": true}]}',
		])
			assert.equal(renovate(text), UPDATES, text);
	});

	it("is not spoken of where it leaves Dockerfiles alone", () => {
		for (const text of [
			'{"enabled": false}',
			'{"docker": {"enabled": false}}',
			'{"dockerfile": {"enabled": false}}',
			'{"extends": ["docker:disable"]}',
			'{"enabledManagers": ["npm"]}',
			'{"packageRules": [{"matchDatasources": ["docker"], "enabled": false}]}',
			'{"packageRules": [{"matchPackageNames": ["*"], "enabled": false}]}',
			'{"packageRules": [{"matchManagers": ["!npm"], "enabled": false}]}',
			'{"ignorePaths": ["api"]}',
			'{"ignorePaths": ["**/{api,web}/**"]}',
			'{"includePaths": ["web/**"]}',
			'["renovate"]',
			'{"extends": ',
			"",
		])
			assert.equal(renovate(text), undefined, text);
		assert.equal(renovate('{"enabledManagers": ["dockerfile"]}'), UPDATES);
		assert.equal(renovate('{"packageRules": [{"matchManagers": ["npm"], "enabled": false}]}'), UPDATES);
		assert.equal(
			renovate('{"packageRules": [{"matchDatasources": ["docker"], "matchPackageNames": ["node"], "enabled": false}]}'),
			UPDATES,
		);
		assert.equal(renovate('{"includePaths": ["api/**"]}'), UPDATES);
		assert.equal(renovate("x".repeat(300_000)), undefined);
	});

	it("reads the files that its manager for Dockerfiles takes, and leaves out tests", () => {
		for (const path of ["Dockerfile", "a/Dockerfile.dev", "a/Containerfile", "a/api.dockerfile", "dockerfile-old"])
			assert.equal(renovate("{}", path), UPDATES, path);
		for (const path of ["a/docker.build", "a/DOCKERFILE", "test/Dockerfile", "a/tests/b/Dockerfile", "examples/x/Dockerfile"])
			assert.equal(renovate("{}", path), undefined, path);
		assert.equal(renovate('{"ignorePaths": []}', "test/Dockerfile"), UPDATES);
	});

	it("has its configuration in JSON5, and in package.json", () => {
		const json5 = `// ours\n{\n\textends: ['config:recommended', /* see https://example.org */ "docker:pinDigests",],\n\t"$schema":"https://docs.renovatebot.com/renovate-schema.json",\n\tautomerge:true,\n}\n`;
		assert.equal(renovate(json5, "Dockerfile", "renovate.json5"), PINS);
		assert.equal(renovate("{enabled:false}", "Dockerfile", "renovate.json5"), undefined);
		assert.equal(renovate('{"name": "app", "renovate": {"pinDigests": true}}', "Dockerfile", "package.json"), PINS);
		assert.equal(renovate('{"name": "app", "pinDigests": true}', "Dockerfile", "package.json"), undefined);
	});

	it("is looked for in the order in which it looks itself", () => {
		const { Renovate: files } = BOT_FILES;
		assert.equal(files[0], "renovate.json");
		assert.ok(files.indexOf(".github/renovate.json5") < files.indexOf(".gitlab/renovate.json"));
		assert.ok(files.indexOf(".gitlab/renovate.json5") < files.indexOf(".renovaterc"));
		assert.equal(files.at(-1), "package.json");
	});
});

describe("Dependabot", () => {
	const config = (entry: string): string => `version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /api\n${entry}`;
	const entry = (rest: string): string => config(`  - package-ecosystem: docker\n    schedule: { interval: weekly }\n    ${rest}\n`);
	const UPDATED = "Dependabot updates images";

	it("updates the Dockerfiles of the folders that are named", () => {
		assert.equal(dependabot(entry("directory: /api")), UPDATED);
		assert.equal(dependabot(entry("directory: api/")), UPDATED);
		assert.equal(dependabot(entry('directories: ["/", "/api"]')), UPDATED);
		assert.equal(dependabot(entry('directories: ["/*"]')), UPDATED);
		assert.equal(dependabot(entry('directories: ["/services/**"]'), "services/a/b/Dockerfile"), UPDATED);
		assert.equal(dependabot(entry("directory: /"), "Dockerfile"), UPDATED);
		assert.equal(dependabot(entry("directory: /api"), "api/web.dockerfile"), UPDATED);
	});

	it("is not spoken of elsewhere", () => {
		for (const text of [
			config(""),
			config("  - package-ecosystem: docker-compose\n    directory: /api\n"),
			entry("directory: /"),
			entry('directory: "/*"'),
			entry('directories: ["/web", "/a?"]'),
			entry('directories: ["/{api,web}"]'),
			entry("directory: /api\n    open-pull-requests-limit: 0"),
			entry('directory: /api\n    ignore: [{ dependency-name: "*" }]'),
			entry('directory: /api\n    exclude-paths: ["api/**"]'),
			entry('directory: /api\n    exclude-paths: ["Dockerfile"]'),
			"updates: [",
			"",
		])
			assert.equal(dependabot(text), undefined, text);
		assert.equal(dependabot(entry("directory: /api"), "api/docker.build"), undefined);
		assert.equal(dependabot(entry("directory: /api"), "api/sub/Dockerfile"), undefined);
		assert.equal(dependabot(entry('directory: /api\n    ignore: [{ dependency-name: "*", update-types: [semver-major] }]')), UPDATED);
		assert.equal(dependabot(entry('directory: /api\n    exclude-paths: ["web/**"]')), UPDATED);
	});
});
