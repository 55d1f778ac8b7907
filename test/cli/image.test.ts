import assert from "node:assert/strict";
import { hullguard } from "../support/commandLine.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

describe("hullguard image", () => {
	let registry: TestRegistry;
	before(async () => {
		registry = await startRegistry();
		registry.add("acme/app", "1.2", { platforms: ["linux/amd64", "linux/arm64"] });
		registry.add("acme/app", "1.3", { platforms: ["linux/amd64", "linux/arm64"] });
	});
	after(() => registry.close());
	const call = (...args: readonly string[]) => hullguard(["image", ...args]);
	const name = (): string => `${registry.host}/acme/app:1.2`;

	it("digest: of the index, or of a platform's manifest", async () => {
		const index = (await call("digest", name())).stdout;
		assert.match(index, /^sha256:[0-9a-f]{64}\n$/);
		const arm = (await call("digest", name(), "--platform", "linux/arm64")).stdout;
		assert.match(arm, /^sha256:[0-9a-f]{64}\n$/);
		assert.notEqual(arm, index);
	});

	it("digest: a platform that is not there is named, with those that are", async () => {
		const { code, stdout, stderr } = await call("digest", name(), "--platform", "linux/s390x");
		assert.deepEqual([code, stdout], [2, ""]);
		assert.match(stderr, /is not there for linux\/s390x\n.*linux\/amd64, linux\/arm64/);
	});

	it("inspect: for people and for programs", async () => {
		const { stdout } = await call("inspect", name());
		assert.match(stdout, /^ {2}Platforms {3}linux\/amd64, linux\/arm64$/m);
		assert.match(stdout, /^ {2}Signature {3}none found$/m);
		assert.match(stdout, /^ {2}Attestation found \(not verified\)$/m);
		assert.match(stdout, /^Layers: \d+$/m);
		const { image, platforms } = JSON.parse((await call("inspect", name(), "--format", "json")).stdout) as {
			image: { digest: string };
			platforms: { platform: string }[];
		};
		assert.equal(`${image.digest}\n`, (await call("digest", name())).stdout);
		assert.deepEqual(
			platforms.map(({ platform }) => platform),
			["linux/amd64", "linux/arm64"],
		);
	});

	it("tags: one a line", async () => {
		assert.deepEqual((await call("tags", `${registry.host}/acme/app`)).stdout.trim().split("\n").sort(), ["1.2", "1.3"]);
	});

	it("what is not there is said, with exit code 2", async () => {
		const { code, stdout, stderr } = await call("digest", `${registry.host}/acme/gone:1`);
		assert.deepEqual([code, stdout], [2, ""]);
		assert.match(stderr, /acme\/gone/);
	});
});
