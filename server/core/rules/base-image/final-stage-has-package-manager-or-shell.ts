import { baseImageFacts } from "../../dockerfile/base/baseFacts.ts";
import { copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import { familiarName, type ImageReference } from "../../image/reference.ts";
import type { DistributionFamily } from "../../knowledge/baseImages.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** What the images of a family have for somebody who has got in. */
const TOOLS: Readonly<Partial<Record<DistributionFamily, string>>> = {
	debian: "a shell and apt",
	alpine: "a shell and apk",
	redhat: "a shell and a package manager",
	suse: "a shell and zypper",
	arch: "a shell and pacman",
	busybox: "a shell",
};
/** Red Hat's and SUSE's smallest images have bash or BusyBox, and are filled from outside. */
const WITHOUT_MANAGER = /(?:^|\/)(?:ubi\d*|bci)-(?:micro|busybox)$/;
const SHELL_PATH = /(?:^|\/)(?:busybox|sh|bash|dash|ash|zsh|apk|apt|apt-get)$/;

export const finalStageHasPackageManagerOrShell = defineRule({
	id: "final-stage-has-package-manager-or-shell",
	title: "The shipped image has a shell or a package manager",
	category: "base-image",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "An attacker who can make a process run a command needs a command to run. With a shell he has a language, with a package manager every tool that there is. Images without both leave him with the program alone.",
	remedy:
		"Ship a distroless, Chainguard or Docker hardened image, or scratch, and do what needs a shell in a builder stage. Known images count, not every one; what is not known is not reported.",
	references: ["https://github.com/GoogleContainerTools/distroless", "https://docs.docker.com/dhi/core-concepts/hardening/"],
	examples: [
		{
			caption: "The program alone",
			good: 'FROM golang:1.26 AS build\nRUN CGO_ENABLED=0 go build -o /app\nFROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n',
		},
		{
			caption: "Distributions, and what is made from them",
			bad: 'FROM golang:1.26 AS build\nRUN go build -o /app\nFROM «debian:12-slim» AS base\nFROM base\nCOPY --from=build /app /app\nCMD ["/app"]\n',
		},
		{ caption: "Variants with a shell", bad: "FROM «cgr.dev/chainguard/python:latest-dev»\n" },
		{ caption: "A shell alone", bad: 'FROM «registry.access.redhat.com/ubi9/ubi-micro:9.6»\nCOPY app /app\nCMD ["/app"]\n' },
		{ caption: "A small distribution", bad: 'FROM «cgr.dev/chainguard/wolfi-base»\nCOPY app /app\nCMD ["/app"]\n' },
		{
			caption: "Copied in",
			bad: 'FROM gcr.io/distroless/static\nCOPY --from=busybox:1 «/bin/busybox» /bin/sh\nCOPY --from=alpine:3.22 ["«/sbin/apk»", "/sbin/"]\n',
		},
		{
			caption: "Without, and unknown ones",
			good: "FROM debian:12 AS build\nFROM scratch\nCOPY --from=build /app /app\nFROM cgr.dev/chainguard/static:latest\nCOPY --from=build /src/sh/ /sh/\nFROM gcr.io/distroless/base\nFROM acme/base:1\nFROM mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled\n",
		},
	],
	check(file) {
		const seen = new Set<Span>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const root = lineage(stage).at(-1);
			const use = imageUsesOf(file).find((candidate) => candidate.kind === "from" && candidate.step === root?.from);
			const tools = use === undefined ? undefined : toolsOf(use.reference);
			if (use !== undefined && tools !== undefined) {
				if (!seen.has(use.span))
					reports.push({
						span: use.span,
						message: `${shortened(`${familiarName(use.reference)}:${use.reference.tag ?? "latest"}`, 60)} has ${tools}`,
						...(root === stage ? {} : { related: [{ span: stage.from.keywordSpan, message: "The stage that is shipped" }] }),
					});
				seen.add(use.span);
				continue;
			}
			reports.push(...copiedIn(stage));
		}
		return reports;
	},
});

function toolsOf(reference: ImageReference): string | undefined {
	const { family, shell } = baseImageFacts(reference);
	if (reference.registry === "cgr.dev" && reference.tag?.endsWith("-dev")) return "a shell and apk";
	if (shell === "none") return undefined;
	if (WITHOUT_MANAGER.test(reference.repository)) return "a shell";
	if (family === "wolfi") return shell === "busybox" ? TOOLS.alpine : undefined;
	if (family === "distroless") return shell === undefined ? undefined : "a shell";
	return family === undefined ? undefined : TOOLS[family];
}

/** What a stage takes from elsewhere into an image that has no shell of its own. */
function copiedIn(stage: Stage): readonly { readonly span: Span; readonly message: string }[] {
	const found: { readonly span: Span; readonly message: string }[] = [];
	for (const ancestor of lineage(stage)) {
		for (const step of ancestor.steps) {
			if (step.keyword !== "COPY" || !step.flags.some(({ name }) => name === "from")) continue;
			for (const word of copyWordsOf(step)?.sources ?? []) {
				if (SHELL_PATH.test(word.text))
					found.push({ span: word.span, message: `${shortened(word.text, 60)} brings a tool for intruders into the image` });
			}
		}
	}
	return found;
}
