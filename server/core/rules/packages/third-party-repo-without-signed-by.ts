import { isBeforeLine } from "../../dockerfile/base/distributionLine.ts";
import { hostOf } from "../../dockerfile/downloads/addresses.ts";
import { isDistributionSource } from "../../dockerfile/downloads/thirdPartySources.ts";
import { insertAt } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type AptSource, aptSourcesOf } from "../../dockerfile/packages/aptSources.ts";
import type { EditFix } from "../../finding.ts";
import { SIGNED_BY } from "../../knowledge/firstLines.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const MOST_CHARACTERS = 50;

export const thirdPartyRepoWithoutSignedBy = defineRule({
	id: "third-party-repo-without-signed-by",
	title: "A repository may be signed with any key that apt trusts",
	category: "packages",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	supersededBy: ["package-signature-check-disabled"],
	onlyWith: { words: ["deb", "sources"] },
	why: "Without `signed-by` apt takes a repository's signature by any key it trusts, and the vendor's key, which has to be among them, signs for every repository: whoever holds it can sign packages that pass for the distribution's own.",
	remedy:
		"Put the key into a file of its own, and name it: `deb [signed-by=/usr/share/keyrings/vendor.gpg] https://… stable main`, or `Signed-By:` in a `.sources` file.",
	references: [
		"https://manpages.debian.org/bookworm/apt/sources.list.5.en.html#OPTIONS",
		"https://wiki.debian.org/DebianRepository/UseThirdParty",
	],
	examples: [
		{
			caption: "Tied to its key",
			good: 'FROM debian:12\nRUN curl -fsSL https://example.com/key.gpg -o /usr/share/keyrings/example.gpg && \\\n    echo "deb [signed-by=/usr/share/keyrings/example.gpg] https://apt.example.com stable main" > /etc/apt/sources.list.d/example.list\n',
		},
		{
			caption: "The key is there, but not tied to the repository",
			bad: 'FROM debian:12\nRUN curl -fsSL https://example.com/key.gpg -o /usr/share/keyrings/example.gpg && \\\n    echo «"deb [arch=amd64] https://apt.example.com stable main"» > /etc/apt/sources.list.d/example.list\n',
			fixed:
				'FROM debian:12\nRUN curl -fsSL https://example.com/key.gpg -o /usr/share/keyrings/example.gpg && \\\n    echo "deb [arch=amd64 signed-by=/usr/share/keyrings/example.gpg] https://apt.example.com stable main" > /etc/apt/sources.list.d/example.list\n',
		},
		{
			caption: "An address that ends in deb",
			bad: 'FROM debian:12\nRUN curl -fsSL https://example.com/k -o /etc/apt/keyrings/x.asc && echo «"deb https://example.com/deb stable main"» > /etc/apt/sources.list.d/x.list\n',
			fixed:
				'FROM debian:12\nRUN curl -fsSL https://example.com/k -o /etc/apt/keyrings/x.asc && echo "deb [signed-by=/etc/apt/keyrings/x.asc] https://example.com/deb stable main" > /etc/apt/sources.list.d/x.list\n',
		},
		{
			caption: "No key in sight; heredocs",
			bad: "FROM debian:12\r\nRUN echo «'deb http://apt.example.com/ bookworm main'» | tee /etc/apt/sources.list.d/a.list\r\nFROM debian:12\nCOPY <<EOF /etc/apt/sources.list.d/b.sources\nTypes: deb\n«URIs: https://apt.example.com»\nSuites: stable\nEOF\n",
		},
		{
			caption: "add-apt-repository refuses a line that names its key: no edit",
			bad: 'FROM ubuntu:22.04\nRUN curl -fsSL https://example.com/k -o /etc/apt/keyrings/x.asc && add-apt-repository -y «"deb https://example.com/apt jammy main"»\n',
		},
		{
			caption: "Vendors whose addresses look like a mirror's",
			bad: "FROM debian:12\nRUN echo «'deb https://repos.influxdata.com/debian stable main'» > /etc/apt/sources.list.d/a.list\nRUN echo «'deb https://pkg.jenkins.io/debian binary/'» > /etc/apt/sources.list.d/b.list\nRUN echo «'deb https://download.virtualbox.org/virtualbox/debian bookworm contrib'» > /etc/apt/sources.list.d/c.list\nRUN echo «'deb https://dl.winehq.org/wine-builds/debian/ bookworm main'» > /etc/apt/sources.list.d/d.list\nRUN echo «'deb https://acme.dev/debian acme-2 main'» > /etc/apt/sources.list.d/e.list\nRUN echo «'deb https://acme.dev/tools/debian bookworm tools'» > /etc/apt/sources.list.d/f.list\nCOPY <<EOF /etc/apt/sources.list.d/g.sources\nTypes: deb\n«URIs: https://acme.dev/debian»\nSuites: ./\nEOF\n",
		},
		{
			caption: "A company's mirrors",
			good: "FROM debian:12\nRUN echo 'deb https://nexus.acme.dev/repository/debian bookworm main contrib # ours' > /etc/apt/sources.list && echo 'deb https://nexus.acme.dev/repository/debian-security bookworm-security main' >> /etc/apt/sources.list\nRUN echo \"deb https://mirror.acme.dev/ubuntu/ $(lsb_release -cs)-updates main $COMPONENTS\" > /etc/apt/sources.list && echo 'deb https://mirror.acme.dev/debian-security buster/updates main' >> /etc/apt/sources.list && echo 'deb http://archive.canonical.com/ubuntu jammy partner' >> /etc/apt/sources.list\nCOPY <<EOF /etc/apt/sources.list.d/d.sources\nTypes: deb\nURIs: https://mirror.acme.dev/debian\nSuites: bookworm bookworm-updates\nComponents: main\nEOF\n",
		},
		{
			caption: "Tied, or the distribution's own",
			good: 'FROM debian:12\nRUN echo "deb [ arch=amd64 Signed-By=/k.gpg ] https://apt.example.com stable main" > /etc/apt/sources.list.d/a.list && echo "deb http://deb.debian.org/debian sid main" > /etc/apt/sources.list.d/b.list && echo "deb $REPOSITORY stable main" > /etc/apt/sources.list.d/c.list\nCOPY <<EOF /etc/apt/sources.list.d/d.sources\nTypes: deb\nURIs: https://apt.example.com\nSuites: stable\nSigned-By: /k.asc\nEOF\n',
		},
		{
			caption: "Written nowhere, or not for apt",
			good: 'FROM debian:12\nRUN echo "deb https://apt.example.com stable main"\nRUN echo "deb https://apt.example.com stable main" > /tmp/example\n',
		},
		{
			caption: "Not checked at all, which is another matter; releases that know no better",
			good: 'FROM ubuntu:14.04\nRUN echo "deb https://apt.example.com trusty main" > /etc/apt/sources.list.d/a.list\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN" && step.keyword !== "COPY") continue;
				for (const source of aptSourcesOf(step)) {
					if (source.options.has("signed-by") || isDistributionSource(source) !== false || isUnchecked(source)) continue;
					if (isBeforeLine(stage, SIGNED_BY)) continue;
					reports.push({
						span: source.span,
						message: `${shortened(hostOf(source.uri) ?? "The repository", MOST_CHARACTERS)} may be signed with any key that apt trusts`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: () => fixesOf(step, source),
					});
				}
			}
		}
		return reports;
	},
});

function isUnchecked({ options }: AptSource): boolean {
	return ["trusted", "allow-insecure"].some((name) => /^(?:yes|true|1)$/i.test(options.get(name) ?? ""));
}

/** The edit exists where the RUN writes exactly one key file, and one repository. */
function fixesOf(step: Step, { insertion }: AptSource): readonly EditFix[] {
	if (insertion === undefined || aptSourcesOf(step).length !== 1) return [];
	const keys = new Set(step.line.text.match(/\/(?:usr\/share|etc\/apt)\/keyrings\/[\w.-]{1,60}\.(?:gpg|asc)\b/g) ?? []);
	const [key] = keys;
	if (keys.size !== 1 || key === undefined) return [];
	const text = insertion.brackets ? ` signed-by=${key}` : `[signed-by=${key}] `;
	return [{ title: "Tie the key to the repository", safety: "review", edits: [insertAt(insertion.offset, text)] }];
}
