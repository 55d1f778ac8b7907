import assert from "node:assert/strict";
import {
	blobCommand,
	imagetoolsCommand,
	readAttestationLayers,
	readIndexEntries,
	readProvenance,
	readRegistryManifest,
	readSboms,
} from "../../../server/tools/attestations.ts";
import { type BuildOptions, buildCommand, readBuilders, readBuildMetadata, refusesAttestations } from "../../../server/tools/buildx.ts";
import type { CommandOutput } from "../../../server/tools/command.ts";
import { imageInspectCommand, readEngineInfo, readImageInspect, readImageList } from "../../../server/tools/docker.ts";
import { causeOf, explainDockerText } from "../../../server/tools/dockerErrors.ts";
import { readJson } from "../../../server/tools/json.ts";
import { VERSION_PROBES } from "../../../server/tools/versionProbes.ts";
import { recorded } from "../../support/fixtures.ts";

const DOCKER = "docker/28.5.2";
const BUILDX = "buildx/0.29.1";

function output(stdout: string, stderr = "", exitCode = 0): CommandOutput {
	return { stdout, stderr, exitCode, cut: false };
}

const OPTIONS: BuildOptions = {
	dockerfile: "/p roject/ünï/Dockerfile",
	context: "/p roject/ünï",
	tags: ["localhost:5000/app:1"],
	output: "load",
	provenance: "max",
	sbom: true,
};
const BUILDER = { name: "default", driver: "docker", current: true };

describe("docker", () => {
	it("tells its version without asking the engine", () => {
		assert.equal(VERSION_PROBES.docker.read(recorded(`${DOCKER}/version.txt`)), "28.5.2+dfsg4");
		assert.deepEqual(VERSION_PROBES.docker.command.args, ["--version"]);
	});

	it("says how the engine stores images and which mirrors it has", () => {
		assert.deepEqual(readEngineInfo(recorded(`${DOCKER}/info.jsonl`)), {
			version: "28.5.2+dfsg4",
			containerdStore: true,
			mirrors: ["http://localhost:5000/"],
			platform: "linux/amd64",
		});
		assert.deepEqual(readEngineInfo('"20.10.0"\n[["Backing Filesystem","extfs"]]\nnull\n"linux"\n"aarch64"\n'), {
			version: "20.10.0",
			containerdStore: false,
			mirrors: [],
			platform: "linux/arm64",
		});
	});

	it("describes an image of the engine", () => {
		const image = readImageInspect(output(recorded(`${DOCKER}/image-inspect.json`)));
		assert.equal(image?.platform, "linux/amd64");
		assert.equal(image?.diffIds.length, 6);
		assert.match(image?.digest ?? "", /^sha256:[0-9a-f]{64}$/);
		assert.deepEqual(image?.config.command, ["bash"]);
		assert.equal(image?.config.workdir, "/app");
		assert.ok(image?.tags.includes("hullguard-recorded:1"));
	});

	it("tells a missing image from an engine that does not answer", () => {
		assert.equal(readImageInspect(output("[]", recorded(`${DOCKER}/image-missing.txt`), 1)), undefined);
		assert.throws(() => readImageInspect(output("[]", recorded(`${DOCKER}/daemon-down.txt`), 1)), {
			kind: "unreachable",
			message: "Docker's engine does not answer at unix:///var/run/docker.sock",
		});
	});

	it("lists the names of images once each", () => {
		const lines = [
			{ Repository: "app", Tag: "1" },
			{ Repository: "<none>", Tag: "<none>" },
			{ Repository: "localhost:5000/x/app", Tag: "2" },
			{ Repository: "app", Tag: "1" },
		];
		assert.deepEqual(readImageList(lines.map((line) => JSON.stringify(line)).join("\n")), ["app:1", "localhost:5000/x/app:2"]);
		assert.deepEqual(readImageList(""), []);
	});

	it("refuses names that a tool could take for an option", () => {
		for (const name of ["--help", "-", "", "a b", "UPPER", "a@sha256:1", "$(id)", "a;b"]) {
			assert.throws(() => imageInspectCommand(name), { kind: "invalid" }, name);
		}
		assert.deepEqual(imageInspectCommand("sha256:0123456789ab").args, ["image", "inspect", "sha256:0123456789ab"]);
	});

	it("complains about an answer that it does not know with the place in it", () => {
		assert.throws(
			() => readImageInspect(output('[{"Id":"x","Os":"linux","Architecture":1}]')),
			(error: Error) => {
				assert.match(error.message, /^Docker answered in a way that Hullguard does not understand: \$\[0\]\.Architecture is not a text$/);
				return true;
			},
		);
		assert.throws(() => readImageInspect(output("Segmentation fault")), { kind: "badOutput" });
		assert.throws(() => readImageInspect(output("")), { kind: "badOutput", message: /it printed nothing/ });
	});
});

