import { insertFirstLine, replace } from "../../dockerfile/edits/edit.ts";
import { FEATURE_TRACES, type FeatureUse, featuresUsed } from "../../dockerfile/files/frontendFeatures.ts";
import { frontendOf } from "../../dockerfile/model/frontend.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { splitReference } from "../../image/reference.ts";
import { defineRule, type Report } from "../rule.ts";

const NEWEST = "docker/dockerfile:1";

export const syntaxDirectiveMissing = defineRule({
	id: "syntax-directive-missing",
	title: "A newer Dockerfile feature is used, and no syntax line asks for it",
	category: "supply-chain",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	inOnbuild: false,
	equivalents: [],
	onlyWith: { texts: FEATURE_TRACES },
	why: "Without a syntax line every builder reads the file with the frontend that is built into it. A newer feature then works on one machine and stops the build on another: with an unknown flag at best; a heredoc that the frontend does not know becomes instructions of its own.",
	remedy:
		"Begin the file with `# syntax=docker/dockerfile:1`: BuildKit then fetches the newest stable frontend, or takes the one it has fetched before. Podman, Buildah and Kaniko ignore the line. A build without access to the registry needs a copy of the frontend image there.",
	references: ["https://docs.docker.com/build/buildkit/frontend/", "https://docs.docker.com/build/buildkit/dockerfile-release-notes/"],
	examples: [
		{
			caption: "Files are left out of a copy",
			bad: "FROM debian:12\nCOPY «--exclude=*.md» . /src\n",
			fixed: "# syntax=docker/dockerfile:1\nFROM debian:12\nCOPY --exclude=*.md . /src\n",
		},
		{ caption: "A syntax line asks for it", good: "# syntax=docker/dockerfile:1\nFROM debian:12\nCOPY --exclude=*.md . /src\n" },
		{
			caption: "The feature that needs the newest frontend is named",
			bad: "# escape=\\\nFROM debian:12\nRUN --mount=type=cache,target=/c true\nCOPY «--exclude=*.md» . /src\nCOPY <<EOF /f\nEOF\n",
			fixed:
				"# syntax=docker/dockerfile:1\n# escape=\\\nFROM debian:12\nRUN --mount=type=cache,target=/c true\nCOPY --exclude=*.md . /src\nCOPY <<EOF /f\nEOF\n",
		},
		{
			caption: "Behind a shebang",
			bad: "#!/usr/bin/env -S docker build -f\nFROM debian:12\nRUN «<<EOF»\ntrue\nEOF\n",
			fixed: "#!/usr/bin/env -S docker build -f\n# syntax=docker/dockerfile:1\nFROM debian:12\nRUN <<EOF\ntrue\nEOF\n",
		},
		{
			caption: "The syntax line asks for a version that lacks it",
			bad: "# syntax=docker/dockerfile:1.4.2\nFROM debian:12\nADD «--checksum=sha256:1111111111111111111111111111111111111111111111111111111111111111» https://example.com/a /a\nCOPY --link a /a\nONBUILD COPY «--from=b» a /a\nCOPY «--chmod=u+x» a /b\nCOPY --chmod=a+r a /c\n",
			fixed:
				"# syntax=docker/dockerfile:1\nFROM debian:12\nADD --checksum=sha256:1111111111111111111111111111111111111111111111111111111111111111 https://example.com/a /a\nCOPY --link a /a\nONBUILD COPY --from=b a /a\nCOPY --chmod=u+x a /b\nCOPY --chmod=a+r a /c\n",
		},
		{
			caption: "Entitlements left the labs late",
			bad: "# syntax=docker/dockerfile:1.19\nFROM debian:12\nRUN «--security=insecure» true\n",
			fixed: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --security=insecure true\n",
		},
		{
			caption: "Secrets as variables, and repositories",
			bad: "# syntax=docker.io/docker/dockerfile:1.5-labs\nFROM debian:12\nRUN «--mount=type=secret,id=a,env=A» true\nADD «https://github.com/a/b.git» /b\n",
			fixed:
				"# syntax=docker.io/docker/dockerfile:1-labs\nFROM debian:12\nRUN --mount=type=secret,id=a,env=A true\nADD https://github.com/a/b.git /b\n",
		},
		{
			caption: "A digest decides, not the tag",
			good: "# syntax=docker/dockerfile:1.2@sha256:1111111111111111111111111111111111111111111111111111111111111111\nFROM debian:12\nRUN <<EOF\nEOF\n",
		},
		{
			caption: "The newest, or another frontend",
			good: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN <<EOF\nEOF\nCOPY --parents a /a\n",
		},
		{
			caption: "Labs have it earlier",
			good: "# syntax=docker/dockerfile:1.7-labs\nFROM debian:12\nCOPY --parents a /a\nRUN --security=insecure true\n",
		},
		{ caption: "Nothing new", good: "FROM debian:12\nCOPY --from=x --chown=1 --chmod=755 a /a\nRUN true\n" },
	],
	check(file) {
		const uses = featuresUsed(file);
		if (uses.length === 0) return [];
		const frontend = frontendOf(file);
		if (frontend.kind === "builtIn") {
			const newest = uses.reduce((most, use) => (use.feature.minor > most.feature.minor ? use : most));
			return [missing(file, newest)];
		}
		return frontend.kind === "release" && frontend.minor !== undefined ? tooOld(file, uses, frontend.minor) : [];
	},
});

function missing(file: Dockerfile, { feature, span }: FeatureUse): Report {
	return {
		span,
		message: `${feature.name} needs Dockerfile 1.${feature.minor}, and no syntax line asks for it`,
		fixes: [
			{
				title: `Ask for ${NEWEST}`,
				safety: "review",
				edits: [insertFirstLine(file, `# syntax=${NEWEST}`)],
				note: "The builder fetches the frontend from the registry.",
			},
		],
	};
}

function tooOld(file: Dockerfile, uses: readonly FeatureUse[], minor: number): readonly Report[] {
	const image = imageUsesOf(file).find((use) => use.kind === "syntax");
	// A digest hides which version it is.
	if (image?.written === undefined || image.reference.digest !== undefined) return [];
	const labs = image.reference.tag?.endsWith("-labs") === true;
	const seen = new Set<string>();
	const reports: Report[] = [];
	for (const { feature, span } of uses) {
		const needed = labs ? (feature.labs ?? feature.minor) : feature.minor;
		if (needed <= minor || seen.has(feature.name)) continue;
		seen.add(feature.name);
		const { tagAt } = splitReference(image.written.text);
		const tag = { start: image.written.span.start + tagAt + 1, end: image.written.span.end };
		const fix: Fix = {
			title: `Ask for Dockerfile 1${labs ? "-labs" : ""}`,
			safety: "review",
			edits: [replace(tag, labs ? "1-labs" : "1")],
			note: "The builder fetches the frontend from the registry.",
		};
		reports.push({
			span,
			message: `${feature.name} needs Dockerfile 1.${feature.minor}, the syntax line asks for 1.${minor}`,
			severity: "warning",
			fixes: tagAt === -1 ? [] : [fix],
		});
	}
	return reports;
}
