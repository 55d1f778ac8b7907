import assert from "node:assert/strict";
import { SUPPORT_ENDS_READ } from "../../../server/core/knowledge/supportEnds.ts";
import { oldKnowledge } from "../../../server/operations/knowledgeAge.ts";
import { checkTools, type ToolReport } from "../../../server/operations/tools.ts";
import { ToolError } from "../../../server/tools/errors.ts";
import type { ToolState } from "../../../server/tools/locate.ts";
import type { ToolName } from "../../../server/tools/toolName.ts";
import { type Answer, type FakeContext, fakeContext } from "../../support/fakeContext.ts";
import { recorded } from "../../support/fixtures.ts";

const ANSWERS: Readonly<Record<string, Answer>> = {
	"docker info": { stdout: recorded("docker/28.5.2/info.jsonl") },
	"docker buildx": { stdout: "github.com/docker/buildx v0.29.1 abc\n" },
	"trivy version": { stdout: recorded("trivy/0.76.0/version.json") },
};

function machine(answers: Readonly<Record<string, Answer>> = {}, states: Partial<Record<ToolName, Partial<ToolState>>> = {}): FakeContext {
	const all = { ...ANSWERS, ...answers };
	return fakeContext((args) => all[args.split(" ").slice(0, 2).join(" ")] ?? {}, {
		look: async (tool) => ({ tool, path: `/bin/${tool}`, version: "99.0.0", error: undefined, ...states[tool] }),
	});
}

async function check(context: FakeContext): Promise<Readonly<Record<string, ToolReport>>> {
	const reports = await checkTools(context, "linux");
	return Object.fromEntries(reports.map((report) => [report.name, report]));
}

describe("check of the tools", () => {
	it("says what is there, in the order of the cards", async () => {
		const reports = await checkTools(machine(), "linux");
		assert.deepEqual(
			reports.map((report) => `${report.name} ${report.state}`),
			["docker ready", "buildx ready", "trivy ready", "grype ready", "syft ready", "cosign ready", "shellcheck ready"],
		);
		assert.equal(reports[0]?.message, "Docker's engine 28.5.2+dfsg4 answers");
		assert.deepEqual([reports[2]?.databaseDate, reports[2]?.message], ["2026-11-21T00:00:00Z", "Vulnerability database of 2026-11-21"]);
	});

	it("says when the table of ends of life is older than a year", () => {
		const read = Date.parse(SUPPORT_ENDS_READ);
		assert.deepEqual(oldKnowledge(new Date(read + 300 * 24 * 3600 * 1000)), []);
		const notes = oldKnowledge(new Date(read + 366 * 24 * 3600 * 1000));
		assert.equal(notes.length, 1);
		assert.ok(notes[0]?.includes(SUPPORT_ENDS_READ));
	});

	it("says that a tool is missing, what for and how to get it", async () => {
		const error = new ToolError("notFound", "Trivy was not found; it is needed to …", { hint: "See …" });
		const { trivy, docker } = await check(machine({}, { trivy: { path: undefined, version: undefined, error } }));
		assert.deepEqual([trivy?.state, trivy?.message, trivy?.hint], ["missing", "Trivy was not found; it is needed to …", "See …"]);
		assert.equal(docker?.state, "ready");
	});

	it("needs the docker command line for buildx", async () => {
		const error = new ToolError("notFound", "x");
		const { buildx } = await check(machine({}, { docker: { path: undefined, version: undefined, error } }));
		assert.deepEqual([buildx?.state, buildx?.version], ["missing", undefined]);
	});

	it("tells old versions, refused ones and broken ones apart", async () => {
		const { buildx } = await check(machine({ "docker buildx": { stdout: "github.com/docker/buildx v0.11.2 abc\n" } }));
		assert.deepEqual([buildx?.state, buildx?.message], ["tooOld", "Docker Buildx 0.11.2 is too old: 0.15.0 or newer is needed"]);
		const { trivy } = await check(machine({}, { trivy: { error: new ToolError("invalid", "never run") } }));
		assert.equal(trivy?.state, "refused");
		const odd = await check(machine({ "trivy version": { stdout: "<html>" } }));
		assert.equal(odd["trivy"]?.state, "broken");
	});

	it("says when the engine's store cannot hold attestations, and when Trivy has no database yet", async () => {
		const info = ['"24.0.0"', '[["Backing Filesystem","extfs"]]', "null", '"linux"', '"x86_64"'].join("\n");
		const { docker, trivy } = await check(
			machine({ "docker info": { stdout: info }, "trivy version": { stdout: '{"Version":"0.76.0"}' } }),
		);
		assert.match(docker?.message ?? "", /^Docker's engine 24\.0\.0 answers; its image store cannot hold attestations/);
		assert.equal(trivy?.message, "The vulnerability database comes with the first scan");
	});
});
