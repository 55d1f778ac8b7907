import assert from "node:assert/strict";
import { composeBuildArguments } from "../../../server/core/references/compose.ts";
import { mentionDigestEdit } from "../../../server/core/references/mention.ts";
import { mentionKindOf, mentionsOf } from "../../../server/core/references/mentions.ts";
import { applyEdits } from "../../../server/core/text.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;

/** What is found, as `owner: reference`, and the text with a digest at each. */
function read(path: string, text: string): { readonly found: readonly string[]; readonly pinned: string } {
	const kind = mentionKindOf(path);
	assert.ok(kind !== undefined);
	const mentions = mentionsOf(kind, text);
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
		assert.deepEqual(
			composeBuildArguments(text).map(({ name, mention, dockerfile }) => [name, mention.reference.text, dockerfile]),
			[["BASE", "node:22", "./api/Dockerfile"]],
		);
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
  }
}
`;
		const { found, pinned } = read("docker-bake.hcl", text);
		assert.deepEqual(found, ["target api: debian:12"]);
		assert.equal(pinned, text.replace("debian:12", `debian:12@${DIGEST}`));
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
