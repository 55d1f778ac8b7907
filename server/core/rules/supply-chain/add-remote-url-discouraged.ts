import { remoteSourcesOf } from "../../dockerfile/files/remoteSources.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const addRemoteUrlDiscouraged = defineRule({
	id: "add-remote-url-discouraged",
	title: "ADD downloads a file",
	category: "supply-chain",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["kics", "4b410d24-1cbe-4430-a632-62c9a931cf1c"], ["terrascan", "AC_DOCKER_0035"]),
		...similar(["semgrep", "prefer-copy-over-add"]),
	],
	excludes: ["prefer-add-for-downloads"],
	onlyWith: { instructions: ["ADD"] },
	why: "An older rule of thumb: what ADD downloads stays in its layer, so an archive that a later RUN unpacks and removes is shipped nevertheless, and ADD could not compare what arrived. The second is no longer true (`ADD --checksum`), the first still is. Some policies forbid it altogether.",
	remedy:
		"Where the policy asks for it: download, compare, unpack and remove in one RUN. Otherwise leave this rule off and write `ADD --checksum=…`.",
	references: ["https://docs.docker.com/reference/dockerfile/#add", "https://docs.docker.com/build/building/best-practices/#add-or-copy"],
	examples: [
		{ caption: "A download", bad: "FROM debian:12\nADD «https://example.com/tool-1.2.tar.gz» /tmp/\n" },
		{
			caption: "An address",
			bad: 'FROM debian:12\nADD «https://example.com/a.tgz» /a/\nADD ["«http://example.com/b»", "/b"]\nONBUILD ADD «https://example.com/c» /c\n',
		},
		{
			caption: "Local files and repositories",
			good: "FROM debian:12\nADD a.tgz /a/\nADD https://github.com/a/b.git#v1 /b\nRUN curl -fO https://example.com/a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const source of remoteSourcesOf(step)) {
					if (source.kind === "http")
						reports.push({ span: source.span, message: `ADD downloads ${shortened(source.resolved ?? source.text, 70)}` });
				}
			}
		}
		return reports;
	},
});
