import assert from "node:assert/strict";
import type { CodeAction, Position, TextDocumentEdit, TextEdit } from "vscode-languageserver-protocol/node";
import { CancellationTokenSource, ResponseError } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { BUILD_ARGUMENT, type FailureData, PIN, type PinResult, REFRESH_IMAGE } from "../../server/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { type Fault, startRegistry, type TestRegistry } from "../support/registry.ts";

const URI = "file:///project/Dockerfile";

/** The five places where a Dockerfile names an image. Of each: what a digest is written behind, and where a repair is offered. */
const PLACES = ["syntax:1", "base:2", "app:3", "tools:4", "mount:5"] as const;

function textFor(host: string, digestOf: (place: string) => string = () => ""): string {
	const name = (place: string): string => `${host}/team/${place}${digestOf(place)}`;
	return [
		`# syntax=${name("syntax:1")}`,
		`ARG BASE=${name("base:2")}`,
		"FROM ${BASE} AS build",
		`FROM ${name("app:3")}`,
		`COPY --from=${name("tools:4")} /tool /tool`,
		`RUN --mount=type=bind,from=${name("mount:5")},target=/mnt /mnt/run`,
		"USER 1000:1000",
		"",
	].join("\n");
}

function applied(text: string, edits: readonly TextEdit[]): string {
	return TextDocument.applyEdits(TextDocument.create(URI, "dockerfile", 1, text), [...edits]);
}

function editsOf({ edit }: CodeAction): readonly TextEdit[] {
	return (edit?.documentChanges ?? []).flatMap((change) => (change as TextDocumentEdit).edits as TextEdit[]);
}

function placeOf(text: string, part: string): Position {
	return TextDocument.create(URI, "dockerfile", 1, text).positionAt(text.indexOf(part) + part.length - 1);
}

/** What a request fails with, in words for people. */
async function failure(promise: Promise<unknown>): Promise<FailureData & { readonly message: string }> {
	const error = await promise.then(
		(value) => assert.fail(`no error, but ${JSON.stringify(value)}`),
		(reason: unknown) => reason,
	);
	assert.ok(error instanceof ResponseError, String(error));
	return { ...(error.data as FailureData), message: error.message };
}

function copies(actions: readonly CodeAction[]): readonly string[] {
	return actions.map(({ title }) => title).filter((title) => title.startsWith("Copy --build-arg"));
}