describe("what Docker complains of", () => {
	const CASES: readonly (readonly [string, string, string])[] = [
		[
			"Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?",
			"unreachable",
			"Docker's engine does not answer at unix:///x.sock",
		],
		[
			"failed to connect to the docker API at tcp://127.0.0.1:1; check if the path is correct and if the daemon is running: dial tcp",
			"unreachable",
			"Docker's engine does not answer at tcp://127.0.0.1:1",
		],
		[
			"error during connect: this error may indicate that the docker daemon is not running: Get: open //./pipe/docker_engine: The system cannot find the file specified.",
			"unreachable",
			"Docker's engine does not answer at //./pipe/docker_engine",
		],
		["permission denied while trying to connect to the Docker daemon socket", "denied", "You may not talk to Docker's engine"],
		["docker: 'buildx' is not a docker command.", "notFound", "Docker Buildx was not found; it is needed to build images"],
		[
			"ERROR: failed to solve: x/y:1: 429 Too Many Requests",
			"rateLimited",
			"The registry allows no more requests now: x/y:1: 429 Too Many Requests",
		],
		[
			"ERROR: a/b: pull access denied, repository does not exist",
			"denied",
			"The registry refuses access: a/b: pull access denied, repository does not exist",
		],
		["write /x: no space left on device", "failed", "The disk is full"],
	];
	for (const [said, kind, message] of CASES) {
		it(message, () => {
			const explanation = explainDockerText(said);
			assert.deepEqual([explanation?.kind, explanation?.message], [kind, message]);
			assert.ok((explanation?.hint?.length ?? 0) > 10);
		});
	}

	it("is not made up where nothing is known", () => {
		assert.equal(explainDockerText("something else"), undefined);
		assert.deepEqual(explainDockerText(recorded(`${DOCKER}/buildx-missing.txt`))?.kind, "notFound");
	});

	it("takes no time on hostile text", () => {
		const started = performance.now();
		for (const character of ["a", " ", "\n", ":", "/"]) explainDockerText(`error during connect: ${character.repeat(100_000)}`);
		for (const text of ["Cannot connect to the Docker daemon at ", "error: "]) explainDockerText(text.repeat(5000));
		causeOf("ERROR: ".repeat(20_000));
		assert.ok(performance.now() - started < 1000);
	});
});

