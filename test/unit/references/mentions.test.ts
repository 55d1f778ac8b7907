import assert from "node:assert/strict";
import { mentionDigestEdit } from "../../../server/core/references/mention.ts";
import { mentionKindOf, mentionsOf } from "../../../server/core/references/mentions.ts";
import { applyEdits } from "../../../server/core/text.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;

/** What is found, as `owner: reference`, and the text with a digest at each. */
function read(
	path: string,
	text: string,
	beside: Readonly<Record<string, string>> = {},
): { readonly found: readonly string[]; readonly pinned: string } {
	const kind = mentionKindOf(path);
	assert.ok(kind !== undefined);
	const mentions = mentionsOf(kind, text, (name) => beside[name]);
	for (const { reference, span } of mentions) assert.equal(text.slice(span.start, span.end), reference.text);
	return {
		found: mentions.map(({ owner, reference }) => `${owner}: ${reference.text}`),
		pinned: applyEdits(
			text,
			mentions.map((mention) => mentionDigestEdit(mention, DIGEST)),
		),
	};
}

describe("images that other files name", () => {
	it("Compose: services that are not built, contexts of builds", () => {
		const text = `services:
  db:
    image: "postgres:17" # ours
  cache:
    image: redis@${OTHER}
  api:
    image: registry.example.com/api
    build:
      context: ./api
      additional_contexts:
        base: docker-image://debian:12
        docs: ./docs
      args:
        BASE: node:22
        NAME: "not a reference"
  old:
    image: \${IMAGE:-nginx}
  web:
    build:
      context: web/
      dockerfile: docker/Web.Dockerfile
      additional_contexts: ["base=docker-image://alpine:3.22"]
`;
		const { found, pinned } = read("deploy/compose.prod.yaml", text);
		assert.deepEqual(found, [
			"service db: postgres:17",
			`service cache: redis@${OTHER}`,
			"service api: debian:12",
			"service web: alpine:3.22",
		]);
		assert.match(pinned, new RegExp(`image: "postgres:17@${DIGEST}" # ours\n`));
		assert.match(pinned, new RegExp(`image: redis@${DIGEST}\n`));
		assert.match(pinned, new RegExp(`docker-image://alpine:3.22@${DIGEST}"\\]`));
	});

	it("Compose: build arguments that are the base image of the Dockerfile that they are for", () => {
		const compose = (args: string, more = ""): string =>
			`services:\n  api:\n    build:\n      context: ./api\n${more}      args: ${args}\n`;
		const found = (args: string, dockerfile: string, more?: string): readonly string[] =>
			read("compose.yaml", compose(args, more), { "./api/Dockerfile": dockerfile }).found;
		const NODE = ["service api: node:22"];
		for (const word of ["$BASE", "${BASE}", "${BASE:-debian:12}", "${BASE-debian:12} AS build"])
			assert.deepEqual(found("{ BASE: node:22 }", `ARG BASE\nFROM ${word}\n`), NODE, word);
		assert.deepEqual(found('["BASE=node:22", "OTHER=a:1", "BARE"]', "ARG BASE=debian:12\nFROM ${BASE}\n"), NODE);
		const { pinned } = read("compose.yaml", compose('["BASE=node:22"]'), { "./api/Dockerfile": "ARG BASE\nFROM $BASE\n" });
		assert.equal(pinned, compose(`["BASE=node:22@${DIGEST}"]`));
		for (const dockerfile of [
			"ARG OTHER\nFROM $OTHER\n",
			"FROM debian:12\nARG BASE\nRUN echo $BASE\n",
			"ARG BASE\nFROM ${BASE}-slim\n",
			"ARG BASE\nFROM example.com/${BASE}\n",
			"ARG BASE\nFROM ${BASE#docker.io/}\n",
			"ARG BASE\nFROM $BASE\nARG BASE\nLABEL base=$BASE\n",
			"ARG BASE\nARG SLIM=${BASE}-slim\nFROM $BASE\nFROM $SLIM\n",
			"ARG BASE=a SLIM=${BASE}-slim\nFROM $BASE\n",
			"FROM $BASE\n",
			"ARG BASE\nFROM $BASE\nFROM ${BASE}-slim\n",
			"FROM debian:12\n",
			"",
		])
			assert.deepEqual(found("{ BASE: node:22 }", dockerfile), [], dockerfile);
		assert.deepEqual(found("{ BASE: build }", "ARG BASE\nFROM debian:12 AS build\nFROM $BASE\n"), [], "a stage");
		assert.deepEqual(found("{ BASE: scratch }", "ARG BASE\nFROM $BASE\n"), []);
		assert.deepEqual(found("{ BASE: ours }", "ARG BASE\nFROM $BASE\n", "      additional_contexts: { ours: ../ours }\n"), [], "a context");
		assert.deepEqual(found("{ BASE: node:22 }", "ARG BASE\nFROM $BASE\n", '      dockerfile_inline: "FROM a"\n'), [], "another Dockerfile");
		assert.deepEqual(read("compose.yaml", compose("{ BASE: node:22 }")).found, [], "nobody knows the Dockerfile");
	});

	it("Bake: build arguments that are the base image of the Dockerfile that they are for, in HCL and JSON", () => {
		const NODE = ["target api: node:22"];
		const DOCKERFILE = { "./api/Dockerfile": "ARG BASE\nFROM $BASE\n" };
		const hcl = (body: string): readonly string[] => read("docker-bake.hcl", `target "api" {\n${body}\n}\n`, DOCKERFILE).found;
		for (const body of [
			'context = "./api"\nargs = {\n  BASE = "node:22" # ours\n  OTHER = "a:1"\n}',
			'context = "./api" // here\nargs = { "BASE" : "node:22", OTHER = "${a}" }',
			'/* { */ args = { BASE = "node:22" }\ncontext = "./api"\ntags = ["a:${TAG}", "b\\"}"]\nlabels = { a = "x${f("}")}" }',
			'args = { BASE = "node:22" }\ncontext = "./api"\ndockerfile = "Dockerfile"\nplatforms = concat(["a"], [\n"b"])\nannotations = [<<EOT\n}\nEOT\n]',
		])
			assert.deepEqual(hcl(body), NODE, body);
		for (const body of [
			'args = { BASE = "node:22" }',
			'context = "./api"\nargs = { OTHER = "node:22" }',
			'context = "./api"\nargs = { BASE = "node:${V}" }',
			'context = "./api"\nargs = { BASE = "node:22" == x ? "a" : "b" }',
			'context = CONTEXT\nargs = { BASE = "node:22" }',
			'context = "https://example.com/a.git"\nargs = { BASE = "node:22" }',
			'context = "./api"\ndockerfile-inline = <<EOT\nFROM a\nEOT\nargs = { BASE = "node:22" }',
			'context = "./api"\ncontexts = { "node:22" = "target:other" }\nargs = { BASE = "node:22" }',
			'context = "./api"\ninherits = ["nobody"]\nargs = { BASE = "node:22" }',
			'context = "./api"\nargs = { BASE = "node:22"',
			'# args = { BASE = "node:22" }\ncontext = "./api"',
		])
			assert.deepEqual(hcl(body), [], body);
		const inherited = 'target "_base" {\n  args = { BASE = "node:22" }\n  context = "./api"\n}\ntarget "api" { inherits = ["_base"] }\n';
		const { found, pinned } = read("docker-bake.hcl", inherited, DOCKERFILE);
		assert.deepEqual(found, ["target _base: node:22"]);
		assert.equal(pinned, inherited.replace("node:22", `node:22@${DIGEST}`));
		const elsewhere = `${inherited}target "web" {\n  inherits = ["_base"]\n  context = "./web"\n}\n`;
		assert.deepEqual(read("docker-bake.hcl", elsewhere, DOCKERFILE).found, [], "it feeds another Dockerfile, too, that nobody knows");
		const override = 'target "a" { inherits = ["b"]\n args = { BASE = "debian:12" } }\ntarget "b" { context = "./api" }\n';
		assert.deepEqual(read("docker-bake.hcl", override, DOCKERFILE).found, ["target a: debian:12"]);

		const json =
			'{ "target": { "api": { "context": "./api", "args": { "BASE": "node:22", "X": 1 }, "contexts": { "a": "docker-image://b:1" } } } }';
		const inJson = read("docker-bake.json", json, DOCKERFILE);
		assert.deepEqual(inJson.found, ["target api: node:22", "target api: b:1"]);
		assert.equal(inJson.pinned, json.replace("node:22", `node:22@${DIGEST}`).replace("b:1", `b:1@${DIGEST}`));
		assert.deepEqual(read("docker-bake.json", "{", DOCKERFILE).found, []);
	});

	it("Bake: text that is no HCL is passed over in time", () => {
		const at = performance.now();
		for (const part of ["{", "[", "(", '"', '"${', "a={", "a=[", "<<A\n", 'target "a" {', "/*", "a=1\n", "\\", "#", "${"])
			read("docker-bake.hcl", `target "x" { args = ${part.repeat(20_000)}`);
		assert.ok(performance.now() - at < 5000, `${performance.now() - at} ms`);
	});

	it("GitHub workflows: containers, services, steps that are images", () => {
		const text = `on: push
jobs:
  build:
    container: node:22
    services:
      db: { image: 'postgres:17' }
    steps:
      - uses: docker://alpine:3.22
      - uses: actions/checkout@v4
  test:
    container:
      image: ghcr.io/acme/ci:\${{ matrix.version }}
  lint:
    container:
      image: ghcr.io/acme/ci:1
`;
		const { found, pinned } = read("a/.github/workflows/ci.yml", text);
		assert.deepEqual(found, [
			"job build: node:22",
			"service db of job build: postgres:17",
			"job build: alpine:3.22",
			"job lint: ghcr.io/acme/ci:1",
		]);
		assert.match(pinned, new RegExp(`image: 'postgres:17@${DIGEST}' }`));
		assert.match(pinned, new RegExp(`docker://alpine:3.22@${DIGEST}\n`));
	});

	it("Kubernetes: containers of all kinds, in all documents", () => {
		const text = `apiVersion: v1
kind: Pod
spec:
  initContainers:
    - image: busybox:1
      name: wait
  containers: [{ name: app, image: "example.com/app:2" }]
---
apiVersion: batch/v1
kind: CronJob
spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: job, image: alpine }] } } } } }
---
image: not-a-manifest
containers: [{ image: neither }]
`;
		const { found, pinned } = read("k8s/app.yaml", text);
		assert.deepEqual(found, ["container wait: busybox:1", "container app: example.com/app:2", "container job: alpine"]);
		assert.match(pinned, new RegExp(`image: "example.com/app:2@${DIGEST}" }`));
		assert.deepEqual(
			read("chart/templates/app.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: {{ .Values.image }}\n").found,
			[],
		);
	});

	it("dev containers: JSON with comments", () => {
		const text =
			'// the image\n{\n  /* "image": "old:1" */\n  "name": "a // b",\n  "image": "mcr.microsoft.com/devcontainers/base:bookworm", // why\n}\n';
		const { found, pinned } = read(".devcontainer/devcontainer.json", text);
		assert.deepEqual(found, ["dev container: mcr.microsoft.com/devcontainers/base:bookworm"]);
		assert.equal(pinned, text.replace("base:bookworm", `base:bookworm@${DIGEST}`));
		assert.deepEqual(read(".devcontainer.json", '{ "image": "a:1" ').found, []);
		assert.deepEqual(read(".devcontainer.json", '{ "image": "a\\u003a1" }').found, []);
	});

	it("Bake: contexts of targets", () => {
		const text = `target "api" {
  contexts = {
    base = "docker-image://debian:12"
    # old = "docker-image://debian:11"
    other = "docker-image://\${BASE}"
    "registry.example.com/tools" = "docker-image://alpine:3.22" // quoted: it has a dot
    third = TOOLS
  }
}
variable "TOOLS" {
  default = "docker-image://busybox:1"
}
`;
		const { found, pinned } = read("docker-bake.hcl", text);
		assert.deepEqual(found, ["target api: debian:12", "target api: alpine:3.22", "variable TOOLS: busybox:1"]);
		assert.equal(pinned, text.replace(/debian:12|alpine:3\.22|busybox:1/g, `$&@${DIGEST}`));
	});

	it("files without images are not looked at", () => {
		for (const path of ["README.md", "main.hcl", "a.json", "Dockerfile"]) assert.equal(mentionKindOf(path), undefined);
	});

	it("broken YAML and hostile nesting have none", () => {
		assert.deepEqual(read("compose.yaml", "services: [\n").found, []);
		const deep = `apiVersion: v1\nkind: Pod\nimage: x\na: ${"[".repeat(3000)}${"]".repeat(3000)}\n`;
		assert.deepEqual(read("pod.yaml", deep).found, []);
	});
});
