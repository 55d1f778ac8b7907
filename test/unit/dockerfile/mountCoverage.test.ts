import assert from "node:assert/strict";
import { mountCovers } from "../../../server/core/dockerfile/files/mountCoverage.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

function covers(flag: string, path: string | undefined, head = ""): string {
	const step = parseDockerfile(`FROM debian:12\n${head}RUN ${flag} true\n`).stages[0]?.steps.at(-1);
	assert.ok(step !== undefined);
	return mountCovers(step, path);
}

describe("whether a mount covers a path", () => {
	it("is decided by the target, whatever it is called", () => {
		assert.equal(covers("--mount=type=cache,target=/var/lib/apt", "/var/lib/apt/lists"), "yes");
		assert.equal(covers("--mount=type=cache,dst=/var/lib/apt/lists/", "/var/lib/apt/lists"), "yes");
		assert.equal(covers("--mount=type=tmpfs,destination=/var/lib/../lib/apt", "/var/lib/apt"), "yes");
		assert.equal(covers("--mount=type=cache,target=/var/lib/apt/lists", "/var/lib/apt"), "no");
		assert.equal(covers("--mount=type=cache,target=/var/lib/ap", "/var/lib/apt"), "no");
		assert.equal(covers("--mount=type=secret,target=/root/.cache", "/root/.cache/pip"), "no");
		assert.equal(covers("", "/a"), "no");
	});

	it("takes variables and the working directory into account", () => {
		assert.equal(covers("--mount=type=cache,target=$DIR/pip", "/cache/pip", "ENV DIR=/cache\n"), "yes");
		assert.equal(covers("--mount=type=cache,target=node_modules", "/app/node_modules", "WORKDIR /app\n"), "yes");
	});

	it("is unknown where somebody else decides", () => {
		assert.equal(covers("--mount=type=cache,target=$DIR", "/cache/pip", "ARG DIR\n"), "unknown");
		assert.equal(covers("--mount=type=cache,target=/x", undefined), "unknown");
		assert.equal(covers("", undefined), "no");
		assert.equal(covers("--mount=type=cache,target=.npm", "/root/.npm"), "unknown");
		assert.equal(covers("--mount=type=bind,target=package.json", "/root/.npm"), "no");
	});
});
