import assert from "node:assert/strict";
import { applyEdits } from "../../../server/core/text.ts";
import { besideFiles } from "../../../server/operations/besideFiles.ts";
import { pinFile } from "../../../server/operations/pin.ts";
import { temporaryProject } from "../../support/realContext.ts";
import { startRegistry, type TestRegistry } from "../../support/registry.ts";
import { clientWith, NEVER } from "../../support/registryClient.ts";

describe("pinning images that other files name", () => {
	let registry: TestRegistry;
	beforeEach(async () => {
		registry = await startRegistry();
	});
	afterEach(() => registry.close());
	const context = () => ({ signal: NEVER, registry: clientWith().client, now: () => new Date(), progress: () => {} });

	it("writes the digest behind the tag, asks once for each image, and leaves the rest", async () => {
		const { top } = registry.add("acme/db", "1");
		const name = `${registry.host}/acme/db:1`;
		const text = `services:\n  a: { image: "${name}" } # the first\n  b:\n    image: ${name}\n  c:\n    image: ${registry.host}/gone:1\n`;
		const { edits, outcomes } = await pinFile("deploy/compose.yaml", text, context());
		assert.equal(applyEdits(text, edits), text.replaceAll(name, `${name}@${top.digest}`));
		assert.deepEqual(
			outcomes.map(({ state, problem }) => problem?.kind ?? state),
			["pinned", "pinned", "notFound"],
		);
		assert.equal(registry.requests.filter(({ path }) => path.includes("acme/db")).length, 1);
	});

	it("updates only where somebody asks for that, and only what has a tag", async () => {
		const { top } = registry.add("app", "1");
		const old = `sha256:${"a".repeat(64)}`;
		const text = `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: ${registry.host}/app:1@${old}\n    - image: ${registry.host}/app@${old}\n`;
		assert.deepEqual((await pinFile("pod.yaml", text, context())).edits, []);
		const updated = await pinFile("pod.yaml", text, context(), { update: true });
		assert.equal(applyEdits(text, updated.edits), text.replace(`:1@${old}`, `:1@${top.digest}`));
		assert.deepEqual(
			updated.outcomes.map(({ state }) => state),
			["updated", "current"],
		);
		assert.equal(updated.outcomes[0]?.before, old);
	});

	it("pins what stands in a part of the text alone", async () => {
		registry.add("app", "1");
		const image = `${registry.host}/app:1`;
		const text = `{ "image": "${image}" }`;
		const at = text.indexOf(image);
		assert.equal((await pinFile(".devcontainer/devcontainer.json", text, context(), { within: { start: at, end: at } })).edits.length, 1);
		assert.equal((await pinFile(".devcontainer/devcontainer.json", text, context(), { within: { start: 0, end: 1 } })).edits.length, 0);
	});

	it("reads the Dockerfile that a Compose file builds, for its build arguments; no other kind of file", async () => {
		const { top } = registry.add("acme/base", "1");
		const name = `${registry.host}/acme/base:1`;
		const project = temporaryProject({ "api/Dockerfile": "ARG BASE\nFROM $BASE\n", "folder/Dockerfile/x": "" });
		try {
			const text = `services:\n  a: { build: { context: ./api, args: { BASE: "${name}" } } }\n  b: { build: { context: folder, args: { BASE: "${name}" } } }\n`;
			const { read } = await besideFiles("compose", project.path("compose.yaml"), text);
			const { edits } = await pinFile("compose.yaml", text, { ...context(), read });
			assert.equal(applyEdits(text, edits), text.replace(name, `${name}@${top.digest}`));
			assert.deepEqual((await pinFile("compose.yaml", text, context())).edits, []);
		} finally {
			project.remove();
		}
	});

	it("any other file is a Dockerfile", async () => {
		registry.add("app", "1");
		assert.equal((await pinFile("x/Dockerfile.dev", `FROM ${registry.host}/app:1\n`, context())).edits.length, 1);
	});
});
