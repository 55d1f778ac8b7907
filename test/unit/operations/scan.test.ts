import assert from "node:assert/strict";
import { namesInRegistries } from "../../../server/operations/locateImage.ts";
import { scanImage } from "../../../server/operations/scan.ts";
import { ToolError } from "../../../server/tools/errors.ts";
import { type Answer, type FakeContext, fakeContext } from "../../support/fakeContext.ts";
import { recorded } from "../../support/fixtures.ts";

const TRIVY = "trivy/0.76.0";
const BUILDX = "buildx/0.29.1";
const DIGEST = JSON.parse(recorded(`${BUILDX}/metadata.json`))["containerimage.digest"] as string;
const PROVENANCE = (JSON.parse(recorded(`${BUILDX}/metadata.json`)) as Record<string, unknown>)["buildx.build.provenance"];

type Answers = Readonly<Record<string, Answer | Error>>;

/** Answers by the words that a call begins with, the longest first. */
function machine(answers: Answers): FakeContext {
	const all: Answers = {
		"docker image inspect": { stdout: recorded("docker/28.5.2/image-inspect.json") },
		"docker context show": { stdout: "default\n" },
		"docker info": { stdout: recorded("docker/28.5.2/info.jsonl") },
		"trivy image": { stdout: recorded(`${TRIVY}/image.json`) },
		"trivy --config": { stdout: recorded(`${TRIVY}/image.json`) },
		"trivy version": { stdout: recorded(`${TRIVY}/version.json`) },
		...answers,
	};
	const keys = Object.keys(all).sort((a, b) => b.length - a.length);
	return fakeContext((args) => {
		const answer = all[keys.find((key) => args.startsWith(key)) ?? ""] ?? new ToolError("failed", `nothing is known of ${args}`);
		if (answer instanceof Error) throw answer;
		return answer;
	});
}

function linesOf(report: Awaited<ReturnType<typeof scanImage>>): readonly (string | undefined)[] | undefined {
	return report.attribution?.origins.map((origin) =>
		origin.kind === "unknown" ? undefined : `${origin.kind} ${origin.lines.first + 1} ${origin.certainty}`,
	);
}

const EXACT = [
	"base 5 exact",
	"base 5 exact",
	"instruction 7 exact",
	"instruction 10 exact",
	"instruction 11 exact",
	"instruction 13 exact",
];
const REFERENCE = "hullguard-recorded:1";

describe("scan", () => {
	it("takes the provenance of our own build where the image is that one", async () => {
		const context = machine({});
		const build = { digest: DIGEST, provenance: new Map([["", PROVENANCE]]) };
		const report = await scanImage(context, { reference: REFERENCE, offline: true, build });
		assert.deepEqual(linesOf(report), EXACT);
	});

	it("takes the attestation in the engine's store", async () => {
		const attestation = JSON.parse(recorded(`${BUILDX}/attestation-manifest.json`)) as {
			readonly layers: readonly { readonly digest: string }[];
		};
		const index = JSON.parse(recorded(`${BUILDX}/index.json`)) as { readonly manifests: readonly { readonly digest: string }[] };
		const blob = (digest: string | undefined): string => `docker buildx --builder default history inspect attachment  ${digest}`;
		const context = machine({
			[blob(DIGEST)]: { stdout: recorded(`${BUILDX}/index.json`) },
			[blob(index.manifests[1]?.digest)]: { stdout: recorded(`${BUILDX}/attestation-manifest.json`) },
			[blob(attestation.layers[1]?.digest)]: { stdout: JSON.stringify({ predicate: PROVENANCE }) },
		});
		const report = await scanImage(context, { reference: REFERENCE, offline: true });
		assert.deepEqual(linesOf(report), EXACT);
		assert.deepEqual(report.image.manifestDigests, [index.manifests[0]?.digest]);
	});

	it("takes the builder's record of the build", async () => {
		const records = [
			{ ref: "default/default/failed", status: "Error", created_at: "2026-01-03" },
			{ ref: "default/default/other", status: "Completed", created_at: "2026-01-02" },
			{ ref: "default/default/wanted", status: "Completed", created_at: "2026-01-01" },
		];
		const context = machine({
			"docker buildx --builder default history ls": { stdout: records.map((record) => JSON.stringify(record)).join("\n") },
			"docker buildx --builder default history inspect other": { stdout: JSON.stringify({ Attachments: [{ Digest: "sha256:1" }] }) },
			"docker buildx --builder default history inspect wanted": { stdout: JSON.stringify({ Attachments: [{ Digest: DIGEST }] }) },
			"docker buildx --builder default history inspect attachment wanted --type=provenance": { stdout: JSON.stringify(PROVENANCE) },
		});
		assert.deepEqual(linesOf(await scanImage(context, { reference: REFERENCE, offline: true })), EXACT);
		assert.ok(!context.calls.some((call) => call.includes("history inspect failed")));
	});

	it("compares the history with the Dockerfile where nothing else tells, and goes on when the store cannot be read", async () => {
		const text = Buffer.from(
			(PROVENANCE as { metadata: Record<string, { source: { infos: { data: string }[] } }> }).metadata[
				"https://mobyproject.org/buildkit@v1#metadata"
			]?.source.infos[0]?.data ?? "",
			"base64",
		).toString();
		const context = machine({});
		const report = await scanImage(context, { reference: REFERENCE, offline: true, dockerfile: { text } });
		assert.deepEqual(
			linesOf(report),
			EXACT.map((line) => line.replace("exact", "history")),
		);
		assert.ok(context.lines.some((line) => line.includes("its history is compared with the Dockerfile")));
		assert.equal((await scanImage(machine({}), { reference: REFERENCE, offline: true })).attribution, undefined);
	});

	it("scans at the mirrors what the engine does not have", async () => {
		const context = machine({ "docker image inspect": { exitCode: 1, stderr: recorded("docker/28.5.2/image-missing.txt") } });
		await scanImage(context, { reference: "debian:12", offline: false });
		const scan = context.calls.find((call) => call.startsWith("trivy --config="));
		assert.match(scan ?? "", / image --quiet .*--image-src=remote .* debian:12$/);
		assert.ok(
			context.calls.some((call) => call.includes("imagetools inspect localhost:5000/library/debian:12 --format {{json .Provenance}}")),
		);
	});

	it("knows the names of an image at mirrors", () => {
		assert.deepEqual(namesInRegistries("debian:12", ["http://localhost:5000/"]), ["localhost:5000/library/debian:12", "debian:12"]);
		assert.deepEqual(namesInRegistries("org/app", ["https://mirror.example.org"]), ["mirror.example.org/org/app:latest", "org/app"]);
		assert.deepEqual(namesInRegistries("ghcr.io/a/b:1", ["http://localhost:5000"]), ["ghcr.io/a/b:1"]);
	});

	it("fails when the scanner fails, whatever else worked", async () => {
		await assert.rejects(
			scanImage(machine({ "trivy image": new ToolError("timedOut", "too slow") }), { reference: REFERENCE, offline: true }),
			{
				kind: "timedOut",
			},
		);
	});

	it("does not run without trust", async () => {
		const context = { ...machine({}), trusted: false };
		await assert.rejects(scanImage(context, { reference: REFERENCE, offline: true }), { kind: "untrusted" });
		assert.deepEqual(context.calls, []);
	});
});