describe("language server: digests", () => {
	let registry: TestRegistry;
	let client: LanguageClient;
	let text: string;
	const digests = new Map<string, string>();
	const digestOf = (place: string): string => digests.get(place) ?? assert.fail(place);

	/** Untrusted: without looking for an engine and a login, which the tests of registries have. */
	async function started(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
		client = await startLanguageClient({ settings, initializationOptions: { trusted: false, commands: true } });
		await client.open(URI, text);
	}

	beforeEach(async () => {
		registry = await startRegistry();
		for (const place of PLACES) {
			const [name = "", tag = ""] = place.split(":");
			digests.set(place, registry.add(`team/${name}`, tag, { platforms: ["linux/amd64", "linux/arm64"], salt: place }).top.digest);
		}
		text = textFor(registry.host);
		await started();
	});
	afterEach(async () => {
		await client.stop();
		await registry.close();
	});

	it("are written at all five places, of the index, behind the tag", async () => {
		const { edits, outcomes } = await client.ask(PIN, { uri: URI, update: false });
		assert.equal(edits.version, 1);
		assert.equal(
			applied(text, edits.edits as TextEdit[]),
			textFor(registry.host, (place) => `@${digestOf(place)}`),
		);
		assert.deepEqual(
			outcomes.map(({ state, digest }) => [state, digest]),
			PLACES.map((place) => ["pinned", digestOf(place)]),
		);
	});

	it("are written where the cursor is, and nowhere else", async () => {
		for (const place of PLACES) {
			const at = placeOf(text, place);
			const { edits } = await client.ask(PIN, { uri: URI, at: { start: at, end: at }, update: false });
			const wanted = textFor(registry.host, (other) => (other === place ? `@${digestOf(other)}` : ""));
			assert.equal(applied(text, edits.edits as TextEdit[]), wanted, place);
		}
	});

	it("are brought up to date at all five places, those that are follow nothing", async () => {
		const old = textFor(registry.host, (place) => (place === "app:3" ? `@${digestOf(place)}` : `@sha256:${"0".repeat(64)}`));
		await client.change(URI, 7, old);
		assert.deepEqual((await client.ask(PIN, { uri: URI, update: false })).edits.edits, [], "what is pinned stays without being asked");
		const { edits, outcomes } = await client.ask(PIN, { uri: URI, update: true });
		assert.equal(edits.version, 7);
		assert.equal(
			applied(old, edits.edits as TextEdit[]),
			textFor(registry.host, (place) => `@${digestOf(place)}`),
		);
		assert.deepEqual(
			outcomes.map(({ state }) => state),
			["updated", "updated", "current", "updated", "updated"],
		);
	});

	it("are looked up only when their action is chosen", async () => {
		for (const place of PLACES.slice(1)) {
			const actions = await client.actions(URI, placeOf(text, place));
			const pin = actions.find(({ title }) => title.startsWith("Pin ")) ?? assert.fail(`no action at ${place}`);
			assert.equal(pin.edit, undefined);
			const asked = registry.requests.length;
			const resolved = await client.resolve(pin);
			assert.ok(registry.requests.length > asked, place);
			const wanted = textFor(registry.host, (other) => (other === place ? `@${digestOf(other)}` : ""));
			assert.equal(applied(text, editsOf(resolved)), wanted);
		}
	});

	it("are not asked for by opening, hovering, listing actions or lenses", async () => {
		await client.pull(URI);
		for (const place of PLACES) {
			await client.hover(URI, placeOf(text, place));
			await client.actions(URI, placeOf(text, place));
		}
		await client.lenses(URI);
		assert.deepEqual(registry.requests, []);
	});

	it("find their place again when lines came before it, and say nothing of a text that has none", async () => {
		const pin = (await client.actions(URI, placeOf(text, "app:3"))).find(({ title }) => title.startsWith("Pin ")) as CodeAction;
		await client.change(URI, 2, `# one more line\n${text}`);
		const [change] = (await client.resolve(pin)).edit?.documentChanges ?? [];
		assert.equal((change as TextDocumentEdit).textDocument.version, 2);
		await client.change(URI, 3, "FROM scratch\n");
		assert.equal((await client.resolve(pin)).edit, undefined);
	});

	it("stay unknown where the user wants no registry asked, and that is said", async () => {
		await client.stop();
		await started({ digest: { network: "off" } });
		const pin = (await client.actions(URI, placeOf(text, "app:3"))).find(({ title }) => title.startsWith("Pin ")) as CodeAction;
		const at = placeOf(text, "app:3");
		const requests = [
			client.ask(PIN, { uri: URI, update: false }),
			client.resolve(pin),
			client.ask(REFRESH_IMAGE, { uri: URI, at: { start: at, end: at } }),
		];
		for (const request of requests) assert.match((await failure(request)).message, /hullguard\.digest\.network is off/);
		assert.deepEqual(registry.requests, []);
	});

	it("fill the card of an image that was looked up", async () => {
		assert.doesNotMatch(await client.hover(URI, { line: 2, character: 8 }), /Platforms/);
		const { markdown } = await client.ask(REFRESH_IMAGE, {
			uri: URI,
			at: { start: { line: 2, character: 8 }, end: { line: 2, character: 8 } },
		});
		assert.match(markdown, new RegExp(`\\| Digest \\| \`${digestOf("base:2").slice(0, 19)}…\` \\|`));
		assert.match(await client.hover(URI, { line: 2, character: 8 }), /\| Platforms \| linux\/amd64, linux\/arm64 \|/);
		assert.match(markdown, /\| Signature \| none found \|\n\| Attestation \| found \(not verified\) \|/);
		const nothing = await failure(
			client.ask(REFRESH_IMAGE, { uri: URI, at: { start: { line: 6, character: 1 }, end: { line: 6, character: 1 } } }),
		);
		assert.equal(nothing.kind, "invalid");
	});

	it("are looked up for cards by themselves with digest.network auto", async () => {
		const settings = { digest: { network: "auto", useCredentials: false } };
		const at = placeOf(text, "app:3");
		await client.configure(settings);
		await client.hover(URI, at);
		await client.pull(URI);
		assert.deepEqual(registry.requests, [], "not without trust");
		await client.stop();
		client = await startLanguageClient({ settings, initializationOptions: { trusted: true, commands: true } });
		await client.open(URI, text);
		await eventually(async () => (await client.hover(URI, at)).includes("| Platforms |"), "the card has the platforms");
	});

	it("stop being asked for when the user cancels", async () => {
		let closed = 0;
		registry.fault = () => ({ kind: "silence", closed: () => closed++ });
		const token = new CancellationTokenSource();
		const pinned = client.connection.sendRequest<PinResult>(PIN.method, { uri: URI, update: false }, token.token);
		await eventually(() => registry.requests.length === PLACES.length, "the registry is asked");
		token.cancel();
		const error = await pinned.catch((reason: unknown) => reason);
		assert.ok(error instanceof ResponseError && error.code === -32800, String(error));
		await eventually(() => closed === PLACES.length, "the connections are closed");
		registry.fault = () => undefined;
		assert.equal((await client.ask(PIN, { uri: URI, update: false })).edits.edits.length, PLACES.length, "and can be asked for again");
	});

	it("of an image that the build passes are copied for it, and not written", async () => {
		const image = `${registry.host}/team/app:3`;
		const ci = `# Set by CI\nARG BASE=${image}\nFROM $BASE\nUSER 1000:1000\n`;
		await client.change(URI, 2, ci);
		assert.deepEqual((await client.ask(PIN, { uri: URI, update: false })).edits.edits, []);
		const at = { start: { line: 2, character: 7 }, end: { line: 2, character: 7 } };
		const actions = await client.actions(URI, at.start);
		assert.ok(!actions.some(({ title }) => title.startsWith("Pin ")));
		const copy = actions.find(({ title }) => title === "Copy --build-arg line for BASE") ?? assert.fail();
		assert.equal(copy.command?.command, "hullguard.digest.copyBuildArgument");
		assert.deepEqual(await client.actions(URI, { line: 3, character: 2 }, ["quickfix"]).then(copies), []);
		assert.ok(!(await client.lenses(URI)).some(({ command }) => command?.title === "Pin digest"));
		const asked = registry.requests.length;
		const [, place] = copy.command?.arguments ?? [];
		assert.deepEqual(await client.ask(BUILD_ARGUMENT, { uri: URI, at: place }), {
			lines: [`--build-arg BASE=${image}@${digestOf("app:3")}`],
		});
		assert.ok(registry.requests.length > asked);
	});

	it("of an image that nobody knows are copied for what the user says", async () => {
		await client.change(URI, 2, "ARG V\nFROM ${V}\nUSER 1000:1000\n");
		const at = { start: { line: 0, character: 4 }, end: { line: 0, character: 4 } };
		assert.deepEqual(copies(await client.actions(URI, at.start)), ["Copy --build-arg line for V"]);
		assert.deepEqual(await client.ask(BUILD_ARGUMENT, { uri: URI, at }), { lines: [], unknown: { argument: "V", image: "${V}" } });
		assert.deepEqual(registry.requests, []);
		const value = { argument: "V", text: `${registry.host}/team/app:3` };
		const { lines } = await client.ask(BUILD_ARGUMENT, { uri: URI, at, value });
		assert.deepEqual(lines, [`--build-arg V=${value.text}@${digestOf("app:3")}`]);
		const missing = await client.ask(BUILD_ARGUMENT, { uri: URI, at, value: { argument: "V", text: `${registry.host}/team/app:4` } });
		assert.equal(missing.problem?.kind, "notFound");
		const nothing = { start: { line: 2, character: 0 }, end: { line: 2, character: 0 } };
		assert.equal((await failure(client.ask(BUILD_ARGUMENT, { uri: URI, at: nothing }))).kind, "invalid");
		await client.configure({ digest: { network: "off" } });
		assert.deepEqual(copies(await client.actions(URI, at.start)), []);
	});

	describe("that cannot be had", () => {
		/** What happens, of what kind that is, what is said, and what to do about it. */
		const troubles: readonly (readonly [string, Fault, FailureData["kind"], RegExp, RegExp])[] = [
			["401", { kind: "answer", status: 401 }, "denied", /does not exist on 127\.0\.0\.1:\d+, or needs a login/, /docker login/],
			["404", { kind: "answer", status: 404 }, "notFound", /has no /, /spelling/],
			["429", { kind: "answer", status: 429, headers: { "retry-after": "3600" } }, "rateLimited", /asked too often/, /Try again in /],
			["500", { kind: "answer", status: 500 }, "failed", /trouble of its own \(HTTP 500\)/, /nothing was changed/],
			["a reset", { kind: "reset" }, "unreachable", /closed the connection without an answer/, /Try again/],
			["nonsense", { kind: "answer", status: 200, body: "hello" }, "badOutput", /./, /./],
		];
		for (const [name, fault, kind, message, hint] of troubles)
			it(`because of ${name}: that is said, and nothing is changed`, async () => {
				registry.fault = () => fault;
				await unchanged(kind, message, hint);
			});

		it("because nobody is there: that is said, and nothing is changed", async () => {
			await registry.close();
			await unchanged("unreachable", /refuses the connection/, /running/);
			await registry.close().catch(() => undefined);
		});

		it("because the computer is offline: that is said, and nothing is changed", async () => {
			text = textFor("registry.invalid");
			await client.change(URI, 2, text);
			await unchanged("unreachable", /leads nowhere, or this computer is offline/, /network connection/);
		});

		it("because the registry is slow: that is said, and nothing is changed", async function () {
			this.timeout(40_000);
			registry.fault = () => ({ kind: "silence" });
			await unchanged("timedOut", /did not answer within \d+ seconds/, /nothing was changed/);
		});

		it("for one image, while the others are pinned", async () => {
			registry.fault = ({ path }) => (path.includes("/tools/") ? { kind: "answer", status: 404 } : undefined);
			const { edits, outcomes } = await client.ask(PIN, { uri: URI, update: false });
			const wanted = textFor(registry.host, (place) => (place === "tools:4" ? "" : `@${digestOf(place)}`));
			assert.equal(applied(text, edits.edits as TextEdit[]), wanted);
			assert.deepEqual(
				outcomes.map(({ state }) => state),
				["pinned", "pinned", "pinned", "failed", "pinned"],
			);
		});

		async function unchanged(kind: string, message: RegExp, hint: RegExp): Promise<void> {
			const pin = (await client.actions(URI, placeOf(text, "app:3"))).find(({ title }) => title.startsWith("Pin ")) as CodeAction;
			const [{ edits, outcomes }, refused] = await Promise.all([
				client.ask(PIN, { uri: URI, update: false }),
				failure(client.resolve(pin)),
			]);
			assert.deepEqual(edits.edits, []);
			assert.equal(outcomes.length, PLACES.length);
			for (const { state, problem } of outcomes) {
				assert.deepEqual([state, problem?.kind], ["failed", kind], problem?.message);
				assert.match(problem?.message ?? "", message);
				assert.match(problem?.hint ?? "", hint);
			}
			assert.equal(refused.kind, kind, refused.message);
			assert.match(refused.message, message);
			assert.match(refused.hint ?? "", hint);
		}
	});
});
