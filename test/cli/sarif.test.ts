import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { lineHashes } from "../../server/core/report/fingerprint.ts";
import { hullguard, temporaryWorkspace } from "../support/commandLine.ts";

interface Sarif {
	readonly version: string;
	readonly runs: readonly {
		readonly tool: {
			readonly driver: {
				readonly name: string;
				readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[];
			};
		};
		readonly results: readonly {
			readonly ruleId: string;
			readonly ruleIndex: number;
			readonly level: string;
			readonly locations: readonly {
				readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: Record<string, number> };
			}[];
			readonly partialFingerprints: { readonly primaryLocationLineHash: string };
			readonly fixes?: readonly {
				readonly artifactChanges: readonly {
					readonly artifactLocation: { readonly uri: string };
					readonly replacements: readonly unknown[];
				}[];
			}[];
		}[];
	}[];
}

describe("SARIF", () => {
	const run = async (text: string): Promise<Sarif> => {
		const workspace = temporaryWorkspace({ "a b/Dockerfile": text });
		try {
			return JSON.parse((await hullguard(["lint", "--format", "sarif"], { folder: workspace.folder })).stdout) as Sarif;
		} finally {
			workspace.remove();
		}
	};

	it("has one-based regions, rules that results point at, fixes and encoded paths", async () => {
		const log = await run("FROM debian:12\nRUN apt-get update && apt-get install curl\nUSER 1:1\n");
		const [first] = log.runs;
		assert.equal(log.version, "2.1.0");
		const result = first?.results.find((candidate) => candidate.ruleId === "apt-install-without-yes");
		assert.deepEqual(result?.locations[0]?.physicalLocation, {
			artifactLocation: { uri: "a%20b/Dockerfile" },
			region: { startLine: 2, startColumn: 31, endLine: 2, endColumn: 38 },
		});
		assert.equal(first?.tool.driver.rules[result?.ruleIndex ?? -1]?.id, "apt-install-without-yes");
		assert.equal(result?.fixes?.length, 1);
	});

	it("has repairs of the files beside the Dockerfile under their own paths", async () => {
		const workspace = temporaryWorkspace({
			Dockerfile: 'FROM node:22\nCOPY start.sh /\nENTRYPOINT ["/start.sh"]\nCMD ["node", "a.js"]\n',
			"start.sh": '#!/bin/sh\nset -e\n"$@"\n',
		});
		try {
			const options = ["--format", "sarif", "--preset", "all"];
			const log = JSON.parse((await hullguard(["lint", ...options], { folder: workspace.folder })).stdout) as Sarif;
			const result = log.runs[0]?.results.find((candidate) => candidate.ruleId === "entrypoint-script-without-exec");
			const [change] = result?.fixes?.[0]?.artifactChanges ?? [];
			assert.equal(change?.artifactLocation.uri, pathToFileURL(workspace.path("start.sh")).href);
			assert.deepEqual(change?.replacements, [
				{ deletedRegion: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 1 }, insertedContent: { text: "exec " } },
			]);
		} finally {
			workspace.remove();
		}
	});

	it("has fingerprints that survive moved lines", async () => {
		const text = "FROM debian:12\nRUN apt-get update && apt-get install curl\nUSER 1:1\n";
		const hash = (log: Sarif) =>
			log.runs[0]?.results.find((result) => result.ruleId === "apt-install-without-yes")?.partialFingerprints.primaryLocationLineHash;
		assert.equal(hash(await run(text)), hash(await run(`# moved\n\n${text}`)));
	});

	it("hashes lines as the CodeQL action does", () => {
		assert.deepEqual(lineHashes(""), ["c129715d7a2bc9a3:1"]);
		assert.deepEqual(lineHashes(" a\nb\n  \t\tc\n d"), [
			"271789c17abda88f:1",
			"54703d4cd895b18:1",
			"180aee12dab6264:1",
			"a23a3dc5e078b07b:1",
		]);
		assert.deepEqual(lineHashes("Lorem ipsum dolor sit amet.\n".repeat(10)), [
			...[1, 2, 3, 4, 5, 6].map((count) => `a7f2ff13bc495cf2:${count}`),
			"a7f2ff1481e87703:1",
			"a9cf91f7bbf1862b:1",
			"55ec222b86bcae53:1",
			"cc97dc7b1d7d8f7b:1",
			"c129715d7a2bc9a3:1",
		]);
	});
});