describe("buildx", () => {
	it("builds with progress, provenance and SBOM, and takes paths as they are", () => {
		assert.deepEqual(buildCommand(OPTIONS, BUILDER, "/tmp/m.json").args, [
			"buildx",
			"build",
			"--builder",
			"default",
			"--progress=rawjson",
			"--metadata-file=/tmp/m.json",
			"--file=/p roject/ünï/Dockerfile",
			"--tag=localhost:5000/app:1",
			"--provenance=mode=max",
			"--sbom=true",
			"/p roject/ünï",
		]);
		assert.equal(buildCommand(OPTIONS, BUILDER, "/m").environment?.["BUILDX_METADATA_PROVENANCE"], "max");
	});

	it("passes every choice", () => {
		const command = buildCommand(
			{
				...OPTIONS,
				target: "final",
				platforms: ["linux/amd64", "linux/arm64"],
				buildArguments: { TOKEN: "hunter2", EMPTY: "" },
				secrets: [
					{ id: "npm", kind: "file", path: '/a,b/"c' },
					{ id: "key", kind: "environment", name: "KEY" },
				],
				output: "push",
				noCache: true,
				pull: true,
				provenance: "off",
				sbom: "localhost:5000/generator:1",
			},
			{ name: "box", driver: "docker-container", current: true },
			"/m",
		);
		assert.deepEqual(command.args.slice(6), [
			"--file=/p roject/ünï/Dockerfile",
			"--target=final",
			"--platform=linux/amd64,linux/arm64",
			"--tag=localhost:5000/app:1",
			"--build-arg",
			"TOKEN=hunter2",
			"--build-arg",
			"EMPTY=",
			'--secret=id=npm,"src=/a,b/""c"',
			"--secret=id=key,env=KEY",
			"--provenance=false",
			"--sbom=generator=localhost:5000/generator:1",
			"--push",
			"--no-cache",
			"--pull",
			"/p roject/ünï",
		]);
		assert.deepEqual(command.secrets, ["hunter2", ""]);
	});

	it("loads into the engine where the driver does not do so by itself", () => {
		assert.ok(buildCommand(OPTIONS, { ...BUILDER, driver: "docker-container" }, "/m").args.includes("--load"));
		assert.ok(!buildCommand(OPTIONS, BUILDER, "/m").args.includes("--load"));
	});

	it("refuses names of arguments and tags that are none", () => {
		assert.throws(() => buildCommand({ ...OPTIONS, buildArguments: { "A B": "" } }, BUILDER, "/m"), { kind: "invalid" });
		assert.throws(() => buildCommand({ ...OPTIONS, tags: ["--push"] }, BUILDER, "/m"), { kind: "invalid" });
	});

	it("lists builders", () => {
		assert.deepEqual(readBuilders(recorded(`${BUILDX}/ls.jsonl`)), [{ name: "default", driver: "docker", current: true }]);
	});

	it("reads what the build made from its metadata", () => {
		const metadata = readBuildMetadata(recorded(`${BUILDX}/metadata.json`));
		assert.match(metadata.digest ?? "", /^sha256:/);
		assert.deepEqual(metadata.names, ["docker.io/library/hullguard-recorded:1"]);
		assert.deepEqual([...metadata.provenance.keys()], [""]);
		const several = readBuildMetadata('{"buildx.build.provenance/linux/amd64":{"a":1},"buildx.build.provenance/linux/arm64":{"a":2}}');
		assert.deepEqual(
			[...several.provenance],
			[
				["linux/amd64", { a: 1 }],
				["linux/arm64", { a: 2 }],
			],
		);
	});

	it("knows when a builder refuses attestations", () => {
		assert.ok(refusesAttestations("ERROR: Attestation is not supported for the docker driver.\nSwitch to a different driver"));
		assert.ok(refusesAttestations("ERROR: docker exporter does not currently support exporting manifest lists"));
		assert.ok(!refusesAttestations("ERROR: Multi-platform build is not supported for the docker driver."));
	});
});

describe("attestations", () => {
	it("are found in the index of an image", () => {
		const entries = readJson("buildx", recorded(`${BUILDX}/index.json`), readIndexEntries);
		assert.deepEqual(
			entries?.map(({ platform }) => platform),
			["linux/amd64", undefined],
		);
		assert.equal(entries?.[1]?.attests, entries?.[0]?.digest);
		const layers = readJson("buildx", recorded(`${BUILDX}/attestation-manifest.json`), readAttestationLayers);
		assert.deepEqual(
			layers.map(({ predicateType }) => predicateType),
			["https://spdx.dev/Document", "https://slsa.dev/provenance/v0.2"],
		);
	});

	it("are read from the engine's store by digest only", () => {
		const digest = `sha256:${"a".repeat(64)}`;
		assert.deepEqual(blobCommand("box", digest).args, ["buildx", "--builder", "box", "history", "inspect", "attachment", "", digest]);
		assert.throws(() => blobCommand("box", "--help"), { kind: "invalid" });
	});

	it("are read from a registry", () => {
		const manifest = readRegistryManifest(recorded(`${BUILDX}/imagetools-manifest.json`));
		assert.equal(manifest.entries?.length, 2);
		assert.ok(readProvenance(recorded(`${BUILDX}/imagetools-provenance.json`), undefined) !== undefined);
		assert.equal(readSboms(recorded(`${BUILDX}/imagetools-sbom.json`), "linux/amd64").length, 1);
	});

	it("are a map for an image of several platforms", () => {
		const printed = recorded(`${BUILDX}/imagetools-provenance-platforms.json`);
		assert.ok(readProvenance(printed, "linux/amd64") !== undefined);
		assert.ok(readProvenance(printed, "linux/arm64") !== undefined);
		assert.equal(readProvenance(printed, "linux/s390x"), undefined);
	});

	it("may be missing", () => {
		assert.equal(readProvenance("{}", "linux/amd64"), undefined);
		assert.equal(readProvenance("null", undefined), undefined);
		assert.deepEqual(readSboms("{}", undefined), []);
	});

	it("say when the registry does not have the image", () => {
		const explain = imagetoolsCommand("localhost:5000/a:1", "Manifest").explain;
		assert.deepEqual(explain?.(output("", recorded(`${BUILDX}/imagetools-not-found.txt`), 1)), {
			kind: "failed",
			message: "The registry does not have it: localhost:5000/hullguard/nothing:1: not found",
			hint: "Check name and tag",
		});
	});
});
