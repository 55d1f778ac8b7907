import assert from "node:assert/strict";
import { NO_RECORDS, withDigest } from "../../../server/core/digest/imageRecords.ts";
import { applyEdits } from "../../../server/core/text.ts";
import { answerNeed } from "../../../server/operations/answerNeed.ts";
import { pinImages } from "../../../server/operations/pin.ts";
import { wasTagIn } from "../../../server/operations/platformPins.ts";
import type { RegistryClient } from "../../../server/tools/registry/client.ts";
import { NO_PROXIES } from "../../../server/tools/registry/proxies.ts";
import { testCertificate, trustTestAuthority } from "../../support/certificates.ts";
import { startRegistry, type TestRegistry } from "../../support/registry.ts";
import { cancelled, clientWith, NEVER, toolError } from "../../support/registryClient.ts";
import { sha256 } from "../../support/registryContent.ts";

describe("pinning against a registry", () => {
	let registry: TestRegistry;
	const said: string[] = [];
	beforeEach(async () => {
		registry = await startRegistry();
		said.length = 0;
	});
	afterEach(() => registry.close());

	const contextOf = (client: RegistryClient, now: () => Date = () => new Date(), signal: AbortSignal = NEVER) => ({
		signal,
		registry: client,
		now,
		trusted: true,
		proxies: NO_PROXIES,
		progress: (message: string) => said.push(message),
	});

	it("writes what the registry has, and says so", async () => {
		const { top } = registry.add("acme/app", "1", { platforms: ["linux/amd64"] });
		const text = `FROM ${registry.host}/acme/app:1\n`;
		const result = await pinImages(text, contextOf(clientWith().client));
		assert.equal(applyEdits(text, result.edits), `FROM ${registry.host}/acme/app:1@${top.digest}\n`);
		assert.equal(result.outcomes[0]?.registryHost, registry.host);
		assert.deepEqual(said, [`Asking for the digest of ${registry.host}/acme/app:1`]);
	});

	it("pins the rest where one image cannot be found, and each failure has its own words", async () => {
		registry.add("good", "1");
		registry.fault = ({ path }) => {
			if (path.includes("/private/")) return { kind: "answer", status: 403 };
			if (path.includes("/busy/")) return { kind: "answer", status: 503 };
			if (path.includes("/reset/")) return { kind: "reset" };
			return path.includes("/slow/") ? { kind: "silence" } : undefined;
		};
		const names = ["good", "gone", "private", "busy", "reset", "slow"];
		const text = names.map((name) => `FROM ${registry.host}/${name}:1\n`).join("");
		const result = await pinImages(text, contextOf(clientWith({ timeoutMs: 1500 }).client));
		assert.deepEqual(
			result.outcomes.map(({ state, problem }) => problem?.kind ?? state),
			["pinned", "notFound", "denied", "failed", "unreachable", "timedOut"],
		);
		assert.equal(new Set(result.outcomes.map(({ problem }) => problem?.message)).size, names.length);
		assert.equal(result.edits.length, 1);
	});

	it("changes nothing when rate-limited or offline", async () => {
		registry.fault = () => ({ kind: "answer", status: 429, headers: { "retry-after": "30" } });
		const text = `FROM ${registry.host}/a:1\nFROM offline.invalid/b:1\n`;
		const result = await pinImages(text, contextOf(clientWith().client));
		assert.deepEqual(result.edits, []);
		assert.deepEqual(
			result.outcomes.map(({ problem }) => problem?.kind),
			["rateLimited", "unreachable"],
		);
	});

	describe("of one platform", () => {
		const PLATFORMS = ["linux/amd64", "linux/arm64/v8"];
		const manifest = ({ children }: { children: ReadonlyMap<string, { readonly digest: string }> }, platform: string): string =>
			children.get(platform)?.digest ?? assert.fail(platform);
		const updated = async (digest: string, update = true) => {
			const text = `FROM ${registry.host}/app:1@${digest}\n`;
			const { edits, outcomes } = await pinImages(text, contextOf(clientWith().client), { update });
			const { state, platform, before, problem } = outcomes[0] ?? assert.fail();
			return { state, platform, before, problem, text: applyEdits(text, edits), asked: registry.requests.length };
		};

		it("is current while the tag's index lists it, and is labelled", async () => {
			const image = registry.add("app", "1", { platforms: PLATFORMS });
			const result = await updated(manifest(image, "linux/arm64/v8"));
			assert.deepEqual([result.state, result.platform], ["current", "linux/arm64/v8"]);
			assert.equal(result.text, `FROM ${registry.host}/app:1@${manifest(image, "linux/arm64/v8")}\n`);
		});

		it("stays one of that platform when the tag has moved", async () => {
			const old = manifest(registry.add("app", "1", { platforms: PLATFORMS }), "linux/arm64/v8");
			const image = registry.add("app", "1", { platforms: PLATFORMS, salt: "new" });
			const result = await updated(old);
			assert.deepEqual([result.state, result.platform, result.before], ["updated", "linux/arm64/v8", old]);
			assert.equal(result.text, `FROM ${registry.host}/app:1@${manifest(image, "linux/arm64/v8")}\n`);
			registry.add("app", "1", { platforms: ["linux/amd64", "linux/arm64"], salt: "without a variant" });
			assert.equal((await updated(old)).state, "updated");
		});

		it("is left alone, with the reason, where the image is not there for it any more", async () => {
			const old = manifest(registry.add("app", "1", { platforms: PLATFORMS }), "linux/arm64/v8");
			for (const platforms of [["linux/amd64"], ["linux/amd64", "linux/arm64/v8", "linux/arm64/v8"]]) {
				registry.add("app", "1", { platforms, salt: "new" });
				const result = await updated(old);
				assert.equal(result.state, "skipped");
				assert.match(result.problem?.message ?? "", /app:1 is pinned for linux\/arm64\/v8 only, and has no one image for it now/);
				assert.equal(result.text, `FROM ${registry.host}/app:1@${old}\n`);
			}
		});

		it("is no matter for the digest of an index, which costs one question more, or of what the registry has no more", async () => {
			const old = registry.add("app", "1", { platforms: PLATFORMS }).top.digest;
			const { digest } = registry.add("app", "1", { platforms: PLATFORMS, salt: "new" }).top;
			const result = await updated(old);
			assert.deepEqual([result.state, result.platform, result.text], ["updated", undefined, `FROM ${registry.host}/app:1@${digest}\n`]);
			assert.deepEqual(
				registry.requests.map(({ method }) => method),
				["HEAD", "HEAD"],
			);
			const gone = await updated(`sha256:${"0".repeat(64)}`);
			assert.deepEqual([gone.state, gone.platform, gone.text], ["updated", undefined, `FROM ${registry.host}/app:1@${digest}\n`]);
		});

		it("is no matter where the tag is known to have led to it itself", async () => {
			const old = registry.add("app", "1").top.digest;
			const { digest } = registry.add("app", "1", { platforms: PLATFORMS, salt: "new" }).top;
			const text = `FROM ${registry.host}/app:1@${old}\n`;
			const name = `${registry.host}/app:1`;
			const seen = withDigest(NO_RECORDS, name, old, "2026-01-01T00:00:00Z");
			for (const [records, wanted] of [
				[seen, digest],
				[withDigest(NO_RECORDS, `${name}2`, old, "2026-01-01T00:00:00Z"), undefined],
			] as const) {
				const context = { ...contextOf(clientWith().client), wasTag: wasTagIn(() => records) };
				const { outcomes } = await pinImages(text, context, { update: true });
				assert.deepEqual([outcomes[0]?.state, outcomes[0]?.platform === undefined], ["updated", wanted !== undefined]);
				if (wanted !== undefined) assert.equal(outcomes[0]?.digest, wanted);
			}
		});

		it("is no matter where the tag leads to no index", async () => {
			const old = registry.add("app", "1").top.digest;
			const { digest } = registry.add("app", "1", { salt: "new" }).top;
			const result = await updated(old);
			assert.deepEqual([result.state, result.platform, result.text], ["updated", undefined, `FROM ${registry.host}/app:1@${digest}\n`]);
			assert.equal(result.asked, 1);
		});
	});

	it("sees a tag that moved a moment ago, and asks once for a file that is pinned in one go with others", async () => {
		const first = registry.add("app", "1");
		let now = 1000;
		const context = contextOf(clientWith({ now: () => now }).client, () => new Date(now));
		const text = `FROM ${registry.host}/app:1@${first.top.digest}\n`;
		assert.deepEqual((await pinImages(text, context, { update: true })).outcomes[0]?.state, "current");
		const second = registry.add("app", "1", { salt: "security update" });
		now += 1;
		const updated = await pinImages(text, context, { update: true });
		assert.equal(updated.outcomes[0]?.state, "updated");
		assert.equal(applyEdits(text, updated.edits), `FROM ${registry.host}/app:1@${second.top.digest}\n`);
		const asked = registry.requests.length;
		now += 5000;
		for (let file = 0; file < 3; file++) await pinImages(text, context, { update: true, notBefore: now - 5000 });
		assert.equal(registry.requests.length, asked);
	});

	it("sends no request for a file where nothing is to be pinned", async () => {
		await pinImages(`FROM scratch\nFROM ${registry.host}/app:1@${sha256("x")}\n`, contextOf(clientWith().client));
		assert.equal(registry.requests.length, 0);
	});

	it("ends when somebody cancels", async () => {
		const controller = new AbortController();
		registry.fault = () => {
			controller.abort();
			return { kind: "silence" };
		};
		await cancelled(pinImages(`FROM ${registry.host}/app:1\n`, contextOf(clientWith().client, undefined, controller.signal)));
	});

	it("pins 1,000 references to 200 images with one request for each image", async () => {
		const { client } = clientWith();
		for (let index = 0; index < 200; index++) registry.add(`app${index}`, "1", { salt: String(index) });
		const context = contextOf(client);
		const notBefore = Date.now();
		for (let file = 0; file < 40; file++) {
			const lines = Array.from({ length: 25 }, (_, line) => `FROM ${registry.host}/app${(file * 25 + line) % 200}:1\n`);
			const { outcomes } = await pinImages(lines.join(""), context, { notBefore });
			assert.ok(outcomes.every(({ state }) => state === "pinned"));
		}
		assert.equal(registry.requests.length, 200);
		assert.ok(registry.mostAtOnce() <= 8);
	});

	describe("answers to the questions of repairs", () => {
		let forget = (): void => {};
		before(() => {
			forget = trustTestAuthority();
		});
		after(() => forget());

		it("are digests of images", async () => {
			const { top } = registry.add("app", "1");
			const need = { kind: "imageDigest", reference: `${registry.host}/app:1` } as const;
			assert.equal(await answerNeed(need, contextOf(clientWith().client)), top.digest);
			await toolError("notFound", answerNeed({ ...need, reference: `${registry.host}/app:2` }, contextOf(clientWith().client)));
		});

		it("are digests of files, in trusted workspaces only", async () => {
			const server = await startRegistry({ tls: testCertificate("localhost") });
			server.fault = () => ({ kind: "answer", status: 200, body: "content" });
			const need = { kind: "fileDigest", url: `https://${server.host}/file` } as const;
			const context = contextOf(clientWith().client);
			await toolError("untrusted", answerNeed(need, { ...context, trusted: false }));
			assert.equal(server.requests.length, 0);
			assert.equal(await answerNeed(need, context), sha256("content"));
			await server.close();
		});
	});
});
