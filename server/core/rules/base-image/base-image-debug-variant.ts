import type { Dockerfile, Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { type ImageUse, imageUsesOf, tagEdit, tagSpan } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { familiarName, type ImageReference } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** The part of the tag that brings the shell, by the registry of the hardened images. */
const VARIANTS: readonly { readonly prefix: string; readonly variant: string; readonly brings: string }[] = [
	{ prefix: "gcr.io/distroless/", variant: "debug", brings: "a shell" },
	{ prefix: "cgr.dev/", variant: "dev", brings: "a shell and a package manager" },
	{ prefix: "chainguard/", variant: "dev", brings: "a shell and a package manager" },
	{ prefix: "dhi.io/", variant: "dev", brings: "a shell and a package manager" },
];
/** A shell, a script for one, or a program of the folder that distroless' debug images bring. */
const SHELLS = /(?:^|[/.])(?:ba|a|da)?sh$|(?:^|\/)busybox$|^\/busybox\/|docker-entrypoint/;
/** A program in a folder that the image has for nothing else: no shell is needed to run it. */
const OWN_PROGRAM = /^\/(?!(?:usr\/(?:local\/)?)?s?bin\/|busybox\/)/;
const WORKPLACES = /^(?:dev|devel|development|debug|debugging|test|tests|shell)$/;

const DIGEST = `sha256:${"1".repeat(64)}`;

export const baseImageDebugVariant = defineRule({
	id: "base-image-debug-variant",
	title: "The shipped image starts from the debug variant of a hardened one",
	category: "base-image",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "Hardened images leave out shells and package managers, so that somebody who gets into the process finds nothing to work with. Their debug and dev variants bring both back: what was gained by the choice of the image is lost again, often because of a tag that was meant for one afternoon.",
	remedy:
		"Ship the plain tag, and look into a running container from outside: `docker debug`, `kubectl debug --image=…`. Steps that need a shell belong in a builder stage.",
	references: ["https://github.com/GoogleContainerTools/distroless#debug-images", "https://docs.docker.com/dhi/core-concepts/hardening/"],
	examples: [
		{
			caption: "The variant without a shell",
			good: 'FROM golang:1.26 AS build\nRUN go build -o /app\nFROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n',
		},
		{
			caption: "Tags for debugging",
			bad: 'FROM golang:1.26 AS build\nRUN go build -o /app\nFROM gcr.io/distroless/base-debian12:«debug-nonroot»\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n',
			fixed:
				'FROM golang:1.26 AS build\nRUN go build -o /app\nFROM gcr.io/distroless/base-debian12:nonroot\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n',
		},
		{
			caption: "From a stage, with a digest, which belongs to the old tag",
			bad: `FROM cgr.dev/chainguard/python:«latest-dev»@${DIGEST} AS base\nFROM base\nCOPY . /app\nCMD ["/app/main.py"]\n`,
			fixed: 'FROM cgr.dev/chainguard/python:latest AS base\nFROM base\nCOPY . /app\nCMD ["/app/main.py"]\n',
		},
		{
			caption: "Nothing else in the tag",
			bad: 'ARG TAG=debug\nFROM «gcr.io/distroless/static:$TAG»\nCOPY a /a\nCMD ["/a"]\n',
			fixed: 'ARG TAG=nonroot\nFROM gcr.io/distroless/static:$TAG\nCOPY a /a\nCMD ["/a"]\n',
		},
		{
			caption: "Chainguard's on Docker Hub",
			bad: 'FROM chainguard/python:«latest-dev»\nCMD ["/app/main.py"]\n',
			fixed: 'FROM chainguard/python:latest\nCMD ["/app/main.py"]\n',
		},
		{
			caption: "Docker's",
			bad: 'FROM dhi.io/node:«22-alpine3.22-dev»\nCOPY . .\nCMD ["index.js"]\n',
			fixed: 'FROM dhi.io/node:22-alpine3.22\nCOPY . .\nCMD ["index.js"]\n',
		},
		{
			caption: "A step that starts the program itself needs no shell, but perhaps its user: no edit",
			bad: 'FROM gcr.io/distroless/base:«debug»\nCOPY app /app/app\nRUN ["/app/app", "migrate"]\nCMD ["/app/app"]\n',
		},
		{
			caption: "The shell is used, or a program that may come with it",
			good: 'FROM gcr.io/distroless/base:debug AS a\nRUN echo a\nFROM a\nCMD ["/a"]\nFROM cgr.dev/chainguard/python:latest-dev\nRUN ["apk", "add", "a"]\nFROM gcr.io/distroless/base:debug\nRUN ["/busybox/mkdir", "/a"]\nFROM cgr.dev/chainguard/python:latest-dev\nRUN ["/venv/bin/pip", "install", "numpy"]\n',
		},
		{ caption: "Also to start", good: 'FROM gcr.io/distroless/base:debug\nCOPY a /a\nENTRYPOINT ["/busybox/sh", "/a"]\n' },
		{ caption: "A script needs it", good: 'FROM gcr.io/distroless/base:debug\nENTRYPOINT ["/tini", "--", "/entrypoint.sh"]\n' },
		{ caption: "Or for a health check", good: 'FROM gcr.io/distroless/base:debug\nHEALTHCHECK CMD wget -q localhost\nCMD ["/a"]\n' },
		{
			caption: "A stage to work in, a builder, and plain tags",
			good: "FROM cgr.dev/chainguard/go:latest-dev AS build\nFROM cgr.dev/chainguard/static:latest AS prod\nCOPY --from=build /a /a\nFROM gcr.io/distroless/base:debug AS debug\nCOPY --from=prod /a /a\n",
		},
		{ caption: "Other images", good: 'FROM acme/app:debug\nCMD ["/a"]\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const root = use.step?.stage;
			const variant = use.kind === "from" ? variantOf(use.reference) : undefined;
			if (root === undefined || variant === undefined) continue;
			const shipped = file.stages.filter((stage) => stage.use === "shipped" && lineage(stage).includes(root));
			if (shipped.length === 0 || shipped.some((stage) => isWorkplace(stage) || usesShell(stage, variant.variant))) continue;
			const name = `${familiarName(use.reference)}:${use.reference.tag}`;
			reports.push({
				span: tagSpan(use),
				message: `${shortened(name, 50)} brings ${variant.brings} along`,
				// The plain variant may run what is left under another user, and other stages without their shell.
				fixes: () => (isRunIn(file, root) ? [] : fixesFor(use, variant.variant)),
			});
		}
		return reports;
	},
});

function variantOf(reference: ImageReference): (typeof VARIANTS)[number] | undefined {
	const { tag } = reference;
	if (tag === undefined || !VARIANTS.some(({ variant }) => tag.includes(variant))) return undefined;
	const name = familiarName(reference);
	return VARIANTS.find(({ prefix, variant }) => name.startsWith(prefix) && tag.split("-").includes(variant));
}

function isWorkplace(stage: Stage): boolean {
	return (
		stage.name?.text
			.toLowerCase()
			.split(/[-_.]/)
			.some((word) => WORKPLACES.test(word)) ?? false
	);
}

function usesShell(stage: Stage, variant: string): boolean {
	return lineage(stage).some(({ steps }) => steps.some((step) => needsShell(step, variant)));
}

/** Whether a RUN of any stage runs in what starts from a stage. */
function isRunIn(file: Dockerfile, root: Stage): boolean {
	return file.stages.some((stage) => lineage(stage).includes(root) && stage.steps.some(({ keyword }) => keyword === "RUN"));
}

function needsShell({ keyword, exec, arguments: args }: Step, variant: string): boolean {
	if (keyword === "SHELL") return true;
	// A program of the image's own path may be one that the variant brings: `RUN ["apk", "add", "a"]`. What installs may need its compilers.
	if (keyword === "RUN" && (exec === undefined || variant !== "debug" || !OWN_PROGRAM.test(exec.values[0] ?? ""))) return true;
	if (keyword === "HEALTHCHECK" && /^none$/i.test(args.text)) return false;
	if (!["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"].includes(keyword)) return false;
	return exec === undefined || exec.values.some((value) => SHELLS.test(value));
}

function fixesFor(use: ImageUse, variant: string): readonly Fix[] {
	const rest = (use.reference.tag ?? "").split("-").filter((part) => part !== variant);
	const plain = rest.length === 0 || /^(?:amd64|arm|arm64|s390x|ppc64le)$/.test(rest[0] ?? "") ? [plainName(use), ...rest] : rest;
	const edit = tagEdit(use, plain.join("-"));
	if (edit === undefined) return [];
	const shell = "Other containers of a pod, and scripts of operators, may count on the shell.";
	const note = plain[0] === "nonroot" && !rest.includes("nonroot") ? `${shell} The user is 65532 from then on, not root.` : shell;
	return [{ title: `Change to ${plain.join("-")}`, safety: "review", edits: [edit], note }];
}

/** What the plain variant is called where the tag says nothing else. Distroless has no versions: `nonroot` is more than `latest`. */
function plainName({ reference }: ImageUse): string {
	return familiarName(reference).startsWith("gcr.io/distroless/") ? "nonroot" : "latest";
}
