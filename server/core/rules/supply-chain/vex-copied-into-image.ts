import { removeInstruction } from "../../dockerfile/edits/edit.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const VEX = /(?:^|[./_-])(?:open)?vex(?:[._-][\w.-]*)?\.json$|(?:^|\/)\.vex\/?$|\.csaf\.json$/i;

export const vexCopiedIntoImage = defineRule({
	id: "vex-copied-into-image",
	title: "A VEX document is copied into the image",
	category: "supply-chain",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "prefer-vex-attestation"]),
	onlyWith: { instructions: ["COPY", "ADD"], texts: ["vex", "csaf"] },
	why: "A VEX document says which vulnerabilities do not affect an image, and changes whenever one becomes known. In a layer it is as old as the build, it cannot be signed for what it describes, and scanners do not look for it there. A statement that is no longer true stays in the image for ever.",
	remedy:
		"Attach it to the image as an attestation, which can be replaced without a build: `docker scout attestation add`, `cosign attest --type openvex`, `vexctl attest`; or hand it to the scanner as a file.",
	references: ["https://docs.docker.com/scout/how-tos/create-exceptions-vex/", "https://github.com/openvex/spec"],
	examples: [
		{
			caption: "A document beside the program",
			bad: 'FROM debian:12\nCOPY app /usr/local/bin/app\nCOPY «app.openvex.json» /usr/share/vex/\nCMD ["app"]\n',
			fixed: 'FROM debian:12\nCOPY app /usr/local/bin/app\nCMD ["app"]\n',
		},
		{ caption: "The program alone", good: 'FROM debian:12\nCOPY app /usr/local/bin/app\nCMD ["app"]\n' },
		{
			caption: "A document in a layer",
			bad: "FROM debian:12\nRUN a\nCOPY «app.openvex.json» /usr/share/vex/\nCMD a\n",
			fixed: "FROM debian:12\nRUN a\nCMD a\n",
		},
		{
			caption: "Among others",
			bad: 'FROM debian:12\nCOPY a.json «vex.json» /x/\nCOPY ["«.vex/»", "/vex/"]\n',
			fixed: "FROM debian:12\nCOPY a.json vex.json /x/\n",
		},
		{
			caption: "Something else",
			good: "FROM debian:12 AS build\nCOPY vex.json /x\nFROM debian:12\nCOPY vex/ /vex/\nCOPY convex.json vexing.txt index.json /x/\nCOPY --from=build /a /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of stage.steps) {
				const sources = contextCopyOf(step)?.sources ?? [];
				for (const { text, span } of sources) {
					if (!VEX.test(text)) continue;
					reports.push({
						span,
						message: `${shortened(text, 60)} is a VEX document, and becomes part of the image`,
						fixes:
							sources.length === 1
								? [
										{
											title: "Leave it out of the image",
											safety: "review",
											edits: [removeInstruction(file, step)],
											note: "Attach it as an attestation instead.",
										},
									]
								: [],
					});
				}
			}
		}
		return reports;
	},
});
